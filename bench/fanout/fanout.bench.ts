import { tmpdir } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import type { Bench, Options } from '../support/bench.js'
import { type Figure, type Goal, figure, median, medianRatio, percentile } from '../support/figures.js'
import { startPostgres } from '../support/postgres.js'
import { type MeasuredProcess, startProcess } from '../support/process.js'
import { profiled } from '../support/profile.js'
import { seedCompany } from '../support/company.js'

/**
 * How much it costs to tell everybody. Thousands of sockets hold the contract's subscription; a writer of its own
 * process works on incidents; what counts is the processor time of the server that delivers. The others send the same
 * bytes at the same pace, though they read no database.
 */

const SIDES = { raw: 'fanout/raw.js', tocsin: 'servers/tocsin.js', 'graphql-ws': 'fanout/peer.js' } as const
type Side = keyof typeof SIDES

interface Crowd {
  readonly subscribers: number
  readonly eventsPerSecond: number
  /** Events that come one by one share no work: what that costs is told, beside the goals for throughput. */
  readonly sparse?: boolean
}

const CROWDS: readonly Crowd[] = [
  { subscribers: 2_000, eventsPerSecond: 40 },
  { subscribers: 5_000, eventsPerSecond: 16 },
  { subscribers: 2_000, eventsPerSecond: 10, sparse: true },
]
const LATENCY = { subscribers: [100, 500], eventsPerSecond: 200 }
const SOCKETS_PER_PROCESS = 2_500
/** Milliseconds until a side that falls behind is given up. */
const PATIENCE = 120_000
const GOALS: Record<string, Goal> = { raw: ['>=', 0.85], 'graphql-ws': ['>=', 4] }

export const bench: Bench = async function* (options) {
  const postgres = await startPostgres(options.keep)
  const stage = new Stage()
  try {
    const url = await postgres.database('fanout', { fresh: true })
    await seedCompany(url)
    await stage.open(url)
    const crowds = options.size === null ? CROWDS : [{ subscribers: options.size, eventsPerSecond: 40 }]
    for (const crowd of crowds) yield* throughput(stage, options, crowd)
    if (!options.only && options.size === null)
      for (const subscribers of LATENCY.subscribers) yield* latency(stage, options, subscribers)
  } finally {
    await stage.close()
    await postgres.close()
  }
}

/** The processes of a run. */
class Stage {
  private readonly processes: MeasuredProcess[] = []
  private readonly crowds: MeasuredProcess[] = []
  private writer: MeasuredProcess | null = null
  private url = ''

  async open(url: string): Promise<void> {
    this.url = url
    for (let index = 0; index < 2; index++) this.crowds.push(await this.start('fanout/subscribers.js'))
    this.writer = await this.start('fanout/writer.js')
  }

  async start(module: string): Promise<MeasuredProcess> {
    const started = await startProcess(module, { DATABASE_URL: this.url, DATA_DIR: tmpdir() })
    this.processes.push(started)
    return started
  }

  async close(): Promise<void> {
    await Promise.all(this.processes.map((process) => process.stop()))
  }

  /** Opens that many subscriptions to a server. */
  async join(name: string, { port }: MeasuredProcess, count: number): Promise<void> {
    const each = Math.ceil(count / this.crowds.length)
    if (each > SOCKETS_PER_PROCESS) throw new Error('More processes of subscribers are needed')
    await Promise.all(this.crowds.map((crowd) => crowd.ask('join', { name, port, count: each })))
  }

  async leave(name: string): Promise<void> {
    await Promise.all(this.crowds.map((crowd) => crowd.ask('leave', { name })))
  }

  async received(name: string): Promise<number> {
    const counts = await Promise.all(
      this.crowds.map((crowd) => crowd.ask<{ received: number; ended: string[] }>('received', { name })),
    )
    const ended = counts.flatMap(({ ended }) => ended)
    if (ended.length > 0) throw new Error(`${name}: subscriptions have ended: ${ended.join('; ')}`)
    return counts.reduce((sum, { received }) => sum + received, 0)
  }

  /** Resolves when the subscribers have received so many messages in all. */
  async arrived(name: string, wanted: number): Promise<void> {
    const until = Date.now() + PATIENCE
    for (;;) {
      const received = await this.received(name)
      if (received >= wanted) return
      if (Date.now() > until) throw new Error(`${name}: only ${received} of ${wanted} messages arrived`)
      await delay(50)
    }
  }

  async latest(name: string): Promise<string> {
    return (await this.crowds[0]!.ask<string | null>('latest', { name }))!
  }

  write(count: number, every: number): Promise<[cursor: string, at: number][]> {
    return this.writer!.ask('write', { count, every })
  }

  async sample(name: string): Promise<void> {
    await Promise.all(this.crowds.map((crowd) => crowd.ask('sample', { name })))
  }

  async arrivals(name: string): Promise<Map<string, number[]>[]> {
    return Promise.all(this.crowds.map((crowd) => crowd.ask<Map<string, number[]>>('arrivals', { name })))
  }
}

