import { randomUUID } from 'node:crypto'
import { access, constants, mkdir, statfs } from 'node:fs/promises'
import pg from 'pg'
import type { DataSource } from 'typeorm'
import { MIGRATIONS } from '../../migrations/index.js'
import { ENTITIES } from '../entities.js'
import { CHANNEL } from '../events/doorbell.js'
import { type Config, readConfig } from '../platform/config.js'
import { createDataSource, poolOf } from '../platform/database.js'
import { openEmbeddedPostgres } from '../platform/embedded-postgres.js'

/**
 * The checks of `tocsin doctor`, in the order in which one depends on the other: where one fails, those that need it
 * are left out. Nothing is written but one ring of the doorbell, which says nothing.
 */

export enum State {
  OK = 'OK',
  WARN = 'WARN',
  FAIL = 'FAIL',
}

export interface Finding {
  readonly check: string
  readonly state: State
  readonly found: string
  /** What to do; null when all is well. */
  readonly advice: string | null
}

type Result = Omit<Finding, 'check'>

const ok = (found: string): Result => ({ state: State.OK, found, advice: null })
const warn = (found: string, advice: string): Result => ({ state: State.WARN, found, advice })
const fail = (found: string, advice: string): Result => ({ state: State.FAIL, found, advice })
const reason = (error: unknown) => (error instanceof Error ? error.message || error.name : String(error))

const NODE_AT_LEAST = [20, 19] as const
const POSTGRES_AT_LEAST = 14
const MEGABYTE = 1024 * 1024
/** Megabytes free in DATA_DIR. */
const [ROOM_LITTLE, ROOM_NONE] = [2_000, 200]
/** Seconds. */
const [RUNNING_LONG, RUNNING_TOO_LONG] = [5, 60]
const [SKEW_SOME, SKEW_TOO_MUCH] = [1, 30]
/** Milliseconds. */
const [RING_SLOW, RING_LOST] = [250, 5_000]

export async function* examine(env: NodeJS.ProcessEnv): AsyncGenerator<Finding> {
  yield { check: 'node', ...checkNode(process.versions.node) }
  let config: Config
  try {
    config = readConfig(env)
    yield { check: 'configuration', ...ok(`listens on ${config.host}:${config.port}`) }
  } catch (error) {
    return yield { check: 'configuration', ...fail(reason(error), 'Correct it and try again.') }
  }
  if (!config.databaseUrl) {
    const room = await checkDataDirectory(config.dataDir)
    yield { check: 'data directory', ...room }
    if (room.state === State.FAIL) return
  }
  yield* examineDatabase(config)
  if (config.oidc) yield { check: 'sign-in', ...(await checkIssuer(config.oidc.issuer)) }
}

export function checkNode(version: string): Result {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [leastMajor, leastMinor] = NODE_AT_LEAST
  return major > leastMajor || (major === leastMajor && minor >= leastMinor)
    ? ok(`Node.js ${version}`)
    : fail(`Node.js ${version}`, `Install Node.js ${leastMajor}.${leastMinor} or newer.`)
}

async function checkDataDirectory(directory: string): Promise<Result> {
  try {
    await mkdir(directory, { recursive: true })
    await access(directory, constants.W_OK | constants.X_OK)
    const { bavail, bsize } = await statfs(directory)
    const megabytes = Math.floor((bavail * bsize) / MEGABYTE)
    const found = `${directory}, ${megabytes.toLocaleString('en')} MB free`
    if (megabytes < ROOM_NONE) return fail(found, 'PostgreSQL stops when the disk is full: make room.')
    return megabytes < ROOM_LITTLE ? warn(found, 'Make room soon: PostgreSQL stops when the disk is full.') : ok(found)
  } catch (error) {
    return fail(reason(error), 'DATA_DIR must be a directory that this user may write to.')
  }
}

async function* examineDatabase(config: Config): AsyncGenerator<Finding> {
  const check = 'database'
  let embedded: Awaited<ReturnType<typeof openEmbeddedPostgres>> | null = null
  let source: DataSource | null = null
  try {
    try {
      embedded = config.databaseUrl ? null : await openEmbeddedPostgres(config.dataDir)
      const url = config.databaseUrl ?? embedded!.url
      source = createDataSource({ url, entities: ENTITIES, migrations: MIGRATIONS, poolSize: 3 })
      await source.initialize()
      yield { check, ...(await checkDatabase(source, embedded !== null)) }
    } catch (error) {
      const setting = config.databaseUrl ? 'DATABASE_URL' : 'DATA_DIR'
      return yield { check, ...fail(reason(error), `${setting} must lead to a PostgreSQL that can be used.`) }
    }
    const checks: [string, (source: DataSource) => Promise<Result>][] = [
      ['migrations', checkMigrations],
      ['event log', checkEpoch],
      ['horizon', checkHorizon],
      ['clock', checkClock],
      ['doorbell', checkDoorbell],
    ]
    for (const [check, of] of checks) {
      const result = await of(source).catch((error: unknown) => fail(reason(error), 'PostgreSQL answers so.'))
      yield { check, ...result }
    }
  } finally {
    if (source?.isInitialized) await source.destroy()
    await embedded?.close()
  }
}

async function one<T extends object>(source: DataSource, text: string): Promise<T> {
  return (await poolOf(source).query<T>(text)).rows[0]!
}

async function checkDatabase(source: DataSource, embedded: boolean): Promise<Result> {
  const { number, version } = await one<{ number: string; version: string }>(
    source,
    `SELECT current_setting('server_version_num') AS number, current_setting('server_version') AS version`,
  )
  const found = `PostgreSQL ${version}, ${embedded ? 'embedded' : 'of DATABASE_URL'}`
  return Number(number) >= POSTGRES_AT_LEAST * 10_000
    ? ok(found)
    : fail(found, `Use PostgreSQL ${POSTGRES_AT_LEAST} or newer.`)
}

