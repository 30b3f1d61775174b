import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { hashOf } from '../../src/access/secret.js'
import { openEmbeddedPostgres } from '../../src/platform/embedded-postgres.js'
import { Cluster } from './cluster.js'
import { Person } from './people.js'
import { Receiver } from './receiver.js'
import { NOTE_TRANSACTIONS, type Verdict, judge } from './verdict.js'

/**
 * Three servers share a database; one of them is killed with -9 every three seconds while two thousand incidents are
 * declared, escalate in three steps, and are acknowledged at random. In the end nobody may have been forgotten, nobody
 * called after somebody had it, and whoever was told twice must have been told so.
 *
 *     npm run faults -- [incidents]
 *
 * It takes about three minutes and ends by itself with status 1 when something was wrong.
 */

const INCIDENTS = Number(process.argv[2] ?? 2_000)
const NODES = 3
const KILL_EVERY = 3_000 // milliseconds
const CALLED = 30
const STEPS = 3
/** Seconds between two steps; in earnest they are minutes. */
const STEP = 6
/** Incidents per second. */
const RATE = 12
/** Part of the incidents that somebody acknowledges, within so many milliseconds. */
const ACKNOWLEDGED = 0.7
const ACKNOWLEDGED_WITHIN = 15_000
const LIMIT = 8 * 60_000 // milliseconds

const say = (line: string): void => void process.stderr.write(`${line}\n`)

async function run(): Promise<Verdict & { readonly kills: number; readonly unverified: number }> {
  const directory = await mkdtemp(join(tmpdir(), 'tocsin-faults-'))
  const postgres = await openEmbeddedPostgres(directory, { settings: { track_commit_timestamp: 'on' } })
  const client = new pg.Client(postgres.url)
  const receiver = new Receiver()
  const cluster = new Cluster({
    ...{
      DATABASE_URL: postgres.url,
      OUTGOING_ALLOW: '127.0.0.0/8',
      SECRET_KEY: 'the same for every node of the cluster',
    },
  })
  try {
    await client.connect()
    const address = await receiver.start()
    await cluster.start(NODES)
    await client.query(NOTE_TRANSACTIONS)
    const manager = await personOf(client, cluster, 'MANAGER', 0)
    await arrange(client, cluster, manager, receiver, address)
    say(`${NODES} servers serve; ${INCIDENTS} incidents are declared, ${RATE} a second`)
    await work(client, cluster, manager)
    await settled(client)
    return { ...(await judge(client, receiver.received, STEPS)), kills: cluster.kills, unverified: receiver.unverified }
  } finally {
    await cluster.stop()
    await receiver.stop()
    await client.end()
    await postgres.close()
    await rm(directory, { recursive: true, force: true })
  }
}

async function personOf(
  client: pg.Client,
  cluster: Cluster,
  role: string,
  number: number,
): Promise<Person & { id: string }> {
  const id = `usr_${String(number).padStart(26, '0')}`
  const token = `toc_${String(number).padStart(40, '0')}`
  await client.query(
    `INSERT INTO users (id, name, email, role, created_at, updated_at) VALUES ($1::text, $1::text, $1::text || '@example.com', $2, now(), now())`,
    [id, role],
  )
  await client.query(
    `INSERT INTO api_tokens (id, user_id, name, prefix, hash, scopes, created_at)
     VALUES ('tok_' || right($1::text, 26), $1::text, 'faults', 'toc_0000', $2, '{READ,WRITE,CONFIGURE}', now())`,
    [id, hashOf(token)],
  )
  return Object.assign(new Person(cluster, token), { id })
}

