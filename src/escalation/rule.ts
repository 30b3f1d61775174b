import type { Incident } from '../incidents/incident.js'
import { type Condition, conditionHolds } from './policy.js'

/** Which policy an incident is escalated by: the first rule that matches, in the order of their positions. */
export interface EscalationRule {
  readonly id: string
  /** From 1; no gaps. */
  readonly position: number
  readonly name: string
  /** Any of these; null: any or none. */
  readonly serviceIds: readonly string[] | null
  readonly teamIds: readonly string[] | null
  readonly condition: Condition | null
  readonly policyId: string
  readonly createdAt: Date
}

export type Routed = Pick<Incident, 'serviceId' | 'teamId' | 'priority'>

const among = (ids: readonly string[] | null, id: string | null) => !ids || (id !== null && ids.includes(id))

/** @param rules in order */
export const ruleFor = (rules: readonly EscalationRule[], incident: Routed, at: Date): EscalationRule | null =>
  rules.find(
    ({ serviceIds, teamIds, condition }) =>
      among(serviceIds, incident.serviceId) &&
      among(teamIds, incident.teamId) &&
      conditionHolds(condition, incident, at),
  ) ?? null
