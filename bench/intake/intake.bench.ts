import { tmpdir } from 'node:os'
import pg from 'pg'
import type { Bench } from '../support/bench.js'
import { type Goal, figure, median, medianRatio, percentile } from '../support/figures.js'
import { encodeRequest, load } from '../support/http-load.js'
import { startPostgres } from '../support/postgres.js'
import { type MeasuredProcess, startProcess } from '../support/process.js'
import { profiled } from '../support/profile.js'
import { type BenchAlert, KEY, REPEATED, alertOf, notificationOf, seedIntegration } from './alerts.js'

/**
 * Alerts per second that are acknowledged over HTTP, and so committed: notifications of Alertmanager with one alert each.
 * New ones open an alert and an incident; repeats count. The limit writes the same rows, one transaction each, without
 * HTTP and without having to find out what is new.
 */

const CONNECTIONS = 64
/** Of the limit: more of them commit no faster. */
const LIMIT_CONNECTIONS = 32
const WARM_UP = 2 // seconds
const KINDS = ['new', 'repeated'] as const
type Kind = (typeof KINDS)[number]
const GOAL: Goal = ['>=', 0.5]

export const bench: Bench = async function* (options) {
  const postgres = await startPostgres(options.keep)
  const processes: MeasuredProcess[] = []
  const start = async (module: string, url: string) => {
    await seedIntegration(url)
    const started = await startProcess(module, { DATABASE_URL: url, DATA_DIR: tmpdir() })
    processes.push(started)
    return started
  }
  try {
    const [limitUrl, url] = [
      await postgres.database('intake_limit', { fresh: true }),
      await postgres.database('intake', { fresh: true }),
    ]
    const limit = await start('intake/bare.js', limitUrl)
    const tocsin = await start('servers/tocsin.js', url)
    let runs = 0
    const repeats = Array.from({ length: REPEATED }, (_, number) => requestFor(alertOf('open', number)))
    const latencies: Record<Kind, number[]> = { new: [], repeated: [] }
    let repeated = 0
    const overHttp = (kind: Kind, seconds: number) => {
      const against = { port: tocsin.port, connections: CONNECTIONS, seconds, check }
      if (kind === 'repeated') return load({ ...against, request: () => repeats[repeated++ % REPEATED]! })
      const run = `r${runs++}`
      const requestAt = (number: number) => requestFor(alertOf(run, number))
      // Written beforehand, as far as can be told: the machine is for the server.
      const written = Array.from({ length: Math.ceil(seconds * 6_000) }, (_, number) => requestAt(number))
      return load({ ...against, request: (index) => written[index] ?? requestAt(index) })
    }
    const bare = (kind: Kind, seconds: number) =>
      limit.ask<{ answered: number; elapsed: number }>('commit', {
        what: kind,
        run: `r${runs++}`,
        seconds,
        connections: LIMIT_CONNECTIONS,
      })
    await limit.ask('open')
    while (repeated < REPEATED) await overHttp('repeated', 0.5) // the first time it is no repeat
    for (const kind of KINDS) for (const side of [bare, overHttp]) await side(kind, WARM_UP)

    const sides = { limit: bare, tocsin: overHttp }
    const rates: Record<string, number[]> = {}
    const costs: Record<Kind, number[]> = { new: [], repeated: [] }
    const seconds = options.seconds ?? 4
    for (let round = 0; round < (options.rounds ?? 5); round++)
      for (const kind of KINDS)
        for (const [name, side] of Object.entries(sides)) {
          const before = await tocsin.usage()
          const result = await side(kind, seconds)
          const rate = result.answered / result.elapsed
          ;(rates[`${name} ${kind}`] ??= []).push(rate)
          if ('latencies' in result) {
            const { cpu } = await tocsin.usage()
            costs[kind].push((1000 * (cpu - before.cpu)) / result.answered)
            latencies[kind].push(...(result as Awaited<ReturnType<typeof overHttp>>).latencies)
          }
        }
    for (const kind of KINDS) {
      for (const name of Object.keys(sides))
        yield figure(`${name}, ${kind}`, median(rates[`${name} ${kind}`]!), 'alerts/s')
      yield figure(
        `tocsin, ${kind}`,
        medianRatio(rates[`tocsin ${kind}`]!, rates[`limit ${kind}`]!),
        'ratio',
        GOAL,
        'limit',
      )
      yield figure(`tocsin, ${kind}, p99`, percentile(latencies[kind], 0.99), 'ms')
      yield figure(`tocsin, ${kind}, processor time of the server`, median(costs[kind]), 'ms/alert')
    }
    await checkCounts(url)
    if (options.profile)
      for (const kind of KINDS) options.note(await profiled(tocsin, `intake-${kind}`, () => overHttp(kind, seconds)))
  } finally {
    for (const process of processes) await process.stop()
    await postgres.close()
  }
}

const requestFor = (alert: BenchAlert): Buffer =>
  encodeRequest({
    path: '/intake/alertmanager',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${KEY}` },
    body: notificationOf(alert),
  })

function check(status: number, body: string): void {
  if (status !== 200) throw new Error(`${status}: ${body.slice(0, 500)}`)
}

/** Every alert has its incident, and every event of the kind that was sent is there. */
async function checkCounts(url: string): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  const { rows } = await client.query<Record<'alerts' | 'incidents' | 'reports' | 'occurrences', string>>(
    `SELECT (SELECT count(*) FROM alerts) AS alerts, (SELECT count(*) FROM incidents) AS incidents,
            (SELECT count(*) FROM events WHERE type IN ('alert.triggered', 'alert.repeated')) AS reports,
            (SELECT sum(occurrences) FROM alerts) AS occurrences`,
  )
  await client.end()
  const { alerts, incidents, reports, occurrences } = rows[0]!
  if (alerts !== incidents || reports !== occurrences) throw new Error(`The counts differ: ${JSON.stringify(rows[0])}`)
}
