import type { Hours } from '../platform/hours.js'
import { defineLoader } from '../platform/loader.js'

/** Whether the viewer may know them is asked before. */
export const loadQuietHours = defineLoader(async (ctx, userIds: readonly string[]) => {
  const rows = await ctx.db.rows<Hours & { userId: string }>(
    `SELECT q.user_id AS "userId", q.weekdays, q.starts_at AS "from", q.ends_at AS "until", u.time_zone AS "timeZone"
       FROM quiet_hours q JOIN users u ON u.id = q.user_id WHERE q.user_id = ANY($1::text[])`,
    [userIds],
  )
  return new Map(rows.map(({ userId, ...hours }) => [userId, hours]))
})
