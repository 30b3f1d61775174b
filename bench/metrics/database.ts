import { createHash } from 'node:crypto'
import pg from 'pg'
import { hashOf } from '../../src/access/secret.js'
import { MIGRATIONS } from '../../migrations/index.js'

/**
 * Incidents of the twelve months before 2026-11-01, with what was promised for them, of ten teams and fifty services. They
 * are written straight into the tables: no event tells of them, so it is a rebuild that counts them.
 */

/** Signs a manager in: one who sees all but what is restricted. */
export const MANAGER_TOKEN = `toc_${'1'.padStart(40, '0')}`

export const FROM = '2025-11-01T00:00:00.000Z'
export const UNTIL = '2026-11-01T00:00:00.000Z'

const TEAMS = 10
const SERVICES = 50

const id = (prefix: string, number: string) => `'${prefix}_' || lpad((${number})::text, 26, '0')`
export const incidentId = (number: number) => `inc_${String(number).padStart(26, '0')}`

/** Spread evenly over the year, in the order of their numbers; one in a hundred is still open. */
const statements = (incidents: number) => [
  // Checks of references are done once, at the end.
  `SET session_replication_role = replica`,
  `INSERT INTO teams (id, name, created_at) SELECT ${id('team', 'n')}, 'Team ' || n, now() FROM generate_series(0, ${TEAMS - 1}) n`,
  `INSERT INTO services (id, name, team_id, created_at)
   SELECT ${id('svc', 'n')}, 'Service ' || n, ${id('team', `n % ${TEAMS}`)}, now() FROM generate_series(0, ${SERVICES - 1}) n`,
  `INSERT INTO users (id, name, email, role, created_at, updated_at)
   VALUES (${id('usr', '1')}, 'Mia', 'mia@example.com', 'MANAGER', now(), now())`,
  `INSERT INTO api_tokens (id, user_id, name, prefix, hash, scopes, created_at)
   VALUES (${id('tok', '1')}, ${id('usr', '1')}, 'benchmark', 'toc_0000', '\\x${hashOf(MANAGER_TOKEN).toString('hex')}', '{READ,WRITE}', now())`,
  `INSERT INTO incidents (id, number, title, description, resolution, status, visibility, impact, urgency, priority, drill,
                          service_id, team_id, reporter_id, created_at, detected_at, acknowledged_at, resolved_at, first_resolved_at,
                          closed_at, reopen_count, updated_at, version)
   SELECT ${id('inc', 'n')}, n, 'Checkout answers slowly, occurrence ' || n, CASE WHEN n % 3 > 0 THEN 'It hangs.' ELSE '' END,
          CASE WHEN NOT open THEN 'Restarted.' END, CASE WHEN open THEN 'TRIGGERED' ELSE 'CLOSED' END,
          CASE WHEN n * 31 / 250 % 10 < 7 THEN 'ORGANIZATION' WHEN n * 31 / 250 % 10 < 9 THEN 'TEAM' ELSE 'RESTRICTED' END,
          'MEDIUM', 'MEDIUM', 'P' || 1 + n / 50 % 5, n % 97 = 0,
          ${id('svc', `n * 17 % ${SERVICES}`)}, ${id('team', `n * 17 % ${TEAMS}`)}, ${id('usr', '1')},
          at, at - interval '90 seconds', CASE WHEN NOT open THEN at + took * interval '0.1 s' END,
          CASE WHEN NOT open THEN at + took * interval '1 s' END, CASE WHEN NOT open THEN at + took * interval '1 s' END,
          CASE WHEN NOT open THEN at + took * interval '1 s' + interval '1 day' END, (n % 40 = 0)::int, at, 3
     FROM (SELECT n::bigint, n % 100 = 0 AS open, timestamptz '${FROM}' + (n - 1) * interval '1 year' / ${incidents} AS at,
                  exp(5 + (n::bigint * 7919 % 10007) / 1500.0) AS took FROM generate_series(1, ${incidents}) n) dated ORDER BY n`,
  `INSERT INTO sla_records (id, incident_id, number, kind, source, state, started_at, breached_at, met_at, stopped_at)
   SELECT ${id('sla', 'number')}, id, 1, 'RESOLUTION', 'IMPORT', CASE WHEN late THEN 'BREACHED' ELSE 'MET' END, created_at,
          CASE WHEN late THEN resolved_at END, CASE WHEN NOT late THEN resolved_at END, resolved_at
     FROM incidents, LATERAL (SELECT resolved_at - created_at > interval '8 hours' AS late) l
    WHERE resolved_at IS NOT NULL ORDER BY number`,
  `SELECT setval(pg_get_serial_sequence('incidents', 'number'), ${incidents})`,
  `SET session_replication_role = origin`,
  `UPDATE metric_feed SET version = 0`,
  `VACUUM ANALYZE`,
]

/** Other data has another name. */
export const recipe = (incidents: number): string =>
  createHash('sha256')
    .update(statements(incidents).join('\n'))
    .update(MIGRATIONS.map((migration) => String(migration)).join('\n'))
    .digest('hex')
    .slice(0, 12)

/** Fills the database, unless it has been filled. */
export async function seed(url: string, incidents: number): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  const { rows } = await client.query<{ seeded: string | null }>(`SELECT to_regclass('seeded')::text AS seeded`)
  if (!rows[0]!.seeded) {
    for (const statement of statements(incidents)) await client.query(statement)
    await client.query('CREATE TABLE seeded (done boolean)')
  }
  await client.end()
}
