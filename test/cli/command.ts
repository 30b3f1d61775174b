import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { TEMPLATE } from '../support/template.js'
import { Person } from '../support/person.js'

/** The command line as an operator runs it: the built program, in a process of its own. */

const PROGRAM = join(__dirname, '../../dist/src/cli/tocsin.js')

export interface Ending {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export class Running {
  out = ''
  errors = ''
  readonly ended: Promise<Ending>
  private read: () => void = () => undefined

  constructor(readonly process: ChildProcess) {
    process.stdout!.setEncoding('utf8').on('data', (text: string) => {
      this.out += text
      this.read()
    })
    process.stderr!.setEncoding('utf8').on('data', (text: string) => (this.errors += text))
    this.ended = once(process, 'close').then(([code, signal]) => {
      this.read()
      return { code: code as number | null, signal: signal as NodeJS.Signals | null }
    })
  }

  /** What standard output says, as soon as it says so. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.out)
      if (match) return match
      if (this.process.exitCode !== null || this.process.signalCode !== null)
        throw new Error(`It ended without saying ${String(pattern)}:\n${this.out}\n${this.errors}`)
      await new Promise<void>((resolve) => (this.read = resolve))
    }
  }

  /** The address, once requests are served. */
  async ready(): Promise<string> {
    return (await this.says(/ready: (http:\S+)\/graphql\b/))[1]!
  }

  stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ending> {
    this.process.kill(signal)
    return this.ended
  }
}

const running = new Set<Running>()

export function tocsin(args: readonly string[], settings: Record<string, string>, cwd?: string): Running {
  const { PATH, HOME, LANG } = process.env
  const env = { PATH, HOME, LANG, PORT: '0', ...settings }
  const command = new Running(
    spawn(process.execPath, [PROGRAM, ...args], { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] }),
  )
  running.add(command)
  void command.ended.finally(() => running.delete(command))
  return command
}

/** Runs a command to its end. */
export async function finished(args: readonly string[], settings: Record<string, string>, cwd?: string) {
  const command = tocsin(args, settings, cwd)
  const { code } = await command.ended
  return { code, out: command.out, errors: command.errors }
}

const leftovers: (() => Promise<unknown>)[] = []

/** A DATA_DIR that nobody has used, deleted after the tests. */
export async function newDataDir(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'tocsin-cli-'))
  leftovers.push(() => rm(directory, { recursive: true, force: true }))
  return directory
}

/** A database of its own: as after the migrations, or empty. Answers its URL. */
export async function newDatabase({ empty = false } = {}): Promise<string> {
  const url = new URL(process.env['TEST_POSTGRES_URL']!)
  const name = `cli_${process.pid}_${Date.now().toString(36)}_${leftovers.length}`
  const admin = new pg.Client(url.href)
  await admin.connect()
  await admin.query(`CREATE DATABASE ${name} ${empty ? '' : `TEMPLATE ${TEMPLATE} STRATEGY FILE_COPY`}`)
  leftovers.push(async () => {
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`)
    await admin.end()
  })
  url.pathname = `/${name}`
  return url.href
}

/** Whoever signs in with a token. */
export const bearerOf = (url: string, token: string) => new Person(() => url, '', '', token)

afterAll(async () => {
  await Promise.all([...running].map((command) => command.stop('SIGKILL')))
  for (const clear of leftovers) await clear()
})
