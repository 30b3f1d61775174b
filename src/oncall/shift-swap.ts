import { ErrorCode, UserError, badInput, forbidden } from '../platform/errors.js'
import { optionalText } from '../platform/input.js'
import { rangeFrom } from './schedule.js'

/**
 * Somebody asks another, or anybody with whom they take turns, to be on call in their place for a time. Only a swap that
 * was accepted changes the schedule.
 */

export enum ShiftSwapStatus {
  REQUESTED = 'REQUESTED',
  ACCEPTED = 'ACCEPTED',
  DECLINED = 'DECLINED',
  WITHDRAWN = 'WITHDRAWN',
}

export interface ShiftSwap {
  readonly id: string
  readonly scheduleId: string
  readonly status: ShiftSwapStatus
  readonly requesterId: string
  /** Null: anybody who takes turns with the requester. */
  readonly askedId: string | null
  /** Who has accepted it. */
  readonly takerId: string | null
  readonly startsAt: Date
  readonly endsAt: Date
  readonly message: string
  readonly requestedAt: Date
  readonly decidedAt: Date | null
}

export interface ShiftSwapTerms {
  readonly askedId?: string | null
  readonly startsAt: Date
  readonly endsAt: Date
  readonly message?: string | null
}

const MESSAGE = { maximum: 300, minimum: 0 }

/** @param partners who takes turns with the requester. Errors: BAD_USER_INPUT that names the field. */
export function newSwap(terms: ShiftSwapTerms, requesterId: string, partners: readonly string[], now: Date) {
  const askedId = terms.askedId ?? null
  if (askedId === requesterId) throw badInput('askedId', 'You cannot ask yourself.')
  if (askedId === null && partners.length === 0)
    throw badInput('askedId', 'Nobody takes turns with you: name whom you ask.')
  return { askedId, ...rangeFrom(now, terms), message: optionalText('message', terms.message, MESSAGE) ?? '' }
}

/** Errors: INVALID_TRANSITION when it was decided already, or its time is over. */
function mustBeOpen({ status, endsAt }: ShiftSwap, now: Date): void {
  if (status !== ShiftSwapStatus.REQUESTED)
    throw new UserError(ErrorCode.INVALID_TRANSITION, `It has been ${status.toLowerCase()}.`, 'id')
  if (endsAt <= now) throw new UserError(ErrorCode.INVALID_TRANSITION, 'Its time is over.', 'id')
}

/** What was stays as it was: of a shift that has begun, the rest is taken. Errors: FORBIDDEN, INVALID_TRANSITION. */
export function accept(swap: ShiftSwap, takerId: string, partners: readonly string[], now: Date) {
  if (swap.askedId === null ? !partners.includes(takerId) : swap.askedId !== takerId)
    throw forbidden('This was not asked of you.')
  mustBeOpen(swap, now)
  const startsAt = swap.startsAt < now ? now : swap.startsAt
  return { status: ShiftSwapStatus.ACCEPTED, takerId, startsAt, decidedAt: now }
}

/** Errors: FORBIDDEN, INVALID_TRANSITION. */
export function decline(swap: ShiftSwap, askedId: string, now: Date) {
  if (swap.askedId !== askedId) throw forbidden('This was not asked of you by name: leave it to the others.')
  mustBeOpen(swap, now)
  return { status: ShiftSwapStatus.DECLINED, decidedAt: now }
}

/** Errors: INVALID_TRANSITION. */
export function withdraw(swap: ShiftSwap, now: Date) {
  mustBeOpen(swap, now)
  return { status: ShiftSwapStatus.WITHDRAWN, decidedAt: now }
}
