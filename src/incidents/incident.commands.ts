import { type AccessFacts, type Action, Visibility, allows, authorise } from '../access/rules.js'
import { ActorKind } from '../platform/actor.js'
import { type Context, inTransaction } from '../platform/context.js'
import { ErrorCode, UserError, badInput, notFound } from '../platform/errors.js'
import { newId } from '../platform/id.js'
import { optionalText, pastMoment, text } from '../platform/input.js'
import { IncidentEventType, recordIncidentEvent } from './incident-event.js'
import { IncidentEntity } from './incident.entity.js'
import type { Level } from './incident.js'
import {
  type Corrections,
  type HoldReason,
  type Incident,
  IncidentStatus,
  type Moment,
  type Priority,
  correctMoments,
  isOpen,
  newIncident,
  priorityOf,
  transition,
  triage,
} from './incident.js'
import { findIncident } from './incident.queries.js'

export const TITLE = { maximum: 300 }
export const PROSE = { maximum: 20_000 }
export const REASON = { maximum: 2_000 }

/** What every command on an incident takes. */
export interface IncidentInput {
  readonly id: string
  /** When given, the command is done only if the incident still has this version. */
  readonly expectedVersion?: number | null
}

export type LockedIncident = Incident & Pick<AccessFacts, 'participantIds'>

/** The incident, for this transaction alone. Errors: NOT_FOUND, FORBIDDEN, CONFLICT. */
export async function lockIncident(ctx: Context, input: IncidentInput, action: Action): Promise<LockedIncident> {
  await ctx.db.lock(input.id)
  const incident = await findIncident(ctx.db, input.id)
  if (!incident || !allows(ctx.actor, 'incident.read', incident)) throw notFound('incident')
  authorise(ctx.actor, action, incident)
  if (typeof input.expectedVersion === 'number' && input.expectedVersion !== incident.version)
    throw new UserError(
      ErrorCode.CONFLICT,
      `The incident has changed: it has version ${incident.version}, not ${input.expectedVersion}.`,
      'expectedVersion',
    )
  return incident
}

/** Writes the changed fields; answers the incident as it is now. */
export async function saveIncident(
  ctx: Context,
  incident: LockedIncident,
  changes: Partial<Incident>,
): Promise<Incident> {
  const { participantIds: _, ...current } = incident
  const changed = { ...changes, updatedAt: ctx.now(), version: incident.version + 1 }
  await ctx.db.entities.update(IncidentEntity, { id: incident.id }, changed as object)
  return { ...current, ...changed }
}

interface Change {
  readonly changes: Partial<Incident>
  readonly type: IncidentEventType
  readonly body: string
}

/** The shape of most commands: load, authorise, rule, save, record, return. */
export const changeIncident = (
  ctx: Context,
  input: IncidentInput,
  rule: (incident: LockedIncident, now: Date, ctx: Context) => Change | Promise<Change>,
  action: Action = 'incident.respond',
) =>
  inTransaction(ctx, async (ctx) => {
    const before = await lockIncident(ctx, input, action)
    const { changes, type, body } = await rule(before, ctx.now(), ctx)
    const incident = await saveIncident(ctx, before, changes)
    const { eventCursor } = await recordIncidentEvent(ctx, { type, incident, body })
    return { incident, eventCursor }
  })

export interface IncidentDeclare {
  readonly title: string
  readonly description?: string | null
  readonly impact: Level
  readonly urgency: Level
  readonly visibility?: Visibility | null
  readonly serviceId?: string | null
  readonly teamId?: string | null
  readonly impactStartedAt?: Date | null
  readonly detectedAt?: Date | null
  readonly drill?: boolean | null
  /** By which Tocsin finds an incident of its own again; not for people. */
  readonly groupKey?: string | null
}

