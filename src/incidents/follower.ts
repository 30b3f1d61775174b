import { type AccessFacts, allows, hears } from '../access/rules.js'
import type { Audience } from '../events/audience.js'
import { type Person, signedIn } from './participant.js'

/**
 * Followers of an incident are told how it goes on. Whoever reported it or takes part in it follows it, unless they have
 * said no; whoever may read it may follow it. To follow is not to see: what somebody may not read they are not told.
 */

/** Whether this person may be told what is meant for an audience, now. */
export function mayHear(person: Person, incident: AccessFacts, audience: Audience): boolean {
  const actor = signedIn(person)
  return person.active && allows(actor, 'incident.read', incident) && hears(actor, audience)
}
