import { type AccessFacts, allows } from '../access/rules.js'
import { type Actor, ActorKind, type Role, TokenScope } from '../platform/actor.js'
import { badInput, forbidden } from '../platform/errors.js'
import { worksOnIncidents } from './assignment.js'

/**
 * Participants are the people who work on an incident: they see it whatever its visibility. Letting somebody in is
 * deciding who sees it, so it takes the right to do so, even when it comes about by a role or a task.
 */

/** A person, as far as it matters for letting them in. */
export interface Person {
  readonly id: string
  readonly name: string
  readonly role: Role
  readonly active: boolean
  readonly teamIds: readonly string[]
  readonly serviceIds: readonly string[]
}

/** The access rules ask actors; this is the person signed in with every right of theirs. */
export const signedIn = (person: Person): Actor => ({
  ...person,
  kind: ActorKind.USER,
  scopes: Object.values(TokenScope),
  tokenId: null,
  expiresAt: null,
})

/** Errors: BAD_USER_INPUT when they are not active, or would not see the incident as a participant either. */
export function mayJoin(person: Person, incident: AccessFacts, field: string): void {
  mustBeActive(person, field)
  const joined = { ...incident, participantIds: [...incident.participantIds, person.id] }
  if (!allows(signedIn(person), 'incident.read', joined))
    throw badInput(field, `${person.name} would not see it: the service has not been granted to them.`)
}

/**
 * For those who are given a role or a task. Errors: BAD_USER_INPUT when they do not work on incidents; FORBIDDEN when
 * they do not see this one yet, and the actor may not decide who does.
 */
export function mayBeEnlisted(person: Person, incident: AccessFacts, field: string, actor: Actor): void {
  mustBeActive(person, field)
  if (!worksOnIncidents(person.role))
    throw badInput(field, `${person.name} does not work on incidents: their role is ${person.role}.`)
  if (allows(signedIn(person), 'incident.read', incident) || allows(actor, 'incident.manage', incident)) return
  throw forbidden(`${person.name} does not see this incident; somebody who decides who does must add them first.`)
}

function mustBeActive({ name, active }: Person, field: string): void {
  if (!active) throw badInput(field, `${name} is not active any more.`)
}