/** A person declares an incident. The service's team takes it unless another is named. @param action what that takes */
export const declareIncident = (ctx: Context, input: IncidentDeclare, action: Action = 'incident.declare') =>
  inTransaction(ctx, async (ctx) => {
    const now = ctx.now()
    const reporterId = ctx.actor.kind === ActorKind.USER ? ctx.actor.id : null
    const visibility = input.visibility ?? Visibility.ORGANIZATION
    const { serviceId, teamId } = await ownership(ctx, input)
    authorise(ctx.actor, action, { visibility, serviceId, teamId, reporterId, participantIds: [] })
    if (visibility === Visibility.TEAM && !teamId)
      throw badInput('visibility', 'An incident for a team needs a team, or a service that has one.')
    const incident = newIncident(
      {
        id: newId('incident', now.getTime()),
        number: await nextIncidentNumber(ctx),
        title: text('title', input.title, TITLE),
        description: optionalText('description', input.description, { ...PROSE, minimum: 0 }) ?? '',
        visibility,
        impact: input.impact,
        urgency: input.urgency,
        drill: input.drill ?? false,
        serviceId,
        teamId,
        reporterId,
        integrationId: null,
        groupKey: input.groupKey ?? null,
        impactStartedAt: input.impactStartedAt ? pastMoment('impactStartedAt', input.impactStartedAt, now) : null,
        detectedAt: input.detectedAt ? pastMoment('detectedAt', input.detectedAt, now) : null,
      },
      now,
    )
    if (incident.impactStartedAt && incident.detectedAt && incident.detectedAt < incident.impactStartedAt)
      throw badInput('detectedAt', 'Must not lie before impactStartedAt.')
    await ctx.db.entities.insert(IncidentEntity, incident as object)
    if (reporterId) await addParticipant(ctx, incident.id, reporterId)
    const declared = { type: IncidentEventType.TRIGGERED, incident, body: 'Declared' }
    const { eventCursor } = await recordIncidentEvent(ctx, declared)
    return { incident, eventCursor }
  })

const nextIncidentNumber = async (ctx: Context): Promise<number> =>
  (await ctx.db.row<{ number: number }>(
    "SELECT nextval(pg_get_serial_sequence('incidents', 'number'))::int AS number",
  ))!.number

/** Who works on an incident sees it, whatever its visibility. */
export async function addParticipant(ctx: Context, incidentId: string, userId: string): Promise<void> {
  await ctx.db.rows('INSERT INTO incident_participants (incident_id, user_id) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    incidentId,
    userId,
  ])
}

/** Both exist, or the error names which does not. Without a team, the service's. */
async function ownership(ctx: Context, input: { serviceId?: string | null; teamId?: string | null }) {
  const serviceId = input.serviceId ?? null
  let teamId = input.teamId ?? null
  if (serviceId) {
    const service = await ctx.db.row<{ teamId: string | null }>(
      'SELECT team_id AS "teamId" FROM services WHERE id = $1',
      [serviceId],
    )
    if (!service || !allows(ctx.actor, 'service.read', { ...NOTHING, serviceId }))
      throw notFound('service', 'serviceId')
    teamId ??= service.teamId
  }
  if (input.teamId && !(await ctx.db.row('SELECT 1 FROM teams WHERE id = $1', [input.teamId])))
    throw notFound('team', 'teamId')
  return { serviceId, teamId }
}

const NOTHING = { visibility: Visibility.ORGANIZATION, teamId: null, reporterId: null, participantIds: [] }

/** Whoever takes an incident takes part in it. */
const joinIncident = async (ctx: Context, { id }: Incident): Promise<void> => {
  if (ctx.actor.kind === ActorKind.USER) await addParticipant(ctx, id, ctx.actor.id)
}

export const acknowledgeIncident = (ctx: Context, input: IncidentInput) =>
  changeIncident(ctx, input, async (incident, now, ctx) => {
    const changes = transition(incident, IncidentStatus.ACKNOWLEDGED, now)
    await joinIncident(ctx, incident)
    return { changes, type: IncidentEventType.ACKNOWLEDGED, body: 'Acknowledged' }
  })

