import { once } from 'node:events'
import { type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { KEY, alertOf, notificationOf, seedIntegration } from '../intake/alerts.js'
import type { Bench } from '../support/bench.js'
import { seedCompany } from '../support/company.js'
import { type Goal, figure, percentile } from '../support/figures.js'
import { encodeRequest, load } from '../support/http-load.js'
import { startPostgres } from '../support/postgres.js'
import { type MeasuredProcess, startProcess } from '../support/process.js'
import { profiled } from '../support/profile.js'
import { arrange, routeAll, schedule } from './company.js'

/**
 * How late people are called. 100,000 timers wait; 1,000 are due at one moment: how long after it each step has been
 * committed, and each page has reached a webhook. Then a storm of 10,000 alerts: how long until the first page of each.
 */

const PENDING = 100_000
const DUE = 1_000
const STORM = 10_000
const CONNECTIONS = 64
const FAR = 86_400_000 // milliseconds
/** Until the moment at which all are due: enough to write them, and for the machine to be quiet. */
const SOON = 10_000
const LATE: Goal = ['<=', 500]

export const bench: Bench = async function* (options) {
  const postgres = await startPostgres(options.keep)
  const processes: MeasuredProcess[] = []
  const receiver = await startReceiver()
  const pending = options.size ?? PENDING
  try {
    const peerUrl = await postgres.database('escalation_peer', { fresh: true })
    const url = await postgres.database('escalation', { fresh: true })
    await seedCompany(url)
    await seedIntegration(url)
    const environment = { DATABASE_URL: url, DATA_DIR: tmpdir(), OUTGOING_ALLOW: '127.0.0.0/8' }
    const tocsin = await startProcess('servers/tocsin.js', environment)
    processes.push(tocsin)
    const policies = await arrange(url, tocsin.port, receiver.url)

    const client = new pg.Client(url)
    await client.connect()
    await schedule(client, 'p', pending, FAR)
    await client.query('ANALYZE')
    const before = await tocsin.usage()
    const at = await schedule(client, 'd', DUE, SOON)
    let committed: number[] = []
    const calling = async () => {
      committed = await watch(client, 'SELECT count(*)::int AS count FROM pages', at, DUE)
      await receiver.until(DUE)
    }
    if (options.profile) options.note(await profiled(tocsin, 'escalation', calling))
    else await calling()
    const { cpu } = await tocsin.usage()
    const received = receiver.times.map((time) => time - at)
    const requests = receiver.requests
    yield figure('timers that wait', pending, 'timers')
    yield figure('timers due at one moment', DUE, 'timers')
    for (const [what, late] of [
      ['step committed', committed],
      ['page received by a webhook', received],
    ] as const) {
      yield figure(`${what}, late, p50`, percentile(late, 0.5), 'ms')
      yield figure(`${what}, late, p99`, percentile(late, 0.99), 'ms', what === 'step committed' ? LATE : undefined)
    }
    yield figure('processor time of the server', (1000 * (cpu - before.cpu)) / DUE, 'ms/step, sent')

    const peerClient = new pg.Client(peerUrl)
    await peerClient.connect()
    await copyPolicies(client, peerClient)
    const peer = await startProcess('escalation/peer.js', { DATABASE_URL: peerUrl })
    processes.push(peer)
    await schedule(peerClient, 'p', pending, FAR)
    await peerClient.query('ANALYZE')
    const peerAt = await schedule(peerClient, 'd', DUE, SOON)
    const late = await watch(peerClient, 'SELECT count(*)::int AS count FROM peer_pages', peerAt, DUE)
    await peerClient.end()
    yield figure('graphile-worker as it comes, late, p99', percentile(late, 0.99), 'ms')
    yield figure(
      'step committed, late, p99',
      percentile(committed, 0.99) / percentile(late, 0.99),
      'ratio',
      undefined,
      'graphile-worker as it comes, which writes a twelfth of it',
    )
    await peer.stop()

    await routeAll(tocsin.port, policies[0]!)
    const storm = options.size ? Math.min(options.size, STORM) : STORM
    const stormed = performance.now()
    await sendStorm(tocsin.port, storm)
    const accepted = performance.now() - stormed
    while ((await count(client, 'SELECT count(*)::int AS count FROM pages')) < DUE + storm) await delay(50)
    const paged = performance.now() - stormed
    await receiver.until(DUE + storm)
    const told = performance.now() - stormed
    const { rows } = await client.query<{ late: number }>(
      `SELECT extract(epoch FROM p.paged_at - i.created_at)::float8 * 1000 AS late
         FROM pages p JOIN incidents i ON i.id = p.incident_id WHERE i.integration_id IS NOT NULL`,
    )
    const until = rows.map(({ late }) => late)
    yield figure('storm', storm, 'alerts')
    yield figure('storm, all accepted after', accepted / 1000, 's')
    yield figure('storm, all paged after', paged / 1000, 's')
    yield figure('storm, all pages received after', told / 1000, 's')
    yield figure('storm, from the alert to its first page, p50', percentile(until, 0.5), 'ms')
    yield figure('storm, from the alert to its first page, p99', percentile(until, 0.99), 'ms')
    yield figure('storm, requests for all pages', receiver.requests - requests, 'messages')
    await client.end()
  } finally {
    for (const process of processes) await process.stop()
    await receiver.stop()
    await postgres.close()
  }
}

const count = async (client: pg.Client, text: string): Promise<number> =>
  (await client.query<{ count: number }>(text)).rows[0]!.count

/** How long after a moment each of so many rows could be seen, in milliseconds; looked at every few. */
async function watch(client: pg.Client, text: string, at: number, wanted: number): Promise<number[]> {
  const late: number[] = []
  await delay(at - Date.now())
  while (late.length < wanted) {
    const seen = await count(client, text)
    const now = Date.now() - at
    while (late.length < seen) late.push(now)
    await delay(4)
  }
  return late
}

/** Both sides have the same escalations. */
async function copyPolicies(from: pg.Client, to: pg.Client): Promise<void> {
  const { rows } = await from.query(
    'SELECT id, name, steps, repeat, created_at, updated_at, version FROM escalation_policies',
  )
  for (const { id, name, steps, repeat, created_at, updated_at, version } of rows)
    await to.query(
      'INSERT INTO escalation_policies (id, name, steps, repeat, created_at, updated_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7)',
      [id, name, JSON.stringify(steps), repeat, created_at, updated_at, version],
    )
}

async function sendStorm(port: number, alerts: number): Promise<void> {
  const written = Array.from({ length: alerts }, (_, number) =>
    encodeRequest({
      path: '/intake/alertmanager',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${KEY}` },
      body: notificationOf(alertOf('s', number)),
    }),
  )
  let sent = 0
  await load({
    ...{ port, connections: CONNECTIONS, seconds: 600 },
    request: () => written[sent++]!,
    wanted: alerts,
    check: (status, body) => {
      if (status !== 200) throw new Error(`${status}: ${body}`)
    },
  })
}

interface Receiver {
  readonly url: string
  /** When each page came; several may come with one request. */
  readonly times: number[]
  readonly requests: number
  until(pages: number): Promise<void>
  stop(): Promise<void>
}

/** Takes what it is sent, and counts. */
async function startReceiver(): Promise<Receiver> {
  const times: number[] = []
  let requests = 0
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      response.writeHead(204).end()
      requests++
      const { data } = JSON.parse(Buffer.concat(chunks).toString()) as { data: { items: object[] } }
      times.push(...data.items.map(() => Date.now()))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    times,
    get requests() {
      return requests
    },
    until: async (pages) => {
      while (times.length < pages) await delay(5)
    },
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
