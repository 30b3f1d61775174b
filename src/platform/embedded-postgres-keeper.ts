/**
 * The keeper: a process of its own, one per data directory, that keeps the embedded PostgreSQL running while somebody needs it.
 *
 * Its life: take the lock; listen on the socket; bring PostgreSQL up (stop an orphan, create the cluster, start, create the
 * database); tell each connection the URL or the reason there is none; and when the last connection is closed, stop
 * PostgreSQL and exit. A process that starts again meanwhile starts another keeper, which waits for the lock and so for
 * this PostgreSQL to be gone. PostgreSQL found running by the holder of the lock is therefore always an orphan.
 *
 * If PostgreSQL ends by itself, so does the keeper: whoever was connected starts another one (embedded-postgres.ts).
 *
 * Started by `fork` in the data directory, detached, with its output in postgres.log. The channel of `fork` counts as a
 * connection: it says that somebody is about to connect. Its one argument is its `KeeperOrders` as JSON.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import * as fs from 'node:fs'
import { type AddressInfo, type Socket, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { type KeeperAnswer, type KeeperOrders, lastWords } from './embedded-postgres.js'

/** Other settings keep PostgreSQL's defaults: among them fsync, synchronous_commit and full_page_writes, which are on. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '256MB',
  idle_in_transaction_session_timeout: '60s',
  timezone: 'UTC',
  log_timezone: 'UTC',
}
/** How long PostgreSQL may take to answer: after a crash it first replays its log. */
const START_LIMIT_MS = 10 * 60_000
const LOG_LIMIT_BYTES = 10_000_000

const { socket, binaries, user, settings } = JSON.parse(process.argv[2] ?? '{}') as KeeperOrders
const directory = process.cwd()
const cluster = join(directory, 'postgres')
const log = join(directory, 'postgres.log')

// It ends when nobody needs it and never earlier: systemd, for one, signals all processes of a service at once, and the
// server still needs its database to shut down.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => {})
process.umask(0o077) // the socket is for this user only
let stopping = false
let child: ChildProcess | undefined
const clients = new Set<Socket>()

while (!(await takeLock())) {
  if (!process.connected) process.exit(0) // another keeper serves whoever started this one
  await delay(20)
}
if (process.platform !== 'win32') fs.rmSync(socket, { force: true })
if (fs.statSync(log).size > LOG_LIMIT_BYTES) fs.truncateSync(log)
const server = createServer({ allowHalfOpen: true }, (client) => {
  const tell = (answer: KeeperAnswer) => client.write(JSON.stringify(answer) + '\n')
  clients.add(client)
  client.on('error', () => {}) // 'close' follows
  for (const event of ['end', 'close']) client.on(event, () => goodbye(client))
  client.resume()
  started.then(
    (url) => tell({ url }),
    (error: Error) => tell({ error: error.message }),
  )
})
server.listen(socket)
await once(server, 'listening')
const started = start()
started.catch((error: unknown) => stopping || console.error('keeper:', error))
process.on('disconnect', stopWhenUnneeded)
stopWhenUnneeded() // whoever started this one may be gone already

/** The last one to leave is let go only when PostgreSQL has stopped: this is what `close()` waits for. */
function goodbye(client: Socket): void {
  if (!clients.delete(client)) return
  if (clients.size > 0 || process.connected) client.end()
  stopWhenUnneeded()
}

function stopWhenUnneeded(): void {
  if (!stopping && clients.size === 0 && !process.connected) void stop()
}

async function stop(): Promise<void> {
  stopping = true
  server.close() // removes the socket: from now on a newcomer starts another keeper
  if (child && isRunning(child)) send('SIGINT', child.pid) // a fast shutdown, and initdb tidies up
  await started.catch(() => {})
  if (child && isRunning(child)) {
    const ended = once(child, 'exit')
    send('SIGINT', child.pid)
    setTimeout(() => send('SIGQUIT', child?.pid), 60_000) // out of patience
    await ended
  }
  process.exit(0)
}

/**
 * True when this process is the only keeper of the directory. The lock is the kernel's and goes when the process goes:
 * an abstract socket on Linux, `open` with O_EXLOCK on macOS. (On Windows the pipe itself is exclusive.)
 */
