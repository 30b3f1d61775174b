import { allows, authorise } from '../access/rules.js'
import type { Reaction } from '../events/reaction.js'
import { type Context, inTransaction } from '../platform/context.js'
import { badInput, notFound } from '../platform/errors.js'
import { newId } from '../platform/id.js'
import { ResponderEventType } from '../responders/responder-event.js'
import { TimeOffEntity } from './arrangement.entity.js'
import { findTimeOff } from './arrangement.queries.js'
import { ON_DUTY, mayBeOnCall } from './duty.js'
import { findSchedulesOfPeople } from './final-schedule.queries.js'
import { lookAgain } from './handover.js'
import { ScheduleEventType, recordScheduleEvent } from './schedule-event.js'
import { LONGEST_RANGE } from './schedule.js'
import { type TimeOff, type TimeOffTerms, newTimeOff, remainder } from './time-off.js'

/**
 * Time off concerns every schedule of a person, so it locks the person alone; whoever puts them on a schedule locks
 * them, too. The schedules are looked at again right after the commit.
 */

export interface TimeOffCreate extends TimeOffTerms {
  /** The actor when left out. */
  readonly userId?: string | null
}

export const createTimeOff = (ctx: Context, input: TimeOffCreate) =>
  inTransaction(ctx, async (ctx) => {
    const now = ctx.now()
    const userId = input.userId ?? ctx.actor.id
    authorise(ctx.actor, userId === ctx.actor.id ? 'shift.arrange' : 'schedule.configure')
    await ctx.db.lock(userId)
    await mayBeOnCall(ctx.db, { userId })
    const timeOff: TimeOff = {
      ...{ id: newId('timeOff', now.getTime()), userId, ...newTimeOff(input, now) },
      ...{ createdBy: ctx.actor.id, createdAt: now },
    }
    await ctx.db.entities.insert(TimeOffEntity, timeOff)
    await recordScheduleEvent(ctx, ScheduleEventType.TIME_OFF_CREATED, userId, timeOff)
    await lookAgainFor(ctx, [userId])
    return { timeOff }
  })

/** What of it has been stays as it was: one that has begun ends now. */
export const deleteTimeOff = (ctx: Context, { id }: { readonly id: string }) =>
  inTransaction(ctx, async (ctx) => {
    const known = allows(ctx.actor, 'directory.read') ? await findTimeOff(ctx.db, id) : null
    if (!known) throw notFound('time off')
    authorise(ctx.actor, known.userId === ctx.actor.id ? 'shift.arrange' : 'schedule.configure')
    await ctx.db.lock(known.userId)
    const timeOff = await findTimeOff(ctx.db, id)
    if (!timeOff) throw notFound('time off') // somebody was faster
    const { endsAt } = timeOff
    if (!endsAt) throw badInput('id', 'It lasts for as long as they cannot be on call at all.')
    const rest = remainder({ ...timeOff, endsAt }, ctx.now())
    if (rest) await ctx.db.entities.update(TimeOffEntity, { id }, rest)
    else await ctx.db.entities.delete(TimeOffEntity, { id })
    await recordScheduleEvent(ctx, ScheduleEventType.TIME_OFF_DELETED, timeOff.userId, { ...timeOff, ...rest })
    await lookAgainFor(ctx, [timeOff.userId])
    return { timeOff: rest && { ...timeOff, ...rest } }
  })

async function lookAgainFor(ctx: Context, userIds: readonly string[]): Promise<void> {
  const range = { from: ctx.now(), to: new Date(+ctx.now() + LONGEST_RANGE) }
  await lookAgain(ctx, await findSchedulesOfPeople(ctx, userIds, range))
}

/**
 * Whoever cannot be on call any more, as their account was switched off or their role is another one, is off until that
 * changes: the gap is shown, and a lower layer fills it.
 */
export const ABSENCE_REACTION: Reaction = {
  to: [ResponderEventType.USER_UPDATED],
  react: async (ctx, events) => {
    const now = ctx.now()
    const people = await ctx.db.rows<{ id: string; onDuty: boolean; isOff: boolean }>(
      `SELECT u.id, u.active AND u.role = ANY($2::text[]) AS "onDuty",
              EXISTS (SELECT 1 FROM time_off f WHERE f.user_id = u.id AND f.ends_at IS NULL) AS "isOff"
         FROM users u WHERE u.id = ANY($1::text[])`,
      [events.map(({ subject }) => subject), ON_DUTY],
    )
    const changed = people.filter(({ onDuty, isOff }) => onDuty === isOff).map(({ id }) => id)
    if (changed.length === 0) return
    const off = people.filter(({ onDuty, isOff }) => !onDuty && !isOff)
    const reason = 'Cannot be on call: the account is switched off, or has another role'
    const absences = off.map(({ id }): TimeOff => {
      const absence = { id: newId('timeOff', now.getTime()), userId: id, startsAt: now, endsAt: null, reason }
      return { ...absence, createdBy: ctx.actor.id, createdAt: now }
    })
    if (absences.length > 0) await ctx.db.entities.insert(TimeOffEntity, absences)
    const back = people.filter(({ onDuty, isOff }) => onDuty && isOff).map(({ id }) => id)
    await ctx.db.rows('DELETE FROM time_off WHERE user_id = ANY($1::text[]) AND ends_at IS NULL AND starts_at >= $2', [
      ...[back, now],
    ])
    await ctx.db.rows('UPDATE time_off SET ends_at = $2 WHERE user_id = ANY($1::text[]) AND ends_at IS NULL', [
      ...[back, now],
    ])
    await lookAgainFor(ctx, changed)
  },
}
