import { allows } from '../access/rules.js'
import { signedIn } from '../incidents/participant.js'
import { findPeople } from '../incidents/participant.queries.js'
import { notify } from '../notifications/notification.commands.js'
import { type Context, inTransaction } from '../platform/context.js'
import { badInput, notFound } from '../platform/errors.js'
import { byId } from '../platform/loader.js'
import { optionalText } from '../platform/input.js'
import { DAY } from '../platform/wall-clock.js'
import { ArticleEventType } from './article-event.js'
import { ReviewDecision, commentFits, isApproved, mayReview, reviewersFit } from './article-review.js'
import { type ArticleInput, lockArticle, saveArticle } from './article.commands.js'
import { type Article, ArticleStatus, factsOfArticle, mayBecome, mustBe } from './article.js'
import { reviewAsked } from './article.notification.js'
import { findReviews, findVersion } from './article.queries.js'

/** The way of a version to its readers: looked over, approved, published; and of an article away from them. */

/** An article that nobody said more of is looked at again after so long. */
const REVIEW_AFTER = 180 * DAY

export interface ArticleSubmit extends ArticleInput {
  readonly reviewerIds?: readonly string[] | null
}

/** Asks others to look it over; where none is named, whoever decides over articles may. */
export const submitArticle = (ctx: Context, input: ArticleSubmit) =>
  inTransaction(ctx, async (ctx) => {
    const before = await lockArticle(ctx, input, 'article.write')
    mayBecome(before, ArticleStatus.IN_REVIEW)
    const version = (await findVersion(ctx.db, before.id, before.latestVersion))!
    const reviewerIds = input.reviewerIds ?? []
    reviewersFit(reviewerIds, version.authorId)
    await mustBeAbleToReview(ctx, before, reviewerIds)
    await ctx.db.rows(
      `INSERT INTO article_reviews (article_id, number, reviewer_id, asked_at) SELECT $1, $2, r, $4 FROM unnest($3::text[]) r
       ON CONFLICT (article_id, number, reviewer_id) DO UPDATE SET decision = NULL, comment = NULL, decided_at = NULL, asked_at = $4`,
      [before.id, version.number, reviewerIds, ctx.now()],
    )
    await notify(
      ctx,
      reviewerIds.map((reviewerId) => reviewAsked(before, version, reviewerId, ctx.actor.name)),
    )
    return saveArticle(ctx, before, { status: ArticleStatus.IN_REVIEW }, ArticleEventType.SUBMITTED)
  })

/** Errors: NOT_FOUND, BAD_USER_INPUT for those who are gone, or do not see the article. */
async function mustBeAbleToReview(ctx: Context, article: Article, reviewerIds: readonly string[]): Promise<void> {
  const people = byId(await findPeople(ctx.db, reviewerIds))
  for (const [index, id] of reviewerIds.entries()) {
    const person = people.get(id)
    const field = `reviewerIds.${index}`
    if (!person) throw notFound('user', field)
    if (!person.active) throw badInput(field, `${person.name} is not active any more.`)
    if (!allows(signedIn(person), 'article.write', factsOfArticle(article)))
      throw badInput(field, `${person.name} does not write articles, or does not see this one.`)
  }
}

export interface ArticleDecide extends ArticleInput {
  readonly decision: ReviewDecision
  readonly comment?: string | null
}

