import { Audience } from '../events/audience.js'
import { type Context, inTransaction } from '../platform/context.js'
import { ErrorCode, UserError } from '../platform/errors.js'
import { inWords } from './assignment.js'
import { findAssignments } from './assignment.queries.js'
import { IncidentEventType, recordIncidentEvent } from './incident-event.js'
import { type IncidentInput, type LockedIncident, addParticipant, lockIncident } from './incident.commands.js'
import { type Person, mayBeEnlisted, mayJoin } from './participant.js'
import { findPerson } from './participant.queries.js'
import { findOpenTasks } from './task.queries.js'

export interface ParticipantChange extends IncidentInput {
  readonly userId: string
}

/** Makes a participant of whoever is given a role or a task. Errors: NOT_FOUND, BAD_USER_INPUT, FORBIDDEN. */
export async function enlist(ctx: Context, incident: LockedIncident, field: string, userId: string): Promise<Person> {
  const person = await findPerson(ctx.db, field, userId)
  mayBeEnlisted(person, incident, field, ctx.actor)
  if (!incident.participantIds.includes(userId)) await addParticipant(ctx, incident.id, userId)
  return person
}

/** Lets somebody see the incident, whatever its visibility. Doing it twice is doing it once. */
export const joinIncident = (ctx: Context, input: ParticipantChange) =>
  inTransaction(ctx, async (ctx) => {
    const incident = await lockIncident(ctx, input, 'incident.manage')
    const person = await findPerson(ctx.db, 'userId', input.userId)
    if (incident.participantIds.includes(person.id)) return { incident, eventCursor: null }
    mayJoin(person, incident, 'userId')
    await addParticipant(ctx, incident.id, person.id)
    const body = `${person.name} takes part`
    return recordParticipants(ctx, IncidentEventType.PARTICIPANT_ADDED, incident, body)
  })

/**
 * Takes that away; done as well when they take no part. It is refused while the person has a role or an open task:
 * else an incident would be without its commander by a side effect, or wait for somebody who cannot see it.
 */
export const leaveIncident = (ctx: Context, input: ParticipantChange) =>
  inTransaction(ctx, async (ctx) => {
    const { id, userId } = input
    const incident = await lockIncident(ctx, input, 'incident.manage')
    const person = await findPerson(ctx.db, 'userId', userId)
    if (!incident.participantIds.includes(userId)) return { incident, eventCursor: null }
    const roles = (await findAssignments(ctx.db, id)).filter((assignment) => assignment.userId === userId)
    const tasks = await findOpenTasks(ctx.db, id, userId)
    const bonds = [...roles.map(({ role }) => inWords(role)), ...tasks.map(({ title }) => `task “${title}”`)]
    if (bonds.length > 0) {
      const message = `${person.name} still has: ${bonds.slice(0, 5).join(', ')}. Give that to somebody else first.`
      throw new UserError(ErrorCode.CONFLICT, message, 'userId')
    }
    await ctx.db.rows('DELETE FROM incident_participants WHERE incident_id = $1 AND user_id = $2', [id, userId])
    const body = `${person.name} takes part no more`
    return recordParticipants(ctx, IncidentEventType.PARTICIPANT_REMOVED, incident, body)
  })

async function recordParticipants(ctx: Context, type: IncidentEventType, incident: LockedIncident, body: string) {
  const { eventCursor } = await recordIncidentEvent(ctx, { type, incident, body, audience: Audience.INTERNAL })
  return { incident, eventCursor }
}
