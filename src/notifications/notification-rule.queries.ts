import { selectList } from '../platform/database.js'
import { byId, defineLoader, groupBy } from '../platform/loader.js'
import { mayReadContactPointsOf } from './contact-point.queries.js'
import type { NotificationRule } from './notification-rule.js'

const SELECT = `SELECT ${selectList('r', [
  ...['id', 'userId', 'contactPointId', 'urgency', 'delayMinutes', 'createdAt'],
])} FROM notification_rules r`

/** Only those of whom the viewer may know where they can be reached. */
export const loadNotificationRule = defineLoader(async (ctx, ids: readonly string[]) =>
  byId(
    (await ctx.db.rows<NotificationRule>(`${SELECT} WHERE r.id = ANY($1::text[])`, [ids])).filter(({ userId }) =>
      mayReadContactPointsOf(ctx.actor, userId),
    ),
  ),
)

/** What is urgent first, then in the order in which they apply. Whether the viewer may know them is asked before. */
export const loadRulesOfUser = defineLoader(async (ctx, userIds: readonly string[]) =>
  groupBy(
    await ctx.db.rows<NotificationRule>(
      `${SELECT} WHERE r.user_id = ANY($1::text[]) ORDER BY r.urgency, r.delay_minutes, r.id`,
      [userIds],
    ),
    ({ userId }) => userId,
  ),
)
