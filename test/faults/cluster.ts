import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** Several servers on one database, as processes of their own that can be killed without a word and come back. */

const PROGRAM = fileURLToPath(new URL('../../src/cli/tocsin.js', import.meta.url))

interface Node {
  readonly port: number
  process: ChildProcess
}

export class Cluster {
  private readonly nodes: Node[] = []
  kills = 0

  constructor(private readonly environment: Readonly<Record<string, string>>) {}

  async start(count: number): Promise<void> {
    for (let n = 0; n < count; n++) {
      const port = await freePort()
      this.nodes.push({ port, process: this.spawn(port) })
    }
    await Promise.all(this.nodes.map(({ port }) => serving(port)))
  }

  /** The address of any of them, whether it answers or not. */
  get anyUrl(): string {
    return `http://127.0.0.1:${this.nodes[Math.floor(Math.random() * this.nodes.length)]!.port}`
  }

  /** Kills one of them with -9, in turn, and starts it again. */
  async killNext(): Promise<void> {
    const node = this.nodes[this.kills++ % this.nodes.length]!
    await kill(node.process, 'SIGKILL')
    node.process = this.spawn(node.port)
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map(({ process }) => kill(process, 'SIGTERM')))
  }

  private spawn(port: number): ChildProcess {
    const { PATH, HOME } = process.env
    return spawn(process.execPath, [PROGRAM, 'serve'], {
      env: { PATH, HOME, DATA_DIR: tmpdir(), LOG_LEVEL: 'error', ...this.environment, PORT: String(port) },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
  }
}

async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill(signal)
  await exited
}

async function serving(port: number): Promise<void> {
  for (;;) {
    const ready = await fetch(`http://127.0.0.1:${port}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    )
    if (ready) return
    await delay(100)
  }
}

async function freePort(): Promise<number> {
  const probe = createServer()
  probe.listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}
