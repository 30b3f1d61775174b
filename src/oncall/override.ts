import { badInput } from '../platform/errors.js'
import { optionalText } from '../platform/input.js'
import { rangeFrom } from './schedule.js'

/** An exception to a schedule for a time: somebody is added, taken out, or put in another's place. */

export enum OverrideKind {
  ADD = 'ADD',
  REMOVE = 'REMOVE',
  REPLACE = 'REPLACE',
}

export interface Override {
  readonly id: string
  readonly scheduleId: string
  readonly kind: OverrideKind
  /** Whose place is taken; null: somebody is added. */
  readonly outgoingId: string | null
  /** Who takes it; null: nobody does. */
  readonly incomingId: string | null
  readonly startsAt: Date
  readonly endsAt: Date
  readonly reason: string
  readonly createdBy: string
  readonly createdAt: Date
}

/** An override as people describe it. */
export interface OverrideTerms {
  readonly kind: OverrideKind
  readonly outgoingId?: string | null
  readonly incomingId?: string | null
  readonly startsAt: Date
  readonly endsAt: Date
  readonly reason?: string | null
}

export const REASON = { maximum: 300, minimum: 0 }

/** Errors: BAD_USER_INPUT that names the field. */
export function newOverride(terms: OverrideTerms, now: Date) {
  const { kind } = terms
  const outgoingId = terms.outgoingId ?? null
  const incomingId = terms.incomingId ?? null
  named('outgoingId', outgoingId, kind, kind !== OverrideKind.ADD)
  named('incomingId', incomingId, kind, kind !== OverrideKind.REMOVE)
  if (outgoingId === incomingId) throw badInput('incomingId', 'Somebody cannot replace themselves.')
  const reason = optionalText('reason', terms.reason, REASON) ?? ''
  return { kind, outgoingId, incomingId, ...rangeFrom(now, terms), reason }
}

function named(field: string, id: string | null, kind: OverrideKind, wanted: boolean): void {
  if (wanted && id === null) throw badInput(field, `Name the person: it is to ${kind.toLowerCase()} somebody.`)
  if (!wanted && id !== null) throw badInput(field, `Leave it out: it is to ${kind.toLowerCase()} somebody.`)
}

type People = Pick<Override, 'kind' | 'outgoingId' | 'incomingId'>

/**
 * Overrides of the same time contradict each other when they say different things of one person: who is taken out twice,
 * or brought in by one and taken out by the other, or added twice. That one person replaces two others is no
 * contradiction. Answers the field of `added` that is at fault; null when there is none.
 */
export function contradiction(added: People, other: People): 'outgoingId' | 'incomingId' | null {
  const { outgoingId, incomingId } = added
  if (outgoingId !== null && (outgoingId === other.outgoingId || outgoingId === other.incomingId)) return 'outgoingId'
  if (incomingId === null) return null
  const twice = incomingId === other.incomingId && (outgoingId === null || other.outgoingId === null)
  return twice || incomingId === other.outgoingId ? 'incomingId' : null
}
