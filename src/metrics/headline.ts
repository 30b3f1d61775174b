import { Gauge } from 'prom-client'
import { Priority } from '../incidents/incident.js'
import { OPEN } from '../incidents/incident.queries.js'
import type { Database } from '../platform/database.js'
import { registry } from '../platform/metrics.js'

/** The headline figures for Prometheus: of the whole organisation, without drills, as nothing of them names anything. */

const open = new Gauge({
  name: 'tocsin_incidents_open',
  help: 'Incidents that are open.',
  labelNames: ['priority'],
  registers: [registry],
})
const opened = new Gauge({
  name: 'tocsin_incidents_opened_7d',
  help: 'Incidents opened in the last seven days.',
  registers: [registry],
})
const acknowledge = new Gauge({
  name: 'tocsin_mtta_7d_seconds',
  help: 'Mean time from the opening to the first acknowledgement, of incidents opened in the last seven days.',
  registers: [registry],
})
const resolve = new Gauge({
  name: 'tocsin_mttr_7d_seconds',
  help: 'Mean time from the detection to the resolution, of incidents opened in the last seven days.',
  registers: [registry],
})
const kept = new Gauge({
  name: 'tocsin_sla_compliance_7d_ratio',
  help: 'Share of incidents opened in the last seven days for which everything was kept that was promised.',
  registers: [registry],
})

interface Week {
  readonly opened: number
  readonly mtta: number | null
  readonly mttr: number | null
  readonly kept: number | null
}

/** Looks them up; a figure that there is none of is not a number. */
export async function updateHeadlines(db: Database, now: Date): Promise<void> {
  const counts = await db.rows<{ priority: Priority; count: number }>(
    `SELECT i.priority, count(*)::int AS count FROM incidents i WHERE ${OPEN} AND NOT i.drill GROUP BY 1`,
  )
  for (const priority of Object.values(Priority))
    open.set({ priority }, counts.find((row) => row.priority === priority)?.count ?? 0)
  const week = await db.row<Week>(
    `SELECT count(*)::int AS opened,
            avg(extract(epoch FROM acknowledged_at - created_at)) FILTER (WHERE acknowledged_at >= created_at)::float8 AS mtta,
            avg(extract(epoch FROM resolved_at - detected_at)) FILTER (WHERE resolved_at >= detected_at)::float8 AS mttr,
            avg((promises = 'MET')::int) FILTER (WHERE promises IN ('MET', 'BREACHED'))::float8 AS kept
       FROM incident_facts WHERE NOT drill AND created_at >= $1::timestamptz - interval '7 days' AND created_at <= $1`,
    [now],
  )
  opened.set(week!.opened)
  acknowledge.set(week!.mtta ?? NaN)
  resolve.set(week!.mttr ?? NaN)
  kept.set(week!.kept ?? NaN)
}
