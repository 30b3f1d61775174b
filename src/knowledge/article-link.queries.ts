import { predicate } from '../access/rules.js'
import { INCIDENT_ACCESS } from '../incidents/incident.queries.js'
import { definePages } from '../platform/child-pages.js'
import { type Database, selectList } from '../platform/database.js'
import { defineLoader, groupBy } from '../platform/loader.js'
import { type ArticleLink, ArticleRelation } from './article-link.js'
import { readableArticles } from './article.queries.js'

export const LINK_COLUMNS = selectList('l', [
  ...['incidentId', 'articleId', 'relation', 'actorKind', 'actorId', 'linkedAt'],
])

/** In the order of linking. Without a look at access. */
export const findLinks = (db: Database, incidentId: string): Promise<ArticleLink[]> =>
  db.rows(`SELECT ${LINK_COLUMNS} FROM article_links l WHERE l.incident_id = $1 ORDER BY l.linked_at, l.article_id`, [
    incidentId,
  ])

/** Of incidents that the viewer reads: only links to articles that they may read, in the order of linking. */
export const loadLinksOfIncident = defineLoader(async (ctx, incidentIds: readonly string[]) => {
  const values: unknown[] = [incidentIds]
  const readable = readableArticles(ctx.actor)((value) => `$${values.push(value)}`)
  return groupBy(
    await ctx.db.rows<ArticleLink>(
      `SELECT ${LINK_COLUMNS} FROM article_links l JOIN articles a ON a.id = l.article_id
        WHERE l.incident_id = ANY($1::text[]) AND ${readable} ORDER BY l.linked_at, l.article_id, l.relation`,
      values,
    ),
    ({ incidentId }) => incidentId,
  )
})

/** Of an article that the viewer reads: only links to incidents that they may read, the latest first. */
export const linksOfArticlePage = definePages<ArticleLink>({
  columns: LINK_COLUMNS,
  from: 'article_links l JOIN incidents i ON i.id = l.incident_id',
  parent: 'l.article_id',
  order: [
    { sql: 'l.linked_at', of: ({ linkedAt }) => linkedAt, type: 'timestamptz' },
    { sql: 'l.incident_id', of: ({ incidentId }) => incidentId, type: 'text' },
    { sql: 'l.relation', of: ({ relation }) => relation, type: 'text' },
  ],
  descending: true,
  visible: (ctx) => predicate(ctx.actor, 'incident.read', INCIDENT_ACCESS),
})

/** With how many incidents an article helped, of those that the viewer may read. */
export const loadIncidentCount = defineLoader(async (ctx, articleIds: readonly string[]) => {
  const values: unknown[] = [articleIds, [ArticleRelation.USED, ArticleRelation.SOLVED]]
  const readable = predicate(ctx.actor, 'incident.read', INCIDENT_ACCESS)((value) => `$${values.push(value)}`)
  const counts = await ctx.db.rows<{ id: string; count: number }>(
    `SELECT l.article_id AS id, count(DISTINCT l.incident_id)::int AS count
       FROM article_links l JOIN incidents i ON i.id = l.incident_id
      WHERE l.article_id = ANY($1::text[]) AND l.relation = ANY($2::text[]) AND ${readable} GROUP BY 1`,
    values,
  )
  return new Map(counts.map(({ id, count }) => [id, count]))
})