async function checkMigrations(source: DataSource): Promise<Result> {
  const { started } = await one<{ started: boolean }>(source, `SELECT to_regclass('migrations') IS NOT NULL AS started`)
  const applied = started
    ? (await poolOf(source).query<{ name: string }>('SELECT name FROM migrations')).rows.map(({ name }) => name)
    : []
  const known = source.migrations.map(({ name, constructor }) => name ?? constructor.name)
  const unknown = applied.filter((name) => !known.includes(name))
  if (unknown.length > 0)
    return fail(`the database has ${unknown.join(', ')}, which this version does not know`, 'Run a newer Tocsin.')
  const pending = known.filter((name) => !applied.includes(name))
  return pending.length > 0
    ? warn(`${pending.length} to apply`, 'The next start applies them; so does `tocsin migrate`.')
    : ok(`${applied.length} applied, none to apply`)
}

async function checkEpoch(source: DataSource): Promise<Result> {
  const { opened } = await one<{ opened: boolean }>(source, `SELECT to_regclass('event_log') IS NOT NULL AS opened`)
  const log = opened
    ? await one<{ epoch: string; known: string; cluster: string }>(
        source,
        `SELECT l.epoch, l.cluster AS known, s.system_identifier || '/' || c.timeline_id AS cluster
           FROM pg_control_system() s, pg_control_checkpoint() c, event_log l`,
      )
    : null
  if (!log) return warn('not begun', 'The first start begins it.')
  return log.known === log.cluster
    ? ok(`epoch ${log.epoch}`)
    : warn(
        `epoch ${log.epoch} belongs to another PostgreSQL: this is a restored copy`,
        'The next start begins a new epoch; cursors from before expire.',
      )
}

const OLDEST_TRANSACTION = `
  SELECT extract(epoch FROM clock_timestamp() - since)::float AS seconds, who, "end" FROM (
    SELECT xact_start AS since, format('%s (process %s, %s)', application_name, pid, state) AS who,
           format('SELECT pg_terminate_backend(%s)', pid) AS "end"
      FROM pg_stat_activity WHERE backend_xid IS NOT NULL
    UNION ALL
    SELECT prepared, format('prepared transaction %L', gid), format('ROLLBACK PREPARED %L', gid) FROM pg_prepared_xacts
    UNION ALL
    SELECT clock_timestamp(), '', ''
  ) running ORDER BY since LIMIT 1`

interface OldestTransaction {
  readonly seconds: number
  readonly who: string
  /** The statement that ends it. */
  readonly end: string
}

const checkHorizon = async (source: DataSource): Promise<Result> =>
  judgeHorizon(await one<OldestTransaction>(source, OLDEST_TRANSACTION))

/** Subscribers wait for the oldest transaction that has written something, whoever runs it. */
export function judgeHorizon({ seconds, who, end }: OldestTransaction): Result {
  const found = `oldest running transaction ${seconds < 1 ? 'below a second' : `${Math.round(seconds)} s`}`
  if (seconds < RUNNING_LONG) return ok(found)
  const result = seconds < RUNNING_TOO_LONG ? warn : fail
  return result(`${found}: ${who}`, `Subscribers hear nothing until it ends. To end it: ${end}`)
}

async function checkClock(source: DataSource): Promise<Result> {
  const before = Date.now()
  const { now } = await one<{ now: Date }>(source, 'SELECT clock_timestamp() AS now')
  const between = (before + Date.now()) / 2
  const seconds = Math.abs(now.getTime() - between) / 1000
  const found = `${seconds.toFixed(3)} s between this machine and PostgreSQL`
  if (seconds < SKEW_SOME) return ok(found)
  return (seconds < SKEW_TOO_MUCH ? warn : fail)(
    found,
    'Synchronise the clocks (NTP): times of incidents come from both.',
  )
}

async function checkDoorbell(source: DataSource): Promise<Result> {
  const listener = new pg.Client({ ...poolOf(source).options, application_name: 'tocsin doctor' } as pg.ClientConfig)
  listener.on('error', () => undefined)
  const nonce = `doctor ${randomUUID()}` // followers hear that something rang, and look
  const heard = new Promise<boolean>((resolve) => {
    listener.on('notification', ({ payload }) => payload === nonce && resolve(true))
    setTimeout(() => resolve(false), RING_LOST).unref()
  })
  try {
    await listener.connect()
    await listener.query(`LISTEN ${CHANNEL}`)
    const rung = performance.now()
    await poolOf(source).query('SELECT pg_notify($1, $2)', [CHANNEL, nonce])
    if (!(await heard))
      return fail(
        `a ring was not heard in ${RING_LOST / 1000} s`,
        'LISTEN needs a direct connection: no pooler in transaction mode between.',
      )
    const milliseconds = performance.now() - rung
    const found = `heard after ${milliseconds.toFixed(1)} ms`
    return milliseconds < RING_SLOW ? ok(found) : warn(found, 'Events reach subscribers of other nodes so late.')
  } finally {
    await listener.end().catch(() => undefined)
  }
}

async function checkIssuer(issuer: string): Promise<Result> {
  const advice = 'OIDC_ISSUER must be reachable from here: nobody can sign in through it.'
  try {
    const url = `${issuer}/.well-known/openid-configuration`
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) })
    const { issuer: named } = (await response.json()) as { issuer?: unknown }
    return String(named).replace(/\/$/, '') === issuer
      ? ok(issuer)
      : fail(`${issuer} calls itself ${JSON.stringify(named)}`, advice)
  } catch (error) {
    return fail(`${issuer} does not answer as an OIDC issuer (${reason(error)})`, advice)
  }
}
