import { setTimeout } from 'node:timers/promises'
import { Audience } from '../events/audience.js'
import { epochOf, recordEvent } from '../events/event-log.js'
import type { EventFollower } from '../events/follower.js'
import type { Context } from '../platform/context.js'
import type { Database } from '../platform/database.js'
import type { Logger } from '../platform/log.js'
import { recount } from './cell.js'
import { type IncidentFact, isSame } from './fact.js'
import { findFacts, findPresentFacts, ofIncidents, writeFacts } from './fact.queries.js'

/**
 * Feeds facts and roll-ups from the event log, by cursor, exactly once: what was counted and how far are written in one
 * transaction, by one node at a time. An event only says that an incident is to be looked at: its fact is made anew, the
 * old one is taken out of its cells and the new one put in. So a correction, a reopening or a deletion, however late, is
 * counted exactly; and counting an event twice changes nothing.
 *
 * Where the log does not lead back to what was counted (another history, trimmed events, other definitions), everything
 * is counted anew, in pages, from where a count that was broken off has come to.
 */

/** Rises with each change of what a fact or a measure is. */
const VERSION = 2

/** Events at once, and incidents at once while everything is counted. */
const EVENTS = 1_000
const INCIDENTS = 1_000

/** Something was counted: who shows figures looks again. */
export const METRICS_COUNTED = 'metrics.counted'

interface FeedRow {
  readonly version: number
  readonly epoch: string
  readonly xid: string
  readonly id: string
  readonly countedTo: string | null
  readonly isGap: boolean
}

export interface FeedState {
  readonly isComplete: boolean
  readonly xid: string
  readonly id: string
}

/** How far it has been counted. Without a look at access. */
export async function findFeed(db: Database): Promise<FeedState | null> {
  const row = await db.row<Omit<FeedRow, 'isGap'>>(
    'SELECT version, epoch, xid::text, id::text, counted_to AS "countedTo" FROM metric_feed',
  )
  if (!row || row.version !== VERSION || row.epoch !== epochOf(db.source)) return null
  return { isComplete: row.countedTo === null, xid: row.xid, id: row.id }
}

/** The incidents that something has happened to since; null when more than `limit` things have. */
export async function findTail(db: Database, { xid, id }: FeedState, limit: number): Promise<string[] | null> {
  const rows = await db.rows<{ id: string }>(
    `SELECT incident_id AS id FROM events
      WHERE (xid, id) > ($1::text::xid8, $2::bigint) AND incident_id IS NOT NULL LIMIT $3`,
    [xid, id, limit + 1],
  )
  return rows.length > limit ? null : [...new Set(rows.map((row) => row.id))]
}

/** Counts what is to be counted next. Answers whether there may be more. */
export const feed = (ctx: Context): Promise<boolean> =>
  ctx.db.transaction(async (db) => {
    // No row is locked and nothing written before all is read: a transaction with an id holds back every subscriber.
    const mine = await db.row<{ mine: boolean }>(
      "SELECT pg_try_advisory_xact_lock(hashtextextended('tocsin.metrics', 0)) AS mine",
    )
    if (!mine!.mine) return false // another node is at it
    const row = await db.row<FeedRow>(
      `SELECT f.version, f.epoch, f.xid::text, f.id::text, f.counted_to AS "countedTo",
              (l.trimmed_xid, l.trimmed_id) > (f.xid, f.id) AS "isGap"
         FROM metric_feed f, event_log l`,
    )
    const leadsBack = row?.version === VERSION && row.epoch === epochOf(db.source) && !row.isGap
    if (!leadsBack) return begin({ ...ctx, db })
    return row.countedTo === null ? follow({ ...ctx, db }, row) : countOn({ ...ctx, db }, row.countedTo)
  })

/** Forgets what was counted, and begins anew: what happens from now on is followed once everything is counted. */
async function begin(ctx: Context): Promise<boolean> {
  // In the order in which they are read, so that nobody waits in a circle.
  await ctx.db.rows('TRUNCATE metric_feed, incident_facts, metric_cells')
  await ctx.db.rows(
    `INSERT INTO metric_feed (version, epoch, xid, id, counted_to, fed_at)
     SELECT $1, $2, greatest(pg_snapshot_xmin(pg_current_snapshot()), trimmed_xid), 0, '', $3 FROM event_log`,
    [VERSION, epochOf(ctx.db.source), ctx.now()],
  )
  return true
}

