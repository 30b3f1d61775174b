import type { IncidentRole } from '../incidents/assignment.js'
import { type Incident, type Priority } from '../incidents/incident.js'
import type { Role } from '../platform/actor.js'
import { type Hours, covers } from '../platform/hours.js'

/**
 * An escalation policy: whom to call, in steps, until somebody acknowledges. Who stands behind a target is found out when
 * its step is taken. A policy is copied onto the incident that it is started for; changing it changes no running escalation.
 */

export enum TargetKind {
  USER = 'USER',
  TEAM = 'TEAM',
  SCHEDULE = 'SCHEDULE',
  /** Who holds a role in the response to this incident. */
  INCIDENT_ROLE = 'INCIDENT_ROLE',
  /** Who has a role in Tocsin: in the incident's team, or anywhere when nobody there has it. */
  ROLE = 'ROLE',
  /** A shared channel or webhook. */
  CONTACT_POINT = 'CONTACT_POINT',
}

/** Which turn of a schedule. */
export enum Turn {
  CURRENT = 'CURRENT',
  PREVIOUS = 'PREVIOUS',
  NEXT = 'NEXT',
}

export type Target =
  | { readonly kind: TargetKind.USER | TargetKind.TEAM | TargetKind.CONTACT_POINT; readonly id: string }
  | { readonly kind: TargetKind.SCHEDULE; readonly id: string; readonly turn: Turn }
  | { readonly kind: TargetKind.INCIDENT_ROLE; readonly incidentRole: IncidentRole }
  | { readonly kind: TargetKind.ROLE; readonly role: Role }

/** What must hold of an incident and the moment; what is null does not matter. */
export interface Condition {
  readonly priorities: readonly Priority[] | null
  readonly hours: Hours | null
}

export interface PolicyStep {
  readonly targets: readonly Target[]
  /** Minutes until the next step, if nobody acknowledges: 1 to 1,440. */
  readonly delayMinutes: number
  /** The step is passed over while this does not hold; null: it always holds. */
  readonly condition: Condition | null
}

/** The steps as people count them: from 1. */
export const numbered = (steps: readonly PolicyStep[]) => steps.map((step, index) => ({ number: index + 1, ...step }))

/** What is copied onto an incident. */
export interface PolicyTerms {
  readonly policyId: string | null
  readonly name: string
  readonly steps: readonly PolicyStep[]
  /** Passes through the steps after the first: 0 to 9. */
  readonly repeat: number
  /** Minutes until whoever acknowledged is asked again, and the steps begin anew; null: never. 5 to 1,440. */
  readonly acknowledgementTimeoutMinutes: number | null
  /** The hierarchical path: the policy that goes on when every pass was in vain, or when somebody asks for management. */
  readonly managementPolicyId: string | null
  /** Incidents of low urgency wait for these hours; null: they do not wait. */
  readonly workingHours: Hours | null
}

export interface EscalationPolicy extends Omit<PolicyTerms, 'policyId'> {
  readonly id: string
  readonly description: string
  readonly teamId: string | null
  /** An archived policy is started no more. */
  readonly archived: boolean
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly version: number
}

export const termsOf = ({ id, name, steps, repeat, ...policy }: EscalationPolicy): PolicyTerms => ({
  policyId: id,
  name,
  steps,
  repeat,
  acknowledgementTimeoutMinutes: policy.acknowledgementTimeoutMinutes,
  managementPolicyId: policy.managementPolicyId,
  workingHours: policy.workingHours,
})

export const conditionHolds = (condition: Condition | null, { priority }: Pick<Incident, 'priority'>, at: Date) =>
  (condition?.priorities?.includes(priority) ?? true) && (!condition?.hours || covers(condition.hours, at))