/** People with a webhook each, and a policy whose steps call one of them after the other. */
async function arrange(
  client: pg.Client,
  cluster: Cluster,
  manager: Person,
  receiver: Receiver,
  address: string,
): Promise<void> {
  const people: string[] = []
  for (let n = 1; n <= CALLED; n++) {
    const person = await personOf(client, cluster, 'RESPONDER', n)
    people.push(person.id)
    const { contactPoint, secret } = await person.mutate(
      'contactPointCreate',
      { kind: 'WEBHOOK', name: 'Robot', address: `${address}/${n}` },
      'contactPoint { id } secret',
    )
    receiver.secrets.set(`/${n}`, secret!)
    await person.mutate('notificationRuleCreate', {
      contactPointId: contactPoint!.id,
      urgency: 'HIGH',
      delayMinutes: 0,
    })
  }
  for (let n = 0; n < CALLED / STEPS; n++) {
    const called = people.slice(n * STEPS, (n + 1) * STEPS)
    const { escalationPolicy } = await manager.mutate(
      'escalationPolicyCreate',
      { name: `Policy ${n}`, steps: called.map((id) => ({ targets: [{ kind: 'USER', id }], delayMinutes: 1 })) },
      'escalationPolicy { id }',
    )
    const teamId = `team_${String(n).padStart(26, '0')}`
    await client.query('INSERT INTO teams (id, name, created_at) VALUES ($1::text, $1::text, now())', [teamId])
    await manager.mutate('escalationRuleCreate', {
      name: `Rule ${n}`,
      teamIds: [teamId],
      policyId: escalationPolicy!.id,
    })
  }
  await client.query(
    `UPDATE escalation_policies SET steps =
       (SELECT jsonb_agg(step || jsonb_build_object('delayMinutes', $1::float8 / 60) ORDER BY n) FROM jsonb_array_elements(steps) WITH ORDINALITY s(step, n))`,
    [STEP],
  )
}

async function work(client: pg.Client, cluster: Cluster, manager: Person): Promise<void> {
  let killing = true
  const killer = (async () => {
    while (killing) {
      await delay(KILL_EVERY)
      if (killing) await cluster.killNext()
    }
  })()
  const lives: Promise<void>[] = []
  for (let n = 0; n < INCIDENTS; n++) {
    lives.push(live(manager, n))
    await delay(1000 / RATE)
    if (n % 500 === 499) say(`${n + 1} declared, ${cluster.kills} kills`)
  }
  await Promise.all(lives)
  await delay(STEPS * STEP * 1000) // the last steps are taken under fire, too
  killing = false
  await killer
}

async function live(manager: Person, number: number): Promise<void> {
  const teamId = `team_${String(number % (CALLED / STEPS)).padStart(26, '0')}`
  const input = { title: `Incident ${number}`, teamId }
  const { incident, userErrors } = await manager.mutate('incidentDeclare', input, 'incident { id }')
  if (!incident) throw new Error(JSON.stringify(userErrors))
  if (Math.random() >= ACKNOWLEDGED) return
  await delay(ACKNOWLEDGED_WITHIN * Math.random())
  await manager.mutate('incidentAcknowledge', { id: incident.id })
}

/** Waits until nothing is due any more. */
async function settled(client: pg.Client): Promise<void> {
  const until = Date.now() + LIMIT
  for (;;) {
    const { rows } = await client.query<{ left: number }>(
      `SELECT (SELECT count(*) FROM escalations WHERE due_at IS NOT NULL)::int
            + (SELECT count(*) FROM deliveries WHERE message_id IS NULL AND withdrawn_at IS NULL)::int
            + (SELECT count(*) FROM messages WHERE due_at IS NOT NULL)::int AS left`,
    )
    if (rows[0]!.left === 0) return
    if (Date.now() > until) throw new Error(`${rows[0]!.left} are still due after ${LIMIT} ms`)
    await delay(500)
  }
}

const verdict = await run()
const duplicated = verdict.requests === 0 ? 0 : verdict.duplicates / verdict.requests
const sound =
  [verdict.lost, verdict.stepsLost, verdict.claimedLate, verdict.unmarked, verdict.unverified].every(
    (count) => count === 0,
  ) &&
  verdict.incidents === INCIDENTS &&
  duplicated <= 0.001
process.stdout.write(`${JSON.stringify({ ...verdict, duplicated, sound })}\n`)
process.exit(sound ? 0 : 1)
