import pg from 'pg'

/** A company with open incidents, and people who work on them; each has a token. */

export const PEOPLE = 200
export const INCIDENTS = 100

const id = (prefix: string, number: string) => `'${prefix}_' || lpad((${number})::text, 26, '0')`
export const incidentId = (number: number) => `inc_${String(number).padStart(26, '0')}`
export const tokenOf = (person: number) => `toc_${String(person).padStart(40, '0')}`
export const userId = (number: number) => `usr_${String(number).padStart(26, '0')}`

export async function seedCompany(url: string): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  for (const statement of [
    `INSERT INTO users (id, name, email, role, created_at, updated_at)
     SELECT ${id('usr', 'n')}, 'Person Number ' || n, 'person' || n || '@example.com', 'RESPONDER', now(), now()
       FROM generate_series(1, ${PEOPLE}) n ON CONFLICT DO NOTHING`,
    `INSERT INTO services (id, name, created_at)
     SELECT ${id('svc', 'n')}, 'Service ' || n, now() FROM generate_series(1, 10) n ON CONFLICT DO NOTHING`,
    `INSERT INTO api_tokens (id, user_id, name, prefix, hash, scopes, created_at)
     SELECT ${id('tok', 'n')}, ${id('usr', 'n')}, 'benchmark', 'toc_0000', sha256(('toc_' || lpad(n::text, 40, '0'))::bytea), '{READ,WRITE}', now()
       FROM generate_series(1, ${PEOPLE}) n ON CONFLICT DO NOTHING`,
    `INSERT INTO incidents (id, number, title, status, visibility, impact, urgency, priority, service_id, created_at, updated_at, version)
     SELECT ${id('inc', 'n')}, n, 'Checkout answers slowly in region ' || n, 'TRIGGERED', 'ORGANIZATION', 'HIGH', 'MEDIUM', 'P2',
            ${id('svc', '1 + n % 10')}, now(), now(), 1 FROM generate_series(1, ${INCIDENTS}) n ON CONFLICT DO NOTHING`,
    `SELECT setval(pg_get_serial_sequence('incidents', 'number'), ${INCIDENTS})`,
    'ANALYZE',
  ])
    await client.query(statement)
  await client.end()
}