async function countOn(ctx: Context, countedTo: string): Promise<boolean> {
  const incidents = await ctx.db.rows<{ id: string }>('SELECT id FROM incidents WHERE id > $1 ORDER BY id LIMIT $2', [
    countedTo,
    INCIDENTS,
  ])
  await count(
    ctx.db,
    incidents.map(({ id }) => id),
  )
  const isDone = incidents.length < INCIDENTS
  await ctx.db.rows('UPDATE metric_feed SET counted_to = $1, fed_at = $2', [
    isDone ? null : incidents.at(-1)!.id,
    ctx.now(),
  ])
  const isNothing = incidents.length === 0 && countedTo === ''
  if (isDone && !isNothing) await tell(ctx)
  return true
}

async function follow(ctx: Context, { xid, id }: FeedRow): Promise<boolean> {
  const events = await ctx.db.rows<{ xid: string; id: string; incidentId: string | null }>(
    `SELECT xid::text, id::text, incident_id AS "incidentId" FROM events
      WHERE (xid, id) > ($1::text::xid8, $2::bigint) AND xid < pg_snapshot_xmin(pg_current_snapshot())
      ORDER BY events.xid, events.id LIMIT $3`,
    [xid, id, EVENTS],
  )
  const last = events.at(-1)
  if (!last) return false
  const touched = new Set(events.flatMap(({ incidentId }) => incidentId ?? []))
  const changed = await count(ctx.db, [...touched])
  await ctx.db.rows('UPDATE metric_feed SET xid = $1::text::xid8, id = $2, fed_at = $3', [last.xid, last.id, ctx.now()])
  if (changed) await tell(ctx)
  return events.length === EVENTS
}

/** Answers whether anything changed. */
async function count(db: Database, ids: readonly string[]): Promise<boolean> {
  if (ids.length === 0) return false
  const [before, after] = [await findFacts(db, [ofIncidents(ids)]), await findPresentFacts(db, ids)]
  const [was, is] = [byIncident(before), byIncident(after)]
  const out = before.filter((fact) => !isSame(fact, is.get(fact.incidentId)))
  const put = after.filter((fact) => !isSame(fact, was.get(fact.incidentId)))
  if (out.length === 0 && put.length === 0) return false
  await recount(db, out, put)
  await writeFacts(db, [...new Set([...out, ...put].map(({ incidentId }) => incidentId))], put)
  return true
}

const byIncident = (facts: readonly IncidentFact[]) => new Map(facts.map((fact) => [fact.incidentId, fact]))

const tell = (ctx: Context) =>
  recordEvent(ctx, {
    ...{ type: METRICS_COUNTED, subject: 'metrics', incidentId: null },
    ...{ audience: Audience.PUBLIC, payload: { asOf: ctx.now() } },
  })

/** At least so long between two counts: what happens in one is told in one. */
const PAUSE = 250 // milliseconds
/** So often right at the start. */
const FIRST_ROUNDS = 3
/** In vain at another node, or after a failure, it is tried again after this long. */
const AGAIN = 5_000

/** Keeps counting while the server runs. */
export class MetricsFeeder {
  private wake: () => void = () => undefined
  private readonly ended = new AbortController()
  private running: Promise<void> | null = null

  constructor(
    private readonly ctx: Context,
    follower: EventFollower,
    private readonly log: Logger,
  ) {
    follower.onBatch((events) => {
      if (events.some(({ type }) => type !== METRICS_COUNTED)) this.wake()
    })
  }

  /** What is little is counted before anybody is served; the rest goes on beside. */
  async start(): Promise<void> {
    for (let round = 0; round < FIRST_ROUNDS && (await feed(this.ctx)); round++);
    this.running = this.run()
  }

  async stop(): Promise<void> {
    this.ended.abort()
    await this.running
  }

  private async run(): Promise<void> {
    const { signal } = this.ended
    while (!signal.aborted) {
      const rung = new AbortController()
      this.wake = () => rung.abort()
      try {
        while (!signal.aborted && (await feed(this.ctx)));
      } catch (error) {
        if (!signal.aborted) this.log.warn({ err: error }, 'the figures cannot be counted; trying again')
      }
      await sleep(AGAIN, AbortSignal.any([rung.signal, signal]))
      await sleep(PAUSE, signal)
    }
  }
}

/** Until then, or until the signal. */
const sleep = (milliseconds: number, signal: AbortSignal) =>
  setTimeout(milliseconds, undefined, { signal, ref: false }).catch(() => undefined)
