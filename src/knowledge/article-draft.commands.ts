import { lockIncident } from '../incidents/incident.commands.js'
import { loadIncident } from '../incidents/incident.queries.js'
import { type TimelineEntry, TimelineEntryKind } from '../incidents/timeline-entry.js'
import { TIMELINE_COLUMNS } from '../incidents/timeline-entry.queries.js'
import { type Context, inTransaction } from '../platform/context.js'
import type { Database } from '../platform/database.js'
import { notFound } from '../platform/errors.js'
import { insertLink } from './article-link.commands.js'
import { ArticleRelation } from './article-link.js'
import { findLinks } from './article-link.queries.js'
import { createArticle } from './article.commands.js'
import { draftAudience, draftSubjects, draftText } from './article-draft.js'
import { type Article, ArticleKind, ArticleStatus } from './article.js'
import { loadArticle } from './article.queries.js'
import { findAlertClues } from './runbook.queries.js'

export interface DraftFromIncident {
  readonly incidentId: string
  readonly kind?: ArticleKind | null
}

/**
 * A draft with what is known of an incident. Where one was drawn from it already that the actor reads, it is that one:
 * whoever asks twice, or after somebody else, goes on with what is there. Errors: NOT_FOUND, FORBIDDEN.
 */
export const draftFromIncident = (ctx: Context, { incidentId, kind }: DraftFromIncident) =>
  inTransaction(ctx, async (ctx) => {
    if (!(await loadIncident(ctx, incidentId))) throw notFound('incident', 'incidentId')
    const incident = await lockIncident(ctx, { id: incidentId }, 'incident.respond')
    const audience = draftAudience(incident)
    const known = await findDrawn(ctx, incidentId)
    if (known) return { article: known, eventCursor: null }
    const [notes, clues] = [await findNotes(ctx.db, incidentId), await findAlertClues(ctx.db, incidentId)]
    const { article } = await createArticle(ctx, {
      ...{ kind: kind ?? ArticleKind.KNOWN_ERROR, ...audience },
      ...draftText(incident, notes, clues),
      ...draftSubjects(incident, clues),
    })
    const { eventCursor } = await insertLink(ctx, incident, article, ArticleRelation.DRAWN_FROM)
    return { article, eventCursor }
  })

async function findDrawn(ctx: Context, incidentId: string): Promise<Article | null> {
  for (const { articleId, relation } of await findLinks(ctx.db, incidentId)) {
    const article = relation === ArticleRelation.DRAWN_FROM ? await loadArticle(ctx, articleId) : null
    if (article && article.status !== ArticleStatus.ARCHIVED) return article
  }
  return null
}

/** What people wrote on the timeline, oldest first: internal notes, too. The draft is read by nobody else. */
const findNotes = (db: Database, incidentId: string): Promise<TimelineEntry[]> =>
  db.rows(
    `SELECT ${TIMELINE_COLUMNS} FROM timeline_entries e WHERE e.incident_id = $1 AND e.kind = ANY($2::text[]) ORDER BY e.position`,
    [incidentId, [TimelineEntryKind.NOTE, TimelineEntryKind.DECISION]],
  )
