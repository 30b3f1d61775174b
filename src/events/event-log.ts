import { randomBytes } from 'node:crypto'
import type { DataSource } from 'typeorm'
import type { Actor, ActorKind } from '../platform/actor.js'
import type { Context } from '../platform/context.js'
import { type Database, poolOf } from '../platform/database.js'
import { ErrorCode, UserError, badInput } from '../platform/errors.js'
import type { Audience } from './audience.js'
import { type Position, decodeCursor, encodeCursor, isAfter } from './cursor.js'
import { ring } from './doorbell.js'
import { react } from './reaction.js'

/**
 * The event log: what every command records in its own transaction, and what everything else reads. It is the outbox,
 * the source of the subscriptions and of the audit at once.
 */

export interface NewEvent {
  readonly type: string
  /** Id of what changed. */
  readonly subject: string
  /** The incident that decides who may see it; null where the subject itself does, or nobody asks. */
  readonly incidentId: string | null
  readonly audience: Audience
  readonly payload: object
  /** Who did it, where that is not the context's actor. */
  readonly actor?: Pick<Actor, 'kind' | 'id'>
}

/** Something that happened long ago, or elsewhere, and is told only now. */
export type PastEvent = NewEvent & { readonly occurredAt: Date }

/** As a reaction sees it: it has no place in the log yet. */
export type RecordedEvent = NewEvent & { readonly actor: Pick<Actor, 'kind' | 'id'> }

export interface LogEvent extends Position, Omit<NewEvent, 'actor'> {
  readonly cursor: string
  readonly actorKind: ActorKind
  readonly actorId: string
  readonly occurredAt: Date
}

const epochs = new WeakMap<DataSource, string>()

export function epochOf(source: DataSource): string {
  const epoch = epochs.get(source)
  if (!epoch) throw new Error('The event log has not been opened')
  return epoch
}

/**
 * Reads which history this database holds; starts a new epoch when it is not the one that wrote the log. PostgreSQL's
 * system identifier changes with a restore into a new cluster, its timeline with a point-in-time recovery. Events of a
 * cluster whose transaction ids were ahead of this one's get the oldest id, or they would hide until it has caught up.
 */
export async function openEventLog(source: DataSource): Promise<string> {
  const client = await poolOf(source).connect()
  try {
    await client.query('BEGIN')
    await client.query("SELECT pg_advisory_xact_lock(hashtextextended('tocsin.event_log', 0))")
    const { rows } = await client.query<{ cluster: string; epoch: string | null; known: string | null }>(
      `SELECT s.system_identifier || '/' || c.timeline_id AS cluster, l.epoch, l.cluster AS known
         FROM pg_control_system() s, pg_control_checkpoint() c LEFT JOIN event_log l ON true`,
    )
    let { epoch } = rows[0]!
    const { cluster, known } = rows[0]!
    if (epoch === null || known !== cluster) {
      epoch = randomBytes(5).readUIntBE(0, 5).toString(36).padStart(8, '0').slice(-8)
      await client.query(
        `INSERT INTO event_log (epoch, cluster) VALUES ($1, $2)
         ON CONFLICT (single) DO UPDATE SET epoch = $1, cluster = $2, trimmed_xid = '0', trimmed_id = 0`,
        [epoch, cluster],
      )
      await client.query("UPDATE events SET xid = '1' WHERE xid >= pg_current_xact_id()")
    }
    await client.query('COMMIT')
    epochs.set(source, epoch)
    return epoch
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined)
    throw error
  } finally {
    client.release()
  }
}

/**
 * Records what happened, inside the command's transaction, and lets the reactions to it follow. Answers the cursor of the
 * last of them.
 */
export async function recordEvents(ctx: Context, newEvents: readonly NewEvent[]): Promise<string> {
  const events = newEvents.map((event): RecordedEvent => ({ ...event, actor: event.actor ?? ctx.actor }))
  const cursor = await append(ctx, events)
  await react(ctx, events)
  return cursor
}

/**
 * Records what is over: it stands in the log, at its own time, for all who read the log; but nothing follows from it. No
 * reaction sees it, so nobody is called, told or timed for what is past.
 */
export const recordHistory = (ctx: Context, events: readonly PastEvent[]): Promise<string> =>
  append(
    ctx,
    events.map((event) => ({ ...event, actor: event.actor ?? ctx.actor })),
  )

async function append(
  ctx: Context,
  events: readonly (RecordedEvent & { readonly occurredAt?: Date })[],
): Promise<string> {
  if (!ctx.db.inTransaction) throw new Error('An event is recorded in the transaction of what it tells')
  const recorded = await ctx.db.rows<{ xid: string; id: string }>(
    // One JSON text: as arrays the payloads would be escaped here and taken apart there for a second time.
    `INSERT INTO events (type, subject, incident_id, audience, actor_kind, actor_id, payload, occurred_at)
     SELECT e.type, e.subject, e.incident_id, e.audience, e.actor_kind, e.actor_id, e.payload, coalesce(e.occurred_at, $2)
       FROM ROWS FROM (json_to_recordset($1) AS
              (type text, subject text, "incidentId" text, audience text, "actorKind" text, "actorId" text, payload jsonb,
               "occurredAt" timestamptz))
         WITH ORDINALITY AS e(type, subject, incident_id, audience, actor_kind, actor_id, payload, occurred_at, n) ORDER BY n
     RETURNING xid::text, id::text`,
    [
      JSON.stringify(
        events.map(({ type, subject, incidentId, audience, payload, actor, occurredAt }) => {
          return { type, subject, incidentId, audience, actorKind: actor.kind, actorId: actor.id, payload, occurredAt }
        }),
      ),
      ctx.now(),
    ],
  )
  const last = recorded.at(-1)!
  const position = { xid: Number(last.xid), id: Number(last.id) }
  const { source } = ctx.db
  ctx.db.afterCommit(() => ring(source, position.xid))
  return encodeCursor(epochOf(source), position)
}

