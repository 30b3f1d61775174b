import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { hashOf } from '../../src/access/secret.js'
import { type RunningServer, type Surroundings, startServer } from '../../src/main.js'
import { type Role, SYSTEM, TokenScope } from '../../src/platform/actor.js'
import { readConfig } from '../../src/platform/config.js'
import { type Context, inTransaction } from '../../src/platform/context.js'
import { Database } from '../../src/platform/database.js'
import { newId } from '../../src/platform/id.js'
import { createLogger } from '../../src/platform/log.js'
import { Clock } from './clock.js'
import { TEMPLATE } from './template.js'
import { Person } from './person.js'

/**
 * A real server on a database of its own, cloned from the migrated template. Tests talk to it as people do:
 *
 *     const server = await startTestServer()
 *     const ada = await server.as('RESPONDER', { name: 'Ada' })
 *     const { incidentDeclare } = await ada.do('mutation { … }', { … })
 */
export interface TestServer {
  readonly url: string
  readonly clock: Clock
  readonly databaseUrl: string
  /** Straight to the database: for arranging and for looking behind the API. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- rows of any shape
  readonly sql: (text: string, values?: unknown[]) => Promise<Record<string, any>[]>
  /** As the server itself acts, in a transaction: for commands that have no place in the API. */
  act<T>(work: (ctx: Context) => Promise<T>): Promise<T>
  as(role: keyof typeof Role, options?: PersonOptions): Promise<Person>
  anonymous(): Person
  team(name: string): Promise<string>
  service(name: string, teamId?: string): Promise<string>
  /** Stops the server and starts it again on the same database; the address may change. */
  restart(): Promise<void>
  /** Lets so many milliseconds pass at once: the clock moves on, and what is due by then is done. */
  pass(milliseconds: number): Promise<void>
  stop(): Promise<void>
}

export interface PersonOptions {
  readonly name?: string
  readonly teams?: readonly string[]
  /** Services granted to a partner. */
  readonly services?: readonly string[]
  readonly scopes?: readonly TokenScope[]
}

/** @param surroundings what of the outside is put in the place of the real one */
export async function startTestServer(
  environment: Record<string, string> = {},
  surroundings: Pick<Surroundings, 'channels'> = {},
): Promise<TestServer> {
  const base = new URL(process.env['TEST_POSTGRES_URL']!)
  const name = `tocsin_${randomUUID().replaceAll('-', '')}`
  const admin = new pg.Client(base.href)
  await admin.connect()
  await admin.query(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE} STRATEGY FILE_COPY`)
  base.pathname = `/${name}`
  const databaseUrl = base.href

  const clock = new Clock()
  const log = createLogger(process.env['TEST_LOG_LEVEL'] ?? 'silent')
  const config = readConfig({ PORT: '0', DATABASE_URL: databaseUrl, ...environment })
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 })
  pool.on('error', () => undefined)
  let running: RunningServer = await startServer(config, { log, now: clock.now, ...surroundings })

  const sql = async (text: string, values: unknown[] = []) =>
    // eslint-disable-next-line @typescript-eslint/no-explicit-any
    (await pool.query(text, values)).rows as Record<string, any>[]

  return {
    get url() {
      return running.url
    },
    clock,
    databaseUrl,
    sql,
    act: (work) => inTransaction({ actor: SYSTEM, db: Database.of(running.source), now: clock.now }, work),
    anonymous: () => new Person(() => running.url, '', '', null),
    as: async (
      role,
      { name = `${role.toLowerCase()} ${randomUUID().slice(0, 8)}`, teams = [], services = [], scopes } = {},
    ) => {
      const id = newId('user')
      const token = `toc_${randomUUID()}`
      await sql(`INSERT INTO users (id, name, email, role, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $5)`, [
        id,
        name,
        `${id}@example.com`,
        role,
        clock.now(),
      ])
      await sql('INSERT INTO team_members (team_id, user_id) SELECT t, $2 FROM unnest($1::text[]) t', [teams, id])
      await sql('INSERT INTO service_grants (service_id, user_id) SELECT s, $2 FROM unnest($1::text[]) s', [
        services,
        id,
      ])
      await sql(
        `INSERT INTO api_tokens (id, user_id, name, prefix, hash, scopes, created_at) VALUES ($1, $2, 'test', 'toc_test', $3, $4, $5)`,
        [newId('apiToken'), id, hashOf(token), scopes ?? Object.values(TokenScope), clock.now()],
      )
      return new Person(() => running.url, id, name, token)
    },
    team: async (name) => {
      const id = newId('team')
      await sql('INSERT INTO teams (id, name, created_at) VALUES ($1, $2, $3)', [id, name, clock.now()])
      return id
    },
    service: async (name, teamId) => {
      const id = newId('service')
      await sql('INSERT INTO services (id, name, team_id, created_at) VALUES ($1, $2, $3, $4)', [
        id,
        name,
        teamId ?? null,
        clock.now(),
      ])
      return id
    },
    restart: async () => {
      await running.stop()
      running = await startServer(config, { log, now: clock.now, ...surroundings })
    },
    pass: async (milliseconds) => {
      clock.advance(milliseconds)
      // Jobs are rung by the database's clock, which does not move: what is left of their waiting gets shorter instead.
      await sql(
        `UPDATE graphile_worker._private_jobs SET run_at = run_at - $1 * interval '1 ms' WHERE locked_at IS NULL`,
        [milliseconds],
      )
      await sql(`SELECT pg_notify('jobs:insert', '{"count":100}')`)
    },
    stop: async () => {
      await running.stop()
      await pool.end()
      await admin.query(`DROP DATABASE ${name} WITH (FORCE)`)
      await admin.end()
    },
  }
}
