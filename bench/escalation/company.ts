import pg from 'pg'
import { send } from '../support/http-load.js'
import { tokenOf, userId } from '../support/company.js'

/** People with a webhook each, and a policy that calls them: made through the API, for addresses are sealed. */

export const CALLED = 20
const POLICIES = 10

const DOCUMENTS = {
  contactPointCreate: 'contactPoint { id }',
  notificationRuleCreate: 'notificationRule { id }',
  escalationPolicyCreate: 'escalationPolicy { id }',
  escalationRuleCreate: 'escalationRule { id }',
} as const

async function mutate(port: number, person: number, name: keyof typeof DOCUMENTS, input: object): Promise<string> {
  const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input!`
  const query = `mutation ($input: ${type}) { ${name}(input: $input) { ${DOCUMENTS[name]} userErrors { message } } }`
  const answer = await send(port, {
    path: '/graphql',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${tokenOf(person)}` },
    body: JSON.stringify({ query, variables: { input } }),
  })
  const { data } = JSON.parse(answer) as { data: Record<string, Record<string, { id: string }>> }
  const [made] = Object.values(data[name]!)
  if (!made) throw new Error(answer)
  return made.id
}

/** Answers the ids of the policies; an incident of team `n` is escalated by policy `n`. */
export async function arrange(url: string, port: number, receiver: string): Promise<string[]> {
  const client = new pg.Client(url)
  await client.connect()
  await client.query(`UPDATE users SET role = 'MANAGER' WHERE id = $1`, [userId(1)])
  await client.query(
    `INSERT INTO teams (id, name, created_at) SELECT 'team_' || lpad(n::text, 26, '0'), 'Team ' || n, now() FROM generate_series(1, ${POLICIES}) n`,
  )
  await client.end()
  for (let person = 1; person <= CALLED; person++) {
    const address = { kind: 'WEBHOOK', name: 'Robot', address: `${receiver}/${person}` }
    const contactPointId = await mutate(port, person, 'contactPointCreate', address)
    await mutate(port, person, 'notificationRuleCreate', { contactPointId, urgency: 'HIGH', delayMinutes: 0 })
  }
  const policies: string[] = []
  for (let n = 1; n <= POLICIES; n++) {
    const step = (person: number) => ({ targets: [{ kind: 'USER', id: userId(person) }], delayMinutes: 5 })
    const steps = [step(n), step(POLICIES + n)]
    const policyId = await mutate(port, 1, 'escalationPolicyCreate', { name: `Policy ${n}`, steps })
    policies.push(policyId)
  }
  return policies
}

/** Everything goes by one of the policies: what there is no team for. */
export const routeAll = (port: number, policyId: string) =>
  mutate(port, 1, 'escalationRuleCreate', { name: 'Everything', policyId })

/** Escalations that have called nobody yet, with a job each; all of them due so many milliseconds from now. Answers when. */
export async function schedule(client: pg.Client, prefix: string, count: number, delay: number): Promise<number> {
  const { rows } = await client.query<{ at: Date }>(`SELECT now() + $1 * interval '1 ms' AS at`, [delay])
  const { at } = rows[0]!
  const id = (n: string) => `'inc_' || $1 || lpad((${n})::text, 25, '0')`
  await client.query(
    `INSERT INTO incidents (id, title, status, visibility, impact, urgency, priority, created_at, updated_at, version)
     SELECT ${id('n')}, 'Checkout answers slowly in region ' || n, 'TRIGGERED', 'ORGANIZATION', 'HIGH', 'MEDIUM', 'P2', now(), now(), 1
       FROM generate_series(1, $2::int) n`,
    [prefix, count],
  )
  await client.query(
    `WITH policies AS (SELECT p.*, row_number() OVER (ORDER BY id) - 1 AS n, count(*) OVER () AS of FROM escalation_policies p)
     INSERT INTO escalations (incident_id, state, terms, reason, run, pass, step, due_at, started_at, updated_at)
     SELECT ${id('i')}, 'ESCALATING',
            jsonb_build_object('policyId', p.id, 'name', p.name, 'steps', p.steps, 'repeat', 0, 'acknowledgementTimeoutMinutes', NULL,
                               'managementPolicyId', NULL, 'workingHours', NULL),
            'Rule 1', 1, 0, -1, $3, now(), now()
       FROM generate_series(1, $2::int) i JOIN policies p ON p.n = i % p.of`,
    [prefix, count, at],
  )
  for (let from = 1; from <= count; from += 10_000)
    await client.query(
      `SELECT count(*) FROM graphile_worker.add_jobs(ARRAY(
         SELECT ROW('escalation.due', json_build_object('ids', json_build_array(${id('n')})), NULL, $3::timestamptz, NULL, 'escalation.due:' || ${id('n')}, NULL, NULL)::graphile_worker.job_spec
           FROM generate_series($2::int, $4::int) n))`,
      [prefix, from, at, Math.min(from + 9_999, count)],
    )
  return at.getTime()
}
