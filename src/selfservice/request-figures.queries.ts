import { allows, predicate } from '../access/rules.js'
import { INCIDENT_ACCESS } from '../incidents/incident.queries.js'
import type { Context } from '../platform/context.js'
import { badInput } from '../platform/errors.js'
import type { Bind } from '../platform/paging.js'

/** How well people are served who report something. What the viewer may not read is not counted. */
export interface RequestFigures {
  readonly reported: number
  readonly reopened: number
  /** Ratings by score: how many gave 1, 2, … 5. */
  readonly scores: readonly number[]
  readonly deflected: number
  readonly reportedAfterSearch: number
}

/**
 * From `since` until before `until`: what was reported, rated and decided then. Null for those who do not read figures.
 * Errors: BAD_USER_INPUT when the range is none.
 */
export async function findRequestFigures(ctx: Context, since: Date, until: Date): Promise<RequestFigures | null> {
  if (!allows(ctx.actor, 'requestFigures.read')) return null
  if (since >= until) throw badInput('until', 'Must lie after `since`.')
  const values: unknown[] = [since, until]
  const bind: Bind = (value) => `$${values.push(value)}`
  const seen = predicate(ctx.actor, 'incident.read', INCIDENT_ACCESS)(bind)
  const requests = 'requests r JOIN incidents i ON i.id = r.incident_id'
  const row = await ctx.db.row<Omit<RequestFigures, 'scores'> & { scores: Record<string, number> | null }>(
    `SELECT r.*, s.scores, o.*
       FROM (SELECT count(*)::int AS reported, (count(*) FILTER (WHERE i.reopen_count > 0))::int AS reopened
               FROM ${requests} WHERE r.reported_at >= $1 AND r.reported_at < $2 AND ${seen}) r,
            (SELECT json_object_agg(score, n) AS scores FROM (
               SELECT g.score, count(*)::int AS n FROM request_ratings g JOIN ${requests} ON r.id = g.request_id
                WHERE g.rated_at >= $1 AND g.rated_at < $2 AND ${seen} GROUP BY 1) g) s,
            (SELECT (count(*) FILTER (WHERE o.request_id IS NULL))::int AS deflected,
                    (count(*) FILTER (WHERE o.request_id IS NOT NULL AND ${seen}))::int AS "reportedAfterSearch"
               FROM search_outcomes o LEFT JOIN (${requests}) ON r.id = o.request_id
              WHERE o.decided_at >= $1 AND o.decided_at < $2) o`,
    values,
  )
  const { scores, ...figures } = row!
  return { ...figures, scores: [1, 2, 3, 4, 5].map((score) => scores?.[score] ?? 0) }
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)

/** Null where nobody has rated anything. */
export function averageScore({ scores }: RequestFigures): number | null {
  const rated = sum(scores)
  return rated === 0 ? null : sum(scores.map((count, index) => count * (index + 1))) / rated
}

/** Of the searches whose outcome is known, the part that an article solved; null where none is. */
export function deflectionRate({ deflected, reportedAfterSearch }: RequestFigures): number | null {
  const decided = deflected + reportedAfterSearch
  return decided === 0 ? null : deflected / decided
}
