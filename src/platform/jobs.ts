import { EventEmitter } from 'node:events'
import { type Runner, type WorkerEvents, type WorkerPool, Logger as WorkerLogger, run } from 'graphile-worker'
import { Pool } from 'pg'
import type { DataSource } from 'typeorm'
import { Batches } from './batches.js'
import type { Context } from './context.js'
import { poolOf, surviveLostConnections } from './database.js'
import { groupBy, inGroups } from './loader.js'
import type { Logger } from './log.js'

/**
 * What is done at its time. A job is an alarm clock and nothing more: a task's name and the id of what is due. What is to
 * be done then is read from the tables, so a job that rings twice, or for nothing, does no harm. A job is added in the
 * transaction of the command that wants it. It has its task and id as key: adding it again moves it. Those that a
 * transaction wants at one time are one job without a key, which rings for nothing where something was moved or taken away.
 *
 * Jobs are rows of graphile-worker. A node that runs them (`JobRunner`)
 * - wakes at the time of the earliest job: it keeps an alarm for it, which jobs added here and elsewhere move;
 * - works on many jobs of one task together, when many are due together;
 * - has a lane for work in the database and another for calls to the outside, so that a slow counterpart delays no timer;
 * - shows each second that it is alive, and takes over the jobs of nodes that have not for five;
 * - starts its workers again should they ever end.
 */

export interface Task {
  readonly name: string
  /** 'timers' work in the database, in batches; 'calls' go to the outside, each by itself. */
  readonly lane: 'timers' | 'calls'
  /**
   * Does what is due for these subjects. It may run again after a crash, and before the time that was asked for: it
   * looks what is due. What it throws is logged, and the job runs again a little later.
   */
  readonly run: (ctx: Context, ids: readonly string[]) => Promise<void>
  /**
   * A statement that answers what should have been done before $1, as `id` and `dueAt`, read off the tables: whether a job
   * rings for it or not. Left out where nothing is lost when it is late.
   */
  readonly overdue?: string
}

export interface Job {
  readonly task: string
  /** The id of what is due. */
  readonly id: string
  readonly at: Date
}

const keyOf = ({ task, id }: Pick<Job, 'task' | 'id'>) => `${task}:${id}`

/**
 * Adds jobs, or moves those that there are. A time is told as the distance from now: neither the clocks of nodes nor
 * the one of a test need agree with the database's.
 */
export async function addJobs(ctx: Context, jobs: readonly Job[]): Promise<void> {
  if (!ctx.db.inTransaction) throw new Error('A job is added in the transaction of what wants it')
  if (jobs.length === 0) return
  const now = ctx.now().getTime()
  const distinct = [...new Map(jobs.map((job) => [keyOf(job), job])).values()]
  const together = groupBy(distinct, ({ task, at }) => `${task} ${Math.max(now, +at)}`)
  const rung = [...together.values()]
    .flatMap((same) => inGroups(same, BATCH.size))
    .map((same) => ({
      task: same[0]!.task,
      ids: same.map(({ id }) => id),
      key: same.length === 1 ? keyOf(same[0]!) : null,
      delay: Math.max(0, +same[0]!.at - now),
    }))
  await ctx.db.rows(
    `SELECT count(*) FROM graphile_worker.add_jobs(ARRAY(
       SELECT ROW(j.task, json_build_object('ids', j.ids), NULL, clock_timestamp() + j.delay * interval '1 ms',
                  NULL, j.key, NULL, NULL)::graphile_worker.job_spec
         FROM json_to_recordset($1) AS j(task text, ids json, key text, delay float8)))`,
    [JSON.stringify(rung)],
  )
  const { source } = ctx.db
  const soonest = Math.min(...rung.map(({ delay }) => delay))
  ctx.db.afterCommit(() => alarms.get(source)?.(soonest))
}

/** Takes jobs away that nothing waits for any more; not those that are one with others. */
export async function removeJobs(ctx: Context, jobs: readonly Pick<Job, 'task' | 'id'>[]): Promise<void> {
  if (jobs.length === 0) return
  await ctx.db.rows('SELECT count(graphile_worker.remove_job(key)) FROM unnest($1::text[]) AS key', [jobs.map(keyOf)])
}