async function takeLock(): Promise<boolean> {
  if (process.platform === 'linux') {
    const { dev, ino } = fs.statSync(directory, { bigint: true })
    const lock = createServer().listen(`\0tocsin-keeper-${dev}-${ino}`).unref()
    return once(lock, 'listening').then(
      () => true,
      () => false,
    )
  }
  const exclusively = 0x20
  const flags = fs.constants.O_RDWR | fs.constants.O_CREAT | fs.constants.O_NONBLOCK | exclusively
  try {
    if (process.platform === 'darwin') fs.openSync('keeper.lock', flags, 0o600)
    return true
  } catch {
    return false
  }
}

/** Brings PostgreSQL up and returns the URL of database `tocsin`. */
async function start(): Promise<string> {
  await stopOrphan()
  const password = readPassword()
  await createCluster(password)
  own(cluster)
  const options = Object.entries({ ...SETTINGS, ...settings }).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  let wish = lastPort()
  for (let attempt = 1; ; attempt++) {
    const port = await freePort(wish)
    const logged = fs.statSync(log).size
    const postgres = run('postgres', ['-D', cluster, '-p', `${port}`, ...options])
    const url = (database: string) => `postgres://tocsin:${password}@127.0.0.1:${port}/${database}`
    if (await becomesReady(postgres, url('postgres'))) {
      postgres.once('exit', () => stopping || process.exit(1))
      if (!isRunning(postgres)) process.exit(1)
      return url('tocsin')
    }
    const words = await lastWords(directory, logged)
    // The port was taken just now, or backends of a killed PostgreSQL are on their way out.
    if (stopping || attempt === 20 || !/Address already in use|still in use/.test(words)) {
      throw new Error(`PostgreSQL did not start. ${words}`)
    }
    if (words.includes('Address already in use')) wish = 0
    await delay(200)
  }
}

/** Waits for PostgreSQL and creates the database where it is missing. False when PostgreSQL ended instead. */
async function becomesReady(postgres: ChildProcess, url: string): Promise<boolean> {
  const deadline = Date.now() + START_LIMIT_MS
  while (isRunning(postgres)) {
    const client = new pg.Client({ connectionString: url, ssl: false, connectionTimeoutMillis: 5000 })
    client.on('error', () => {})
    try {
      await client.connect()
      const found = await client.query(`SELECT 1 FROM pg_database WHERE datname = 'tocsin'`)
      if (found.rowCount === 0) await client.query('CREATE DATABASE tocsin')
      return true
    } catch (error) {
      // An answer of PostgreSQL other than "the database system is starting up" will not change.
      const code = (error as { code?: string }).code ?? ''
      if (Date.now() > deadline || (/^\d/.test(code) && code !== '57P03')) throw error
    } finally {
      await client.end().catch(() => {})
    }
    await delay(20)
  }
  return false
}

/** Stops the PostgreSQL of a keeper that was killed. */
async function stopOrphan(): Promise<void> {
  const file = join(cluster, 'postmaster.pid')
  const pid = parseInt(textOf(file))
  if (!(pid > 0)) return
  for (const [name, seconds] of [
    ['SIGINT', 60],
    ['SIGQUIT', 30],
  ] as const) {
    if (isOurPostgres(pid)) send(name, pid)
    for (let tries = 0; isOurPostgres(pid) && tries < seconds * 50; tries++) await delay(20)
  }
  if (isOurPostgres(pid)) throw new Error(`An earlier PostgreSQL (process ${pid}) in ${cluster} does not stop.`)
  // PostgreSQL itself clears the file of a dead process, but takes any other that got its number since for a PostgreSQL.
  if (send(0, pid)) fs.rmSync(file, { force: true })
}

/** Whether a process is the PostgreSQL of this very cluster, by its command line. */
function isOurPostgres(pid: number): boolean {
  const ask = (program: string, args: string[]) => `${spawnSync(program, args).stdout}`
  if (process.platform === 'win32') return ask('tasklist', ['/fi', `PID eq ${pid}`]).includes('postgres.exe')
  const command =
    process.platform === 'linux'
      ? textOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')
      : ask('ps', ['-o', 'args=', '-p', `${pid}`])
  return command.includes(`postgres -D ${cluster} -p `)
}

