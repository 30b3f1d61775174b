import { Gauge } from 'prom-client'
import { type Context, inTransaction } from './context.js'
import { type Task, addJobs } from './jobs.js'
import { registry } from './metrics.js'

/**
 * How late things are that should have been done by now. It is read off the tables that say what is due, and not off the
 * jobs that ring for it: a job that was lost, a node that hangs and a lane that is stuck all show here.
 */
export interface Lateness {
  readonly task: string
  /** Of the one that waits longest; 0 when all is done. */
  readonly seconds: number
}

const gauge = new Gauge({
  name: 'tocsin_timer_lateness_seconds',
  help: 'How long ago the oldest of what is due should have been done.',
  labelNames: ['task'],
  registers: [registry],
})

type Watched = Task & { readonly overdue: string }

const watchedOf = (tasks: readonly Task[]) => tasks.filter((task): task is Watched => task.overdue !== undefined)

/** Of each task that says what is due. */
export async function findLateness(ctx: Context, tasks: readonly Task[]): Promise<Lateness[]> {
  const now = ctx.now()
  const found: Lateness[] = []
  for (const { name, overdue } of watchedOf(tasks)) {
    const row = await ctx.db.row<{ oldest: Date | null }>(`SELECT min("dueAt") AS oldest FROM (${overdue}) due`, [now])
    const seconds = row?.oldest ? Math.max(0, (+now - +row.oldest) / 1000) : 0
    gauge.set({ task: name }, seconds)
    found.push({ task: name, seconds })
  }
  return found
}

export const worst = (lateness: readonly Lateness[]): Lateness =>
  lateness.reduce((worst, one) => (one.seconds > worst.seconds ? one : worst))

/** Rung again at a time. */
const AT_ONCE = 1_000

const ABOUT_TO_RING = 'j.attempts < j.max_attempts AND (j.locked_at IS NOT NULL OR j.run_at <= clock_timestamp())'

/**
 * Rings again for what should have been done so many seconds ago, where no job is about to: it is gone, has failed too often,
 * or waits after a failure. One that waits for its turn keeps it; whether it is one of many that are one job cannot be
 * told, so while one of these waits, nothing of its task is rung for. Answers how many.
 */
export async function ringAgain(ctx: Context, tasks: readonly Task[], seconds: number): Promise<number> {
  const before = new Date(+ctx.now() - seconds * 1000)
  let count = 0
  for (const { name, overdue } of watchedOf(tasks)) {
    const late = await ctx.db.rows<{ id: string }>(
      `SELECT id FROM (${overdue}) due
        -- two questions, and not one with an OR: the first is looked up by key, the second is asked once
        WHERE NOT EXISTS (SELECT 1 FROM graphile_worker._private_jobs j WHERE j.key = $2 || ':' || due.id AND ${ABOUT_TO_RING})
          AND NOT EXISTS (SELECT 1 FROM graphile_worker._private_jobs j JOIN graphile_worker._private_tasks t ON t.id = j.task_id
                           WHERE j.key IS NULL AND t.identifier = $2 AND ${ABOUT_TO_RING})
        ORDER BY "dueAt" LIMIT ${AT_ONCE}`,
      [before, name],
    )
    if (late.length === 0) continue
    count += late.length
    await inTransaction(ctx, (ctx) =>
      addJobs(
        ctx,
        late.map(({ id }) => ({ task: name, id, at: ctx.now() })),
      ),
    )
  }
  return count
}
