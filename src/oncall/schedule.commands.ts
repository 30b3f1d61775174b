import { authorise } from '../access/rules.js'
import { type Context, inTransaction } from '../platform/context.js'
import { badInput, notFound } from '../platform/errors.js'
import { newId } from '../platform/id.js'
import { Team } from '../responders/team.entity.js'
import { unique } from '../responders/uniqueness.js'
import { mayBeOnCall, participantFields } from './duty.js'
import { followOnCall } from './handover.js'
import { type LayerTerms, MAXIMUM_LAYERS, newLayer } from './layer.js'
import { ScheduleEventType, recordScheduleEvent } from './schedule-event.js'
import { ScheduleEntity } from './schedule.entity.js'
import { findLayers } from './schedule.queries.js'
import { configure, insertLayers, lockSchedule, saveLayers, saveSchedule } from './schedule.store.js'
import { type Schedule, type ScheduleFields, type ScheduleText, fieldsOf, mayChange, newSchedule } from './schedule.js'

export interface ScheduleCreate extends ScheduleText {
  readonly name: string
  readonly timeZone: string
  /** From the lowest; each lies over those before it. */
  readonly layers?: readonly LayerTerms[] | null
}

/** A layer that starts in the past was on call then, too: what is added later does not change what was. */
export const createSchedule = (ctx: Context, input: ScheduleCreate) =>
  inTransaction(ctx, async (ctx) => {
    authorise(ctx.actor, 'schedule.configure')
    const now = ctx.now()
    const id = newId('schedule', now.getTime())
    const fields = newSchedule(input)
    const terms = input.layers ?? []
    if (terms.length > MAXIMUM_LAYERS) throw badInput('layers', `A schedule has at most ${MAXIMUM_LAYERS} layers.`)
    const plans = terms.map((terms, index) => newLayer(`layers.${index}`, terms, now))
    await ctx.db.lock(id, ...plans.flatMap(({ participantIds }) => participantIds))
    await teamExists(ctx, fields)
    for (const [index, { participantIds }] of plans.entries())
      await mayBeOnCall(ctx.db, participantFields(`layers.${index}`, participantIds))
    const schedule: Schedule = { id, ...fields, archivedAt: null, createdAt: now, updatedAt: now, version: 1 }
    const layers = plans.map((plan, position) => ({
      ...{ id: newId('scheduleLayer', now.getTime()), scheduleId: id, position, timeZone: fields.timeZone, ...plan },
      ...{ firstParticipant: 0, validFrom: plan.startsAt < now ? plan.startsAt : now, validUntil: null },
    }))
    await uniqueName(() => ctx.db.entities.insert(ScheduleEntity, schedule))
    await insertLayers(ctx, layers)
    await recordScheduleEvent(ctx, ScheduleEventType.CREATED, id, { schedule, layers })
    await followOnCall(ctx, [id])
    return { schedule }
  })

export interface ScheduleChange {
  readonly id: string
  /** When given, the command is done only if the schedule still has this version. */
  readonly expectedVersion?: number | null
}

/** What is left out stays. With another zone the hand-overs move to the same hours of that zone. */
export const updateSchedule = (ctx: Context, input: ScheduleChange & ScheduleText) =>
  inTransaction(ctx, async (ctx) => {
    const before = await lockSchedule(ctx, 'id', input.id)
    configure(ctx, before, input.expectedVersion)
    const changes = fieldsOf(input)
    if (Object.keys(changes).length === 0) throw badInput('id', 'Name at least one field to change.')
    await teamExists(ctx, changes)
    const schedule = await uniqueName(() => saveSchedule(ctx, before, changes))
    if (schedule.timeZone !== before.timeZone) {
      const layers = await findLayers(ctx.db, schedule.id)
      await saveLayers(ctx, schedule, layers, layers)
    }
    await recordScheduleEvent(ctx, ScheduleEventType.UPDATED, schedule.id, changes)
    await followOnCall(ctx, [schedule.id])
    return { schedule }
  })

/** From now on nobody is on call on it. What was stays to be read. Archiving it twice is archiving it once. */
export const archiveSchedule = (ctx: Context, input: ScheduleChange) =>
  inTransaction(ctx, async (ctx) => {
    const before = await lockSchedule(ctx, 'id', input.id)
    authorise(ctx.actor, 'schedule.configure')
    if (before.archivedAt) return { schedule: before }
    mayChange(before, input.expectedVersion)
    const schedule = await saveSchedule(ctx, before, { archivedAt: ctx.now() })
    await recordScheduleEvent(ctx, ScheduleEventType.ARCHIVED, schedule.id, {})
    await followOnCall(ctx, [schedule.id])
    return { schedule }
  })

async function teamExists(ctx: Context, { teamId }: Partial<ScheduleFields>): Promise<void> {
  if (typeof teamId === 'string' && !(await ctx.db.entities.existsBy(Team, { id: teamId })))
    throw notFound('team', 'teamId')
}

const uniqueName = <T>(write: () => Promise<T>) => unique('name', 'schedules_name', write)
