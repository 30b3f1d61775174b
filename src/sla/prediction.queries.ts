import { predicate } from '../access/rules.js'
import type { Incident } from '../incidents/incident.js'
import { INCIDENT_ACCESS } from '../incidents/incident.queries.js'
import type { Context } from '../platform/context.js'
import { defineLoader } from '../platform/loader.js'
import { momentAfter } from './business-calendar.js'
import { type Prediction, type Similar, predict } from './prediction.js'
import { type SlaRecord, elapsed, isPaused } from './sla-record.js'

/** Days that are looked back, and how many of each priority and service. */
const DAYS = 180
const AT_MOST = 200

/** By the id of an open incident; drills and what the viewer may not read are not like anything. */
const loadSimilar = defineLoader(async (ctx, ids: readonly string[]) => {
  const values: unknown[] = [ids, ctx.now()]
  const readable = predicate(ctx.actor, 'incident.read', INCIDENT_ACCESS)((value) => `$${values.push(value)}`)
  const minutes = `extract(epoch FROM i.resolved_at - i.created_at)::float8 / 60`
  const similar = (condition: string) =>
    `ARRAY(SELECT s.minutes FROM (
             SELECT ${minutes} AS minutes FROM incidents i
              WHERE i.priority = o.priority AND i.resolved_at IS NOT NULL AND NOT i.drill AND i.id <> o.id ${condition}
                AND i.resolved_at > $2::timestamptz - interval '${DAYS} days'
                AND i.resolved_at - i.created_at >= $2::timestamptz - o.created_at AND ${readable}
              ORDER BY i.resolved_at DESC LIMIT ${AT_MOST}) s ORDER BY 1)`
  const rows = await ctx.db.rows<Similar & { id: string }>(
    `SELECT o.id, ${similar('AND i.service_id = o.service_id')} AS "sameService", ${similar('')} AS any
       FROM incidents o WHERE o.id = ANY($1::text[])`,
    values,
  )
  return new Map(rows.map((row) => [row.id, row]))
})

/** @param record the resolution of the incident; null where nothing can be said */
export async function predictBreach(
  ctx: Context,
  incident: Incident,
  record: SlaRecord | null,
): Promise<Prediction | null> {
  if (!record?.terms || record.stoppedAt) return null
  const now = ctx.now()
  const similar = await loadSimilar(ctx, incident.id)
  // While it pauses, as if it went on now.
  const left = record.targetMinutes! * 60_000 - elapsed(record, now)
  const due = record.dueAt && !isPaused(record) ? record.dueAt : momentAfter(record.terms.calendar, +now, left)
  return due === null || !similar ? null : predict(incident, new Date(due), similar, now)
}