/** The alarm of the runner that works on a database in this process, by database. @param delay milliseconds from now */
const alarms = new WeakMap<DataSource, (delay: number) => void>()

const SEEN_EVERY = 1_000 // milliseconds
const DEAD_AFTER = 5_000 // milliseconds
/** In case a notification was lost; jobs do not wait for it. */
const LOOK_EVERY = 1_000 // milliseconds
const AGAIN_AFTER = 500 // milliseconds
const LONGEST_ALARM = 2 ** 31 - 1 // milliseconds

/** Jobs at work together, by lane. Those of 'timers' share transactions. */
const CONCURRENCY = { timers: 256, calls: 100 }
const LANES = ['timers', 'calls'] as const
/** One batch is worked out while another waits for its commit. */
const BATCH = { size: 128, atOnce: 2 }
/** For taking and completing jobs, and a listener for each lane. */
const CONNECTIONS = 6

export class JobRunner {
  private readonly pool: Pool
  private readonly workers = new Map<string, WorkerPool>()
  private readonly runners = new Map<string, Runner>()
  private alarm: { readonly timer: NodeJS.Timeout; readonly at: number } | null = null
  private alive: NodeJS.Timeout | null = null
  private looking: Promise<void> | null = null
  private stopping = false

  constructor(
    private readonly source: DataSource,
    private readonly contextOf: () => Context,
    private readonly tasks: readonly Task[],
    private readonly log: Logger,
  ) {
    this.pool = new Pool({ ...poolOf(source).options, application_name: 'tocsin jobs', max: CONNECTIONS })
    surviveLostConnections(this.pool)
  }

  async start(): Promise<void> {
    alarms.set(this.source, (delay) => this.ringIn(delay))
    await Promise.all(LANES.map((lane) => this.open(lane)))
    await this.showAlive()
    this.alive = setInterval(() => void this.showAlive(), SEEN_EVERY)
    void this.look()
  }

  async stop(): Promise<void> {
    this.stopping = true
    alarms.delete(this.source)
    if (this.alive) clearInterval(this.alive)
    if (this.alarm) clearTimeout(this.alarm.timer)
    await Promise.all([...this.runners.values()].map((runner) => runner.stop().catch(() => undefined)))
    await this.looking
    await this.pool.query('DELETE FROM job_pools WHERE id = ANY($1)', [this.ids]).catch(() => undefined)
    await this.pool.end()
  }

  private get ids(): string[] {
    return [...this.workers.values()].map(({ id }) => id)
  }

  /** Starts the workers of a lane, and starts them again when they end without being told to. */
  private async open(lane: (typeof LANES)[number]): Promise<void> {
    const events = new EventEmitter() as WorkerEvents
    events.on('pool:create', ({ workerPool }) => this.workers.set(lane, workerPool))
    events.on('pool:listen:notification', () => void this.look())
    try {
      const runner = await run({
        pgPool: this.pool,
        noHandleSignals: true,
        logger: this.workerLogger(),
        events,
        taskList: Object.fromEntries(
          this.tasks.filter((task) => task.lane === lane).map((task) => [task.name, this.handlerOf(task)]),
        ),
        preset: {
          worker: {
            concurrentJobs: CONCURRENCY[lane],
            pollInterval: LOOK_EVERY,
            localQueue: { size: CONCURRENCY[lane] },
            completeJobBatchDelay: 0,
            failJobBatchDelay: 0,
          },
        },
      })
      this.runners.set(lane, runner)
      void runner.promise.catch((error: unknown) => error).then((error) => this.reopen(lane, error))
    } catch (error) {
      if (this.runners.size === 0 && !this.alive) throw error // at the start the caller is told
      this.reopen(lane, error)
    }
  }

  private reopen(lane: (typeof LANES)[number], error: unknown): void {
    if (this.stopping) return
    this.log.error({ err: error, lane }, 'the workers of a lane ended; starting them again')
    setTimeout(() => void (this.stopping || this.open(lane)), AGAIN_AFTER)
  }

