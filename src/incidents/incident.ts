import { Visibility } from '../access/rules.js'
import { ErrorCode, UserError } from '../platform/errors.js'

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
      // Starting to work on it is acknowledging it. Coming back from resolved is a reopening.
      return incident.status === IncidentStatus.RESOLVED
        ? { ...change, reopenCount: incident.reopenCount + 1, resolution: null, resolvedAt: null }
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

/** Errors: BAD_USER_INPUT when the corrected moments would run backwards or name one that has not happened. */
export function correctMoments(
  incident: Incident,
  corrections: Partial<Record<Moment, Date>>,
  now: Date,
): Partial<Incident> {
  for (const moment of MOMENTS) {
    const corrected = corrections[moment]
    if (!corrected) continue
    if (corrected > now) throw new UserError(ErrorCode.BAD_USER_INPUT, 'Must not lie in the future.', moment)
    const happened = moment === 'impactStartedAt' || moment === 'detectedAt' || incident[moment] !== null
    if (!happened) throw new UserError(ErrorCode.BAD_USER_INPUT, 'This has not happened yet.', moment)
  }
  const corrected = { ...incident, ...corrections }
  let earlier: Moment | null = null
  for (const moment of MOMENTS) {
    if (!corrected[moment]) continue
    if (earlier && corrected[earlier]! > corrected[moment])
      throw new UserError(
        ErrorCode.BAD_USER_INPUT,
        `Must not lie before ${earlier}.`,
        moment in corrections ? moment : earlier,
      )
    earlier = moment
  }
  return corrections
}
