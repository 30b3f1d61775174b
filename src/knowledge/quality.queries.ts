import { Visibility } from '../access/rules.js'
import type { Context } from '../platform/context.js'
import type { Database } from '../platform/database.js'
import { defineLoader } from '../platform/loader.js'
import type { Condition } from '../platform/paging.js'
import { readableArticles, seesBehind } from './article.queries.js'
import { type Quality, type QualityFacts, type Requirement, averageOf, qualityOf } from './quality.js'
import { filledSections, requiredSections } from './sections.js'
import { findTemplates } from './template.queries.js'

/** Versions that were written before their sections were kept bring their text, which is read for them. */
type FactsRow = Omit<QualityFacts, 'sections'> & {
  readonly id: string
  readonly sections: readonly string[] | null
  readonly body: string | null
}

/** So many at once: the many of a large knowledge base neither fill the memory nor keep the process from its timers. */
const AT_ONCE = 1_000

/**
 * Of all articles for which `condition` holds in a statement that names them `a`, by their ids, page after page: of what
 * their readers read, or of what was written most lately where they read nothing. Without a look at access, unless the
 * condition asks. Of incidents it counts those that everybody sees who sees a score: another would tell of itself.
 */
export async function* qualityPages(ctx: Context, condition: Condition): AsyncGenerator<Map<string, Quality>, void> {
  const requirements = (await findTemplates(ctx.db)).map(({ kind, language, body }): Requirement => ({
    kind,
    language,
    sections: requiredSections(body),
  }))
  const now = ctx.now()
  let rows: FactsRow[]
  let after = ''
  do {
    rows = await findFacts(ctx.db, condition, after)
    yield new Map(
      rows.map(({ id, body, ...facts }) => {
        const sections = facts.sections ?? filledSections(body!)
        return [id, qualityOf({ ...facts, sections }, requirements, now)]
      }),
    )
    after = rows.at(-1)?.id ?? ''
  } while (rows.length === AT_ONCE)
}

function findFacts(db: Database, condition: Condition, after: string): Promise<FactsRow[]> {
  const values: unknown[] = [after, AT_ONCE]
  const where = condition((value) => `$${values.push(value)}`)
  return db.rows(
    `SELECT a.id, a.kind, a.language, a.published_version IS NOT NULL AS published, a.review_at AS "reviewAt",
            cardinality(a.service_ids) + cardinality(a.alert_names) + cardinality(a.runbook_urls) > 0
              OR EXISTS (SELECT FROM article_links l JOIN incidents i ON i.id = l.incident_id
                          WHERE l.article_id = a.id AND i.visibility = '${Visibility.ORGANIZATION}') AS linked,
            o.id IS NOT NULL AS owned, a.helpful_count AS helpful, a.unhelpful_count AS unhelpful, v.sections,
            CASE WHEN v.sections IS NULL THEN v.body END AS body
       FROM articles a
       JOIN article_versions v ON v.article_id = a.id AND v.number = coalesce(a.published_version, a.latest_version)
       LEFT JOIN users o ON o.id = a.owner_id AND o.active
      WHERE a.id > $1 AND ${where} ORDER BY a.id LIMIT $2`,
    values,
  )
}

/** The mean of what is before its readers, as far as the viewer may read it, from 0 to 100; null of nothing. */
export async function findAverageQuality(ctx: Context): Promise<number | null> {
  const scores: number[] = []
  const published: Condition = (bind) => `a.published_version IS NOT NULL AND ${readableArticles(ctx.actor)(bind)}`
  for await (const page of qualityPages(ctx, published)) for (const { score } of page.values()) scores.push(score)
  return averageOf(scores)
}

/** For articles that the viewer reads; null for those who do not see behind them. */
export const loadQuality = defineLoader(async (ctx, ids: readonly string[]) => {
  const found = new Map<string, Quality>()
  if (!seesBehind(ctx.actor)) return found
  for await (const page of qualityPages(ctx, (bind) => `a.id = ANY(${bind(ids)}::text[])`))
    for (const [id, quality] of page) found.set(id, quality)
  return found
})