function readPassword(): string {
  const file = join(directory, 'postgres.password')
  if (!fs.existsSync(file)) {
    if (fs.existsSync(cluster)) throw new Error(`${file} is missing: the password of the database in ${cluster}`)
    fs.writeFileSync(file + '.new', randomBytes(24).toString('base64url'), { mode: 0o600 })
    fs.renameSync(file + '.new', file)
  }
  return fs.readFileSync(file, 'utf8').trim()
}

/** Creates the cluster elsewhere and renames it when it is complete, so that a kill in the middle leaves nothing half-made. */
async function createCluster(password: string): Promise<void> {
  const leftOver = fs.readdirSync(directory).filter((name) => name.startsWith('postgres.new-'))
  for (const name of leftOver) fs.rmSync(join(directory, name), { recursive: true, force: true, maxRetries: 5 })
  if (fs.existsSync(cluster)) return
  const fresh = fs.mkdtempSync(join(directory, 'postgres.new-'))
  const passwordFile = join(fresh, 'password')
  fs.writeFileSync(passwordFile, password)
  own(fresh)
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
  const access = ['--username=tocsin', '--auth=scram-sha-256', `--pwfile=${passwordFile}`]
  const sync = settings.fsync === 'off' ? ['--no-sync'] : []
  const logged = fs.statSync(log).size
  await once(run('initdb', ['-D', join(fresh, 'cluster'), ...locale, ...access, ...sync]), 'exit')
  if (child?.exitCode !== 0) throw new Error(`PostgreSQL's initdb failed. ${await lastWords(directory, logged)}`)
  fs.renameSync(join(fresh, 'cluster'), cluster)
  if (process.platform !== 'win32') fs.fsyncSync(fs.openSync(directory, 'r')) // the rename, too, survives a power cut
  fs.rmSync(fresh, { recursive: true })
}

/** As root: gives files to the user that PostgreSQL runs as, who need not be the same at each start. */
function own(path: string): void {
  if (!user.owner) return
  const [uid, gid] = user.owner
  const entry = fs.lstatSync(path)
  if (entry.isDirectory()) for (const name of fs.readdirSync(path)) own(join(path, name))
  if (entry.uid !== uid || entry.gid !== gid) fs.lchownSync(path, uid, gid)
}

function run(program: string, args: string[]): ChildProcess {
  if (stopping) throw new Error('Nobody needs the database any more.')
  const [command = '', ...rest] = [...user.prefix, join(binaries, 'bin', program), ...args]
  child = spawn(command, rest, { uid: user.uid, gid: user.gid, stdio: ['ignore', 'inherit', 'inherit'] })
  child.on('error', (error) => console.error('keeper:', error)) // no such program: it has no pid then
  return child
}

function isRunning({ pid, exitCode, signalCode }: ChildProcess): boolean {
  return pid !== undefined && exitCode === null && signalCode === null
}

/** False when there is no such process any more. Signal 0 only asks. */
function send(signal: 'SIGINT' | 'SIGQUIT' | 0, pid = 0): boolean {
  if (process.platform === 'win32' && signal) {
    return spawnSync(join(binaries, 'bin', 'pg_ctl'), ['kill', signal.slice(3), `${pid}`]).status === 0
  }
  try {
    return pid > 0 && process.kill(pid, signal)
  } catch {
    return false
  }
}

/** The port of the last start, by the file that PostgreSQL writes: connection pools outlive a restart on the same port. */
function lastPort(): number {
  return Number(/"-p" "(\d+)"/.exec(textOf(join(cluster, 'postmaster.opts')))?.[1] ?? 0)
}

/** A file that may be gone at any moment. */
function textOf(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

/** The wished port if it is free, or else any that is. */
async function freePort(wish: number): Promise<number> {
  const probe = createServer().listen(wish, '127.0.0.1')
  try {
    await once(probe, 'listening')
  } catch {
    return freePort(0)
  }
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}
