import { allows, authorise } from '../access/rules.js'
import { type Context, inTransaction } from '../platform/context.js'
import { ErrorCode, UserError, badInput, notFound } from '../platform/errors.js'
import { newId } from '../platform/id.js'
import { ShiftSwapEntity } from './arrangement.entity.js'
import { findSwap } from './arrangement.queries.js'
import { mayBeOnCall, mustBePresent } from './duty.js'
import { finalSchedule } from './final-schedule.js'
import { followOnCall } from './handover.js'
import { findRosters } from './on-call.queries.js'
import { ScheduleEventType, recordScheduleEvent } from './schedule-event.js'
import { findLayers } from './schedule.queries.js'
import { mayChange } from './schedule.js'
import { lockSchedule } from './schedule.store.js'
import {
  type ShiftSwap,
  ShiftSwapStatus,
  type ShiftSwapTerms,
  accept,
  decline,
  newSwap,
  withdraw,
} from './shift-swap.js'

export interface ShiftSwapRequest extends ShiftSwapTerms {
  readonly scheduleId: string
}

/** For one's own shifts. It changes nothing until somebody accepts. */
export const requestSwap = (ctx: Context, input: ShiftSwapRequest) =>
  inTransaction(ctx, async (ctx) => {
    const now = ctx.now()
    const schedule = await lockSchedule(ctx, 'scheduleId', input.scheduleId)
    authorise(ctx.actor, 'shift.arrange')
    mayChange(schedule, null)
    const requesterId = ctx.actor.id
    const terms = newSwap(input, requesterId, await partnersOf(ctx, schedule.id, requesterId), now)
    if (terms.askedId) await mayBeOnCall(ctx.db, { askedId: terms.askedId })
    if (!(await isOnCall(ctx, { scheduleId: schedule.id, requesterId, ...terms })))
      throw badInput('startsAt', 'You are not on call on this schedule in this time.')
    const swap: ShiftSwap = {
      ...{ id: newId('shiftSwap', now.getTime()), scheduleId: schedule.id, status: ShiftSwapStatus.REQUESTED },
      ...{ requesterId, takerId: null, ...terms, requestedAt: now, decidedAt: null },
    }
    await ctx.db.entities.insert(ShiftSwapEntity, swap)
    await recordScheduleEvent(ctx, ScheduleEventType.SWAP_REQUESTED, schedule.id, swap)
    return { swap }
  })

interface SwapChoice {
  readonly id: string
}

/** From now on the shift is the actor's. */
export const acceptSwap = (ctx: Context, { id }: SwapChoice) =>
  decide(ctx, id, ScheduleEventType.SWAP_ACCEPTED, async (ctx, swap) => {
    const takerId = ctx.actor.id
    const partners = await partnersOf(ctx, swap.scheduleId, swap.requesterId)
    const accepted = { ...swap, ...accept(swap, takerId, partners, ctx.now()) }
    await mustBePresent(ctx.db, 'id', takerId, accepted)
    if (!(await isOnCall(ctx, accepted)))
      throw new UserError(ErrorCode.CONFLICT, 'Whoever asked is not on call any more in this time.', 'id')
    return accepted
  })

export const declineSwap = (ctx: Context, { id }: SwapChoice) =>
  decide(ctx, id, ScheduleEventType.SWAP_DECLINED, async (ctx, swap) => ({
    ...swap,
    ...decline(swap, ctx.actor.id, ctx.now()),
  }))

/** By whoever asked, or who configures schedules. */
export const withdrawSwap = (ctx: Context, { id }: SwapChoice) =>
  decide(ctx, id, ScheduleEventType.SWAP_WITHDRAWN, async (ctx, swap) => {
    if (swap.requesterId !== ctx.actor.id) authorise(ctx.actor, 'schedule.configure')
    return { ...swap, ...withdraw(swap, ctx.now()) }
  })

const decide = (
  ctx: Context,
  id: string,
  type: ScheduleEventType,
  rule: (ctx: Context, swap: ShiftSwap) => Promise<ShiftSwap>,
) =>
  inTransaction(ctx, async (ctx) => {
    const known = allows(ctx.actor, 'directory.read') ? await findSwap(ctx.db, id) : null
    if (!known) throw notFound('swap')
    const schedule = await lockSchedule(ctx, 'id', known.scheduleId, ctx.actor.id)
    authorise(ctx.actor, 'shift.arrange')
    mayChange(schedule, null)
    const swap = await rule(ctx, (await findSwap(ctx.db, id))!) // as it is now that nobody else can change it
    await ctx.db.entities.update(ShiftSwapEntity, { id }, swap)
    await recordScheduleEvent(ctx, type, schedule.id, swap)
    await followOnCall(ctx, [schedule.id])
    return { swap }
  })

/** Who takes turns with a person on some layer of the schedule. */
export async function partnersOf(ctx: Context, scheduleId: string, userId: string): Promise<string[]> {
  const layers = await findLayers(ctx.db, scheduleId)
  const together = layers.filter(({ participantIds }) => participantIds.includes(userId))
  return together.flatMap(({ participantIds }) => participantIds).filter((id) => id !== userId)
}

/** Whether whoever asks is on call in some part of the time. */
async function isOnCall(
  ctx: Context,
  { scheduleId, requesterId, startsAt, endsAt }: Pick<ShiftSwap, 'scheduleId' | 'requesterId' | 'startsAt' | 'endsAt'>,
): Promise<boolean> {
  const roster = (await findRosters(ctx.db, [scheduleId], startsAt, endsAt)).get(scheduleId)!
  return finalSchedule(roster, startsAt, endsAt).shifts.some(({ userId }) => userId === requesterId)
}
