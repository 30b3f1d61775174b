/**
 * Something on its way to a contact point: one notification, or all that were due there at a time. It is tried until it
 * has arrived, until nobody wants it any more, or until trying is given up.
 */

export enum MessageState {
  /** For its next attempt. */
  WAITING = 'WAITING',
  SENDING = 'SENDING',
  SENT = 'SENT',
  /** All of it was withdrawn, or its contact point is no longer in use. */
  CANCELLED = 'CANCELLED',
  /** Given up; it can be replayed. */
  DEAD = 'DEAD',
}

export enum AttemptOutcome {
  SENT = 'SENT',
  /** It has certainly not arrived. */
  FAILED = 'FAILED',
  /** It may have arrived: the answer was lost, or whoever waited for it. */
  UNKNOWN = 'UNKNOWN',
}

export interface Message {
  id: string
  contactPointId: string
  state: MessageState
  possibleDuplicate: boolean
  createdAt: Date
  endedAt: Date | null
}

export interface MessageAttempt {
  messageId: string
  number: number
  startedAt: Date
  endedAt: Date | null
  outcome: AttemptOutcome | null
  error: string | null
  providerId: string | null
  possibleDuplicate: boolean
}

/** What is due beyond this is told by the next message. */
export const MAXIMUM_ITEMS = 100

/** Ten attempts within the hour: after 5, 10, 20 … seconds, each a fifth shorter or longer by chance. */
export const MAXIMUM_FAILURES = 10
const FIRST_WAIT = 5_000 // milliseconds
const SPREAD = 0.2
/** Whatever the counterpart asks for. */
const LONGEST_WAIT = 3_600_000 // milliseconds

/**
 * Milliseconds until the next attempt; null when there is none.
 * @param failures how often it has failed, this time included
 * @param retryAfter milliseconds that the counterpart asks to wait
 * @param chance from 0 to 1: what failed together is not tried again together
 */
export function waitAfter(
  failures: number,
  { permanent, retryAfter }: { readonly permanent: boolean; readonly retryAfter: number | null },
  chance: number,
): number | null {
  if (permanent || failures >= MAXIMUM_FAILURES) return null
  const wait = FIRST_WAIT * 2 ** (failures - 1) * (1 - SPREAD + 2 * SPREAD * chance)
  return Math.round(Math.max(wait, Math.min(retryAfter ?? 0, LONGEST_WAIT)))
}
