import type { RecordedEvent } from '../events/event-log.js'
import type { Reaction } from '../events/reaction.js'
import { notify } from '../notifications/notification.commands.js'
import {
  type Fact,
  type NewNotification,
  NotificationKind,
  NotificationUrgency,
} from '../notifications/notification.js'
import { ON_CALL_CHANGED, type OnCallChange, ScheduleEventType } from '../oncall/schedule-event.js'
import { findSchedule } from '../oncall/schedule.queries.js'
import { partnersOf } from '../oncall/shift-swap.commands.js'
import type { ShiftSwap } from '../oncall/shift-swap.js'
import type { Context } from '../platform/context.js'

/**
 * Tells people of their duty: that their turn begins, that somebody asks for a swap, and what became of their own asking.
 * Nobody has to get up for it.
 */

const { SWAP_REQUESTED, SWAP_ACCEPTED, SWAP_DECLINED } = ScheduleEventType

export const DUTY_REACTION: Reaction = {
  to: [ON_CALL_CHANGED, SWAP_REQUESTED, SWAP_ACCEPTED, SWAP_DECLINED],
  react: async (ctx, events) => {
    const told: NewNotification[] = []
    for (const { type, payload } of events)
      told.push(
        ...(type === ON_CALL_CHANGED ? turns(payload as OnCallChange) : await swaps(ctx, type, payload as ShiftSwap)),
      )
    await notify(ctx, told)
  },
}

const tell = (
  userId: string,
  subject: string,
  title: string,
  body: string,
  facts: readonly Fact[],
): NewNotification => ({
  ...{ userId, contactPointId: null, kind: NotificationKind.ON_CALL, urgency: NotificationUrgency.LOW },
  ...{ subject, incidentId: null, title, body, facts, url: null, actions: [] },
})

const range = ({ startsAt, endsAt }: { readonly startsAt: Date; readonly endsAt: Date }): Fact[] => [
  { name: 'From', value: startsAt.toISOString() },
  { name: 'Until', value: endsAt.toISOString() },
]

function turns({ onCall, joinedIds }: OnCallChange): NewNotification[] {
  const { scheduleId, scheduleName, current } = onCall
  return current
    .filter(({ userId }) => joinedIds.includes(userId))
    .map((shift) => {
      const facts = [...range(shift), { name: 'Why you', value: shift.because.summary }]
      return tell(shift.userId, scheduleId, `You are on call on “${scheduleName}”`, '', facts)
    })
}

async function swaps(ctx: Context, type: RecordedEvent['type'], swap: ShiftSwap): Promise<NewNotification[]> {
  const { id, scheduleId, requesterId, askedId, message } = swap
  const { name } = (await findSchedule(ctx.db, scheduleId))!
  const told = (userId: string, title: string) => tell(userId, id, title, message, range(swap))
  if (type === SWAP_ACCEPTED) return [told(requesterId, `${ctx.actor.name} takes your shift on “${name}”`)]
  if (type === SWAP_DECLINED) return [told(requesterId, `${ctx.actor.name} does not take your shift on “${name}”`)]
  const asked = askedId ? [askedId] : await partnersOf(ctx, scheduleId, requesterId)
  return [...new Set(asked)].map((userId) => told(userId, `${ctx.actor.name} asks you to take a shift on “${name}”`))
}
