import { NO_FACTS, allows, authorise } from '../access/rules.js'
import { type Context, inTransaction } from '../platform/context.js'
import { badInput, forbidden, notFound } from '../platform/errors.js'
import { newId } from '../platform/id.js'
import { User } from '../responders/user.entity.js'
import { OverrideEntity } from './arrangement.entity.js'
import { findOverride, findOverrides } from './arrangement.queries.js'
import { mayBeOnCall, mustBePresent } from './duty.js'
import { followOnCall } from './handover.js'
import { type Override, type OverrideTerms, contradiction, newOverride } from './override.js'
import { ScheduleEventType, recordScheduleEvent } from './schedule-event.js'
import { findLayers } from './schedule.queries.js'
import { type Schedule, mayChange } from './schedule.js'
import { lockSchedule } from './schedule.store.js'
import { remainder } from './time-off.js'

export interface OverrideCreate extends OverrideTerms {
  readonly scheduleId: string
}

/** Whoever configures schedules arranges for anybody; others of the team step in themselves. */
export const createOverride = (ctx: Context, input: OverrideCreate) =>
  inTransaction(ctx, async (ctx) => {
    const now = ctx.now()
    const people = [input.outgoingId, input.incomingId].filter((id) => typeof id === 'string')
    const schedule = await lockSchedule(ctx, 'scheduleId', input.scheduleId, ...people)
    await mayCover(ctx, schedule)
    const override: Override = {
      ...{ id: newId('scheduleOverride', now.getTime()), scheduleId: schedule.id, ...newOverride(input, now) },
      ...{ createdBy: ctx.actor.id, createdAt: now },
    }
    const { outgoingId, incomingId } = override
    if (incomingId !== ctx.actor.id && !allows(ctx.actor, 'schedule.configure'))
      throw forbidden('You may put yourself on call. To have your own shift taken, ask for a swap.')
    await mayBeOnCall(ctx.db, { ...(incomingId && { incomingId }) })
    if (outgoingId && !(await ctx.db.entities.existsBy(User, { id: outgoingId })))
      throw notFound('person', 'outgoingId')
    await mustBePresent(ctx.db, 'incomingId', incomingId, override)
    for (const other of await findOverrides(ctx.db, schedule.id, override)) {
      const field = contradiction(override, other)
      if (field)
        throw badInput(
          field,
          `Another override of ${other.startsAt.toISOString()} to ${other.endsAt.toISOString()} says otherwise of them. Delete that one first.`,
        )
    }
    await ctx.db.entities.insert(OverrideEntity, override)
    await recordScheduleEvent(ctx, ScheduleEventType.OVERRIDE_CREATED, schedule.id, override)
    await followOnCall(ctx, [schedule.id])
    return { schedule, override }
  })

/** What of it has been stays as it was: one that has begun ends now. */
export const deleteOverride = (ctx: Context, { id }: { readonly id: string }) =>
  inTransaction(ctx, async (ctx) => {
    const known = allows(ctx.actor, 'directory.read') ? await findOverride(ctx.db, id) : null
    if (!known) throw notFound('override')
    const schedule = await lockSchedule(ctx, 'id', known.scheduleId)
    if (known.createdBy !== ctx.actor.id) authorise(ctx.actor, 'schedule.configure')
    else authorise(ctx.actor, 'shift.arrange')
    const override = await findOverride(ctx.db, id)
    if (!override) throw notFound('override') // somebody was faster
    const rest = remainder(override, ctx.now())
    if (rest) await ctx.db.entities.update(OverrideEntity, { id }, rest)
    else await ctx.db.entities.delete(OverrideEntity, { id })
    await recordScheduleEvent(ctx, ScheduleEventType.OVERRIDE_DELETED, schedule.id, { ...override, ...rest })
    await followOnCall(ctx, [schedule.id])
    return { schedule, override: rest && { ...override, ...rest } }
  })

/** Errors: FORBIDDEN, CONFLICT. */
async function mayCover(ctx: Context, schedule: Schedule): Promise<void> {
  const layers = await findLayers(ctx.db, schedule.id)
  const participantIds = layers.flatMap((layer) => layer.participantIds)
  authorise(ctx.actor, 'schedule.cover', { ...NO_FACTS, teamId: schedule.teamId, participantIds })
  mayChange(schedule, null)
}