  private handlerOf(task: Task): (payload: unknown) => Promise<void> {
    const batches = new Batches<string>(
      (ids) => task.run(this.contextOf(), [...new Set(ids)]),
      task.lane === 'timers' ? BATCH : { size: 1, atOnce: CONCURRENCY.calls },
    )
    return async (payload) => {
      const { ids } = payload as { ids: string[] }
      try {
        await Promise.all(ids.map((id) => batches.add(id)))
      } catch (error) {
        this.log.error({ err: error, task: task.name, ids }, 'a job failed; it is tried again')
        throw error
      }
    }
  }

  /** Wakes the workers after so many milliseconds, unless they wake before. */
  private ringIn(delay: number): void {
    const at = Date.now() + delay
    if (this.stopping || (this.alarm && this.alarm.at <= at)) return
    if (this.alarm) clearTimeout(this.alarm.timer)
    const timer = setTimeout(
      () => {
        this.alarm = null
        for (const lane of LANES) this.workers.get(lane)?.nudge(1)
        void this.look()
      },
      Math.min(Math.ceil(delay), LONGEST_ALARM),
    )
    this.alarm = { timer, at }
  }

  /** Sets the alarm to the earliest job there is. One look at a time; what happens meanwhile is seen by the next. */
  private look(): Promise<void> {
    return (this.looking ??= this.earliest()
      .then((delay) => {
        if (delay !== null) this.ringIn(delay)
      })
      .catch((error: unknown) => this.log.warn({ err: error }, 'the jobs cannot be read; they are polled'))
      .finally(() => (this.looking = null)))
  }

  /** Milliseconds until the next job that is not due yet; null when there is none. */
  private async earliest(): Promise<number | null> {
    if (this.stopping) return null
    const { rows } = await this.pool.query<{ delay: number }>({
      name: 'earliest job',
      text: `SELECT extract(epoch FROM run_at - clock_timestamp())::float8 * 1000 AS delay
               FROM graphile_worker._private_jobs
              WHERE is_available AND priority = 0 AND run_at > now() ORDER BY run_at LIMIT 1`,
    })
    return rows[0]?.delay ?? null
  }

  /** Tells that this node lives, and takes over from those that have stopped telling. */
  private async showAlive(): Promise<void> {
    try {
      await this.pool.query(
        `INSERT INTO job_pools (id, started_at, seen_at)
         SELECT id, clock_timestamp(), clock_timestamp() FROM unnest($1::text[]) AS id
         ON CONFLICT (id) DO UPDATE SET seen_at = clock_timestamp()`,
        [this.ids],
      )
      const { rows: dead } = await this.pool.query<{ id: string }>(
        `DELETE FROM job_pools WHERE seen_at < clock_timestamp() - $1 * interval '1 ms' RETURNING id`,
        [DEAD_AFTER],
      )
      // Also those whose row is gone: a pool that died between taking jobs and its first sign of life, or was reopened.
      const { rows: orphaned } = await this.pool.query<{ id: string }>(
        `SELECT DISTINCT locked_by AS id FROM graphile_worker._private_jobs
          WHERE locked_at < clock_timestamp() - $1 * interval '1 ms'
            AND locked_by NOT IN (SELECT id FROM job_pools)`,
        [DEAD_AFTER],
      )
      const lost = [...new Set([...dead, ...orphaned].map(({ id }) => id))]
      if (lost.length === 0) return
      this.log.warn({ pools: lost }, 'taking over the jobs of workers that are gone')
      await this.pool.query('SELECT graphile_worker.force_unlock_workers($1)', [lost])
      for (const lane of LANES) this.workers.get(lane)?.nudge(CONCURRENCY[lane])
    } catch (error) {
      if (!this.stopping) this.log.warn({ err: error }, 'this node could not tell that it is alive')
    }
  }

  private workerLogger(): WorkerLogger {
    return new WorkerLogger(() => (level, message) => {
      // It thinks that every job takes a connection; ours share transactions.
      if (message.includes('maxPoolSize')) return
      if (level === 'error') this.log.error({ worker: message }, 'graphile-worker')
      else if (level === 'warning') this.log.warn({ worker: message }, 'graphile-worker')
    })
  }
}
