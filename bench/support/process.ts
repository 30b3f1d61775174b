import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/**
 * A part of a benchmark: a server under measurement, as in production a process of its own, or who puts load on it. It is
 * asked over the channel of `fork`, which costs it nothing while nobody asks; `answers.ts` is the other end.
 */

export interface Usage {
  /** Seconds of processor time, the system's part included, since the process began. */
  readonly cpu: number
  /** Bytes. */
  readonly resident: number
  readonly heap: number
  readonly external: number
}

export interface MeasuredProcess {
  readonly port: number
  readonly pid: number
  ask<T = void>(question: string, details?: object): Promise<T>
  usage(): Promise<Usage>
  /** Ends it without a word, as a crash does. */
  kill(): Promise<void>
  stop(): Promise<void>
}

/** @param module relative to `bench/`, such as `servers/tocsin.js` */
export async function startProcess(
  module: string,
  environment: Readonly<Record<string, string>>,
): Promise<MeasuredProcess> {
  const child = fork(fileURLToPath(new URL(`../${module}`, import.meta.url)), {
    env: { ...process.env, HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'warn', ...environment, NODE_ENV: 'production' },
    execArgv: ['--expose-gc', '--max-semi-space-size=32'], // as `npm start` runs Tocsin; all sides alike
    stdio: ['ignore', 2, 2, 'ipc'], // standard output is for the figures
    serialization: 'advanced',
  })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const { port } = await answerOf<{ port: number }>(child, 0, exited, module)
  let questions = 0
  const ask = <T>(question: string, details: object = {}): Promise<T> => {
    const id = ++questions
    child.send({ ...details, id, ask: question })
    return answerOf<T>(child, id, exited, module)
  }
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    await exited
  }
  return {
    port,
    pid: child.pid!,
    ask,
    usage: () => ask<Usage>('usage'),
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  }
}

function answerOf<T>(child: ChildProcess, id: number, exited: Promise<void>, module: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: { id: number; answer: T; error?: string }) => {
      if (message.id !== id) return
      child.off('message', onMessage)
      if (message.error === undefined) resolve(message.answer)
      else reject(new Error(`${module}: ${message.error}`))
    }
    child.on('message', onMessage)
    void exited.then(() => reject(new Error(`${module} has ended: ${child.exitCode ?? child.signalCode}`)))
  })
}