/** @param action what the actor needs for it: whoever reported an incident may do less, and by their own commands */
export const startIncident = (ctx: Context, input: IncidentInput, action?: Action) =>
  changeIncident(
    ctx,
    input,
    async (incident, now, ctx) => {
      if (incident.status === IncidentStatus.RESOLVED)
        throw new UserError(ErrorCode.INVALID_TRANSITION, 'A resolved incident is reopened, with a reason.', 'id')
      const resumed = incident.status === IncidentStatus.ON_HOLD
      const changes = transition(incident, IncidentStatus.IN_PROGRESS, now)
      await joinIncident(ctx, incident)
      return {
        changes,
        type: resumed ? IncidentEventType.RESUMED : IncidentEventType.STARTED,
        body: resumed ? 'Work resumed' : 'Work started',
      }
    },
    action,
  )

export const holdIncident = (ctx: Context, input: IncidentInput & { reason: HoldReason; note?: string | null }) =>
  changeIncident(ctx, input, (incident, now) => {
    const note = optionalText('note', input.note, REASON)
    const waitingFor = input.reason.toLowerCase().replace('_', ' ')
    return {
      changes: { ...transition(incident, IncidentStatus.ON_HOLD, now), holdReason: input.reason },
      type: IncidentEventType.HELD,
      body: `On hold, waiting for ${waitingFor}${note ? `: ${note}` : ''}`,
    }
  })

export const mitigateIncident = (ctx: Context, input: IncidentInput) =>
  changeIncident(ctx, input, (incident, now) => {
    if (!isOpen(incident))
      throw new UserError(ErrorCode.INVALID_TRANSITION, 'Only an open incident is mitigated.', 'id')
    if (incident.mitigatedAt)
      throw new UserError(
        ErrorCode.INVALID_TRANSITION,
        'It is mitigated already; correct the time if it is wrong.',
        'id',
      )
    return {
      changes: { mitigatedAt: now },
      type: IncidentEventType.MITIGATED,
      body: 'Mitigated',
    }
  })

export const resolveIncident = (ctx: Context, input: IncidentInput & { resolution?: string | null }) =>
  changeIncident(ctx, input, (incident, now) => {
    const resolution = optionalText('resolution', input.resolution, PROSE)
    return {
      changes: { ...transition(incident, IncidentStatus.RESOLVED, now), resolution },
      type: IncidentEventType.RESOLVED,
      body: resolution ? `Resolved: ${resolution}` : 'Resolved',
    }
  })

export const closeIncident = (ctx: Context, input: IncidentInput) =>
  changeIncident(ctx, input, (incident, now) => ({
    changes: transition(incident, IncidentStatus.CLOSED, now),
    type: IncidentEventType.CLOSED,
    body: 'Closed',
  }))

/** @param action as for `startIncident` */
export const reopenIncident = (ctx: Context, input: IncidentInput & { reason: string }, action?: Action) =>
  changeIncident(
    ctx,
    input,
    (incident, now) => {
      if (incident.status !== IncidentStatus.RESOLVED)
        throw new UserError(ErrorCode.INVALID_TRANSITION, 'Only a resolved incident is reopened.', 'id')
      return {
        changes: transition(incident, IncidentStatus.IN_PROGRESS, now),
        type: IncidentEventType.REOPENED,
        body: `Reopened: ${text('reason', input.reason, REASON)}`,
      }
    },
    action,
  )

/** @param action as for `startIncident` */
export const cancelIncident = (ctx: Context, input: IncidentInput & { reason: string }, action?: Action) =>
  changeIncident(
    ctx,
    input,
    (incident, now) => ({
      changes: transition(incident, IncidentStatus.CANCELLED, now),
      type: IncidentEventType.CANCELLED,
      body: `Cancelled: ${text('reason', input.reason, REASON)}`,
    }),
    action,
  )

export interface IncidentUpdate extends IncidentInput {
  readonly title?: string | null
  readonly description?: string | null
  readonly serviceId?: string | null
  readonly teamId?: string | null
  readonly resolution?: string | null
}

