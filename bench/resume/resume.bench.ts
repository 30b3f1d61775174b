import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { incidentId, seedCompany, tokenOf } from '../support/company.js'
import type { Bench } from '../support/bench.js'
import { figure } from '../support/figures.js'
import { send } from '../support/http-load.js'
import { startPostgres } from '../support/postgres.js'
import { type MeasuredProcess, startProcess } from '../support/process.js'

/**
 * Nobody misses anything: 16 writers change incidents while subscribers are cut at random and the server is killed with
 * -9 and started again. In the end each subscriber must have seen every committed event once, in the order of the log.
 */

const WRITERS = 16
const FOLLOWERS = 24
const EVENTS = { full: 100_000, default: 15_000 }
/** Milliseconds between two cuts of one subscriber, in the mean. */
const CUT_EVERY = 2_000
const KILLS = 8
/** Milliseconds. */
const LIMIT = 9 * 60_000

export const bench: Bench = async function* (options) {
  const wanted = options.size ?? (options.full ? EVENTS.full : EVENTS.default)
  const postgres = await startPostgres(options.keep)
  const processes: MeasuredProcess[] = []
  let server: MeasuredProcess | null = null
  try {
    const url = await postgres.database('resume', { fresh: true })
    await seedCompany(url)
    const client = new pg.Client(url)
    await client.connect()
    const environment = { DATABASE_URL: url, DATA_DIR: tmpdir(), PORT: String(await freePort()) }
    server = await startProcess('servers/tocsin.js', environment)
    const [writers, followers] = await Promise.all(
      ['resume/writers.js', 'resume/followers.js'].map((module) => startProcess(module, environment)),
    )
    processes.push(writers!, followers!)
    const { port } = server
    const cursor = await firstCursor(port)
    const started = performance.now()
    await followers!.ask('start', { port, cursor, count: FOLLOWERS, every: CUT_EVERY })
    await writers!.ask('start', { server: port, writers: WRITERS })

    let kills = 0
    let written = 0
    while (written < wanted) {
      await delay(250)
      if (performance.now() - started > LIMIT) throw new Error(`Only ${written} of ${wanted} events in ${LIMIT} ms`)
      written = await countEvents(client)
      if (kills < KILLS && written > ((kills + 1) * wanted) / (KILLS + 1)) {
        await server.kill()
        kills++
        options.note(`resume: killed after ${written} events`)
        server = await startProcess('servers/tocsin.js', environment)
      }
    }
    const { failed } = await writers!.ask<{ answered: number; failed: number }>('stop')
    const wroteFor = (performance.now() - started) / 1000
    await followers!.ask('spare')
    const expected = await readLog(client)
    await arrived(followers!, expected.length)
    const { ids, cuts, reasons } = await followers!.ask<{
      ids: Float64Array[]
      cuts: number
      reasons: Map<string, number>
    }>('result')
    await client.end()
    options.note(`resume: connections ended: ${[...reasons].map(([why, count]) => `${why}: ${count}`).join('; ')}`)

    const found = ids.map((received) => compare(expected, received))
    const sum = (of: (found: Comparison) => number) => found.reduce((total, one) => total + of(one), 0)
    yield figure('events committed', expected.length, 'events')
    yield figure('events committed per second, server up or down', expected.length / wroteFor, 'events/s')
    yield figure('subscribers', FOLLOWERS, 'subscribers')
    yield figure('connections cut', cuts, 'cuts')
    yield figure('server killed with -9', kills, 'kills')
    yield figure('requests without an answer', failed, 'requests')
    yield figure(
      'lost',
      sum(({ lost }) => lost),
      'events',
      ['=', 0],
    )
    yield figure(
      'duplicated',
      sum(({ duplicated }) => duplicated),
      'events',
      ['=', 0],
    )
    yield figure(
      'out of order within an incident',
      sum(({ outOfOrder }) => outOfOrder),
      'events',
      ['=', 0],
    )
    yield figure(
      'never committed',
      sum(({ unknown }) => unknown),
      'events',
      ['=', 0],
    )
  } finally {
    await Promise.all([...processes, ...(server ? [server] : [])].map((process) => process.stop()))
    await postgres.close()
  }
}

/** A port that is free now, and so is when the server comes back. */
async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}

/** Where all subscribers begin. */
async function firstCursor(port: number): Promise<string> {
  const query = `mutation ($input: IncidentNoteAddInput!) { incidentNoteAdd(input: $input) { eventCursor } }`
  const answer = await send(port, {
    path: '/graphql',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${tokenOf(1)}` },
    body: JSON.stringify({ query, variables: { input: { id: incidentId(1), body: 'Here it begins.' } } }),
  })
  return (JSON.parse(answer) as { data: { incidentNoteAdd: { eventCursor: string } } }).data.incidentNoteAdd.eventCursor
}

async function countEvents(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ written: number }>('SELECT count(*)::int AS written FROM events')
  return rows[0]!.written
}

interface LogRow {
  readonly id: number
  readonly incident: string
}

/**
 * What was committed after the first event, in the order in which it happened to each incident: a command holds its
 * incident's lock while it takes an id. The version that an event tells must rise with it.
 */
async function readLog(client: pg.Client): Promise<LogRow[]> {
  const { rows } = await client.query<{ id: string; incident: string; version: number }>(
    `SELECT id, incident_id AS incident, (payload->'incident'->>'version')::int AS version FROM events
      WHERE type LIKE 'incident.%' AND id > (SELECT min(id) FROM events) ORDER BY id`,
  )
  const versions = new Map<string, number>()
  for (const { incident, version } of rows) {
    if (version < (versions.get(incident) ?? 0)) throw new Error(`The log tells versions of ${incident} out of order`)
    versions.set(incident, version)
  }
  return rows.map(({ id, incident }) => ({ id: Number(id), incident }))
}

/** Resolves when all have all, and a second later, lest something comes twice; or when nothing has come for long. */
async function arrived(followers: MeasuredProcess, expected: number): Promise<void> {
  let before = -1
  for (let quiet = 0; quiet < 15;) {
    await delay(1000)
    const received = await followers.ask<number[]>('received')
    const sum = received.reduce((total, one) => total + one, 0)
    quiet = sum === before ? quiet + 1 : 0
    before = sum
    if (quiet > 0 && received.every((one) => one >= expected)) return
  }
}

interface Comparison {
  readonly lost: number
  readonly duplicated: number
  readonly outOfOrder: number
  readonly unknown: number
}

function compare(expected: readonly LogRow[], received: Float64Array): Comparison {
  const incidentOf = new Map(expected.map(({ id, incident }) => [id, incident]))
  const seen = new Set<number>()
  const latest = new Map<string, number>()
  let [duplicated, outOfOrder, unknown] = [0, 0, 0]
  for (const id of received) {
    const incident = incidentOf.get(id)
    if (incident === undefined) unknown++
    else if (seen.has(id)) duplicated++
    else {
      seen.add(id)
      if (id < (latest.get(incident) ?? 0)) outOfOrder++
      latest.set(incident, id)
    }
  }
  return { lost: expected.length - seen.size, duplicated, outOfOrder, unknown }
}
