import { type Context, inTransaction } from '../platform/context.js'
import { newId } from '../platform/id.js'
import { addJobs } from '../platform/jobs.js'
import { groupBy } from '../platform/loader.js'
import type { ChannelKind } from './channels/channel.js'
import type { Channels } from './configured-channels.js'
import { MAXIMUM_ITEMS, MessageState } from './message.js'
import { DELIVERY_DUE, MESSAGE_SEND } from './notification.jobs.js'

/**
 * Makes messages of what is due: everything at one contact point goes into one message. After it the contact point has
 * its rest, as long as its channel asks; what becomes due meanwhile is told together by the next message. So a storm of
 * sixty alerts in a minute is a message with the first, and another with all the others.
 *
 * Locks, in their order: the contact points, so that no two nodes make messages for the same one; then the deliveries,
 * without waiting for any. Whoever has one of them locked is withdrawing it at this moment, or begins to. Waiting for
 * them could end in a deadlock, for a command may withdraw twice; so those are left for a look a moment later, by when
 * they are withdrawn, or are not. Nothing that `notify` or `withdraw` hold is waited for here.
 *
 * That no delivery is forgotten: it comes with a job for its time, and whenever this has run for a contact point,
 * there is a job for the earliest that is left.
 */

const LOOK_AGAIN = 100 // milliseconds

interface ContactPointAtWork {
  readonly id: string
  readonly kind: ChannelKind
  nextMessageAt: Date | null
}

interface DueDelivery {
  readonly id: string
  readonly contactPointId: string
}

/** @param deliveryIds what has become due; all that is due at the same contact points goes with it */
export const makeMessages = (ctx: Context, channels: Channels, deliveryIds: readonly string[]) =>
  inTransaction(ctx, async (ctx) => {
    const now = ctx.now()
    const contactPoints = await lockContactPoints(ctx, deliveryIds)
    const rested = contactPoints.filter(({ nextMessageAt }) => !nextMessageAt || nextMessageAt <= now)
    const due = groupBy(await claimDue(ctx, rested, now), ({ contactPointId }) => contactPointId)
    const messages = rested
      .filter(({ id }) => due.has(id))
      .map((contactPoint) => {
        contactPoint.nextMessageAt = new Date(now.getTime() + (channels.get(contactPoint.kind)?.spacing ?? 0))
        return { id: newId('message', now.getTime()), contactPoint, deliveries: due.get(contactPoint.id)! }
      })
    if (messages.length > 0) await insertMessages(ctx, messages, now)
    const left = await earliestLeft(ctx, contactPoints)
    await addJobs(ctx, [
      ...messages.map(({ id }) => ({ task: MESSAGE_SEND, id, at: now })),
      ...left.map(({ id, dueAt, nextMessageAt }) => {
        const at = nextMessageAt && nextMessageAt > dueAt ? nextMessageAt : dueAt
        return { task: DELIVERY_DUE, id, at: at > now ? at : new Date(now.getTime() + LOOK_AGAIN) }
      }),
    ])
  })

const lockContactPoints = (ctx: Context, deliveryIds: readonly string[]): Promise<ContactPointAtWork[]> =>
  ctx.db.rows(
    `SELECT c.id, c.kind, c.next_message_at AS "nextMessageAt" FROM contact_points c
      WHERE c.id IN (SELECT contact_point_id FROM deliveries WHERE id = ANY($1::text[]))
      ORDER BY c.id FOR NO KEY UPDATE`,
    [deliveryIds],
  )

const PENDING = 'd.message_id IS NULL AND d.withdrawn_at IS NULL'

/** What is urgent comes first. */
const claimDue = (ctx: Context, contactPoints: readonly ContactPointAtWork[], now: Date): Promise<DueDelivery[]> =>
  ctx.db.rows(
    `SELECT due.id, due.contact_point_id AS "contactPointId" FROM unnest($1::text[]) AS c(id) CROSS JOIN LATERAL (
       SELECT d.id, d.contact_point_id FROM deliveries d
        WHERE d.contact_point_id = c.id AND ${PENDING} AND d.due_at <= $2
        ORDER BY d.urgency, d.due_at, d.id LIMIT ${MAXIMUM_ITEMS} FOR NO KEY UPDATE SKIP LOCKED
     ) due`,
    [contactPoints.map(({ id }) => id), now],
  )

interface NewMessage {
  readonly id: string
  readonly contactPoint: ContactPointAtWork
  readonly deliveries: readonly DueDelivery[]
}

async function insertMessages(ctx: Context, messages: readonly NewMessage[], now: Date): Promise<void> {
  const bundled = messages.flatMap(({ id, deliveries }) =>
    deliveries.map((delivery) => ({ id: delivery.id, messageId: id })),
  )
  await ctx.db.rows(
    `WITH made AS (
       INSERT INTO messages (id, contact_point_id, state, due_at, created_at)
       SELECT m.id, m.contact_point_id, '${MessageState.WAITING}', $6, $6
         FROM unnest($1::text[], $2::text[]) AS m(id, contact_point_id)
     ), bundled AS (
       UPDATE deliveries d SET message_id = b.message_id
         FROM unnest($4::text[], $5::text[]) AS b(id, message_id) WHERE d.id = b.id
     )
     UPDATE contact_points c SET next_message_at = n.at
       FROM unnest($2::text[], $3::timestamptz[]) AS n(id, at) WHERE c.id = n.id`,
    [
      messages.map(({ id }) => id),
      messages.map(({ contactPoint }) => contactPoint.id),
      messages.map(({ contactPoint }) => contactPoint.nextMessageAt),
      bundled.map(({ id }) => id),
      bundled.map(({ messageId }) => messageId),
      now,
    ],
  )
}

/** Of each contact point the delivery that is pending longest, or will be due first. */
async function earliestLeft(ctx: Context, contactPoints: readonly ContactPointAtWork[]) {
  const left = await ctx.db.rows<DueDelivery & { readonly dueAt: Date }>(
    `SELECT DISTINCT ON (d.contact_point_id) d.id, d.contact_point_id AS "contactPointId", d.due_at AS "dueAt"
       FROM deliveries d WHERE d.contact_point_id = ANY($1::text[]) AND ${PENDING}
      ORDER BY d.contact_point_id, d.due_at, d.id`,
    [contactPoints.map(({ id }) => id)],
  )
  const restOf = new Map(contactPoints.map(({ id, nextMessageAt }) => [id, nextMessageAt]))
  return left.map((delivery) => ({ ...delivery, nextMessageAt: restOf.get(delivery.contactPointId) ?? null }))
}
