import { declareIncident, resolveIncident } from '../incidents/incident.commands.js'
import { Level, OPEN_STATUSES } from '../incidents/incident.js'
import { type Context, inTransaction } from '../platform/context.js'
import type { Task } from '../platform/jobs.js'
import { type Lateness, findLateness, ringAgain, worst } from '../platform/lateness.js'
import type { Logger } from '../platform/log.js'

/**
 * Watches over the timers, beside them. What is a little late is rung for again: a job was lost. What is late all the same
 * is an incident of Tocsin's own, opened by whichever node sees it and still can; its escalation is taken on by the nodes
 * whose timers go. When all is on time again, it is resolved.
 */

const LOOK_EVERY = 5_000 // milliseconds
/** Seconds. */
const RING_AGAIN_AFTER = 10
export const STALLED_AFTER = 60

const GROUP = 'tocsin.timers'

export class SelfWatch {
  private timer: NodeJS.Timeout | null = null
  private looking: Promise<void> = Promise.resolve()

  constructor(
    private readonly context: () => Context,
    private readonly tasks: readonly Task[],
    private readonly log: Logger,
  ) {}

  start(): void {
    let busy = false
    this.timer = setInterval(() => {
      if (busy) return // a look that takes long tells enough
      busy = true
      this.looking = this.look().finally(() => (busy = false))
    }, LOOK_EVERY)
  }

  async stop(): Promise<void> {
    if (this.timer) clearInterval(this.timer)
    await this.looking
  }

  /** That nothing can be rung for must not keep it from being told. */
  private async look(): Promise<void> {
    await this.attempt(async (ctx) => {
      const again = await ringAgain(ctx, this.tasks, RING_AGAIN_AFTER)
      if (again > 0) this.log.warn({ count: again }, 'rang again for what is late')
    })
    await this.attempt(async (ctx) => tellOf(ctx, worst(await findLateness(ctx, this.tasks))))
  }

  private async attempt(step: (ctx: Context) => Promise<void>): Promise<void> {
    try {
      await step(this.context())
    } catch (error) {
      this.log.warn({ err: error }, 'the timers cannot be watched; trying again')
    }
  }
}

/** Opens the incident, or resolves it. Many nodes may think of it at once: one of them does it. */
async function tellOf(ctx: Context, { task, seconds }: Lateness): Promise<void> {
  const stalled = seconds > STALLED_AFTER
  if (!stalled && !(await findOwn(ctx))) return
  await inTransaction(ctx, async (ctx) => {
    await ctx.db.lock(GROUP)
    const own = await findOwn(ctx)
    if (stalled && !own) await declareIncident(ctx, incidentOf(task, seconds))
    if (own && seconds < RING_AGAIN_AFTER)
      await resolveIncident(ctx, { id: own.id, resolution: 'All that was due has been done.' })
  })
}

const incidentOf = (task: string, seconds: number) => ({
  title: 'Tocsin is late: people are not called in time',
  description: `What has been due longest (\`${task}\`) should have been done ${Math.round(seconds)} seconds ago. Look at \`tocsin_timer_lateness_seconds\` in \`/metrics\`, at the logs of every node, and run \`tocsin doctor\`.`,
  ...{ impact: Level.HIGH, urgency: Level.HIGH, detectedAt: null, groupKey: GROUP },
})

const findOwn = (ctx: Context): Promise<{ readonly id: string } | null> =>
  ctx.db.row(
    `SELECT id FROM incidents WHERE integration_id IS NULL AND group_key = $1 AND status = ANY($2::text[]) LIMIT 1`,
    [GROUP, OPEN_STATUSES],
  )
