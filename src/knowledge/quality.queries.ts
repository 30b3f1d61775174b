import type { Context } from '../platform/context.js'
import { defineLoader } from '../platform/loader.js'
import type { Condition } from '../platform/paging.js'
import { readableArticles, seesBehind } from './article.queries.js'
import { type Quality, type QualityFacts, type Requirement, qualityOf } from './quality.js'
import { filledSections, requiredSections } from './sections.js'
import { findTemplates } from './template.queries.js'

/** Versions that were written before their sections were kept bring their text, which is read for them. */
type FactsRow = Omit<QualityFacts, 'sections'> & {
  readonly id: string
  readonly sections: readonly string[] | null
  readonly body: string | null
}

/**
 * Of all articles for which `condition` holds in a statement that names them `a`: of what their readers read, or of what
 * was written most lately where they read nothing. Two statements, however many they are. Without a look at access,
 * unless the condition asks.
 */
export async function findQualities(ctx: Context, condition: Condition): Promise<Map<string, Quality>> {
  const values: unknown[] = []
  const where = condition((value) => `$${values.push(value)}`)
  const [rows, templates] = await Promise.all([
    ctx.db.rows<FactsRow>(
      `SELECT a.id, a.kind, a.language, a.published_version IS NOT NULL AS published, a.review_at AS "reviewAt",
              cardinality(a.service_ids) + cardinality(a.alert_names) + cardinality(a.runbook_urls) > 0 AS linked,
              o.id IS NOT NULL AS owned, a.helpful_count AS helpful, a.unhelpful_count AS unhelpful, v.sections,
              CASE WHEN v.sections IS NULL THEN v.body END AS body
         FROM articles a
         JOIN article_versions v ON v.article_id = a.id AND v.number = coalesce(a.published_version, a.latest_version)
         LEFT JOIN users o ON o.id = a.owner_id AND o.active
        WHERE ${where}`,
      values,
    ),
    findTemplates(ctx.db),
  ])
  const requirements = templates.map(({ kind, language, body }): Requirement => ({
    kind,
    language,
    sections: requiredSections(body),
  }))
  const now = ctx.now()
  return new Map(
    rows.map(({ id, body, ...facts }) => {
      const sections = facts.sections ?? filledSections(body!)
      return [id, qualityOf({ ...facts, sections }, requirements, now)]
    }),
  )
}

/** What is before its readers, as far as the viewer may read it. */
export const findPublishedQualities = (ctx: Context): Promise<Map<string, Quality>> =>
  findQualities(ctx, (bind) => `a.published_version IS NOT NULL AND ${readableArticles(ctx.actor)(bind)}`)

/** For articles that the viewer reads; null for those who do not see behind them. */
export const loadQuality = defineLoader(async (ctx, ids: readonly string[]) =>
  seesBehind(ctx.actor) ? findQualities(ctx, (bind) => `a.id = ANY(${bind(ids)}::text[])`) : new Map<string, Quality>(),
)
