/** Who is on call, as escalation and everybody else asks it. */

/** One stretch of time in which one person is on call, as the final schedule has it. */
export interface Shift {
  readonly scheduleId: string
  readonly userId: string
  readonly startsAt: Date
  /** Exclusive. */
  readonly endsAt: Date
  readonly because: ShiftReason
}

/** Why this person has it, so that a page can be explained: the layer that won, or what was put over it. */
export interface ShiftReason {
  readonly kind: ShiftReasonKind
  /** Id of the layer, the override or the swap. */
  readonly id: string
  /** For people: `Layer “Weekdays”`, `Override by Ada Lovelace: holiday cover`. */
  readonly summary: string
}

export enum ShiftReasonKind {
  LAYER = 'LAYER',
  OVERRIDE = 'OVERRIDE',
  SWAP = 'SWAP',
}

/** The turns of one schedule around a moment. Several people can be on call together. */
export interface OnCall {
  readonly scheduleId: string
  readonly scheduleName: string
  readonly at: Date
  /** Empty when nobody is on call. */
  readonly current: readonly Shift[]
  /** The last ones that ended, by others than those of now; empty when there was none within 90 days. */
  readonly previous: readonly Shift[]
  /** The next ones that begin, by others than those of now; empty when there is none within 90 days. */
  readonly next: readonly Shift[]
}
