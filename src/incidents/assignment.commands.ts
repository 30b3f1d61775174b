import { type Context, inTransaction } from '../platform/context.js'
import { type Assignment, IncidentRole, assignmentOf, inWords, relievedBy } from './assignment.js'
import { findAssignments } from './assignment.queries.js'
import { IncidentEventType, recordIncidentEvent } from './incident-event.js'
import { type IncidentInput, type LockedIncident, lockIncident, saveIncident } from './incident.commands.js'
import { enlist } from './participant.commands.js'
import { findPerson } from './participant.queries.js'

export interface RoleChange extends IncidentInput {
  readonly role: IncidentRole
  readonly userId: string
}

/**
 * Gives a person a role. They become a participant, and relieve whoever held a role that only one person has. Giving
 * it twice is giving it once.
 */
export const assignRole = (ctx: Context, input: RoleChange) =>
  inTransaction(ctx, async (ctx) => {
    const { id, role, userId } = input
    const before = await lockIncident(ctx, input, 'incident.respond')
    const held = await findAssignments(ctx.db, id)
    if (assignmentOf(held, role, userId)) return { incident: before, eventCursor: null }
    const relieved = relievedBy(held, role, userId)
    const predecessor = relieved && (await findPerson(ctx.db, 'userId', relieved.userId))
    const person = await enlist(ctx, before, 'userId', userId)
    if (relieved) await remove(ctx, relieved)
    await ctx.db.rows(
      'INSERT INTO incident_assignments (incident_id, role, user_id, assigned_at) VALUES ($1, $2, $3, $4)',
      [id, role, userId, ctx.now()],
    )
    const incident = await noteCommander(ctx, before, role, userId)
    const body = predecessor
      ? `${person.name} took over as ${inWords(role)} from ${predecessor.name}`
      : `${person.name} became ${inWords(role)}`
    const { eventCursor } = await recordIncidentEvent(ctx, { type: IncidentEventType.ROLE_ASSIGNED, incident, body })
    return { incident, eventCursor }
  })

/**
 * Takes a role away; done as well when the person does not have it. They stay a participant: they have worked on the
 * incident and may have to explain.
 */
export const unassignRole = (ctx: Context, input: RoleChange) =>
  inTransaction(ctx, async (ctx) => {
    const { id, role, userId } = input
    const before = await lockIncident(ctx, input, 'incident.respond')
    const person = await findPerson(ctx.db, 'userId', userId)
    const assignment = assignmentOf(await findAssignments(ctx.db, id), role, userId)
    if (!assignment) return { incident: before, eventCursor: null }
    await remove(ctx, assignment)
    const incident = await noteCommander(ctx, before, role, null)
    const body = `${person.name} is ${inWords(role)} no more`
    const { eventCursor } = await recordIncidentEvent(ctx, { type: IncidentEventType.ROLE_UNASSIGNED, incident, body })
    return { incident, eventCursor }
  })

const remove = (ctx: Context, { incidentId, role, userId }: Assignment) =>
  ctx.db.rows('DELETE FROM incident_assignments WHERE incident_id = $1 AND role = $2 AND user_id = $3', [
    incidentId,
    role,
    userId,
  ])

/** The commander is a field of the incident, too: lists show them, and the version tells of the change. */
const noteCommander = async (ctx: Context, before: LockedIncident, role: IncidentRole, commanderId: string | null) =>
  role === IncidentRole.COMMANDER ? saveIncident(ctx, before, { commanderId }) : before
