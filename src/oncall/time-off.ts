import { badInput } from '../platform/errors.js'
import { optionalText } from '../platform/input.js'
import { REASON } from './override.js'
import { rangeFrom } from './schedule.js'

/** Time in which a person is not on call, on whichever schedule. */
export interface TimeOff {
  readonly id: string
  readonly userId: string
  readonly startsAt: Date
  /** Null: as long as they cannot be on call at all. */
  readonly endsAt: Date | null
  readonly reason: string
  readonly createdBy: string
  readonly createdAt: Date
}

export interface TimeOffTerms {
  readonly startsAt: Date
  readonly endsAt: Date
  readonly reason?: string | null
}

/** Errors: BAD_USER_INPUT that names the field. */
export const newTimeOff = (terms: TimeOffTerms, now: Date) => ({
  ...rangeFrom(now, terms),
  reason: optionalText('reason', terms.reason, REASON) ?? '',
})

/**
 * What remains of something that is taken back: what was stays as it was. Null: nothing. Errors: BAD_USER_INPUT when it
 * is over.
 */
export function remainder(
  { startsAt, endsAt }: { readonly startsAt: Date; readonly endsAt: Date },
  now: Date,
): { readonly endsAt: Date } | null {
  if (endsAt <= now) throw badInput('id', 'It is over, and stays on record.')
  return startsAt < now ? { endsAt: now } : null
}
