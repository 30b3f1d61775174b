/**
 * Somebody was called for an incident: a person, or a shared contact point. It is open until they take the incident, or
 * nobody needs their answer any more.
 */
export interface Page {
  readonly id: string
  readonly incidentId: string
  /** The step that called. */
  readonly entryId: string
  /** Exactly one of the two. */
  readonly userId: string | null
  readonly contactPointId: string | null
  readonly notificationId: string
  /** For people. */
  readonly because: string
  readonly pagedAt: Date
  /** When they took the incident themselves. */
  readonly acknowledgedAt: Date | null
  /** When nobody needed an answer any more, theirs or another's. */
  readonly endedAt: Date | null
  /** When it turned out that it reaches nobody. */
  readonly undeliverableAt: Date | null
}

export enum PageState {
  OPEN = 'OPEN',
  ACKNOWLEDGED = 'ACKNOWLEDGED',
  ENDED = 'ENDED',
}

export const pageState = ({ acknowledgedAt, endedAt }: Page): PageState =>
  acknowledgedAt ? PageState.ACKNOWLEDGED : endedAt ? PageState.ENDED : PageState.OPEN
