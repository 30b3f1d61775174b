import type { Visibility } from '../access/rules.js'
import type { Priority } from '../incidents/incident.js'

/**
 * What the figures are made of: one row for each incident, with the moments and outcomes that they look at. A measure of
 * it is a number, or the reason why there is none; only numbers are averaged. Each measure of a fact follows from the fact
 * alone, at any time, so what was added up can be taken away again.
 */

/** How an incident came to be known. */
export enum IncidentType {
  ALERT = 'ALERT',
  DECLARATION = 'DECLARATION',
  REQUEST = 'REQUEST',
  IMPORT = 'IMPORT',
}

/** What came of what was promised. */
export enum Outcome {
  MET = 'MET',
  BREACHED = 'BREACHED',
  RUNNING = 'RUNNING',
}

export interface IncidentFact {
  readonly incidentId: string
  readonly visibility: Visibility
  readonly teamId: string | null
  readonly serviceId: string | null
  readonly reporterId: string | null
  readonly priority: Priority
  readonly type: IncidentType
  readonly drill: boolean
  readonly createdAt: Date
  readonly impactStartedAt: Date | null
  readonly detectedAt: Date | null
  readonly acknowledgedAt: Date | null
  readonly resolvedAt: Date | null
  readonly closedAt: Date | null
  /** When it left the backlog; null while it is open. */
  readonly endedAt: Date | null
  readonly cancelled: boolean
  readonly reopened: boolean
  /** It reached a second step, or was escalated by hand. */
  readonly escalated: boolean
  /** The last assessment says that nobody was affected. */
  readonly harmless: boolean
  /** Of its resolution; null where nothing was promised. */
  readonly resolution: Outcome | null
  /** Of all that was promised for it; null where nothing was. */
  readonly promises: Outcome | null
  /** Of the sections that its documentation must have: how many are filled. */
  readonly sections: number
  /** An article is linked to it. */
  readonly hasArticle: boolean
}

/** Whether two tell the same. */
export const isSame = (fact: IncidentFact, other: IncidentFact | undefined): boolean =>
  other !== undefined &&
  (Object.keys(fact) as (keyof IncidentFact)[]).every((key) => fact[key]?.valueOf() === other[key]?.valueOf())

/** Description, impact assessment, resolution. */
export const REQUIRED_SECTIONS = 3

/** Why a measure of an incident is no number. */
export enum Exclusion {
  /** It can still come. */
  PENDING = 'PENDING',
  /** It cannot be told of this incident. */
  NOT_APPLICABLE = 'NOT_APPLICABLE',
  /** It would be negative: a clock ran backwards. */
  INVALID = 'INVALID',
}

export const EXCLUSIONS = Object.values(Exclusion)

/** Durations in whole milliseconds, shares as 0 or 1, scores from 0 to 100 in thousandths. */
export enum Measure {
  DETECT = 'DETECT',
  ACKNOWLEDGE = 'ACKNOWLEDGE',
  RESOLVE = 'RESOLVE',
  OPEN_TO_RESOLVED = 'OPEN_TO_RESOLVED',
  OPEN_TO_CLOSED = 'OPEN_TO_CLOSED',
  RESOLUTION = 'RESOLUTION',
  ESCALATION = 'ESCALATION',
  REOPENING = 'REOPENING',
  PREVENTION = 'PREVENTION',
  SLA = 'SLA',
  SECTIONS = 'SECTIONS',
  ARTICLE = 'ARTICLE',
}

/** In the order in which they are kept: a new one goes to the end. */
export const MEASURES = Object.values(Measure)

/** Those that are durations, and have percentiles: the first so many. */
export const DURATIONS = 5

/** Milliseconds that count between two moments: all of them, or those of a business calendar. */
export type Counted = (from: Date, to: Date) => number

const ALL: Counted = (from, to) => +to - +from

type Measured = number | Exclusion

/** In the order of `MEASURES`. */
export function measuresOf(fact: IncidentFact, counted: Counted = ALL): Measured[] {
  const { createdAt, impactStartedAt, detectedAt, acknowledgedAt, resolvedAt, closedAt, cancelled } = fact
  const isOpen = fact.endedAt === null
  const missing = isOpen ? Exclusion.PENDING : Exclusion.NOT_APPLICABLE
  const between = (from: Date | null, to: Date | null): Measured => {
    if (from === null) return Exclusion.NOT_APPLICABLE
    if (to === null) return missing
    return to < from ? Exclusion.INVALID : counted(from, to)
  }
  const ended = (value: () => Measured): Measured =>
    cancelled ? Exclusion.NOT_APPLICABLE : isOpen ? Exclusion.PENDING : value()
  const wasDone = resolvedAt !== null || closedAt !== null || fact.reopened
  return [
    between(impactStartedAt, detectedAt),
    between(createdAt, acknowledgedAt),
    between(detectedAt, resolvedAt),
    between(createdAt, resolvedAt),
    cancelled ? Exclusion.NOT_APPLICABLE : between(createdAt, closedAt),
    outcome(fact.resolution),
    share(fact.escalated),
    cancelled || !wasDone ? missing : share(fact.reopened),
    ended(() =>
      share(fact.harmless || (impactStartedAt !== null && resolvedAt !== null && impactStartedAt > resolvedAt)),
    ),
    outcome(fact.promises),
    ended(() => Math.round((100_000 * fact.sections) / REQUIRED_SECTIONS) / 1_000),
    ended(() => 100 * share(fact.hasArticle)),
  ]
}

const share = (holds: boolean): number => (holds ? 1 : 0)

const outcome = (came: Outcome | null): Measured =>
  came === null ? Exclusion.NOT_APPLICABLE : came === Outcome.RUNNING ? Exclusion.PENDING : share(came === Outcome.MET)
