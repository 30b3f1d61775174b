import { createHash } from 'node:crypto'
import { Logger as WorkerLogger, runMigrations } from 'graphile-worker'
import type { Pool, PoolClient } from 'pg'
import { DataSource, DefaultNamingStrategy, type EntityManager, type EntityTarget, type QueryRunner } from 'typeorm'
import { ErrorCode, UserError } from './errors.js'

/**
 * The way to PostgreSQL. `entities` is TypeORM, for writes; `rows` reads plain rows with prepared statements, for
 * everything that is read often. Both use one pool, and inside a transaction one connection.
 */

/** Past this many distinct texts a statement is sent unprepared, so that no connection's memory grows without bound. */
const PREPARED_STATEMENTS = 500
const preparedNames = new Map<string, string>()

function preparedName(text: string): string | undefined {
  let name = preparedNames.get(text)
  if (name === undefined && preparedNames.size < PREPARED_STATEMENTS) {
    name = createHash('sha1').update(text).digest('base64url')
    preparedNames.set(text, name)
  }
  return name
}

/** Columns are snake_case in the database and camelCase everywhere else. */
export const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

class SnakeNaming extends DefaultNamingStrategy {
  override columnName(property: string, custom: string | undefined): string {
    return custom ?? snake(property)
  }
}

export interface DatabaseOptions {
  readonly url: string
  readonly entities: EntityTarget<object>[]
  readonly migrations: (new () => object)[]
  /** Connections held at most. */
  readonly poolSize?: number
  /** Milliseconds after which PostgreSQL itself ends a statement. */
  readonly statementTimeout?: number
}

export function createDataSource(options: DatabaseOptions): DataSource {
  return new DataSource({
    type: 'postgres',
    url: options.url,
    entities: options.entities as never,
    migrations: options.migrations as never,
    migrationsTableName: 'migrations',
    namingStrategy: new SnakeNaming(),
    poolErrorHandler: () => undefined, // a broken idle connection is replaced; the next query tells
    extra: {
      max: options.poolSize ?? 10,
      application_name: 'tocsin',
      statement_timeout: options.statementTimeout ?? 15_000,
      connectionTimeoutMillis: options.statementTimeout ?? 15_000, // nobody waits longer for the answer
      idle_in_transaction_session_timeout: 30_000, // an open transaction holds back every subscriber
      keepAlive: true,
    },
  })
}

/** The pool that TypeORM holds, shared with the plain reads. */
export const poolOf = (source: DataSource): Pool => (source.driver as unknown as { master: Pool }).master

/** A connection that breaks while nobody uses it is replaced; the next query tells if there is none to be had. */
export function surviveLostConnections(pool: Pool): void {
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
}

export class Database {
  private constructor(
    readonly source: DataSource,
    readonly entities: EntityManager,
    private readonly queryable: Pool | PoolClient,
    private readonly runner: QueryRunner | null,
    private readonly committed: (() => void)[],
  ) {}

  static of(source: DataSource): Database {
    return new Database(source, source.manager, poolOf(source), null, [])
  }

  get inTransaction(): boolean {
    return this.runner !== null
  }

  /** Plain rows of a prepared statement; columns keep the names that the statement gives them. */
  async rows<T extends object>(text: string, values: readonly unknown[] = []): Promise<T[]> {
    const result = await this.queryable.query<T & Record<string, unknown>>({
      name: preparedName(text),
      text,
      values: values as unknown[],
    })
    return result.rows
  }

  async row<T extends object>(text: string, values: readonly unknown[] = []): Promise<T | null> {
    return (await this.rows<T>(text, values))[0] ?? null
  }

  /** Runs `effect` once the outermost transaction has committed; at once where there is none. */
  afterCommit(effect: () => void): void {
    if (this.runner) this.committed.push(effect)
    else effect()
  }

  /** Commits what `work` did, or nothing of it. Inside a transaction it is a savepoint of that transaction. */
  async transaction<T>(work: (db: Database) => Promise<T>): Promise<T> {
    const runner = this.runner ?? this.source.createQueryRunner()
    const outermost = this.runner === null
    try {
      const client = (await runner.connect()) as PoolClient
      await runner.startTransaction()
      const db = new Database(this.source, runner.manager, client, runner, outermost ? [] : this.committed)
      let result: T
      try {
        result = await work(db)
        await runner.commitTransaction()
      } catch (error) {
        await runner.rollbackTransaction().catch(() => undefined) // a lost connection has rolled back by itself
        throw error
      }
      if (outermost) for (const effect of db.committed) effect()
      return result
    } finally {
      if (outermost) await runner.release()
    }
  }

  /**
   * Takes the named locks until the transaction ends, always in the same order, before anything is written. Events are
   * read in the order of transaction ids; PostgreSQL gives a transaction its id at its first write, so a transaction
   * that waits for a subject before writing gets a later id than the one it waited for.
   */
  async lock(...names: string[]): Promise<void> {
    if (!this.runner) throw new Error('A lock needs a transaction')
    const sorted = [...new Set(names)].sort()
    if (sorted.length === 0) return
    await this.rows(
      'SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) FROM unnest($1::text[]) WITH ORDINALITY AS t(name, n) ORDER BY n',
      [sorted],
    )
  }
}

/**
 * Applies what is missing of the migrations, ours and those of the jobs' tables. The lock lets several nodes start together: one migrates, the others wait
 * and find nothing left to do.
 */
export async function migrate(source: DataSource): Promise<string[]> {
  surviveLostConnections(poolOf(source))
  const client = await poolOf(source).connect()
  try {
    await client.query('SET statement_timeout = 0')
    await client.query("SELECT pg_advisory_lock(hashtextextended('tocsin.migrations', 0))")
    const done = await source.runMigrations({ transaction: 'each' })
    await runMigrations({ pgPool: poolOf(source), logger: new WorkerLogger(() => () => undefined) })
    return done.map((migration) => migration.name)
  } finally {
    client.release(true) // closing the connection frees the lock whatever happened
  }
}

/** `a."createdAt"`-style select list of an entity's own columns, in the names that the API reads. */
export function selectList(alias: string, columns: readonly string[]): string {
  return columns.map((column) => `${alias}.${snake(column)} AS "${column}"`).join(', ')
}

/** What PostgreSQL or its driver says when a connection is lost or refused, or a statement took too long. */
export function databaseFailure(error: unknown): UserError | null {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown }
  if (code === '57014') return new UserError(ErrorCode.TIMEOUT, 'The request took too long and was ended.')
  const lost =
    typeof code === 'string'
      ? /^(08...|57P0.|53...|ECONNREFUSED|ECONNRESET|EPIPE|ENOTFOUND)$/.test(code)
      : // The driver tells some of it in words only.
        /^(Connection terminated|timeout exceeded when trying to connect)/.test(String(message))
  return lost ? new UserError(ErrorCode.UNAVAILABLE, 'The database cannot be reached. Try again.') : null
}
