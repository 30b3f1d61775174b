import type { Context } from '../platform/context.js'
import type { Database } from '../platform/database.js'
import type { Hours } from '../platform/hours.js'
import { newId } from '../platform/id.js'
import { type Job, addJobs } from '../platform/jobs.js'
import { Recordset } from '../platform/recordset.js'
import { sealerOf } from '../platform/sealing.js'
import { type PlannedDelivery, type Recipient, type Way, planDeliveries } from './delivery.js'
import { DELIVERY_DUE, NOTIFICATION_UNREACHED } from './notification.jobs.js'
import type { NewNotification, NotificationKind } from './notification.js'

/**
 * Writes notifications and plans their deliveries, in the transaction of what they tell. Answers their ids, in order.
 * Whom no rule and no address reaches is told nothing: the notification is there, with no delivery, and soon after an
 * event tells that it is undeliverable.
 *
 * However many they are, it takes five statements. It waits for nobody: the jobs have keys of their own, for a hundred
 * commands that page the same person would wait for each other if they shared one.
 */
export async function notify(ctx: Context, newNotifications: readonly NewNotification[]): Promise<string[]> {
  if (newNotifications.length === 0) return []
  const now = ctx.now()
  const at = now.getTime()
  const notifications = newNotifications.map((notification) => ({
    ...notification,
    id: notification.id ?? newId('notification', at),
  }))
  const recipients = await findRecipients(ctx.db, present(notifications.map(({ userId }) => userId)))
  const contactPoints = present(notifications.map(({ contactPointId }) => contactPointId))
  const contactPointsInUse = await findContactPointsInUse(ctx.db, contactPoints)
  const plan = ({ userId, contactPointId, urgency }: NewNotification): PlannedDelivery[] => {
    const recipient = userId === null ? null : recipients.get(userId)
    if (recipient) return planDeliveries(recipient, urgency, now)
    return contactPointId !== null && contactPointsInUse.has(contactPointId) ? [{ contactPointId, dueAt: now }] : []
  }
  const deliveries = notifications.flatMap((notification) =>
    plan(notification).map(({ contactPointId, dueAt }) => ({
      id: newId('delivery', at),
      notificationId: notification.id,
      contactPointId,
      urgency: notification.urgency,
      dueAt,
    })),
  )
  await insertNotifications(ctx, notifications, now)
  if (deliveries.length > 0)
    await ctx.db.rows(
      `INSERT INTO deliveries (${DELIVERIES.columns})
       SELECT ${DELIVERIES.columns} FROM json_populate_recordset(null::deliveries, $1)`,
      [DELIVERIES.encode(deliveries)],
    )
  await addJobs(ctx, jobsFor(notifications, deliveries, now))
  return notifications.map(({ id }) => id)
}

/**
 * Takes back what has not been sent yet: after the commit of this transaction no attempt to send it begins. Whoever
 * begins one locks the deliveries that it carries: either it comes first, and this statement waits for it, or it finds
 * them locked, passes over them and looks again. `bundling.ts` and `sending.ts` tell the rest.
 */
export async function withdraw(
  ctx: Context,
  subjects: readonly string[],
  kinds: readonly NotificationKind[],
): Promise<void> {
  if (subjects.length === 0 || kinds.length === 0) return
  await ctx.db.rows(
    `UPDATE deliveries d SET withdrawn_at = $3 FROM notifications n
      WHERE n.subject = ANY($1::text[]) AND n.kind = ANY($2::text[])
        AND d.notification_id = n.id AND d.withdrawn_at IS NULL`,
    [subjects, kinds, ctx.now()],
  )
}

const present = (ids: readonly (string | null)[]): string[] => [...new Set(ids.filter((id) => id !== null))]

type NotificationRow = Omit<NewNotification, 'actions'> & {
  readonly id: string
  readonly actions: string | null
  readonly createdAt: Date
}

