import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
// Jest's module mapping does not reach here: this runs what `npm run build` made.
import { MIGRATIONS } from '../../dist/migrations/index.js'
import { ENTITIES } from '../../dist/src/entities.js'
import { createDataSource, migrate } from '../../dist/src/platform/database.js'
import { openEmbeddedPostgres } from '../../dist/src/platform/embedded-postgres.js'
import { TEMPLATE } from './template.js'

/**
 * One PostgreSQL for the whole run: `TEST_DATABASE_URL` names one that is there, else the embedded one is started in a
 * temporary directory. It holds a migrated template, which every test file clones.
 */
export default async function setUp() {
  let url = process.env['TEST_DATABASE_URL']
  let close = async () => undefined
  if (!url) {
    const directory = await mkdtemp(join(tmpdir(), 'tocsin-test-'))
    const postgres = await openEmbeddedPostgres(directory, { settings: { fsync: 'off', full_page_writes: 'off' } })
    url = postgres.url
    close = async () => {
      await postgres.close()
      await rm(directory, { recursive: true, force: true })
    }
  }
  process.env['TEST_POSTGRES_URL'] = url
  const admin = new pg.Client(url)
  await admin.connect()
  await admin.query(`DROP DATABASE IF EXISTS ${TEMPLATE} WITH (FORCE)`)
  await admin.query(`CREATE DATABASE ${TEMPLATE}`)
  await admin.end()
  const templateUrl = new URL(url)
  templateUrl.pathname = `/${TEMPLATE}`
  const source = createDataSource({ url: templateUrl.href, entities: ENTITIES, migrations: MIGRATIONS })
  await source.initialize()
  await migrate(source)
  await source.destroy()
  globalThis.closeTestDatabase = close
}
