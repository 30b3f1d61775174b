import { integrationActor } from '../platform/actor.js'
import { type Context, inTransaction } from '../platform/context.js'
import { type Task, addJobs } from '../platform/jobs.js'
import { byId } from '../platform/loader.js'
import { Recordset } from '../platform/recordset.js'
import {
  HEARTBEAT_TIMER,
  type Heartbeat,
  HeartbeatStatus,
  beaten,
  isMissed,
  isRepeated,
  isWatched,
} from '../responders/heartbeat.js'
import { HEARTBEAT_COLUMNS } from '../responders/heartbeat.queries.js'
import { receiveReports } from './alert.commands.js'
import { beatSignal, failureSignal, silenceSignal } from './heartbeat.js'
import { findSenders } from './sender.js'
import type { Report, Sender, Signal } from './signal.js'

/**
 * Beats, and what follows when they fail to come. One timer for each job waits for the time by which it must have
 * reported in. Beats do not move it: it rings, sees when the last one came, and waits on from there; only after a silence
 * a beat sets it again. All of this happens under the lock of the integration, so that a beat and the timer never both
 * believe to have been first.
 */

export interface Beat {
  readonly sender: Sender
  /** What the job says of itself. */
  readonly failed: boolean
}

/** Many beats in one transaction. They are no events: only what changes by them is. */
export const receiveBeats = (ctx: Context, beats: readonly Beat[]): Promise<void> =>
  inTransaction(ctx, async (ctx) => {
    const heartbeats = await lockHeartbeats(
      ctx,
      beats.map(({ sender }) => sender.id),
    )
    const now = ctx.now()
    const changed = new Map<string, Heartbeat>()
    const reports: Report[] = []
    for (const { sender, failed } of beats) {
      const before = changed.get(sender.id) ?? heartbeats.get(sender.id)
      if (!before || (!failed && isRepeated(before, now))) continue
      changed.set(sender.id, beaten(before, now, failed))
      if (failed) reports.push(reportOf(sender, failureSignal(sender)))
      else if (before.status !== HeartbeatStatus.ALIVE) reports.push(reportOf(sender, beatSignal(sender)))
    }
    if (reports.length > 0) await receiveReports(ctx, reports)
    await store(ctx, [...changed.values()])
    await watch(
      ctx,
      [...changed.values()].filter(({ integrationId }) => !isWatched(heartbeats.get(integrationId)!)),
    )
  })

/** Looks who is missed. */
export const HEARTBEAT_TASK: Task = {
  name: HEARTBEAT_TIMER,
  lane: 'timers',
  overdue: `SELECT h.integration_id AS id, h.expected_by AS "dueAt" FROM heartbeats h
              JOIN integrations n ON n.id = h.integration_id
             WHERE h.expected_by < $1 AND h.status IN ('${HeartbeatStatus.ALIVE}', '${HeartbeatStatus.FAILED}') AND n.active`,
  run: (ctx, ids) =>
    inTransaction(ctx, async (ctx) => {
      const heartbeats = [...(await lockHeartbeats(ctx, ids)).values()]
      const now = ctx.now()
      const missed = heartbeats.filter((heartbeat) => isMissed(heartbeat, now))
      if (missed.length > 0) {
        const senders = byId(
          await findSenders(
            ctx.db,
            missed.map(({ integrationId }) => integrationId),
          ),
        )
        await receiveReports(
          ctx,
          missed.map((heartbeat) => {
            const sender = senders.get(heartbeat.integrationId)!
            return reportOf(sender, silenceSignal(sender, heartbeat))
          }),
        )
        await store(
          ctx,
          missed.map((heartbeat) => ({ ...heartbeat, status: HeartbeatStatus.SILENT })),
        )
      }
      await watch(
        ctx,
        heartbeats.filter((heartbeat) => isWatched(heartbeat) && !isMissed(heartbeat, now)),
      )
    }),
}

const reportOf = (sender: Sender, signal: Signal): Report => ({ sender, actor: integrationActor(sender), signal })

/** Of those that are switched on. */
async function lockHeartbeats(ctx: Context, ids: readonly string[]): Promise<Map<string, Heartbeat>> {
  await ctx.db.lock(...ids)
  const rows = await ctx.db.rows<Heartbeat>(
    `SELECT ${HEARTBEAT_COLUMNS} FROM heartbeats h JOIN integrations n ON n.id = h.integration_id
      WHERE n.id = ANY($1::text[]) AND n.active`,
    [ids],
  )
  return new Map(rows.map((row) => [row.integrationId, row]))
}

const STORED = new Recordset<Heartbeat>(['integrationId', 'status', 'lastBeatAt', 'expectedBy'])

async function store(ctx: Context, heartbeats: readonly Heartbeat[]): Promise<void> {
  if (heartbeats.length === 0) return
  await ctx.db.rows(
    `UPDATE heartbeats h SET status = n.status, last_beat_at = n.last_beat_at, expected_by = n.expected_by
       FROM json_populate_recordset(null::heartbeats, $1) n WHERE h.integration_id = n.integration_id`,
    [STORED.encode(heartbeats)],
  )
}

const watch = (ctx: Context, heartbeats: readonly Heartbeat[]): Promise<void> =>
  addJobs(
    ctx,
    heartbeats.map(({ integrationId, expectedBy }) => ({ task: HEARTBEAT_TIMER, id: integrationId, at: expectedBy! })),
  )
