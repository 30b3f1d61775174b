import { Audience } from '../events/audience.js'
import { type LogEvent, recordEvent } from '../events/event-log.js'
import type { Context } from '../platform/context.js'
import type { Article } from './article.js'

/** What can happen to an article. Each event carries it as it was left; what it says stands in its versions. */
export enum ArticleEventType {
  CREATED = 'article.created',
  UPDATED = 'article.updated',
  REVISED = 'article.revised',
  SUBMITTED = 'article.submitted',
  APPROVED = 'article.approved',
  CHANGES_REQUESTED = 'article.changes_requested',
  PUBLISHED = 'article.published',
  CONFIRMED = 'article.confirmed',
  ARCHIVED = 'article.archived',
  REINSTATED = 'article.reinstated',
  ATTACHED = 'article.attached',
  DETACHED = 'article.detached',
  FEEDBACK_GIVEN = 'article.feedback_given',
  FEEDBACK_WITHDRAWN = 'article.feedback_withdrawn',
}

export interface ArticleEventPayload {
  readonly article: Article
}

export type ArticleLogEvent = LogEvent & { readonly type: ArticleEventType; readonly payload: ArticleEventPayload }

export const isArticleEvent = (event: LogEvent): event is ArticleLogEvent => event.type.startsWith('article.')

/** What changes something for those who read it; the rest is for those who write. */
const FOR_READERS: readonly ArticleEventType[] = [
  ArticleEventType.UPDATED,
  ArticleEventType.PUBLISHED,
  ArticleEventType.CONFIRMED,
  ArticleEventType.ARCHIVED,
]

export const recordArticleEvent = (ctx: Context, type: ArticleEventType, article: Article): Promise<string> =>
  recordEvent(ctx, {
    ...{ type, subject: article.id, incidentId: null },
    audience: FOR_READERS.includes(type) ? Audience.PUBLIC : Audience.INTERNAL,
    payload: { article } satisfies ArticleEventPayload,
  })
