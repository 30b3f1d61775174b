import { type AccessColumns, allows, predicate } from '../access/rules.js'
import type { Actor } from '../platform/actor.js'
import { selectList } from '../platform/database.js'
import { byId, defineLoader, groupBy } from '../platform/loader.js'
import type { Condition } from '../platform/paging.js'
import { DeliveryState } from './delivery.js'
import { AttemptOutcome, MessageState } from './message.js'
import type { NotificationKind, NotificationUrgency } from './notification.js'

export interface Notification {
  id: string
  userId: string | null
  contactPointId: string | null
  kind: NotificationKind
  urgency: NotificationUrgency
  subject: string
  title: string
  body: string
  createdAt: Date
}

export interface Delivery {
  id: string
  notificationId: string
  contactPointId: string
  messageId: string | null
  dueAt: Date
  withdrawnAt: Date | null
  state: DeliveryState
}

/** In a statement that names the incidents `i`. */
const INCIDENT_ACCESS: AccessColumns = {
  visibility: 'i.visibility',
  teamId: 'i.team_id',
  serviceId: 'i.service_id',
  reporterId: 'i.reporter_id',
  incidentId: 'i.id',
}

const FROM = `notifications n LEFT JOIN contact_points c ON c.id = n.contact_point_id
                              LEFT JOIN incidents i ON i.id = n.incident_id`

/** For whom it is; and those who run incidents, as far as they see the incident that it is about. */
const readable =
  (actor: Actor): Condition =>
  (bind) => {
    const me = bind(actor.id)
    const own = `n.user_id = ${me} OR c.user_id = ${me}`
    if (!allows(actor, 'notification.read')) return `(${own})`
    return `(${own} OR i.id IS NULL OR ${predicate(actor, 'incident.read', INCIDENT_ACCESS)(bind)})`
  }

/** Only what the viewer may read; null for the rest. */
export const loadNotification = defineLoader(async (ctx, ids: readonly string[]) => {
  const values: unknown[] = [ids]
  const visible = readable(ctx.actor)((value) => `$${values.push(value)}`)
  const columns = selectList('n', [
    ...['id', 'userId', 'contactPointId', 'kind', 'urgency', 'subject', 'title', 'body', 'createdAt'],
  ])
  return byId(
    await ctx.db.rows<Notification>(
      `SELECT ${columns} FROM ${FROM} WHERE n.id = ANY($1::text[]) AND ${visible}`,
      values,
    ),
  )
})

/** What arrived has arrived, even if it was withdrawn a moment later. */
const STATE = `CASE
  WHEN m.state = '${MessageState.SENT}' AND (d.withdrawn_at IS NULL OR EXISTS (
         SELECT 1 FROM message_attempts a
          WHERE a.message_id = m.id AND a.outcome = '${AttemptOutcome.SENT}' AND d.id = ANY(a.delivery_ids)))
    THEN '${DeliveryState.SENT}'
  WHEN d.withdrawn_at IS NOT NULL OR m.state = '${MessageState.CANCELLED}' THEN '${DeliveryState.WITHDRAWN}'
  WHEN m.id IS NULL THEN '${DeliveryState.PENDING}'
  WHEN m.state = '${MessageState.DEAD}' THEN '${DeliveryState.UNDELIVERABLE}'
  ELSE '${DeliveryState.SENDING}' END`

/** In the order of their times. Whether the viewer may read the notification is asked before. */
export const loadDeliveries = defineLoader(async (ctx, notificationIds: readonly string[]) =>
  groupBy(
    await ctx.db.rows<Delivery>(
      `SELECT ${selectList('d', ['id', 'notificationId', 'contactPointId', 'messageId', 'dueAt', 'withdrawnAt'])},
              ${STATE} AS state
         FROM deliveries d LEFT JOIN messages m ON m.id = d.message_id
        WHERE d.notification_id = ANY($1::text[]) ORDER BY d.due_at, d.id`,
      [notificationIds],
    ),
    ({ notificationId }) => notificationId,
  ),
)
