import { Audience } from '../events/audience.js'
import { IncidentEventType, recordIncidentEvent } from '../incidents/incident-event.js'
import { type IncidentInput, lockIncident } from '../incidents/incident.commands.js'
import type { Incident } from '../incidents/incident.js'
import { type Context, inTransaction } from '../platform/context.js'
import { badInput, notFound } from '../platform/errors.js'
import { type ArticleLink, type ArticleRelation, MAXIMUM_LINKS, tellLink } from './article-link.js'
import { LINK_COLUMNS, findLinks } from './article-link.queries.js'
import type { Article } from './article.js'
import { loadArticle } from './article.queries.js'

/** Saying which articles helped with an incident. Whoever works on it says so of any article that they read. */

export interface ArticleLinking extends IncidentInput {
  readonly articleId: string
  readonly relation: ArticleRelation
}

export const linkArticle = (ctx: Context, input: ArticleLinking) =>
  inTransaction(ctx, async (ctx) => {
    const incident = await lockIncident(ctx, input, 'incident.respond')
    return insertLink(ctx, incident, await mustRead(ctx, input), input.relation)
  })

export const unlinkArticle = (ctx: Context, input: ArticleLinking) =>
  inTransaction(ctx, async (ctx) => {
    const incident = await lockIncident(ctx, input, 'incident.respond')
    const article = await mustRead(ctx, input)
    const { relation } = input
    const link = await ctx.db.row<ArticleLink>(
      `DELETE FROM article_links l WHERE l.incident_id = $1 AND l.article_id = $2 AND l.relation = $3 RETURNING ${LINK_COLUMNS}`,
      [incident.id, article.id, relation],
    )
    if (!link) throw notFound('link', 'articleId')
    const { eventCursor } = await recordIncidentEvent(ctx, {
      ...{ type: IncidentEventType.ARTICLE_UNLINKED, incident, audience: Audience.INTERNAL },
      body: tellLink(article, relation, false),
    })
    return { link, eventCursor }
  })

/** To a locked incident. Linking twice is linking once. Errors: BAD_USER_INPUT for too many. */
export async function insertLink(ctx: Context, incident: Incident, article: Article, relation: ArticleRelation) {
  const links = await findLinks(ctx.db, incident.id)
  const known = links.find((link) => link.articleId === article.id && link.relation === relation)
  if (known) return { link: known, eventCursor: null }
  if (links.length >= MAXIMUM_LINKS) throw badInput('id', `An incident has at most ${MAXIMUM_LINKS} linked articles.`)
  const { kind, id } = ctx.actor
  const link = (await ctx.db.row<ArticleLink>(
    `INSERT INTO article_links AS l (incident_id, article_id, relation, actor_kind, actor_id, linked_at)
     VALUES ($1, $2, $3, $4, $5, $6) RETURNING ${LINK_COLUMNS}`,
    [incident.id, article.id, relation, kind, id, ctx.now()],
  ))!
  const { eventCursor } = await recordIncidentEvent(ctx, {
    ...{ type: IncidentEventType.ARTICLE_LINKED, incident, audience: Audience.INTERNAL },
    body: tellLink(article, relation, true),
  })
  return { link, eventCursor }
}

async function mustRead(ctx: Context, { articleId }: ArticleLinking): Promise<Article> {
  const article = await loadArticle(ctx, articleId)
  if (!article) throw notFound('article', 'articleId')
  return article
}
