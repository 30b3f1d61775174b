import pg from 'pg'
import { newId } from '../../src/platform/id.js'
import { answerQuestions } from '../support/answers.js'
import { type BenchAlert, INTEGRATION_ID, REPEATED, alertOf } from './alerts.js'

/**
 * The limit: a loop over `pg` that commits one alert per statement and transaction, as pgbench would. It writes the same
 * rows as Tocsin, knows beforehand which alerts are new, and serves no HTTP.
 */

const EVENT = 'INSERT INTO events (type, subject, incident_id, audience, actor_kind, actor_id, payload, occurred_at)'

const OPEN = {
  name: 'open',
  text: `
    WITH i AS (
      INSERT INTO incidents (id, title, description, status, visibility, impact, urgency, priority, integration_id, group_key,
                             impact_started_at, detected_at, created_at, updated_at, version)
      VALUES ($1, $6, $7, 'TRIGGERED', 'ORGANIZATION', 'MEDIUM', 'MEDIUM', 'P3', $4, $8, $9, now(), now(), now(), 1) RETURNING *
    ), t AS (
      INSERT INTO timeline_entries (id, incident_id, kind, event_type, body, audience, actor_kind, actor_id, occurred_at)
      VALUES ($3, $1, 'EVENT', 'incident.triggered', 'Triggered by Alertmanager', 'PUBLIC', 'INTEGRATION', $4, now())
    ), a AS (
      INSERT INTO alerts (id, integration_id, incident_id, dedup_key, episode, group_key, status, severity, summary, description, source,
                          labels, details, links, started_at, first_seen_at, last_seen_at, occurrences)
      VALUES ($2, $4, $1, $5, $9, $8, 'OPEN', 'WARNING', $6, $7, $10, $11, $12, $13, $9, now(), now(), 1)
      ON CONFLICT (integration_id, dedup_key) WHERE status = 'OPEN'
      DO UPDATE SET occurrences = alerts.occurrences + 1, last_seen_at = now() RETURNING *
    )
    ${EVENT}
    SELECT 'incident.triggered', i.id, i.id, 'PUBLIC', 'INTEGRATION', $4, jsonb_build_object('incident', to_jsonb(i), 'entryId', $3), now() FROM i
    UNION ALL
    SELECT 'alert.triggered', a.id, a.incident_id, 'PARTNER', 'INTEGRATION', $4, jsonb_build_object('alert', to_jsonb(a) - 'details'), now() FROM a`,
}

const REPEAT = {
  name: 'repeat',
  text: `
    WITH a AS (
      UPDATE alerts SET severity = 'WARNING', summary = $3, description = $4, source = $5, labels = $6, details = $7, links = $8,
                        last_seen_at = now(), occurrences = occurrences + 1
       WHERE integration_id = $1 AND dedup_key = $2 AND status = 'OPEN' RETURNING *
    )
    ${EVENT}
    SELECT 'alert.repeated', a.id, a.incident_id, 'PARTNER', 'INTEGRATION', $1, jsonb_build_object('alert', to_jsonb(a) - 'details'), now() FROM a`,
}

const jsonOf = ({ labels, annotations, url }: BenchAlert) => [
  JSON.stringify(labels),
  JSON.stringify(annotations),
  JSON.stringify([{ url, text: 'Source' }]),
]

const open = (alert: BenchAlert) => {
  const ids = [newId('incident'), newId('alert'), newId('timelineEntry')]
  const { key, summary, description, groupKey, startedAt, source } = alert
  return {
    ...OPEN,
    values: [
      ...ids,
      INTEGRATION_ID,
      key,
      summary,
      description,
      groupKey,
      startedAt,
      source,
      ...jsonOf(alert),
    ] as unknown[],
  }
}

const repeat = (alert: BenchAlert) => {
  const { key, summary, description, source } = alert
  return { ...REPEAT, values: [INTEGRATION_ID, key, summary, description, source, ...jsonOf(alert)] as unknown[] }
}

const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 64 })

answerQuestions(null, {
  /** How many alerts were committed in so many seconds. */
  commit: async (wanted: { what: 'new' | 'repeated'; run: string; seconds: number; connections: number }) => {
    const { what, run, seconds, connections } = wanted
    const until = performance.now() + seconds * 1000
    const started = performance.now()
    let number = 0
    let committed = 0
    const work = async () => {
      while (performance.now() < until) {
        const statement = what === 'new' ? open(alertOf(run, number++)) : repeat(alertOf('open', number++ % REPEATED))
        const { rowCount } = await pool.query(statement)
        if (rowCount !== (what === 'new' ? 2 : 1)) throw new Error(`${rowCount} events were written`)
        committed++
      }
    }
    await Promise.all(Array.from({ length: connections }, work))
    return { answered: committed, elapsed: (performance.now() - started) / 1000 }
  },
  /** Opens the alerts that are repeated. */
  open: async () => {
    for (let number = 0; number < REPEATED; number++) await pool.query(open(alertOf('open', number)))
  },
})
