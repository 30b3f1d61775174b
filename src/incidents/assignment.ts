import { RULES } from '../access/rules.js'
import type { Role } from '../platform/actor.js'

/**
 * Who does what in a response, in the terms of the incident command system. One person commands, and each lead is one
 * person, so that everybody knows whom to ask: a new one takes over from the last. Of the others there may be several.
 */

export enum IncidentRole {
  COMMANDER = 'COMMANDER',
  DEPUTY = 'DEPUTY',
  OPERATIONS_LEAD = 'OPERATIONS_LEAD',
  COMMUNICATIONS_LEAD = 'COMMUNICATIONS_LEAD',
  SCRIBE = 'SCRIBE',
  LIAISON = 'LIAISON',
  SUBJECT_MATTER_EXPERT = 'SUBJECT_MATTER_EXPERT',
}

const HELD_BY_ONE: readonly IncidentRole[] = [
  IncidentRole.COMMANDER,
  IncidentRole.OPERATIONS_LEAD,
  IncidentRole.COMMUNICATIONS_LEAD,
]

export interface Assignment {
  incidentId: string
  role: IncidentRole
  userId: string
  assignedAt: Date
}

/** For sentences: `operations lead`. */
export const inWords = (role: IncidentRole): string => role.toLowerCase().replaceAll('_', ' ')

/** Whether people of this role work on incidents at all: only they hold incident roles and are given tasks. */
export const worksOnIncidents = (role: Role): boolean => role in RULES['incident.respond']

export const assignmentOf = (held: readonly Assignment[], role: IncidentRole, userId: string): Assignment | undefined =>
  held.find((assignment) => assignment.role === role && assignment.userId === userId)

/** Whom somebody else who takes the role relieves of it. */
export const relievedBy = (held: readonly Assignment[], role: IncidentRole, userId: string): Assignment | undefined =>
  HELD_BY_ONE.includes(role)
    ? held.find((assignment) => assignment.role === role && assignment.userId !== userId)
    : undefined
