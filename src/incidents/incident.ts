import type { Visibility } from '../access/rules.js'
import { ErrorCode, UserError, badInput } from '../platform/errors.js'

/**
 * An incident and its rules: the lifecycle, the priority matrix, what each change stamps. Pure: time arrives as an
 * argument, and every rule answers the fields that change.
 */

export enum IncidentStatus {
  TRIGGERED = 'TRIGGERED',
  ACKNOWLEDGED = 'ACKNOWLEDGED',
  IN_PROGRESS = 'IN_PROGRESS',
  ON_HOLD = 'ON_HOLD',
  RESOLVED = 'RESOLVED',
  CLOSED = 'CLOSED',
  CANCELLED = 'CANCELLED',
}

export enum HoldReason {
  USER_INFORMATION = 'USER_INFORMATION',
  PROBLEM = 'PROBLEM',
  VENDOR = 'VENDOR',
  EVIDENCE = 'EVIDENCE',
}

/** How far it reaches, and how soon it must be dealt with: the two sides of the ITIL matrix. */
export enum Level {
  HIGH = 'HIGH',
  MEDIUM = 'MEDIUM',
  LOW = 'LOW',
}

export enum Priority {
  P1 = 'P1',
  P2 = 'P2',
  P3 = 'P3',
  P4 = 'P4',
  P5 = 'P5',
}

export interface Incident {
  id: string
  number: number
  title: string
  description: string
  status: IncidentStatus
  holdReason: HoldReason | null
  visibility: Visibility
  impact: Level
  urgency: Level
  priority: Priority
  priorityOverridden: boolean
  /** An exercise: kept out of the figures unless they are asked for with drills. */
  drill: boolean
  serviceId: string | null
  teamId: string | null
  commanderId: string | null
  /** The person who reported it; null when an alert did. */
  reporterId: string | null
  integrationId: string | null
  /** What its alerts have in common, in the words of the integration. */
  groupKey: string | null
  resolution: string | null
  workaround: string | null
  customFields: Record<string, unknown>
  impactStartedAt: Date | null
  detectedAt: Date | null
  createdAt: Date
  acknowledgedAt: Date | null
  mitigatedAt: Date | null
  /** Reopening keeps the first resolution; `resolvedAt` is the last. */
  firstResolvedAt: Date | null
  resolvedAt: Date | null
  closedAt: Date | null
  reopenCount: number
  updatedAt: Date
  version: number
}

/** What whoever opens an incident says of it; the rest is the same for every new one. */
export type IncidentOpening = Pick<
  Incident,
  | 'id'
  | 'number'
  | 'title'
  | 'description'
  | 'visibility'
  | 'impact'
  | 'urgency'
  | 'drill'
  | 'serviceId'
  | 'teamId'
  | 'reporterId'
  | 'integrationId'
  | 'groupKey'
  | 'impactStartedAt'
  | 'detectedAt'
>

/** A person declares it, or an alert opens it. */
export const newIncident = (opening: IncidentOpening, now: Date): Incident => ({
  status: IncidentStatus.TRIGGERED,
  holdReason: null,
  priority: priorityOf(opening.impact, opening.urgency),
  priorityOverridden: false,
  commanderId: null,
  resolution: null,
  workaround: null,
  customFields: {},
  createdAt: now,
  acknowledgedAt: null,
  mitigatedAt: null,
  firstResolvedAt: null,
  resolvedAt: null,
  closedAt: null,
  reopenCount: 0,
  updatedAt: now,
  version: 1,
  ...opening, // last: V8 copies it many times slower when it comes first
})

/** The whole lifecycle. A status not listed under another cannot follow it. */
const NEXT: Record<IncidentStatus, readonly IncidentStatus[]> = {
  TRIGGERED: [
    IncidentStatus.ACKNOWLEDGED,
    IncidentStatus.IN_PROGRESS,
    IncidentStatus.RESOLVED,
    IncidentStatus.CANCELLED,
  ],
  ACKNOWLEDGED: [IncidentStatus.IN_PROGRESS, IncidentStatus.RESOLVED, IncidentStatus.CANCELLED],
  IN_PROGRESS: [IncidentStatus.ON_HOLD, IncidentStatus.RESOLVED, IncidentStatus.CANCELLED],
  ON_HOLD: [IncidentStatus.IN_PROGRESS, IncidentStatus.RESOLVED, IncidentStatus.CANCELLED],
  RESOLVED: [IncidentStatus.IN_PROGRESS, IncidentStatus.CLOSED],
  CLOSED: [],
  CANCELLED: [],
}

export const OPEN_STATUSES: readonly IncidentStatus[] = [
  IncidentStatus.TRIGGERED,
  IncidentStatus.ACKNOWLEDGED,
  IncidentStatus.IN_PROGRESS,
  IncidentStatus.ON_HOLD,
]

export const isOpen = ({ status }: Pick<Incident, 'status'>): boolean => OPEN_STATUSES.includes(status)

