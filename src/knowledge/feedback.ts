import { badInput } from '../platform/errors.js'
import { optionalText } from '../platform/input.js'

/** Whether an article helped, as its readers say: one vote for each person, which they may change and take back. */

export enum FeedbackReason {
  OUTDATED = 'OUTDATED',
  UNCLEAR = 'UNCLEAR',
  INCOMPLETE = 'INCOMPLETE',
  WRONG = 'WRONG',
  NOT_WHAT_I_LOOKED_FOR = 'NOT_WHAT_I_LOOKED_FOR',
  OTHER = 'OTHER',
}

export interface Vote {
  readonly helpful: boolean
  /** Why it has not helped. */
  readonly reason: FeedbackReason | null
  readonly comment: string | null
}

export interface Feedback extends Vote {
  readonly articleId: string
  readonly userId: string
  /** The version that they had before them. */
  readonly number: number
  readonly givenAt: Date
}

export interface VoteInput {
  readonly helpful: boolean
  readonly reason?: FeedbackReason | null
  readonly comment?: string | null
}

/** Errors: BAD_USER_INPUT that names the field. */
export function voteOf({ helpful, reason = null, comment }: VoteInput): Vote {
  if (helpful && reason !== null) throw badInput('reason', 'A reason is given for what has not helped.')
  return { helpful, reason, comment: optionalText('comment', comment, { maximum: 2_000 }) }
}

/** By how much a vote in the place of another, or of none, changes the two counts. */
export const changeOfCounts = (before: Vote | null, after: Vote | null) => ({
  helpful: Number(after?.helpful === true) - Number(before?.helpful === true),
  unhelpful: Number(after?.helpful === false) - Number(before?.helpful === false),
})

/**
 * The share of helpful votes as if one of each kind had been given before: few votes tell little, and lie near ½
 * (Laplace's rule of succession).
 */
export const helpfulShare = (helpful: number, unhelpful: number): number => (helpful + 1) / (helpful + unhelpful + 2)
