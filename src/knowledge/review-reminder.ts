import type { Reaction } from '../events/reaction.js'
import { notify } from '../notifications/notification.commands.js'
import { Role } from '../platform/actor.js'
import { type Context, inTransaction } from '../platform/context.js'
import type { Database } from '../platform/database.js'
import { type Task, addJobs } from '../platform/jobs.js'
import { groupBy } from '../platform/loader.js'
import { type ArticleEventPayload, ArticleEventType } from './article-event.js'
import type { Article } from './article.js'
import { articleNotification } from './article.notification.js'
import { IS_UNOWNED } from './neglect.js'

/**
 * When the day comes on which somebody has to look whether a published article still holds, whoever answers for it is
 * told, and every week again until it has been confirmed, changed or archived. Where nobody answers for it, the managers
 * of its team are; where there are none either, nobody is, and the article shows as unowned.
 */
export const ARTICLE_REVIEW = 'article.review'

/** In hours, because a day of the database's time zone need not have 24. */
const AGAIN_AFTER = "interval '168 hours'"

/** When the next one is due, of a published article. A reminder of a review that was confirmed since is history. */
const NEXT = `CASE WHEN a.reminded_at >= a.review_at THEN a.reminded_at + ${AGAIN_AFTER} ELSE a.review_at END`

/** Whatever may have set the day, or put the article before its readers. */
export const ARTICLE_REVIEW_REACTION: Reaction = {
  to: [...[ArticleEventType.PUBLISHED, ArticleEventType.CONFIRMED, ArticleEventType.UPDATED, ArticleEventType.REVISED]],
  react: (ctx, events) =>
    addJobs(
      ctx,
      events.flatMap(({ payload }) => {
        const { id, publishedVersion, reviewAt } = (payload as ArticleEventPayload).article
        return publishedVersion !== null && reviewAt ? [{ task: ARTICLE_REVIEW, id, at: reviewAt }] : []
      }),
    ),
}

export const ARTICLE_REVIEW_TASK: Task = {
  name: ARTICLE_REVIEW,
  lane: 'timers',
  // A day that lay in the past when it was set is late from then on, not from that day.
  overdue: `SELECT a.id, greatest(${NEXT}, a.updated_at) AS "dueAt" FROM articles a
             WHERE a.review_at < $1 AND a.published_version IS NOT NULL AND greatest(${NEXT}, a.updated_at) < $1`,
  run: (ctx, ids) =>
    inTransaction(ctx, async (ctx) => {
      await ctx.db.lock(...ids)
      const reviews = await findReviewsAhead(ctx.db, ids)
      const now = ctx.now()
      const due = reviews.filter(({ remindAt }) => remindAt <= now)
      await remind(ctx, due)
      await ctx.db.rows('UPDATE articles SET reminded_at = $2 WHERE id = ANY($1::text[])', [
        due.map(({ id }) => id),
        now,
      ])
      const next = await findReviewsAhead(ctx.db, ids)
      await addJobs(
        ctx,
        next.map(({ id, remindAt }) => ({ task: ARTICLE_REVIEW, id, at: remindAt })),
      )
    }),
}

type ReviewAhead = Pick<Article, 'id' | 'number' | 'title'> & { readonly reviewAt: Date; readonly remindAt: Date }

const findReviewsAhead = (db: Database, ids: readonly string[]): Promise<ReviewAhead[]> =>
  db.rows(
    `SELECT a.id, a.number, a.title, a.review_at AS "reviewAt", ${NEXT} AS "remindAt" FROM articles a
      WHERE a.id = ANY($1::text[]) AND a.published_version IS NOT NULL AND a.review_at IS NOT NULL`,
    [ids],
  )

async function remind(ctx: Context, due: readonly ReviewAhead[]): Promise<void> {
  if (due.length === 0) return
  const whom = groupBy(
    await ctx.db.rows<{ articleId: string; userId: string }>(
      `SELECT a.id AS "articleId", o.id AS "userId" FROM articles a JOIN users o ON o.id = a.owner_id AND o.active
        WHERE a.id = ANY($1::text[])
       UNION ALL
       SELECT a.id, u.id FROM articles a JOIN team_members m ON m.team_id = a.team_id JOIN users u ON u.id = m.user_id
        WHERE a.id = ANY($1::text[]) AND ${IS_UNOWNED(String)} AND u.active AND u.role = '${Role.MANAGER}'`,
      [due.map(({ id }) => id)],
    ),
    ({ articleId }) => articleId,
  )
  await notify(
    ctx,
    due.flatMap((article) => (whom.get(article.id) ?? []).map(({ userId }) => reviewDue(article, userId))),
  )
}

const reviewDue = (article: ReviewAhead, userId: string) =>
  articleNotification(
    article,
    userId,
    `Does it still hold: ${article.title}`,
    `Its readers count on it, and it was to be looked at by ${article.reviewAt.toISOString().slice(0, 10)}. Confirm it, change it or archive it.`,
  )
