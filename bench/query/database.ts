import { createHash } from 'node:crypto'
import pg from 'pg'
import { hashOf } from '../../src/access/secret.js'
import { MIGRATIONS } from '../../migrations/index.js'

/**
 * 100,000 incidents of ten months, of which 2,000 are open, and 500,000 timeline entries. A part of them the viewer,
 * a responder of two of ten teams, may not see: but none of the newest, so that a side without access rules answers
 * the same.
 */

export const VIEWER_TOKEN = `toc_${'0'.repeat(40)}`

const INCIDENTS = 100_000
const ENTRIES = 500_000

const id = (prefix: string, number: string) => `'${prefix}_' || lpad((${number})::text, 26, '0')`

const STATEMENTS = [
  // Checks of references are done once, at the end.
  `SET session_replication_role = replica`,
  `INSERT INTO teams (id, name, created_at)
   SELECT ${id('team', 'n')}, 'Team ' || n, now() FROM generate_series(0, 9) n`,
  `INSERT INTO users (id, name, email, role, created_at, updated_at)
   SELECT ${id('usr', 'n')}, 'Person Number ' || n, 'person' || n || '@example.com',
          CASE n % 10 WHEN 9 THEN 'MANAGER' ELSE 'RESPONDER' END, now(), now() FROM generate_series(0, 199) n`,
  `INSERT INTO team_members (team_id, user_id)
   SELECT ${id('team', 'n % 10')}, ${id('usr', 'n')} FROM generate_series(0, 199) n
   UNION ALL SELECT ${id('team', '1')}, ${id('usr', '0')}`,
  `INSERT INTO services (id, name, team_id, created_at)
   SELECT ${id('svc', 'n')}, 'Service ' || n, ${id('team', 'n % 10')}, now() FROM generate_series(0, 49) n`,
  `INSERT INTO api_tokens (id, user_id, name, prefix, hash, scopes, created_at)
   VALUES (${id('tok', '0')}, ${id('usr', '0')}, 'benchmark', 'toc_0000', '\\x${hashOf(VIEWER_TOKEN).toString('hex')}', '{READ,WRITE}', now())`,
  `INSERT INTO incidents (id, number, title, description, status, hold_reason, visibility, impact, urgency, priority,
                          service_id, team_id, commander_id, reporter_id, created_at, acknowledged_at, resolved_at, closed_at, updated_at, version)
   SELECT ${id('inc', 'n')}, n, 'Checkout answers slowly in region ' || n % 7 || ', occurrence ' || n,
          repeat('What is known so far. ', 10), status, CASE status WHEN 'ON_HOLD' THEN 'VENDOR' END, visibility,
          'MEDIUM', 'HIGH', 'P2', ${id('svc', 'service')}, ${id('team', 'service % 10')},
          CASE WHEN n % 4 > 0 THEN ${id('usr', 'n % 200')} END, ${id('usr', '(n * 7) % 200')},
          created, CASE WHEN status <> 'TRIGGERED' THEN created + interval '3 minutes' END,
          CASE WHEN NOT open THEN created + interval '2 hours' END, CASE WHEN NOT open THEN created + interval '1 day' END, created, 3
     FROM (
       SELECT *, now() - (${INCIDENTS} - n) * interval '4 minutes 19 seconds' AS created,
              CASE WHEN open THEN (ARRAY['TRIGGERED', 'ACKNOWLEDGED', 'IN_PROGRESS', 'ON_HOLD'])[1 + n / 5 % 4] ELSE 'CLOSED' END AS status,
              CASE WHEN visibility = 'TEAM' AND newest THEN n / 5 % 2 + 10 ELSE n * 7 % 50 END AS service
         FROM (
           SELECT n, n > 90000 AND n % 5 = 0 AS open, n > 99500 AS newest,
                  (ARRAY['ORGANIZATION', 'ORGANIZATION', 'ORGANIZATION', 'ORGANIZATION', 'ORGANIZATION', 'ORGANIZATION', 'ORGANIZATION',
                         'TEAM', 'TEAM', CASE WHEN n > 99500 THEN 'ORGANIZATION' ELSE 'RESTRICTED' END])[1 + n / 5 % 10] AS visibility
             FROM generate_series(1, ${INCIDENTS}) n
         ) numbered
     ) dated ORDER BY n`,
  `INSERT INTO incident_participants (incident_id, user_id)
   SELECT id, user_id FROM incidents, LATERAL (VALUES (${id('usr', 'number * 3 % 200')}), (${id('usr', 'number * 3 % 200 + 1')})) p(user_id)
    WHERE visibility = 'RESTRICTED' AND user_id IN (SELECT id FROM users)`,
  // 20 entries for each open incident, 5 or 4 for the others.
  `INSERT INTO timeline_entries (id, incident_id, kind, event_type, body, audience, actor_kind, actor_id, occurred_at)
   SELECT ${id('tle', '(number::bigint * 100 + k)')}, id, CASE k % 3 WHEN 0 THEN 'NOTE' ELSE 'EVENT' END, 'incident.note_added',
          'Restarted worker ' || k || ' of pool ' || number % 9 || '; the error rate is falling, watching the dashboard.',
          CASE k % 2 WHEN 0 THEN 'PUBLIC' ELSE 'INTERNAL' END, 'USER', ${id('usr', '(number * 13 + k) % 200')}, created_at + k * interval '5 minutes'
     FROM incidents, generate_series(1, CASE WHEN closed_at IS NULL THEN 20 WHEN number <= 68000 THEN 5 ELSE 4 END) k ORDER BY number, k`,
  `SET session_replication_role = origin`,
  `VACUUM ANALYZE`,
]

/** What the data is made of: another text means other data. */
const RECIPE = createHash('sha256')
  .update(STATEMENTS.join('\n'))
  .update(MIGRATIONS.map((migration) => String(migration)).join('\n'))
  .digest('hex')

export const recipe = RECIPE.slice(0, 12)

/** Fills the database, unless it has been filled. */
export async function seed(url: string): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  const { rows } = await client.query<{ seeded: string | null }>(`SELECT to_regclass('seeded')::text AS seeded`)
  if (!rows[0]!.seeded) {
    for (const statement of STATEMENTS) await client.query(statement)
    const counted = await client.query<{ incidents: string; entries: string }>(
      'SELECT (SELECT count(*) FROM incidents) AS incidents, (SELECT count(*) FROM timeline_entries) AS entries',
    )
    const { incidents, entries } = counted.rows[0]!
    if (Number(incidents) !== INCIDENTS || Number(entries) !== ENTRIES)
      throw new Error(`${incidents} incidents and ${entries} entries were seeded`)
    await client.query('CREATE TABLE seeded (done boolean)')
  }
  await client.end()
}
