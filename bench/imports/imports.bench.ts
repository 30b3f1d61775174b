import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import type { Bench } from '../support/bench.js'
import { figure, median, medianRatio } from '../support/figures.js'
import { startPostgres } from '../support/postgres.js'
import { readProfile } from '../support/profile.js'
import { COLUMNS, type WrittenLog, writeLog } from './log.js'

/**
 * Rows per second of `tocsin import servicenow`, the start of the program included, against `COPY` of the same file into
 * a table of texts. COPY understands nothing of what it reads; the import tells each row as history: an event, entries of
 * the timeline, and what the incident, its people and its service level have come to.
 */

const ROWS = 30_000
const PROGRAM = fileURLToPath(new URL('../../src/cli/tocsin.js', import.meta.url))

export const bench: Bench = async function* (options) {
  const directory = await mkdtemp(join(tmpdir(), 'tocsin-bench-log-'))
  const postgres = await startPostgres(options.keep)
  try {
    const path = join(directory, 'log.csv')
    const log = await writeLog(path, options.size ?? ROWS)
    yield figure('rows of the log', log.rows, 'rows')
    yield figure('size of the log', (await stat(path)).size / 2 ** 20, 'MiB')
    const rates: Record<'copy' | 'tocsin', number[]> = { copy: [], tocsin: [] }
    const fresh = () => postgres.database('imports', { fresh: true })
    for (let round = 0; round < (options.rounds ?? 3); round++) {
      const url = await fresh()
      rates.copy.push(log.rows / (await copy(url, path)))
      rates.tocsin.push(log.rows / (await timed(() => importLog(url, path))))
      await check(url, log)
    }
    yield figure('COPY', median(rates.copy), 'rows/s')
    yield figure('tocsin', median(rates.tocsin), 'rows/s')
    yield figure('tocsin', medianRatio(rates.tocsin, rates.copy), 'ratio', undefined, 'COPY')
    yield figure('COPY is faster', medianRatio(rates.copy, rates.tocsin), 'times')
    if (options.profile) {
      const name = 'imports.cpuprofile'
      await importLog(await fresh(), path, ['--cpu-prof', `--cpu-prof-name=${name}`, '--cpu-prof-interval=500'])
      options.note(`${name}\n${await readProfile(name)}`)
    }
  } finally {
    await postgres.close()
    await rm(directory, { recursive: true, force: true })
  }
}

/** Seconds. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return (performance.now() - started) / 1000
}

/** Seconds. The server reads the file by itself. */
async function copy(url: string, path: string): Promise<number> {
  const client = new pg.Client(url)
  await client.connect()
  await client.query(`CREATE TABLE copied (${COLUMNS.map((column) => `${column} text`).join(', ')})`)
  const seconds = await timed(() => client.query(`COPY copied FROM '${path}' (FORMAT csv, HEADER)`))
  await client.end()
  return seconds
}

async function importLog(url: string, path: string, flags: readonly string[] = []): Promise<void> {
  const program = spawn(process.execPath, [...flags, PROGRAM, 'import', 'servicenow', path], {
    env: { ...process.env, DATABASE_URL: url, NODE_ENV: 'production' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [code] = (await once(program, 'close')) as [number | null]
  if (code !== 0) throw new Error(`The import ended with ${code}`)
}

/** All of it is there: each row of the log is known by its key, each incident is over. */
async function check(url: string, { rows, incidents }: WrittenLog): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  const found = await client.query<WrittenLog & { outcomes: number }>(
    `SELECT (SELECT sum(cardinality(row_keys))::int FROM imported_incidents) AS rows,
            (SELECT count(*)::int FROM incidents) AS incidents, (SELECT count(*)::int FROM sla_records) AS outcomes`,
  )
  await client.end()
  const { rows: told, incidents: made, outcomes } = found.rows[0]!
  if (told !== rows || made !== incidents || outcomes !== incidents)
    throw new Error(`The counts differ: ${JSON.stringify({ rows, incidents })}, ${JSON.stringify(found.rows[0])}`)
}
