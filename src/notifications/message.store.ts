import type { Context } from '../platform/context.js'
import { type MessageItem, type ChannelKind } from './channels/channel.js'
import { AttemptOutcome, MessageState } from './message.js'

/** What an attempt reads and writes. Every function works for many messages in one statement. */

export interface LockedMessage {
  readonly id: string
  readonly state: MessageState
  readonly attempts: number
  readonly failures: number
  /** An attempt may have arrived, though its outcome is not known. */
  readonly uncertain: boolean
  readonly dueAt: Date | null
  /** Milliseconds until somebody else may try; null when nobody does. */
  readonly leaseLeft: number | null
  readonly kind: ChannelKind
  readonly contactPointId: string
  /** Whether its contact point is in use. */
  readonly inUse: boolean
  readonly address: Buffer | null
  /** Of the account, where the contact point stands for that. */
  readonly email: string | null
  readonly secret: Buffer | null
}

/** Waits for whoever has them; always in the same order. */
export const lockMessages = (ctx: Context, ids: readonly string[]): Promise<LockedMessage[]> =>
  ctx.db.rows(
    `SELECT m.id, m.state, m.attempts, m.failures, m.uncertain, m.due_at AS "dueAt",
            extract(epoch FROM m.leased_until - clock_timestamp())::float8 * 1000 AS "leaseLeft",
            c.kind, c.id AS "contactPointId", c.active AS "inUse", c.address, c.secret,
            CASE WHEN c.of_account THEN u.email END AS email
       FROM messages m JOIN contact_points c ON c.id = m.contact_point_id LEFT JOIN users u ON u.id = c.user_id
      WHERE m.id = ANY($1::text[]) ORDER BY m.id FOR NO KEY UPDATE OF m`,
    [ids],
  )

export interface CarriedItem extends Omit<MessageItem, 'actions'> {
  readonly deliveryId: string
  readonly userId: string | null
  /** Where the notification is for one, and not for a person. */
  readonly contactPointId: string | null
  readonly messageId: string
  /** False when somebody is withdrawing it at this moment, or begins to. */
  readonly held: boolean
  /** Sealed. */
  readonly actions: Buffer | null
}

/** What of these messages has not been withdrawn; locked until the transaction ends, as far as that takes no waiting. */
export const holdItems = (ctx: Context, messageIds: readonly string[]): Promise<CarriedItem[]> =>
  ctx.db.rows(
    `WITH held AS (
       SELECT id FROM deliveries WHERE message_id = ANY($1::text[]) AND withdrawn_at IS NULL
          FOR NO KEY UPDATE SKIP LOCKED
     )
     SELECT d.id AS "deliveryId", d.message_id AS "messageId", d.id IN (SELECT id FROM held) AS held,
            n.user_id AS "userId", n.contact_point_id AS "contactPointId",
            n.id AS "notificationId", n.kind, n.urgency, n.subject, n.title, n.body, n.facts, n.url, n.actions,
            n.created_at AS "createdAt"
       FROM deliveries d JOIN notifications n ON n.id = d.notification_id
      WHERE d.message_id = ANY($1::text[]) AND d.withdrawn_at IS NULL
      ORDER BY d.urgency, d.due_at, d.id`,
    [messageIds],
  )

/** What may not be told any more is taken back, as if nobody needed it. The deliveries are held. */
export async function withhold(ctx: Context, deliveryIds: readonly string[]): Promise<void> {
  if (deliveryIds.length === 0) return
  await ctx.db.rows('UPDATE deliveries SET withdrawn_at = $2 WHERE id = ANY($1::text[])', [deliveryIds, ctx.now()])
}

export interface Beginning {
  readonly id: string
  readonly number: number
  readonly possibleDuplicate: boolean
  readonly deliveryIds: readonly string[]
}

