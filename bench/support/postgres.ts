import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import pg from 'pg'
import type { DataSource } from 'typeorm'
import { MIGRATIONS } from '../../migrations/index.js'
import { ENTITIES } from '../../src/entities.js'
import { openEventLog } from '../../src/events/event-log.js'
import { createDataSource, migrate } from '../../src/platform/database.js'
import { openEmbeddedPostgres } from '../../src/platform/embedded-postgres.js'

/** The PostgreSQL of a run: the embedded one with the settings that an installation has, fsync among them. */
export interface Postgres {
  /** The URL of a migrated database of this name, which is made when it is not there, or when it must be fresh. */
  database(name: string, options?: { readonly fresh?: boolean }): Promise<string>
  close(): Promise<void>
}

export async function startPostgres(keep: string | null): Promise<Postgres> {
  const directory = keep ? resolve(keep) : await mkdtemp(join(tmpdir(), 'tocsin-bench-'))
  const embedded = await openEmbeddedPostgres(directory)
  return {
    database: async (name, { fresh = false } = {}) => {
      const admin = new pg.Client(embedded.url)
      await admin.connect()
      if (fresh) await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
      const { rowCount } = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [name])
      if (rowCount === 0) await admin.query(`CREATE DATABASE ${name}`)
      await admin.end()
      const url = new URL(embedded.url)
      url.pathname = `/${name}`
      const source = await openSource(url.href)
      await migrate(source)
      await openEventLog(source)
      await source.destroy()
      return url.href
    },
    close: async () => {
      await embedded.close()
      if (!keep) await rm(directory, { recursive: true, force: true })
    },
  }
}

export async function openSource(url: string, poolSize = 10): Promise<DataSource> {
  const source = createDataSource({ url, entities: ENTITIES, migrations: MIGRATIONS, poolSize, statementTimeout: 0 })
  await source.initialize()
  return source
}