async function* throughput(
  stage: Stage,
  options: Options,
  { subscribers, eventsPerSecond, sparse = false }: Crowd,
): AsyncIterable<Figure> {
  const names = (Object.keys(SIDES) as Side[]).filter((name) => options.only?.includes(name) ?? true)
  const servers = {} as Record<Side, MeasuredProcess>
  const memory = {} as Record<Side, { resident: number; heap: number }>
  // Tocsin's is the first to run: the others send what it sends.
  for (const name of new Set<Side>(['tocsin', ...names])) {
    servers[name] = await stage.start(SIDES[name])
    options.note(`fanout: ${subscribers} subscribers of ${name}`)
    memory[name] = await memoryPerSubscriber(stage, name, servers[name], subscribers)
  }
  const every = 1000 / eventsPerSecond
  const publish = async (name: Side, count: number) => {
    const before = await stage.received(name)
    if (name === 'tocsin') await stage.write(count, every)
    else
      for (let index = 0; index < count; index++) {
        await servers[name].ask('publish')
        await delay(every)
      }
    await stage.arrived(name, before + count * subscribers)
  }
  await publish('tocsin', 3)
  const text = await stage.latest('tocsin')
  const event = (JSON.parse(text) as { payload: { data: { incidentEvents: object } } }).payload.data.incidentEvents
  for (const name of names) {
    if (name !== 'tocsin') await servers[name].ask('example', { text, event })
    await publish(name, 5)
    const latest = await stage.latest(name)
    if (Math.abs(latest.length - text.length) > 3) throw new Error(`${name} sends ${latest}, not ${text}`)
  }
  const perSecond: Record<string, number[]> = Object.fromEntries(names.map((name) => [name, []]))
  for (let round = 0; round < (options.rounds ?? 3); round++)
    for (const name of names) {
      const count = Math.ceil((options.seconds ?? 5) * eventsPerSecond)
      const before = await servers[name].usage()
      await publish(name, count)
      const after = await servers[name].usage()
      perSecond[name]!.push((count * subscribers) / (after.cpu - before.cpu))
    }
  const of = `${subscribers} subscribers, ${eventsPerSecond} events/s`
  for (const name of names) yield figure(`${name}, ${of}`, median(perSecond[name]!), 'deliveries/processor second')
  for (const [name, goal] of Object.entries(GOALS))
    if (perSecond[name] && perSecond['tocsin'])
      yield figure(
        `tocsin, ${of}`,
        medianRatio(perSecond['tocsin'], perSecond[name]),
        'ratio',
        sparse ? undefined : goal,
        name,
      )
  for (const name of sparse ? [] : names) {
    yield figure(`${name}, ${subscribers} subscribers, resident memory of one`, memory[name].resident / 1024, 'KiB')
    yield figure(`${name}, ${subscribers} subscribers, heap of one`, memory[name].heap / 1024, 'KiB')
  }
  for (const name of options.profile ? ((options.only ?? ['tocsin']) as Side[]) : []) {
    const work = () => publish(name, Math.ceil((options.seconds ?? 5) * eventsPerSecond))
    options.note(await profiled(servers[name], `fanout-${subscribers}-${name}`, work))
  }
  for (const name of Object.keys(servers) as Side[]) {
    await stage.leave(name)
    await servers[name].stop()
  }
}

/** What an idle subscriber costs: bytes, after garbage has been collected. */
async function memoryPerSubscriber(stage: Stage, name: string, server: MeasuredProcess, subscribers: number) {
  const settled = async () => {
    await delay(500)
    await server.ask('collectGarbage')
    return server.usage()
  }
  const before = await settled()
  await stage.join(name, server, subscribers)
  const after = await settled()
  return {
    resident: (after.resident - before.resident) / subscribers,
    heap: (after.heap + after.external - before.heap - before.external) / subscribers,
  }
}

/** From the return of the commit in the writer to the arrival at a client, in milliseconds. */
async function* latency(stage: Stage, options: Options, subscribers: number): AsyncIterable<Figure> {
  const server = await stage.start(SIDES.tocsin)
  await stage.join('latency', server, subscribers)
  const { eventsPerSecond } = LATENCY
  const every = 1000 / eventsPerSecond
  const write = async (count: number) => {
    const before = await stage.received('latency')
    const written = await stage.write(count, every)
    await stage.arrived('latency', before + count * subscribers)
    return written
  }
  await write(2 * eventsPerSecond) // warms up
  await stage.sample('latency')
  const committed = new Map(await write(Math.ceil(2 * (options.seconds ?? 5) * eventsPerSecond)))
  const times: number[] = []
  for (const arrivals of await stage.arrivals('latency'))
    for (const [cursor, arrived] of arrivals) for (const at of arrived) times.push(at - committed.get(cursor)!)
  const of = `${subscribers} subscribers, ${eventsPerSecond} events/s`
  yield figure(`commit to client, p50, ${of}`, percentile(times, 0.5), 'ms')
  yield figure(`commit to client, p99, ${of}`, percentile(times, 0.99), 'ms', ['<=', 150])
  await stage.leave('latency')
  await server.stop()
}
