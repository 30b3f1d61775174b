import { Audience } from '../events/audience.js'
import { recordEvent } from '../events/event-log.js'
import { ActorKind } from '../platform/actor.js'
import { type Context, inTransaction } from '../platform/context.js'
import { ErrorCode, UserError, forbidden } from '../platform/errors.js'
import { type ArticleEventPayload, ArticleEventType } from './article-event.js'
import { lockArticle } from './article.commands.js'
import type { Article } from './article.js'
import { type Feedback, type Vote, type VoteInput, changeOfCounts, voteOf } from './feedback.js'
import { findFeedback } from './feedback.queries.js'

/** What readers say of an article changes its counts with it, in one transaction. The article itself stays as it is. */

export interface FeedbackGive extends VoteInput {
  readonly articleId: string
}

/** Of the version that is before the readers. Saying the same again is saying it once. */
export const giveFeedback = (ctx: Context, input: FeedbackGive) =>
  inTransaction(ctx, async (ctx) => {
    const { article, before } = await lockVote(ctx, input.articleId)
    const number = article.publishedVersion
    if (number === null)
      throw new UserError(ErrorCode.INVALID_TRANSITION, 'It is not published: nobody can have read it.', 'articleId')
    const vote = voteOf(input)
    if (before && before.number === number && isSame(before, vote))
      return { article, feedback: before, eventCursor: null }
    const feedback: Feedback = {
      ...{ articleId: article.id, userId: ctx.actor.id, number, givenAt: ctx.now() },
      ...vote,
    }
    await ctx.db.rows(
      `INSERT INTO article_feedback (article_id, user_id, number, helpful, reason, comment, given_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (article_id, user_id) DO UPDATE SET number = $3, helpful = $4, reason = $5, comment = $6, given_at = $7`,
      [article.id, ctx.actor.id, number, vote.helpful, vote.reason, vote.comment, feedback.givenAt],
    )
    await count(ctx, article.id, before, vote)
    return { article, feedback, eventCursor: await record(ctx, ArticleEventType.FEEDBACK_GIVEN, article, feedback) }
  })

/** Taking back what was never said does nothing. */
export const withdrawFeedback = (ctx: Context, { articleId }: { readonly articleId: string }) =>
  inTransaction(ctx, async (ctx) => {
    const { article, before } = await lockVote(ctx, articleId)
    if (!before) return { article, feedback: null, eventCursor: null }
    await ctx.db.rows('DELETE FROM article_feedback WHERE article_id = $1 AND user_id = $2', [articleId, ctx.actor.id])
    await count(ctx, articleId, before, null)
    const eventCursor = await record(ctx, ArticleEventType.FEEDBACK_WITHDRAWN, article, before)
    return { article, feedback: null, eventCursor }
  })

/** The article, and what the actor has said of it, for this transaction alone. Errors: NOT_FOUND, FORBIDDEN. */
async function lockVote(ctx: Context, articleId: string): Promise<{ article: Article; before: Feedback | null }> {
  const article = await lockArticle(ctx, { id: articleId }, 'article.rate', 'articleId')
  if (ctx.actor.kind !== ActorKind.USER) throw forbidden('Only people say whether an article has helped.')
  return { article, before: await findFeedback(ctx.db, articleId, ctx.actor.id) }
}

const isSame = (a: Vote, b: Vote) => a.helpful === b.helpful && a.reason === b.reason && a.comment === b.comment

async function count(ctx: Context, articleId: string, before: Vote | null, after: Vote | null): Promise<void> {
  const { helpful, unhelpful } = changeOfCounts(before, after)
  if (helpful === 0 && unhelpful === 0) return
  await ctx.db.rows(
    'UPDATE articles SET helpful_count = helpful_count + $2, unhelpful_count = unhelpful_count + $3 WHERE id = $1',
    [articleId, helpful, unhelpful],
  )
}

/** Readers do not hear what others think; those who write do. */
const record = (ctx: Context, type: ArticleEventType, article: Article, feedback: Feedback) =>
  recordEvent(ctx, {
    ...{ type, subject: article.id, incidentId: null, audience: Audience.INTERNAL },
    payload: { article, feedback } satisfies ArticleEventPayload & { feedback: Feedback },
  })