export const recordEvent = (ctx: Context, event: NewEvent): Promise<string> => recordEvents(ctx, [event])

/** The cursor of the last event that this transaction has recorded, by a command or by a reaction to it. */
export async function lastCursor(ctx: Context): Promise<string> {
  const last = await ctx.db.row<{ xid: string; id: string }>(
    'SELECT xid::text, id::text FROM events WHERE xid = pg_current_xact_id() ORDER BY events.id DESC LIMIT 1',
  )
  return encodeCursor(epochOf(ctx.db.source), { xid: Number(last!.xid), id: Number(last!.id) })
}

export interface LogPage {
  readonly events: LogEvent[]
  /** Up to here events have been forgotten, as of the same moment. */
  readonly trimmed: Position
  /** Every transaction with a lower id has ended: what they recorded has been read or is in `events`. */
  readonly horizon: number
}

/** Up to `limit` events after `position`, in order, as far as no running transaction can still add one before them. */
export async function readEvents(db: Database, position: Position, limit: number): Promise<LogPage> {
  const rows = await db.rows<
    Omit<LogEvent, 'xid' | 'id' | 'cursor'> & {
      horizon: string
      trimmedXid: string
      trimmedId: string
      xid: string | null
      id: string
    }
  >(
    `SELECT h.horizon::text, h."trimmedXid", h."trimmedId", e.* FROM (
         SELECT pg_snapshot_xmin(pg_current_snapshot()) AS horizon,
                trimmed_xid::text AS "trimmedXid", trimmed_id::text AS "trimmedId"
           FROM event_log
       ) h
       LEFT JOIN LATERAL (
         SELECT xid::text, id::text, type, subject, incident_id AS "incidentId", audience, payload,
                actor_kind AS "actorKind", actor_id AS "actorId", occurred_at AS "occurredAt"
           FROM events
          WHERE (events.xid, events.id) > ($1::text::xid8, $2::bigint) AND events.xid < h.horizon
          ORDER BY events.xid, events.id LIMIT $3
       ) e ON true`,
    [position.xid, position.id, limit],
  )
  const epoch = epochOf(db.source)
  const events: LogEvent[] = []
  for (const { horizon: _, trimmedXid: _xid, trimmedId: _id, xid, id, ...event } of rows) {
    if (xid === null) continue
    const place = { xid: Number(xid), id: Number(id) }
    events.push({ ...place, cursor: encodeCursor(epoch, place), ...event })
  }
  const { horizon, trimmedXid, trimmedId } = rows[0]!
  return { events, horizon: Number(horizon), trimmed: { xid: Number(trimmedXid), id: Number(trimmedId) } }
}

/**
 * The place that a client's cursor names. Errors: BAD_USER_INPUT when it is none, CURSOR_EXPIRED when it belongs to
 * another history, or events after it have been trimmed.
 */
export async function positionOf(db: Database, cursor: string): Promise<Position> {
  const decoded = decodeCursor(cursor)
  if (!decoded) throw badInput('after', 'This is no cursor of the event log.')
  const log = await db.row<{ xid: string; id: string; next: string }>(
    `SELECT trimmed_xid::text AS xid, trimmed_id::text AS id, pg_snapshot_xmax(pg_current_snapshot())::text AS next
       FROM event_log`,
  )
  const trimmed = { xid: Number(log!.xid), id: Number(log!.id) }
  const { epoch, position } = decoded
  if (epoch !== epochOf(db.source) || isAfter(trimmed, position) || position.xid >= Number(log!.next))
    throw cursorExpired()
  return position
}

export const cursorExpired = () =>
  new UserError(
    ErrorCode.CURSOR_EXPIRED,
    'Events after this cursor are gone. Read the state afresh and subscribe without it.',
    'after',
  )

/** Events forgotten in one transaction: while it runs, nothing newer is read. */
const TRIM_PAGE = 5_000

/**
 * Forgets the events before the first one that is not older than `before`, and remembers up to where: what is dated
 * back (by an import, by a wrong clock) does not take newer events with it. Answers how many went.
 */
export async function trimEvents(db: Database, before: Date): Promise<number> {
  let gone = 0
  for (;;) {
    const count = await db.transaction(async (db) => {
      await db.lock('tocsin.trim')
      const oldest = await db.rows<{ xid: string; id: string; old: boolean }>(
        `SELECT xid::text, id::text, occurred_at < $1 AS old FROM events
          WHERE xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY events.xid, events.id LIMIT $2`,
        [before, TRIM_PAGE],
      )
      const firstKept = oldest.findIndex(({ old }) => !old)
      const old = firstKept < 0 ? oldest : oldest.slice(0, firstKept)
      const last = old.at(-1)
      if (!last) return 0
      const place = [last.xid, last.id]
      await db.rows('UPDATE event_log SET trimmed_xid = $1::text::xid8, trimmed_id = $2::bigint', place)
      await db.rows('DELETE FROM events WHERE (xid, id) <= ($1::text::xid8, $2::bigint)', place)
      return old.length
    })
    gone += count
    if (count < TRIM_PAGE) return gone
  }
}
