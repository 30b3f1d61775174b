import { findIncidents } from '../incidents/incident.queries.js'
import { inTransaction } from '../platform/context.js'
import type { Task } from '../platform/jobs.js'
import { Clocks, saveClocks } from './sla-clocks.js'
import { SLA_DUE, findRecords, ringForRecords } from './sla-record.store.js'

/**
 * Says at its time that what was promised is at risk, and that it is missed. A job rings for an incident; what is due is read
 * from its records, under the lock of the incident: whoever resolves it first has stopped the clock.
 */
export const SLA_TASK: Task = {
  name: SLA_DUE,
  lane: 'timers',
  overdue: 'SELECT incident_id AS id, next_at AS "dueAt" FROM sla_records WHERE next_at < $1',
  run: (ctx, ids) =>
    inTransaction(ctx, async (ctx) => {
      await ctx.db.lock(...ids)
      const now = ctx.now()
      const records = await findRecords(ctx.db, ids)
      const due = [...records.keys()].filter((id) => records.get(id)!.some(({ nextAt }) => nextAt && nextAt <= now))
      const incidents = await findIncidents(ctx.db, due)
      const clocks = due.map((id) => new Clocks(incidents.get(id)!, records.get(id)!))
      for (const one of clocks) one.advance(now)
      await saveClocks(ctx, clocks)
      // What rang too early rings again.
      await ringForRecords(
        ctx,
        [...records].filter(([id]) => !due.includes(id)).map(([, its]) => its),
      )
    }),
}
