/**
 * The database of an installation that was given none: a real PostgreSQL, from npm, with all its data in DATA_DIR.
 *
 * The processes of one DATA_DIR (two server nodes, `tocsin token` beside a server) share one PostgreSQL. None of them is its
 * parent: that is the **keeper** (embedded-postgres-keeper.ts), which the first of them starts. Each process holds one
 * connection to the keeper, on a socket in DATA_DIR, for as long as it lives. The kernel closes it however a process ends,
 * `kill -9` included, and when nobody is left the keeper stops PostgreSQL. So there are no orphans and no stale locks.
 *
 * Should the keeper or PostgreSQL itself be killed, those connected start another keeper, which comes back on the same port:
 * a connection pool sees its connections break and then connects again.
 *
 * In DATA_DIR: `postgres/` (the cluster), `postgres.password`, `postgres.log`, `keeper.sock`.
 */
import { type ChildProcess, fork, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import * as fs from 'node:fs'
import { mkdir, open, readFile, realpath } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { type Socket, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

export interface EmbeddedPostgres {
  /** Connection URL of database `tocsin`, as a superuser. Only 127.0.0.1 is served, without TLS. */
  url: string
  /** Lets go of the database. For the last one to do so it resolves when PostgreSQL has stopped. */
  close(): Promise<void>
}

export interface EmbeddedPostgresOptions {
  log?: (message: string) => void
  /** More PostgreSQL settings, such as `{ fsync: 'off' }` for tests. The process that starts the keeper decides. */
  settings?: Record<string, string>
}

/** What the keeper is told when it is started … */
export interface KeeperOrders {
  socket: string
  binaries: string
  user: PostgresUser
  settings: Record<string, string>
}

/** … and what it tells everyone who connects: one line of JSON, as soon as it knows. */
export type KeeperAnswer = { url: string } | { error: string }

/** How PostgreSQL is run as somebody other than root, which it refuses to be, and who must own its files then. */
export interface PostgresUser {
  prefix: string[]
  uid?: number
  gid?: number
  owner?: [uid: number, gid: number]
}

interface Connection {
  socket: Socket
  url: string
}

/** Starts or joins the PostgreSQL of a data directory. Throws an Error that says what to do when there can be none. */
export async function openEmbeddedPostgres(
  dataDir: string,
  { log = () => {}, settings = {} }: EmbeddedPostgresOptions = {},
): Promise<EmbeddedPostgres> {
  await mkdir(dataDir, { recursive: true })
  const directory = await realpath(dataDir)
  const closing = new AbortController()

  const hold = (connection: Connection) => {
    connection.socket.unref() // a process that has nothing left to do may end without close()
    connection.socket.once('close', () => {
      if (!closing.signal.aborted) held = comeBack()
    })
    return connection
  }
  const comeBack = async (): Promise<Connection | undefined> => {
    while (!closing.signal.aborted) {
      try {
        log('The embedded PostgreSQL is gone. Starting it again.')
        const connection = hold(await reachKeeper(directory, settings))
        if (connection.url !== url) log('The embedded PostgreSQL is now on another port. Restart Tocsin.')
        return connection
      } catch (error) {
        log(`The embedded PostgreSQL did not come back: ${error instanceof Error ? error.message : String(error)}`)
        await delay(5000, undefined, { ref: false, signal: closing.signal }).catch(() => {})
      }
    }
    return undefined
  }
  const letGo = async () => {
    closing.abort()
    const socket = (await held)?.socket
    if (!socket || socket.closed) return
    const closed = once(socket, 'close')
    socket.ref().end()
    await closed
  }

  const first = await reachKeeper(directory, settings)
  const { url } = first
  let held: Promise<Connection | undefined> = Promise.resolve(hold(first))
  let ending: Promise<void> | undefined
  log(`The embedded PostgreSQL of ${directory} listens on port ${new URL(url).port}`)
  return { url, close: () => (ending ??= letGo()) }
}

/** Connects to the keeper and waits until it says where PostgreSQL is. Starts a keeper if nobody answers. */
async function reachKeeper(directory: string, settings: Record<string, string>): Promise<Connection> {
  const { path, forget } = socketPath(directory)
  let keeper: ChildProcess | undefined
  let lost = 0
  try {
    for (;;) {
      const connection = await knock(path)
      if (connection) return connection
      // While an earlier keeper still stops PostgreSQL, nobody answers: the new keeper waits for it, and we for the new one.
      if (!keeper || keeper.pid === undefined || keeper.exitCode !== null || keeper.signalCode !== null) {
        if (keeper && ++lost === 3) throw new Error(`PostgreSQL's keeper ended early. ${await lastWords(directory)}`)
        keeper = await startKeeper(directory, settings)
      }
      await delay(20)
    }
  } finally {
    if (keeper?.connected) keeper.disconnect() // until now this channel told the keeper that somebody wants it
    forget()
  }
}

/** The path of a socket is limited to some 100 bytes: a long one is reached through a symbolic link that lives for a moment. */
function socketPath(directory: string): { path: string; forget: () => void } {
  const path = resolve(directory, socketName(directory))
  if (process.platform === 'win32' || Buffer.byteLength(path) <= 100) return { path, forget: () => {} }
  const shortcut = fs.mkdtempSync(join(tmpdir(), 'tocsin-'))
  fs.symlinkSync(directory, join(shortcut, 'd'))
  return { path: join(shortcut, 'd', 'keeper.sock'), forget: () => fs.rmSync(shortcut, { recursive: true }) }
}

/** As the keeper sees it from the data directory. */
function socketName(directory: string): string {
  if (process.platform !== 'win32') return 'keeper.sock'
  return `\\\\.\\pipe\\tocsin-${createHash('sha256').update(directory).digest('hex')}`
}

const NOBODY_ANSWERS = new Set(['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'EAGAIN'])

/** One try to reach a keeper. Nothing when there is none, or one that is about to end and hangs up. */
function knock(path: string): Promise<Connection | undefined> {
  return new Promise((answered, refused) => {
    const socket = connect(path).setEncoding('utf8')
    let text = ''
    socket.on('data', (part) => {
      text += part
      if (!text.endsWith('\n')) return
      const answer = JSON.parse(text) as KeeperAnswer
      if ('url' in answer) return answered({ socket, url: answer.url })
      refused(new Error(answer.error))
      socket.end()
    })
    socket.on('error', ({ code = '', message }: NodeJS.ErrnoException) => {
      if (code === 'EACCES') refused(new Error(`${path} belongs to another user: this database is theirs to run`))
      if (!NOBODY_ANSWERS.has(code)) refused(new Error(`PostgreSQL's keeper cannot be reached: ${message}`))
    })
    socket.on('close', () => answered(undefined))
  })
}

async function startKeeper(directory: string, settings: Record<string, string>): Promise<ChildProcess> {
  const binaries = findBinaries(directory)
  const orders = { socket: socketName(directory), binaries, user: findUser(directory, binaries), settings }
  // Neither the debugger's port nor somebody's PGSSLMODE is meant for the keeper and for PostgreSQL.
  const env = Object.entries(process.env).filter(([name]) => !name.startsWith('PG') && name !== 'NODE_OPTIONS')
  const log = await open(join(directory, 'postgres.log'), 'a', 0o600)
  const keeper = fork(keeperFile(), [JSON.stringify(orders satisfies KeeperOrders)], {
    cwd: directory,
    detached: true, // its own session: the terminal's Ctrl-C is for the server alone
    env: { ...Object.fromEntries(env), LC_ALL: 'C' },
    execArgv: [],
    stdio: ['ignore', log.fd, log.fd, 'ipc'],
  })
  keeper.on('error', () => {}) // it has no pid then
  keeper.unref()
  await log.close()
  return keeper
}

/** The keeper is run by plain node: from the build, even when this file is run from its source, as Jest does. */
function keeperFile(): string {
  const here = dirname(fileURLToPath(import.meta.url))
  const name = 'embedded-postgres-keeper.js'
  const file = [join(here, name), resolve(here, '../../dist/src/platform', name)].find((path) => fs.existsSync(path))
  if (!file) throw new Error(`The embedded PostgreSQL needs ${name}. Run: npm run build`)
  return file
}

/** The last lines of PostgreSQL's log, from a byte offset on. */
export async function lastWords(directory: string, from = 0): Promise<string> {
  const log = join(directory, 'postgres.log')
  const text = (await readFile(log)).subarray(from).toString().trim()
  return `The end of ${log}:\n${text.split('\n').slice(-15).join('\n')}`
}

/** The directory with PostgreSQL's bin, lib and share for this machine, made complete. */
function findBinaries(directory: string): string {
  const machine = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  let manifest: string
  try {
    const parent = createRequire(import.meta.url).resolve('embedded-postgres')
    manifest = resolve(createRequire(parent).resolve(`@embedded-postgres/${machine}`), '../../package.json')
  } catch {
    throw new Error(`npm has installed no PostgreSQL for ${machine}. Set DATABASE_URL to a PostgreSQL of yours.`)
  }
  const installed = join(dirname(manifest), 'native')
  try {
    completeBinaries(installed)
    return installed
  } catch {
    // They are incomplete and not ours to complete: a read-only or foreign node_modules.
    const { version } = JSON.parse(fs.readFileSync(manifest, 'utf8')) as { version: string }
    const copy = join(directory, `postgres.binaries-${version}`)
    if (fs.existsSync(copy)) return copy
    const fresh = fs.mkdtempSync(copy + '.new-')
    fs.cpSync(installed, fresh, { recursive: true, verbatimSymlinks: true })
    for (const part of ['.', 'bin', 'lib']) fs.chmodSync(join(fresh, part), 0o755) // the copy is ours to complete
    completeBinaries(fresh)
    fs.renameSync(fresh, copy)
    return copy
  }
}

/** What the package's install script does, and `npm ci --ignore-scripts` leaves out: links of libraries, executable files. */
function completeBinaries(native: string): void {
  for (const program of fs.readdirSync(join(native, 'bin'))) {
    const file = join(native, 'bin', program)
    if ((fs.statSync(file).mode & 0o111) === 0) fs.chmodSync(file, 0o755)
  }
  const list = join(native, 'pg-symlinks.json')
  if (!fs.existsSync(list)) return
  for (const { source, target } of JSON.parse(fs.readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = join(native, relative('native', target))
    try {
      if (!fs.existsSync(link)) fs.symlinkSync(relative(dirname(target), source), link)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error // another process was quicker
    }
  }
}

/**
 * An ordinary user runs PostgreSQL as itself. Root runs it as `nobody`; or, where nobody cannot go (a project under /root, a
 * data directory of mode 0700), as itself in a user namespace, in which it is called nobody.
 */
function findUser(directory: string, binaries: string): PostgresUser {
  if (process.getuid?.() !== 0) return { prefix: [] }
  const id = (flag: string) =>
    Number(spawnSync('id', [flag, 'nobody'], { encoding: 'utf8', env: process.env }).stdout) || 65534
  const [uid, gid] = [id('-u'), id('-g')]
  const users: PostgresUser[] = [
    { prefix: [], uid, gid, owner: [uid, gid] },
    { prefix: ['unshare', '-U', `--map-user=${uid}`, `--map-group=${gid}`], owner: [0, process.getgid?.() ?? 0] },
  ]
  const works = (user: PostgresUser) => {
    const script = ['sh', '-c', 'cd "$1" && "$2" --version', 'sh', directory, join(binaries, 'bin', 'postgres')]
    const [command = '', ...rest] = [...user.prefix, ...script]
    return spawnSync(command, rest, { uid: user.uid, gid: user.gid, env: process.env }).status === 0
  }
  const user = users.find(works)
  if (user) return user
  throw new Error(
    `PostgreSQL refuses to run as root, and user nobody can reach ${directory} or ${binaries} in no way. ` +
      'Set DATA_DIR to a directory that others can traverse, or DATABASE_URL to a PostgreSQL of yours, or run as another user.',
  )
}
