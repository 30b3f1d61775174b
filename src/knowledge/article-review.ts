import { ErrorCode, UserError, badInput, forbidden } from '../platform/errors.js'

/**
 * A version is looked over by others than its author. Everybody who was asked has to approve it, or somebody who decides
 * over articles does so for all; one who asks for changes sends it back.
 */

export enum ReviewDecision {
  APPROVED = 'APPROVED',
  CHANGES_REQUESTED = 'CHANGES_REQUESTED',
}

export interface ArticleReview {
  readonly articleId: string
  readonly number: number
  readonly reviewerId: string
  readonly decision: ReviewDecision | null
  readonly comment: string | null
  readonly askedAt: Date
  readonly decidedAt: Date | null
}

export const MAXIMUM_REVIEWERS = 10

/** Errors: BAD_USER_INPUT for too many, one named twice, or the author. */
export function reviewersFit(reviewerIds: readonly string[], authorId: string): void {
  if (reviewerIds.length > MAXIMUM_REVIEWERS)
    throw badInput('reviewerIds', `Ask at most ${MAXIMUM_REVIEWERS}, not ${reviewerIds.length}.`)
  for (const [index, id] of reviewerIds.entries()) {
    if (reviewerIds.indexOf(id) !== index) throw badInput(`reviewerIds.${index}`, 'This person is named twice.')
    if (id === authorId) throw badInput(`reviewerIds.${index}`, 'Whoever wrote a version does not review it.')
  }
}

/** Errors: FORBIDDEN for the author, and for those who were not asked and do not decide over the article. */
export function mayReview(
  reviews: readonly ArticleReview[],
  { reviewerId, authorId, decides }: { reviewerId: string; authorId: string; decides: boolean },
): void {
  if (reviewerId === authorId) throw forbidden('You wrote this version; somebody else has to review it.')
  if (!decides && !reviews.some((review) => review.reviewerId === reviewerId))
    throw forbidden('You were not asked to review this version.')
}

/** Whether a decision leaves nothing to wait for. */
export const isApproved = (reviews: readonly ArticleReview[], decides: boolean): boolean =>
  decides || (reviews.length > 0 && reviews.every(({ decision }) => decision === ReviewDecision.APPROVED))

/** Errors: BAD_USER_INPUT when changes are asked for without saying which. */
export function commentFits(decision: ReviewDecision, comment: string | null): void {
  if (decision === ReviewDecision.CHANGES_REQUESTED && !comment)
    throw new UserError(ErrorCode.BAD_USER_INPUT, 'Say what should change.', 'comment')
}