const NOTIFICATIONS = new Recordset<NotificationRow>([
  ...(['id', 'userId', 'contactPointId', 'kind', 'urgency', 'subject', 'incidentId', 'title', 'body'] as const),
  ...(['facts', 'url', 'actions', 'createdAt'] as const),
])

interface DeliveryRow extends PlannedDelivery {
  readonly id: string
  readonly notificationId: string
  readonly urgency: string
}

const DELIVERIES = new Recordset<DeliveryRow>(['id', 'notificationId', 'contactPointId', 'urgency', 'dueAt'])

async function insertNotifications(
  ctx: Context,
  notifications: readonly (NewNotification & { readonly id: string })[],
  createdAt: Date,
): Promise<void> {
  const sealer = sealerOf(ctx.db.source)
  const rows = notifications.map(({ actions, ...notification }): NotificationRow => {
    const sealed = actions.length > 0 ? sealer.seal(JSON.stringify(actions), notification.id) : null
    return { ...notification, actions: sealed && `\\x${sealed.toString('hex')}`, createdAt }
  })
  await ctx.db.rows(
    `INSERT INTO notifications (${NOTIFICATIONS.columns})
     SELECT ${NOTIFICATIONS.columns} FROM json_populate_recordset(null::notifications, $1)`,
    [NOTIFICATIONS.encode(rows)],
  )
}

/** One for each contact point and time, kept under the first delivery of the two; and one for what has no delivery. */
function jobsFor(
  notifications: readonly { readonly id: string }[],
  deliveries: readonly DeliveryRow[],
  now: Date,
): Job[] {
  const first = new Map<string, DeliveryRow>()
  for (const delivery of deliveries) {
    const key = `${delivery.contactPointId} ${delivery.dueAt.getTime()}`
    if (!first.has(key)) first.set(key, delivery)
  }
  const planned = new Set(deliveries.map(({ notificationId }) => notificationId))
  return [
    ...[...first.values()].map(({ id, dueAt }) => ({ task: DELIVERY_DUE, id, at: dueAt })),
    ...notifications
      .filter(({ id }) => !planned.has(id))
      .map(({ id }) => ({ task: NOTIFICATION_UNREACHED, id, at: now })),
  ]
}

/** Of those who have an account that is in use. */
async function findRecipients(db: Database, userIds: readonly string[]): Promise<Map<string, Recipient>> {
  if (userIds.length === 0) return new Map()
  const rows = await db.rows<{
    id: string
    accountPointId: string
    ways: Way[] | null
    timeZone: string
    weekdays: Hours['weekdays'] | null
    from: string
    until: string
  }>(
    `SELECT u.id, account.id AS "accountPointId", u.time_zone AS "timeZone",
            q.weekdays, q.starts_at AS "from", q.ends_at AS "until",
            (SELECT json_agg(json_build_object('contactPointId', r.contact_point_id, 'urgency', r.urgency,
                                               'delayMinutes', r.delay_minutes) ORDER BY r.delay_minutes, r.id)
               FROM notification_rules r JOIN contact_points c ON c.id = r.contact_point_id AND c.active
              WHERE r.user_id = u.id) AS ways
       FROM users u
       JOIN contact_points account ON account.user_id = u.id AND account.of_account
       LEFT JOIN quiet_hours q ON q.user_id = u.id
      WHERE u.id = ANY($1::text[]) AND u.active`,
    [userIds],
  )
  return new Map(
    rows.map(({ id, accountPointId, ways, weekdays, timeZone, from, until }) => [
      id,
      { accountPointId, ways: ways ?? [], quietHours: weekdays && { weekdays, timeZone, from, until } },
    ]),
  )
}

async function findContactPointsInUse(db: Database, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const rows = await db.rows<{ id: string }>('SELECT id FROM contact_points WHERE id = ANY($1::text[]) AND active', [
    ids,
  ])
  return new Set(rows.map(({ id }) => id))
}
