import { OPEN_STATUSES, type Incident, IncidentStatus } from '../incidents/incident.js'
import { IncidentEventType } from '../incidents/incident-event.js'
import { INCIDENT_COLUMNS } from '../incidents/incident.queries.js'
import { ActorKind } from '../platform/actor.js'
import type { Context } from '../platform/context.js'
import { Recordset } from '../platform/recordset.js'
import type { Alert } from './alert.js'
import { ALERT_COLUMNS } from './alert.queries.js'
import type { Step } from './dedup.js'
import { type KnownIncident, reopenableSince } from './grouping.js'
import type { Report } from './signal.js'

/** What a batch of reports reads and writes: a statement each, however many reports there are. */

const statuses = (names: readonly IncidentStatus[]) => names.map((name) => `'${name}'`).join(', ')

/**
 * Intake looks rows up by their keys and never reads a table through. PostgreSQL keeps the plans of prepared statements:
 * one that was made while the tables were empty would read them through, more and more slowly, until they are analysed.
 */
export const lookUpByKeys = (ctx: Context): Promise<unknown> =>
  ctx.db.rows(
    `SELECT set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
            set_config('enable_mergejoin', 'off', true)`,
  )

/**
 * Of each report's key the open alert, the one with the report's date, and the one with the latest date. `leftBehind`
 * are those whose incident has been resolved or closed.
 */
export async function readKnownAlerts(
  ctx: Context,
  reports: readonly Report[],
): Promise<{ alerts: Alert[]; leftBehind: Set<string> }> {
  const ofKey = 'integration_id = k.integration_id AND dedup_key = k.dedup_key'
  const rows = await ctx.db.rows<Alert & { leftBehind: boolean }>(
    `SELECT ${ALERT_COLUMNS},
            (SELECT i.status IN (${statuses([IncidentStatus.RESOLVED, IncidentStatus.CLOSED])})
               FROM incidents i WHERE i.id = a.incident_id) AS "leftBehind"
       FROM (SELECT DISTINCT * FROM unnest($1::text[], $2::text[], $3::text[]) k(integration_id, dedup_key, episode)) k
       CROSS JOIN LATERAL (
         (SELECT * FROM alerts WHERE ${ofKey} AND status = 'OPEN' LIMIT 1)
         UNION ALL
         (SELECT * FROM alerts WHERE ${ofKey} AND episode = k.episode LIMIT 1)
         UNION ALL
         (SELECT * FROM alerts WHERE ${ofKey} AND episode IS NOT NULL AND k.episode IS NOT NULL ORDER BY episode DESC LIMIT 1)
       ) a`,
    [
      reports.map(({ sender }) => sender.id),
      reports.map(({ signal }) => signal.dedupKey),
      reports.map(({ signal }) => signal.episode),
    ],
  )
  // One alert may answer more than one of the questions.
  const alerts = new Map(rows.map(({ leftBehind: _, ...alert }) => [alert.id, alert]))
  const leftBehind = new Set(rows.filter((row) => row.leftBehind).map(({ id }) => id))
  return { alerts: [...alerts.values()], leftBehind }
}

/** The open alerts of a group, without a lock: to be looked at again under their keys' locks. */
export const readOpenAlertsOfGroup = (ctx: Context, integrationId: string, groupKey: string): Promise<Alert[]> =>
  ctx.db.rows<Alert>(
    `SELECT ${ALERT_COLUMNS} FROM incidents i JOIN alerts a ON a.incident_id = i.id AND a.status = 'OPEN'
      WHERE i.integration_id = $1 AND i.group_key = $2`,
    [integrationId, groupKey],
  )

export const isStillOpen = async (ctx: Context, id: string): Promise<boolean> =>
  (await ctx.db.row("SELECT 1 FROM alerts WHERE id = $1 AND status = 'OPEN'", [id])) !== null

/** Of each step's group the incidents that its alert might join: one that is open, and the one that was resolved last. */
export async function findIncidentsToJoin(ctx: Context, steps: readonly Step[], now: Date): Promise<string[]> {
  if (steps.length === 0) return []
  const rows = await ctx.db.rows<{ id: string }>(
    `SELECT DISTINCT i.id
       FROM (SELECT DISTINCT * FROM unnest($1::text[], $2::text[], $3::timestamptz[]) g(integration_id, group_key, since)) g
       CROSS JOIN LATERAL (
         (SELECT id FROM incidents
           WHERE integration_id = g.integration_id AND group_key = g.group_key AND resolved_at IS NULL
             AND status IN (${statuses(OPEN_STATUSES)}) ORDER BY created_at DESC LIMIT 1)
         UNION ALL
         (SELECT id FROM incidents
           WHERE integration_id = g.integration_id AND group_key = g.group_key AND resolved_at > g.since
             AND status = '${IncidentStatus.RESOLVED}' ORDER BY resolved_at DESC LIMIT 1)
       ) i`,
    [
      steps.map(({ alert }) => alert.integrationId),
      steps.map(({ alert }) => alert.groupKey),
      steps.map(({ report }) => reopenableSince(report.sender, now)),
    ],
  )
  return rows.map(({ id }) => id)
}

export async function readIncidents(ctx: Context, ids: readonly string[]): Promise<KnownIncident[]> {
  const rows = await ctx.db.rows<Incident & { openAlerts: number }>(
    `SELECT ${INCIDENT_COLUMNS},
            (SELECT count(*)::int FROM alerts a WHERE a.incident_id = i.id AND a.status = 'OPEN') AS "openAlerts"
       FROM incidents i WHERE i.id = ANY($1::text[])`,
    [ids],
  )
  return rows.map(({ openAlerts, ...incident }) => ({ incident, openAlerts }))
}

/** Those of the incidents that a person has assessed. */
export async function readTriagedByHand(ctx: Context, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const rows = await ctx.db.rows<{ id: string }>(
    `SELECT DISTINCT e.incident_id AS id FROM timeline_entries e
      WHERE e.incident_id = ANY($1::text[]) AND e.event_type = '${IncidentEventType.TRIAGED}' AND e.actor_kind = '${ActorKind.USER}'`,
    [ids],
  )
  return new Set(rows.map(({ id }) => id))
}

const STORED = new Recordset<Alert>([
  ...([
    'id',
    'integrationId',
    'incidentId',
    'dedupKey',
    'episode',
    'groupKey',
    'status',
    'severity',
    'summary',
  ] as const),
  ...(['description', 'source', 'labels', 'details', 'links', 'serviceId', 'startedAt', 'firstSeenAt'] as const),
  ...(['lastSeenAt', 'endedAt', 'occurrences'] as const),
])

const CHANGED = new Recordset<Alert>([
  ...(['id', 'incidentId', 'status', 'severity', 'summary', 'description', 'source', 'labels', 'details'] as const),
  ...(['links', 'lastSeenAt', 'endedAt', 'occurrences'] as const),
])

export async function insertAlerts(ctx: Context, alerts: readonly Alert[]): Promise<void> {
  if (alerts.length === 0) return
  await ctx.db.rows(
    `INSERT INTO alerts (${STORED.columns}) SELECT ${STORED.columns} FROM json_populate_recordset(null::alerts, $1)`,
    [STORED.encode(alerts)],
  )
}

export async function updateAlerts(ctx: Context, alerts: readonly Alert[]): Promise<void> {
  if (alerts.length === 0) return
  await ctx.db.rows(
    `UPDATE alerts a SET ${CHANGED.assignments} FROM json_populate_recordset(null::alerts, $1) n WHERE a.id = n.id`,
    [CHANGED.encode(alerts)],
  )
}
