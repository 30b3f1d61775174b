import { tmpdir } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import type { Bench, Options } from '../support/bench.js'
import { type Figure, type Goal, figure, median, percentile } from '../support/figures.js'
import { encodeRequest, load, send } from '../support/http-load.js'
import { startPostgres } from '../support/postgres.js'
import { type MeasuredProcess, startProcess } from '../support/process.js'
import { profiled } from '../support/profile.js'
import { subscribe } from '../support/subscriber.js'
import { MANAGER_TOKEN, incidentId, recipe, seed } from './database.js'
import { BY_ALL, BY_EACH, COLUMNS, OPENED, type Question, plainSql } from './document.js'

/**
 * Figures of a year: how fast they are counted anew, how fast they are asked for, how soon a change shows in them, and
 * what it costs those who make changes that they are counted.
 */

const INCIDENTS = { default: 200_000, full: 1_000_000 }
const QUERY_GOAL: Goal = ['<=', 100] // milliseconds
const FRESHNESS_GOAL: Goal = ['<=', 2_000] // milliseconds
const OVERHEAD_GOAL: Goal = ['<=', 5] // percent
const CHANGES_PER_SECOND = 200
const WRITERS = 4

export const bench: Bench = async function* (options) {
  const incidents = options.size ?? (options.full ? INCIDENTS.full : INCIDENTS.default)
  const postgres = await startPostgres(options.keep)
  let server: MeasuredProcess | null = null
  const client = { pg: null as pg.Client | null }
  try {
    options.note(`metrics: ${incidents} incidents are seeded, unless they are there`)
    const url = await postgres.database(`metrics_${recipe(incidents)}`)
    await seed(url, incidents)
    client.pg = new pg.Client(url)
    await client.pg.connect()
    server = await startProcess('servers/tocsin.js', { DATABASE_URL: url, DATA_DIR: tmpdir() })
    const only = (part: string) => options.only?.includes(part) ?? true
    if (only('rebuild')) yield* rebuild(client.pg, server, incidents, options)
    else await counted(client.pg)
    await client.pg.query('VACUUM ANALYZE incident_facts, metric_cells')
    if (only('queries')) yield* queries(client.pg, server, options)
    if (only('freshness')) yield* freshness(server, options)
    if (only('overhead')) yield* overhead(client.pg, server, options, incidents)
  } finally {
    await client.pg?.end()
    await server?.stop()
    await postgres.close()
  }
}

/** Until everything has been counted, from whenever that was to be. */
async function counted(client: pg.Client): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ done: boolean }>(
      `SELECT version > 0 AND counted_to IS NULL AND NOT EXISTS (
         SELECT FROM events e WHERE e.incident_id IS NOT NULL AND (e.xid, e.id) > (f.xid, f.id)) AS done FROM metric_feed f`,
    )
    if (rows[0]?.done) return
    await delay(50)
  }
}

async function* rebuild(
  client: pg.Client,
  server: MeasuredProcess,
  incidents: number,
  options: Options,
): AsyncIterable<Figure> {
  await counted(client)
  const once = async () => {
    await client.query('UPDATE metric_feed SET version = 0')
    const started = performance.now()
    await note(server.port, incidentId(1)) // it wakes who counts
    await counted(client)
    return (performance.now() - started) / 1000
  }
  if (options.profile) options.note(await profiled(server, 'metrics-rebuild', once))
  yield figure('counted anew', incidents / (await once()), 'incidents/s')
  const { rows } = await client.query<{ cells: number; size: number; facts: number }>(
    `SELECT (SELECT count(*) FROM metric_cells)::int AS cells, pg_total_relation_size('metric_cells')::float8 / 1048576 AS size,
            pg_total_relation_size('incident_facts')::float8 / 1048576 AS facts`,
  )
  yield figure('cells of days and months', rows[0]!.cells, 'cells')
  yield figure('size of the cells', rows[0]!.size, 'MiB')
  yield figure('size of the facts', rows[0]!.facts, 'MiB')
}

async function* queries(client: pg.Client, server: MeasuredProcess, options: Options): AsyncIterable<Figure> {
  const { month, team, priority } = COLUMNS
  const questions: [name: string, question: Question, plain: string[]][] = [
    ['12 months × teams × priorities', BY_ALL, [plainSql([month, team, priority])]],
    ['12 months, teams, priorities in one request', BY_EACH, [month, team, priority].map((one) => plainSql([one]))],
  ]
  for (const [name, question, plain] of questions) {
    const request = encodeRequest(requestOf(question))
    const ask = (seconds: number) => load({ port: server.port, connections: 1, seconds, request: () => request, check })
    await ask(2)
    if (options.profile) options.note(await profiled(server, 'metrics-query', () => ask(options.seconds ?? 4)))
    const [ours, theirs]: [number[], number[]] = [[], []]
    for (let round = 0; round < (options.rounds ?? 5); round++) {
      ours.push(...(await ask(options.seconds ?? 4)).latencies)
      const started = performance.now()
      for (const statement of plain) await client.query(statement)
      theirs.push(performance.now() - started)
    }
    yield figure(`${name}, p50`, median(ours), 'ms')
    yield figure(`${name}, p95`, percentile(ours, 0.95), 'ms', QUERY_GOAL)
    yield figure(`${name}, plain SQL`, median(theirs), 'ms')
    yield figure(name, median(ours) / median(theirs), 'ratio', undefined, 'plain SQL')
  }
}

