import { authorise } from '../access/rules.js'
import { newFeedSecret } from '../access/secret.js'
import { type Context, inTransaction } from '../platform/context.js'
import { notFound } from '../platform/errors.js'
import { newId } from '../platform/id.js'
import { publicUrl } from '../platform/public-url.js'
import { CalendarFeedEntity } from './calendar-feed.entity.js'
import type { CalendarFeed } from './calendar-feed.js'
import { loadFeed } from './calendar-feed.queries.js'
import { ScheduleEventType, recordScheduleEvent } from './schedule-event.js'
import { findSchedule } from './schedule.queries.js'

export const CALENDAR_PATH = '/calendar'

/** The address is answered here and never again. Made for a second time, it has another one, and the old one is gone. */
export const createFeed = (ctx: Context, input: { readonly scheduleId?: string | null }) =>
  inTransaction(ctx, async (ctx) => {
    authorise(ctx.actor, 'calendar.make')
    const now = ctx.now()
    const userId = ctx.actor.id
    const scheduleId = input.scheduleId ?? null
    await ctx.db.lock(userId)
    if (scheduleId !== null && !(await findSchedule(ctx.db, scheduleId))) throw notFound('schedule', 'scheduleId')
    const secret = newFeedSecret()
    const feed: CalendarFeed = { id: newId('calendarFeed', now.getTime()), userId, scheduleId, createdAt: now }
    await ctx.db.rows('DELETE FROM calendar_feeds WHERE user_id = $1 AND schedule_id IS NOT DISTINCT FROM $2', [
      ...[userId, scheduleId],
    ])
    await ctx.db.entities.insert(CalendarFeedEntity, { ...feed, secretHash: secret.hash })
    await recordScheduleEvent(ctx, ScheduleEventType.CALENDAR_FEED_CREATED, scheduleId ?? userId, feed)
    return { feed, url: publicUrl(ctx.db.source, `${CALENDAR_PATH}/${secret.text}.ics`) }
  })

/** Its address is refused from now on. */
export const revokeFeed = (ctx: Context, { id }: { readonly id: string }) =>
  inTransaction(ctx, async (ctx) => {
    authorise(ctx.actor, 'calendar.make')
    await ctx.db.lock(ctx.actor.id)
    const feed = await loadFeed(ctx, id)
    if (!feed) throw notFound('calendar feed')
    await ctx.db.entities.delete(CalendarFeedEntity, { id })
    await recordScheduleEvent(ctx, ScheduleEventType.CALENDAR_FEED_REVOKED, feed.scheduleId ?? feed.userId, feed)
    return { feed }
  })
