import type { Channels } from '../notifications/configured-channels.js'
import { SYSTEM } from '../platform/actor.js'
import type { Context } from '../platform/context.js'
import type { Task } from '../platform/jobs.js'
import type { Logger } from '../platform/log.js'
import { tasksOf } from '../tasks.js'

/** The timers of a past that is played: what was due by a moment is done at its time, in order, by the tasks themselves. */
export class PastTimers {
  private readonly tasks: readonly (Task & { readonly overdue: string })[]
  private readonly earliest: string
  private last = ''

  constructor(channels: Channels, log: Logger) {
    this.tasks = tasksOf(channels, log).flatMap(({ overdue, ...task }) => (overdue ? [{ ...task, overdue }] : []))
    const due = this.tasks.map(({ name, overdue }) => `SELECT '${name}' AS task, id, "dueAt" FROM (${overdue}) due`)
    this.earliest = `SELECT task, id, "dueAt" FROM (${due.join(' UNION ALL ')}) due ORDER BY "dueAt", task, id LIMIT 1`
  }

  async runUntil(ctx: Context, moment: Date): Promise<void> {
    for (;;) {
      const due = await ctx.db.row<{ task: string; id: string; dueAt: Date }>(this.earliest, [moment])
      const which = due && `${due.task} ${due.id} ${+due.dueAt}`
      if (!due || which === this.last) return // what is still due after it was done is for the server
      this.last = which!
      const task = this.tasks.find(({ name }) => name === due.task)!
      await task.run({ ...ctx, actor: SYSTEM, now: () => due.dueAt }, [due.id])
    }
  }
}