const words = (status: IncidentStatus) => status.toLowerCase().replace('_', ' ')

/** The fields that change with a step of the lifecycle. Errors: INVALID_TRANSITION. */
export function transition(incident: Incident, to: IncidentStatus, now: Date): Partial<Incident> {
  if (!NEXT[incident.status].includes(to))
    throw new UserError(
      ErrorCode.INVALID_TRANSITION,
      `An incident that is ${words(incident.status)} cannot become ${words(to)}.`,
      'id',
    )
  const change: Partial<Incident> = { status: to, holdReason: null }
  switch (to) {
    case IncidentStatus.ACKNOWLEDGED:
      return { ...change, acknowledgedAt: incident.acknowledgedAt ?? now }
    case IncidentStatus.IN_PROGRESS:
      // Starting to work on it is acknowledging it. Coming back from resolved is a reopening: people are affected again.
      return incident.status === IncidentStatus.RESOLVED
        ? {
            ...change,
            reopenCount: incident.reopenCount + 1,
            resolution: null,
            mitigatedAt: null,
            resolvedAt: null,
          }
        : { ...change, acknowledgedAt: incident.acknowledgedAt ?? now }
    case IncidentStatus.RESOLVED:
      return { ...change, resolvedAt: now, firstResolvedAt: incident.firstResolvedAt ?? now }
    case IncidentStatus.CLOSED:
    case IncidentStatus.CANCELLED:
      return { ...change, closedAt: now }
    default:
      return change
  }
}

/** Impact × urgency, as ITIL has it. */
const MATRIX: Record<Level, Record<Level, Priority>> = {
  HIGH: { HIGH: Priority.P1, MEDIUM: Priority.P2, LOW: Priority.P3 },
  MEDIUM: { HIGH: Priority.P2, MEDIUM: Priority.P3, LOW: Priority.P4 },
  LOW: { HIGH: Priority.P3, MEDIUM: Priority.P4, LOW: Priority.P5 },
}

export const priorityOf = (impact: Level, urgency: Level): Priority => MATRIX[impact][urgency]

/** New impact or urgency; the priority follows, unless somebody has overridden it. */
export function triage(incident: Incident, impact: Level, urgency: Level): Partial<Incident> {
  return incident.priorityOverridden ? { impact, urgency } : { impact, urgency, priority: priorityOf(impact, urgency) }
}

/** The moments of an incident, in the order in which they can happen. */
export const MOMENTS = [
  'impactStartedAt',
  'detectedAt',
  'acknowledgedAt',
  'mitigatedAt',
  'resolvedAt',
  'closedAt',
] as const
export type Moment = (typeof MOMENTS)[number]

/** Null withdraws a moment that was entered by mistake. */
export type Corrections = { readonly [moment in Moment]?: Date | null }

/** Those that the lifecycle does not stamp: they can be told later, and withdrawn. */
const TOLD: readonly Moment[] = ['impactStartedAt', 'detectedAt', 'mitigatedAt']

/**
 * The fields that change. Only what is corrected has to fit: an incident that was mitigated before anybody took it
 * stays as it was. Errors: BAD_USER_INPUT when a corrected moment lies in the future, has not happened, or would stand
 * on the wrong side of another.
 */
export function correctMoments(incident: Incident, corrections: Corrections, now: Date): Partial<Incident> {
  const corrected = { ...incident, ...corrections }
  for (const [place, moment] of MOMENTS.entries()) {
    const at = corrections[moment]
    if (at === undefined) continue
    mayCorrect(incident, moment, at, now)
    if (at === null) continue
    const before = MOMENTS.slice(0, place).findLast((other) => corrected[other] && corrected[other] > at)
    if (before) throw badInput(moment, `Must not lie before ${before}.`)
    const after = MOMENTS.slice(place + 1).find((other) => corrected[other] && corrected[other] < at)
    if (after) throw badInput(moment, `Must not lie after ${after}.`)
  }
  return { ...corrections, ...firstResolution(incident, corrections.resolvedAt) }
}

function mayCorrect(incident: Incident, moment: Moment, at: Date | null, now: Date): void {
  if (at === null && !TOLD.includes(moment))
    throw badInput(moment, 'This cannot be withdrawn; it can only be moved to another time.')
  if (at && at > now) throw badInput(moment, 'Must not lie in the future.')
  const happened = moment === 'impactStartedAt' || moment === 'detectedAt' || incident[moment] !== null
  if (at && !happened) throw badInput(moment, 'This has not happened yet.')
}

/** Until it is reopened, the first resolution of an incident is the only one. */
function firstResolution(incident: Incident, resolvedAt: Date | null | undefined): Partial<Incident> {
  if (!resolvedAt) return {}
  if (incident.reopenCount === 0) return { firstResolvedAt: resolvedAt }
  if (incident.firstResolvedAt && resolvedAt < incident.firstResolvedAt)
    throw badInput('resolvedAt', 'Must not lie before the first resolution.')
  return {}
}
