import type { Visibility } from '../access/rules.js'
import type { Incident, Priority } from '../incidents/incident.js'
import type { CalendarTerms } from './business-calendar.js'

/**
 * A service level: within what time somebody responds to an incident and within what time it is resolved. Policies stand in
 * one order, and the first that matches an incident holds for it. It is copied when the clocks start: changing it changes
 * no running clock.
 */

/** Which incidents; what is null does not matter. */
export interface SlaCondition {
  readonly priorities: readonly Priority[] | null
  readonly serviceIds: readonly string[] | null
  readonly teamIds: readonly string[] | null
  readonly visibilities: readonly Visibility[] | null
  /** Whether it is for drills as well. */
  readonly drills: boolean
}

export interface SlaPolicy extends SlaCondition {
  readonly id: string
  /** From 1, no gaps; null once it is archived. */
  readonly position: number | null
  readonly name: string
  readonly description: string
  /** Null: round the clock. */
  readonly calendarId: string | null
  /** Minutes that count; null: nothing is promised. One of the two is there. */
  readonly responseMinutes: number | null
  readonly resolutionMinutes: number | null
  /** Percent of the target from which on it is at risk. */
  readonly atRiskPercent: number
  readonly archived: boolean
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly version: number
}

/** What policies are chosen by. */
export type Routing = Pick<Incident, 'priority' | 'serviceId' | 'teamId' | 'visibility' | 'drill'>

export const routingOf = ({ priority, serviceId, teamId, visibility, drill }: Routing): Routing => ({
  ...{ priority, serviceId, teamId, visibility, drill },
})

/** What is copied onto the records of an incident. */
export interface SlaTerms {
  readonly policyName: string
  /** Null: round the clock. */
  readonly calendar: CalendarTerms | null
  readonly atRiskPercent: number
  /** What the policy was chosen by: when it changes, it is chosen anew. */
  readonly routing: Routing
}

const among = <T>(values: readonly T[] | null, value: T | null) => !values || (value !== null && values.includes(value))

const matches = (policy: SlaCondition, { priority, serviceId, teamId, visibility, drill }: Routing): boolean =>
  (policy.drills || !drill) &&
  among(policy.priorities, priority) &&
  among(policy.serviceIds, serviceId) &&
  among(policy.teamIds, teamId) &&
  among(policy.visibilities, visibility)

/** @param policies in order */
export const policyFor = <P extends SlaCondition>(policies: readonly P[], routing: Routing): P | null =>
  policies.find((policy) => matches(policy, routing)) ?? null
