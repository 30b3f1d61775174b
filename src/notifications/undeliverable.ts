import { Audience } from '../events/audience.js'
import { recordEvents } from '../events/event-log.js'
import { type Context, inTransaction } from '../platform/context.js'
import { MessageState } from './message.js'

/** A notification has reached nobody, and will not: whoever waits for an answer need not wait any longer. */
export const NOTIFICATION_UNDELIVERABLE = 'notification.undeliverable'

export interface Undeliverable {
  readonly notificationId: string
  /** What it was about. */
  readonly subject: string
  /** For whom; null where it was for a shared contact point. */
  readonly userId: string | null
}

/**
 * Records it of those that no delivery can reach any more: each was given up, or its contact point is no longer in use.
 * It comes after what made it so, in a transaction of its own, because reactions expect that the subject is locked.
 */
export const reportUndeliverable = (ctx: Context, ids: readonly string[]) =>
  inTransaction(ctx, async (ctx) => {
    const suspected = await ctx.db.rows<{ subject: string }>(
      'SELECT DISTINCT subject FROM notifications WHERE id = ANY($1::text[]) AND undeliverable_at IS NULL',
      [ids],
    )
    await ctx.db.lock(...suspected.map(({ subject }) => subject))
    const lost = await ctx.db.rows<Undeliverable>(
      `UPDATE notifications n SET undeliverable_at = $2
        WHERE n.id = ANY($1::text[]) AND n.undeliverable_at IS NULL AND NOT EXISTS (
          SELECT 1 FROM deliveries d LEFT JOIN messages m ON m.id = d.message_id
           WHERE d.notification_id = n.id
             AND (d.withdrawn_at IS NOT NULL
                  OR m.state IS NULL OR m.state NOT IN ('${MessageState.DEAD}', '${MessageState.CANCELLED}')))
       RETURNING n.id AS "notificationId", n.subject, n.user_id AS "userId"`,
      [ids, ctx.now()],
    )
    if (lost.length === 0) return
    await recordEvents(
      ctx,
      lost.map((payload) => ({
        type: NOTIFICATION_UNDELIVERABLE,
        subject: payload.notificationId,
        incidentId: null,
        audience: Audience.INTERNAL,
        payload,
      })),
    )
  })