/** Writes the intent. @param lease milliseconds */
export async function beginAttempts(ctx: Context, beginnings: readonly Beginning[], lease: number): Promise<void> {
  if (beginnings.length === 0) return
  await ctx.db.rows(
    `WITH begun AS (
       SELECT * FROM json_to_recordset($1)
           AS b(id text, number integer, "possibleDuplicate" boolean, "deliveryIds" text[])
     ), intent AS (
       INSERT INTO message_attempts (message_id, number, started_at, possible_duplicate, delivery_ids)
       SELECT id, number, $2, "possibleDuplicate", "deliveryIds" FROM begun
     )
     UPDATE messages m SET state = '${MessageState.SENDING}', attempts = b.number,
                           leased_until = clock_timestamp() + $3 * interval '1 ms'
       FROM begun b WHERE m.id = b.id`,
    [JSON.stringify(beginnings), ctx.now(), lease],
  )
}

/** Whoever began them has not told how they ended, and never will. */
export async function giveUpWaiting(ctx: Context, messageIds: readonly string[]): Promise<void> {
  if (messageIds.length === 0) return
  await ctx.db.rows(
    `WITH lost AS (
       UPDATE message_attempts SET outcome = '${AttemptOutcome.UNKNOWN}', ended_at = $2,
                                   error = 'The server stopped before it could record the outcome.'
        WHERE message_id = ANY($1::text[]) AND outcome IS NULL
     )
     UPDATE messages SET uncertain = true WHERE id = ANY($1::text[])`,
    [messageIds, ctx.now()],
  )
}

export async function cancelMessages(ctx: Context, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await ctx.db.rows(
    `UPDATE messages SET state = '${MessageState.CANCELLED}', due_at = NULL, leased_until = NULL, ended_at = $2
      WHERE id = ANY($1::text[])`,
    [ids, ctx.now()],
  )
}

export interface Ending {
  readonly id: string
  readonly number: number
  readonly outcome: AttemptOutcome
  readonly error: string | null
  readonly providerId: string | null
  readonly endedAt: Date
  readonly state: MessageState
  readonly failures: number
  /** Of the next attempt; null when there is none. */
  readonly dueAt: Date | null
}

/**
 * Answers those that counted: an attempt that was given up before stays unknown. It is one statement, and waits for no disk:
 * as long as an attempt is made and not recorded, a crash makes it uncertain.
 */
export async function endAttempts(ctx: Context, endings: readonly Ending[]): Promise<Set<string>> {
  if (endings.length === 0) return new Set()
  const counted = await ctx.db.rows<{ id: string }>(
    `WITH locked AS ( -- before their attempts, which is the order of whoever begins the next one
       SELECT id, set_config('synchronous_commit', 'off', true) FROM messages
        WHERE id = ANY($2::text[]) ORDER BY id FOR NO KEY UPDATE
     ), endings AS (
       SELECT e.* FROM json_to_recordset($1)
           AS e(id text, number integer, outcome text, error text, "providerId" text, "endedAt" timestamptz, state text,
                failures integer, "dueAt" timestamptz) JOIN locked USING (id)
     ), ended AS (
       UPDATE message_attempts a
          SET outcome = e.outcome, error = e.error, provider_id = e."providerId", ended_at = e."endedAt"
         FROM endings e WHERE a.message_id = e.id AND a.number = e.number AND a.outcome IS NULL
       RETURNING e.*
     )
     UPDATE messages m
        SET state = e.state, failures = e.failures, due_at = e."dueAt", leased_until = NULL,
            uncertain = m.uncertain OR e.outcome = '${AttemptOutcome.UNKNOWN}',
            ended_at = CASE WHEN e."dueAt" IS NULL THEN e."endedAt" END
       FROM ended e WHERE m.id = e.id
     RETURNING m.id`,
    [JSON.stringify(endings), endings.map(({ id }) => id)],
  )
  return new Set(counted.map(({ id }) => id))
}

/** What these messages carried and was not withdrawn. */
export const notificationsOf = async (ctx: Context, messageIds: readonly string[]): Promise<string[]> =>
  (
    await ctx.db.rows<{ id: string }>(
      `SELECT DISTINCT notification_id AS id FROM deliveries
        WHERE message_id = ANY($1::text[]) AND withdrawn_at IS NULL`,
      [messageIds],
    )
  ).map(({ id }) => id)

export async function replayMessages(ctx: Context, ids: readonly string[]): Promise<void> {
  await ctx.db.rows(
    `UPDATE messages SET state = '${MessageState.WAITING}', failures = 0, due_at = $2, ended_at = NULL
      WHERE id = ANY($1::text[])`,
    [ids, ctx.now()],
  )
}
