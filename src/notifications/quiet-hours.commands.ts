import { authorise } from '../access/rules.js'
import { type Context, inTransaction } from '../platform/context.js'
import { notFound } from '../platform/errors.js'
import { forgetLoaded } from '../platform/loader.js'
import { loadFindableUser } from '../responders/user.queries.js'
import { configuringOf } from './contact-point.commands.js'
import { NotificationEventType, recordNotificationEvent } from './notification-event.js'
import { type QuietHours, checkQuietHours } from './quiet-hours.js'

export interface QuietHoursSet {
  /** Whoever asks, when left out. */
  readonly userId?: string | null
  /** Null: none. */
  readonly quietHours: QuietHours | null
}

/** What waits for the end of the old ones goes on waiting for it. */
export const setQuietHours = (ctx: Context, input: QuietHoursSet) =>
  inTransaction(ctx, async (ctx) => {
    const userId = input.userId ?? ctx.actor.id
    authorise(ctx.actor, configuringOf(ctx.actor, userId))
    const quietHours = input.quietHours && checkQuietHours('quietHours', input.quietHours, ctx.now())
    await ctx.db.lock(userId)
    const user = await loadFindableUser(ctx, userId)
    if (!user) throw notFound('user', 'userId')
    if (quietHours)
      await ctx.db.rows(
        `INSERT INTO quiet_hours (user_id, weekdays, starts_at, ends_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (user_id) DO UPDATE SET weekdays = $2, starts_at = $3, ends_at = $4`,
        [userId, quietHours.weekdays, quietHours.from, quietHours.until],
      )
    else await ctx.db.rows('DELETE FROM quiet_hours WHERE user_id = $1', [userId])
    await recordNotificationEvent(ctx, NotificationEventType.QUIET_HOURS_SET, userId, { quietHours })
    forgetLoaded(ctx)
    return { user }
  })
