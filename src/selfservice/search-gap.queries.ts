import { authorise } from '../access/rules.js'
import type { Context } from '../platform/context.js'

/** What people looked for in the knowledge base and did not find, or reported all the same. Who it was is not told. */

export interface SearchGap {
  /** In lower case. */
  readonly text: string
  readonly searches: number
  readonly withoutResult: number
  readonly reported: number
  readonly lastAt: Date
}

/** Most missed first. Errors: FORBIDDEN. */
export async function findSearchGaps(ctx: Context, since: Date, first: number): Promise<SearchGap[]> {
  authorise(ctx.actor, 'requestFigures.read')
  return ctx.db.rows(
    `SELECT * FROM (
       SELECT lower(s.text) AS text, count(*)::int AS searches,
              count(*) FILTER (WHERE s.result_count = 0)::int AS "withoutResult", count(o.request_id)::int AS reported,
              max(s.searched_at) AS "lastAt"
         FROM article_searches s LEFT JOIN search_outcomes o ON o.search_id = s.id
        WHERE s.searched_at >= $1 AND s.text <> '' GROUP BY 1) g
      WHERE "withoutResult" + reported > 0 ORDER BY "withoutResult" + reported DESC, "lastAt" DESC, text LIMIT $2`,
    [since, first],
  )
}