/** What is left out stays. Handing the incident to another team is an update, too. */
export const updateIncident = (ctx: Context, input: IncidentUpdate) =>
  changeIncident(ctx, input, async (incident, _now, ctx) => {
    const changes: Partial<Incident> = {}
    const title = optionalText('title', input.title, TITLE)
    if (title !== null) changes.title = title
    const description = optionalText('description', input.description, { ...PROSE, minimum: 0 })
    if (description !== null) changes.description = description
    if (input.serviceId || input.teamId) {
      const { serviceId, teamId } = await ownership(ctx, input)
      if (serviceId) changes.serviceId = serviceId
      if (teamId) changes.teamId = teamId
    }
    const resolution = optionalText('resolution', input.resolution, PROSE)
    if (resolution !== null) {
      if (!incident.resolvedAt) throw badInput('resolution', 'Only a resolved incident has a resolution.')
      changes.resolution = resolution
    }
    const changed = Object.keys(changes)
    if (changed.length === 0) throw badInput('id', 'Name at least one field to change.')
    const names = changed.map((name) => name.replace('Id', '')).join(', ')
    return { changes, type: IncidentEventType.UPDATED, body: `Changed ${names}` }
  })

export const triageIncident = (
  ctx: Context,
  input: IncidentInput & { impact?: Level | null; urgency?: Level | null },
) =>
  changeIncident(ctx, input, (incident) => {
    if (!input.impact && !input.urgency) throw badInput('impact', 'Give impact, urgency or both.')
    const changes = triage(incident, input.impact ?? incident.impact, input.urgency ?? incident.urgency)
    const { impact, urgency, priority } = { ...incident, ...changes }
    return {
      changes,
      type: IncidentEventType.TRIAGED,
      body: `Impact ${impact.toLowerCase()}, urgency ${urgency.toLowerCase()}: priority ${priority}`,
    }
  })

/** Null as priority gives it back to the matrix. */
export const overridePriority = (ctx: Context, input: IncidentInput & { priority?: Priority | null; reason: string }) =>
  changeIncident(ctx, input, (incident) => {
    const reason = text('reason', input.reason, REASON)
    const priority = input.priority ?? priorityOf(incident.impact, incident.urgency)
    return {
      changes: { priority, priorityOverridden: Boolean(input.priority) },
      type: IncidentEventType.PRIORITY_OVERRIDDEN,
      body: `Priority ${incident.priority} → ${priority}: ${reason}`,
    }
  })

export const changeVisibility = (ctx: Context, input: IncidentInput & { visibility: Visibility; reason: string }) =>
  changeIncident(
    ctx,
    input,
    async (incident, _now, ctx) => {
      if (input.visibility === Visibility.TEAM && !incident.teamId)
        throw badInput('visibility', 'An incident for a team needs a team.')
      // Whoever decides this goes on seeing it.
      await joinIncident(ctx, incident)
      return {
        changes: { visibility: input.visibility },
        type: IncidentEventType.VISIBILITY_CHANGED,
        body: `Visibility ${incident.visibility.toLowerCase()} → ${input.visibility.toLowerCase()}: ${text('reason', input.reason, REASON)}`,
      }
    },
    'incident.manage',
  )

/** A correction may move a time back; the timeline keeps who did it, what it was, and why. */
export const correctTimes = (ctx: Context, input: IncidentInput & Corrections & { reason: string }) =>
  changeIncident(
    ctx,
    input,
    (incident, now) => {
      const { id: _id, expectedVersion: _version, reason, ...moments } = input
      const changed = Object.entries(moments).filter(([, at]) => at !== undefined)
      if (changed.length === 0) throw badInput('id', 'Name at least one time to correct.')
      const why = text('reason', reason, REASON)
      const told = changed.map(([moment, at]) => `${moment} ${tell(incident[moment as Moment])} → ${tell(at)}`)
      return {
        changes: correctMoments(incident, Object.fromEntries(changed), now),
        type: IncidentEventType.TIMES_CORRECTED,
        body: `Corrected ${told.join(', ')}: ${why}`,
      }
    },
    'incident.manage',
  )

const tell = (at: Date | null | undefined) => at?.toISOString() ?? 'unknown'

export const setWorkaround = (ctx: Context, input: IncidentInput & { workaround?: string | null }) =>
  changeIncident(ctx, input, () => {
    const workaround = optionalText('workaround', input.workaround, PROSE)
    return {
      changes: { workaround },
      type: IncidentEventType.WORKAROUND_CHANGED,
      body: workaround ? `Workaround: ${workaround}` : 'Workaround withdrawn',
    }
  })