/**
 * From the answer to a declaration to a message whose figures have it. Declarations are told apart by their count: the
 * one that was answered as number n is there when n more are counted than at the start.
 */
async function* freshness({ port }: MeasuredProcess, options: Options): AsyncIterable<Figure> {
  const arrivals: { opened: number; at: number }[] = []
  let ended: string | null = null
  const subscriber = subscribe({
    ...{ port, token: MANAGER_TOKEN, ...OPENED },
    onNext: (message) => {
      const { payload } = JSON.parse(message.toString()) as { payload: { data: Changed } }
      arrivals.push({ opened: payload.data.metricsChanged.total.opened, at: performance.now() })
    },
    onEnd: (code, reason) => (ended = `${code} ${reason}`),
  })
  await subscriber.connected
  while (arrivals.length === 0) await delay(10)
  const { opened } = arrivals[0]!
  const answered: number[] = []
  const declare = async () => {
    await send(port, requestOf(declaration()))
    answered.push(performance.now())
  }
  const wanted = CHANGES_PER_SECOND * (options.seconds ?? 20)
  const started = performance.now()
  const declared: Promise<void>[] = []
  for (let index = 0; index < wanted; index++) {
    const wait = started + (index * 1000) / CHANGES_PER_SECOND - performance.now()
    if (wait > 0) await delay(wait)
    declared.push(declare())
  }
  await Promise.all(declared)
  const seconds = (performance.now() - started) / 1000
  while (arrivals.at(-1)!.opened < opened + wanted && ended === null) await delay(10)
  subscriber.cut()
  if (ended !== null) throw new Error(`The subscription has ended: ${ended as string}`)

  const late: number[] = []
  let next = 0
  for (const [index, at] of answered.entries()) {
    while (arrivals[next]!.opened < opened + index + 1) next++
    late.push(Math.max(0, arrivals[next]!.at - at))
  }
  yield figure('changes while freshness was measured', wanted / seconds, 'changes/s')
  yield figure('from a change to metricsChanged, p50', median(late), 'ms')
  yield figure('from a change to metricsChanged, p99', percentile(late, 0.99), 'ms', FRESHNESS_GOAL)
}

interface Changed {
  readonly metricsChanged: { readonly total: { readonly opened: number } }
}

/**
 * Changes with the counting on, and off, in turn: off is as if another node did it, which has the lock. What was not
 * counted meanwhile is, before the next round.
 */
async function* overhead(
  client: pg.Client,
  server: MeasuredProcess,
  options: Options,
  incidents: number,
): AsyncIterable<Figure> {
  let sent = 0
  const changes = () => {
    const number = sent++
    const question = number % 2 === 0 ? declaration() : noteOn(incidentId(1 + ((number * 7919) % incidents)))
    return encodeRequest(requestOf(question))
  }
  const work = () =>
    load({ port: server.port, connections: WRITERS, seconds: options.seconds ?? 5, request: changes, check })
  await work()
  const rates: Record<'on' | 'off', number[]> = { on: [], off: [] }
  const costs: Record<'on' | 'off', number[]> = { on: [], off: [] }
  for (let round = 0; round < (options.rounds ?? 5); round++)
    for (const side of round % 2 === 0 ? (['on', 'off'] as const) : (['off', 'on'] as const)) {
      await counted(client)
      if (side === 'off') await client.query("SELECT pg_advisory_lock(hashtextextended('tocsin.metrics', 0))")
      const before = await server.usage()
      const { answered, elapsed } = await work()
      const after = await server.usage()
      if (side === 'off') await client.query('SELECT pg_advisory_unlock_all()')
      await note(server.port, incidentId(1))
      rates[side].push(answered / elapsed)
      costs[side].push((1000 * (after.cpu - before.cpu)) / answered)
    }
  const lost = rates.on.map((rate, round) => 100 * (1 - rate / rates.off[round]!))
  yield figure('changes, counted', median(rates.on), 'changes/s')
  yield figure('changes, not counted', median(rates.off), 'changes/s')
  yield figure('fewer changes for counting them', median(lost), '%', OVERHEAD_GOAL)
  yield figure('processor time of the server, counted', median(costs.on), 'ms/change')
  yield figure('processor time of the server, not counted', median(costs.off), 'ms/change')
}

const requestOf = (question: Question) => ({
  path: '/graphql',
  headers: {
    'content-type': 'application/json',
    accept: 'application/json',
    authorization: `Bearer ${MANAGER_TOKEN}`,
  },
  body: JSON.stringify(question),
})

const declaration = (): Question => ({
  query:
    'mutation ($input: IncidentDeclareInput!) { incidentDeclare(input: $input) { incident { id } userErrors { code } } }',
  variables: { input: { title: 'Checkout answers slowly' } },
})

const noteOn = (id: string): Question => ({
  query: 'mutation ($input: IncidentNoteAddInput!) { incidentNoteAdd(input: $input) { userErrors { code message } } }',
  variables: { input: { id, body: 'The error rate is falling.' } },
})

const note = (port: number, id: string) => send(port, requestOf(noteOn(id)))

function check(status: number, body: string): void {
  if (status !== 200 || body.includes('"errors"')) throw new Error(`${status}: ${body.slice(0, 500)}`)
}
