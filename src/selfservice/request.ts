import type { IncidentStatus } from '../incidents/incident.js'
import { HoldReason, type Incident, Level } from '../incidents/incident.js'
import { ErrorCode, UserError } from '../platform/errors.js'
import { DAY } from '../platform/wall-clock.js'

/**
 * A request is an incident as whoever reported it sees it: in their words, with what is meant for them and nothing else.
 * The incident behind it has the lifecycle; what follows from it for its reporter is here. Pure.
 */

export enum RequestStatus {
  RECEIVED = 'RECEIVED',
  IN_PROGRESS = 'IN_PROGRESS',
  WAITING_FOR_YOU = 'WAITING_FOR_YOU',
  WAITING_FOR_OTHERS = 'WAITING_FOR_OTHERS',
  SOLVED = 'SOLVED',
  CLOSED = 'CLOSED',
  CANCELLED = 'CANCELLED',
}

/** How many people it concerns, as far as the reporter knows. */
export enum RequestReach {
  ONLY_ME = 'ONLY_ME',
  MY_TEAM = 'MY_TEAM',
  MANY_PEOPLE = 'MANY_PEOPLE',
}

/** What it does to the reporter's work. */
export enum RequestHindrance {
  CANNOT_WORK = 'CANNOT_WORK',
  HINDERED = 'HINDERED',
  CAN_WAIT = 'CAN_WAIT',
}

export interface Request {
  id: string
  incidentId: string
  reporterId: string
  number: number
  title: string
  description: string
  status: RequestStatus
  reach: RequestReach
  hindrance: RequestHindrance
  /** How the reporter is reached, in their words. */
  contact: string | null
  serviceId: string | null
  workaround: string | null
  resolution: string | null
  reportedAt: Date
  resolvedAt: Date | null
  closedAt: Date | null
  reopenCount: number
  /** Until when the latest resolution may be rejected and rated; null before the first, and while it is reopened. */
  answerUntil: Date | null
  rating: RequestRating | null
}

/** What the reporter thinks of a resolution. */
export interface RequestRating {
  /** 1 to 5, the best. */
  score: number
  comment: string | null
  ratedAt: Date
}

/** Nobody who reports something knows the matrix; these are the questions that they can answer. */
export const IMPACT: Readonly<Record<RequestReach, Level>> = {
  ONLY_ME: Level.LOW,
  MY_TEAM: Level.MEDIUM,
  MANY_PEOPLE: Level.HIGH,
}

export const URGENCY: Readonly<Record<RequestHindrance, Level>> = {
  CANNOT_WORK: Level.HIGH,
  HINDERED: Level.MEDIUM,
  CAN_WAIT: Level.LOW,
}

const STATUS: Readonly<Record<IncidentStatus, RequestStatus>> = {
  TRIGGERED: RequestStatus.RECEIVED,
  ACKNOWLEDGED: RequestStatus.IN_PROGRESS,
  IN_PROGRESS: RequestStatus.IN_PROGRESS,
  ON_HOLD: RequestStatus.WAITING_FOR_OTHERS,
  RESOLVED: RequestStatus.SOLVED,
  CLOSED: RequestStatus.CLOSED,
  CANCELLED: RequestStatus.CANCELLED,
}

export const requestStatus = ({ status, holdReason }: Pick<Incident, 'status' | 'holdReason'>): RequestStatus =>
  holdReason === HoldReason.USER_INFORMATION ? RequestStatus.WAITING_FOR_YOU : STATUS[status]

/** Those that somebody still works on, or waits for. */
export const OPEN_REQUEST_STATUSES: readonly RequestStatus[] = [
  RequestStatus.RECEIVED,
  RequestStatus.IN_PROGRESS,
  RequestStatus.WAITING_FOR_YOU,
  RequestStatus.WAITING_FOR_OTHERS,
]

const refused = (message: string) => new UserError(ErrorCode.INVALID_TRANSITION, message, 'id')

/** Errors: INVALID_TRANSITION when it is not solved, is closed, or was solved too long ago. */
export function mayBeReopened({ status, resolvedAt, answerUntil }: Request, now: Date): void {
  if (status === RequestStatus.CANCELLED) throw refused('It was cancelled; report it anew.')
  if (status !== RequestStatus.SOLVED && status !== RequestStatus.CLOSED) throw refused('It is not solved yet.')
  if (answerUntil && now > answerUntil)
    throw refused(`${tooLate('reopened', resolvedAt!, answerUntil)} Report it anew.`)
  if (status === RequestStatus.CLOSED) throw refused('It has been closed for good; report it anew.')
}

/** Errors: INVALID_TRANSITION when it is not solved, or was solved too long ago. */
export function mayBeRated({ resolvedAt, answerUntil }: Request, now: Date): void {
  if (!resolvedAt || !answerUntil) throw refused('Only what is solved can be rated.')
  if (now > answerUntil) throw refused(tooLate('rated', resolvedAt, answerUntil))
}

function tooLate(done: string, resolvedAt: Date, answerUntil: Date): string {
  const days = Math.round((answerUntil.getTime() - resolvedAt.getTime()) / DAY)
  const within = days === 1 ? 'a day' : `${days} days`
  return `It could be ${done} within ${within} of its resolution, until ${answerUntil.toISOString()}.`
}

/** Errors: INVALID_TRANSITION once nobody looks at it any more. */
export function mayBeCommented({ status }: Request): void {
  if (status === RequestStatus.CLOSED || status === RequestStatus.CANCELLED)
    throw refused(`It is ${status.toLowerCase()}, and nobody looks at it any more; report it anew.`)
}