/** What somebody thinks of the latest version. */
export const reviewArticle = (ctx: Context, input: ArticleDecide) =>
  inTransaction(ctx, async (ctx) => {
    const before = await lockArticle(ctx, input, 'article.write')
    const { decision } = input
    const approves = decision === ReviewDecision.APPROVED
    const comment = optionalText('comment', input.comment, { maximum: 5_000 })
    commentFits(decision, comment)
    mustBe(before, ArticleStatus.IN_REVIEW)
    const version = (await findVersion(ctx.db, before.id, before.latestVersion))!
    const decides = allows(ctx.actor, 'article.publish', factsOfArticle({ ...before, ownerId: null }))
    mayReview(await findReviews(ctx.db, before.id, version.number), {
      ...{ reviewerId: ctx.actor.id, authorId: version.authorId, decides },
    })
    await ctx.db.rows(
      `INSERT INTO article_reviews (article_id, number, reviewer_id, decision, comment, asked_at, decided_at)
       VALUES ($1, $2, $3, $4, $5, $6, $6)
       ON CONFLICT (article_id, number, reviewer_id) DO UPDATE SET decision = $4, comment = $5, decided_at = $6`,
      [before.id, version.number, ctx.actor.id, decision, comment, ctx.now()],
    )
    if (!approves) return saveArticle(ctx, before, { status: ArticleStatus.DRAFT }, ArticleEventType.CHANGES_REQUESTED)
    const done = isApproved(await findReviews(ctx.db, before.id, version.number), decides)
    return saveArticle(ctx, before, done ? { status: ArticleStatus.APPROVED } : {}, ArticleEventType.APPROVED)
  })

/** Puts the latest version before the readers. */
export const publishArticle = (ctx: Context, input: ArticleInput) =>
  inTransaction(ctx, async (ctx) => {
    const before = await lockArticle(ctx, input, 'article.publish')
    mayBecome(before, ArticleStatus.PUBLISHED)
    return saveArticle(ctx, before, await publication(ctx, before), ArticleEventType.PUBLISHED)
  })

/** Without a review, whatever state it is in: what an operator brings was looked over where it comes from. */
export const publishLatest = (ctx: Context, input: ArticleInput) =>
  inTransaction(ctx, async (ctx) => {
    const before = await lockArticle(ctx, input, 'article.publish')
    return saveArticle(ctx, before, await publication(ctx, before), ArticleEventType.PUBLISHED)
  })

/** What publishing the latest version changes. */
export async function publication(ctx: Context, { id, latestVersion, reviewAt }: Article): Promise<Partial<Article>> {
  const { title } = (await findVersion(ctx.db, id, latestVersion))!
  const now = ctx.now()
  return {
    ...{ status: ArticleStatus.PUBLISHED, title, publishedVersion: latestVersion, publishedAt: now },
    reviewAt: reviewAt && reviewAt > now ? reviewAt : new Date(+now + REVIEW_AFTER),
  }
}

export interface ArticleConfirm extends ArticleInput {
  readonly reviewAt?: Date | null
}

/** Says that it still holds, and when to look again. */
export const confirmArticle = (ctx: Context, input: ArticleConfirm) =>
  inTransaction(ctx, async (ctx) => {
    const before = await lockArticle(ctx, input, 'article.write')
    if (before.publishedVersion === null) throw badInput('id', 'It is not published: there is nothing to confirm.')
    const now = ctx.now()
    if (input.reviewAt && input.reviewAt <= now) throw badInput('reviewAt', 'Must lie in the future.')
    const reviewAt = input.reviewAt ?? new Date(+now + REVIEW_AFTER)
    return saveArticle(ctx, before, { reviewAt }, ArticleEventType.CONFIRMED)
  })

/** Takes it away from its readers; its versions are kept. */
export const archiveArticle = (ctx: Context, input: ArticleInput) =>
  inTransaction(ctx, async (ctx) => {
    const before = await lockArticle(ctx, input, 'article.publish')
    if (before.status === ArticleStatus.ARCHIVED) return { article: before, eventCursor: null }
    const changes = { status: ArticleStatus.ARCHIVED, publishedVersion: null, publishedAt: null, reviewAt: null }
    return saveArticle(ctx, before, changes, ArticleEventType.ARCHIVED)
  })

/** Makes it a draft again. */
export const reinstateArticle = (ctx: Context, input: ArticleInput) =>
  inTransaction(ctx, async (ctx) => {
    const before = await lockArticle(ctx, input, 'article.publish')
    mustBe(before, ArticleStatus.ARCHIVED)
    return saveArticle(ctx, before, { status: ArticleStatus.DRAFT }, ArticleEventType.REINSTATED)
  })
