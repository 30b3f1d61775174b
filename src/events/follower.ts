import pg from 'pg'
import { Gauge } from 'prom-client'
import type { DataSource } from 'typeorm'
import { Database, poolOf } from '../platform/database.js'
import type { Logger } from '../platform/log.js'
import { registry } from '../platform/metrics.js'
import { type Position, isAfter } from './cursor.js'
import { CHANNEL, onRing } from './doorbell.js'
import { type LogEvent, readEvents } from './event-log.js'

/**
 * Follows the log from its end, once per process, and hands every batch to its listeners in order. It reads when the
 * doorbell rings, and every second in case a ring was lost. The last events are kept, so that a subscriber who has
 * read up to one of them can join the live stream without a gap.
 */

const BATCH = 500
const RECENT = 5_000
const LOOK_EVERY = 1_000 // milliseconds
/** While a running transaction hides what was rung for, look again after this long, then twice as long, to a limit. */
const HIDDEN_AGAIN = 4
const HIDDEN_AGAIN_AT_MOST = 16

const lag = new Gauge({
  name: 'tocsin_event_horizon_transactions',
  help: 'Transactions between the newest event rung for and the oldest that still runs: what subscribers wait for.',
  registers: [registry],
})

export type BatchListener = (events: readonly LogEvent[]) => Promise<void> | void

export class EventFollower {
  /** Everything up to here has been handed out. */
  position: Position = { xid: 0, id: 0 }
  private recent: LogEvent[] = []
  /** All handed out after this place are in `recent`. */
  private keptAfter: Position = this.position
  private rung = 0
  private readonly listeners: BatchListener[] = []
  private wake: () => void = () => undefined
  private running: Promise<void> | null = null
  private stopping = false
  private client: pg.Client | null = null
  private readonly db: Database

  constructor(
    private readonly source: DataSource,
    private readonly log: Logger,
  ) {
    this.db = Database.of(source)
  }

  async start(): Promise<void> {
    const { horizon } = await readEvents(this.db, { xid: Number.MAX_SAFE_INTEGER, id: 0 }, 1)
    this.position = { xid: horizon - 1, id: Number.MAX_SAFE_INTEGER }
    this.keptAfter = this.position
    const stopHearing = onRing(this.source, (xid) => this.hear(xid))
    await this.listen()
    this.running = this.run().finally(stopHearing)
  }

  async stop(): Promise<void> {
    this.stopping = true
    this.wake()
    await this.running
    await this.client?.end().catch(() => undefined)
  }

  /** Listeners are called in the order of their adding, one batch after the other. */
  onBatch(listener: BatchListener): void {
    this.listeners.push(listener)
  }

  /** The events after `position` that have been handed out; null when not all of them are kept any more. */
  recentAfter(position: Position): LogEvent[] | null {
    if (isAfter(this.keptAfter, position)) return null
    return isAfter(this.position, position) ? this.recent.filter((event) => isAfter(event, position)) : []
  }

  private hear(xid: number): void {
    if (xid > this.rung) this.rung = xid
    this.wake()
  }

  private async listen(): Promise<void> {
    const client = new pg.Client({
      ...poolOf(this.source).options,
      application_name: 'tocsin listener',
    } as pg.ClientConfig)
    client.on('notification', ({ payload }) => this.hear(Number(payload) || 0))
    client.on('error', () => undefined)
    client.on('end', () => {
      if (this.client === client) this.client = null // the next look opens another
    })
    await client.connect()
    await client.query(`LISTEN ${CHANNEL}`)
    this.client = client
  }

  private async run(): Promise<void> {
    let hiddenAgain = HIDDEN_AGAIN
    while (!this.stopping) {
      const woken = new Promise<void>((resolve) => (this.wake = resolve))
      let isHidden = false
      try {
        if (!this.client) await this.listen()
        const { events, horizon } = await readEvents(this.db, this.position, BATCH)
        lag.set(Math.max(0, this.rung - horizon + 1))
        if (events.length > 0) {
          hiddenAgain = HIDDEN_AGAIN
          await this.deliver(events)
        }
        if (events.length === BATCH) continue
        isHidden = this.rung >= horizon
      } catch (error) {
        if (this.stopping) break
        this.log.warn({ err: error }, 'the event log cannot be read; trying again')
      }
      if (isHidden) {
        await delay(hiddenAgain)
        hiddenAgain = Math.min(2 * hiddenAgain, HIDDEN_AGAIN_AT_MOST)
      } else {
        hiddenAgain = HIDDEN_AGAIN
        await Promise.race([woken, delay(LOOK_EVERY, (cancel) => woken.then(cancel))])
      }
    }
  }

  private async deliver(events: LogEvent[]): Promise<void> {
    this.position = events.at(-1)!
    this.recent.push(...events)
    if (this.recent.length > 2 * RECENT) {
      this.keptAfter = this.recent.at(-RECENT - 1)!
      this.recent = this.recent.slice(-RECENT)
    }
    for (const listener of this.listeners) {
      try {
        await listener(events)
      } catch (error) {
        this.log.error({ err: error }, 'a listener of the event log failed')
      }
    }
  }
}

const delay = (milliseconds: number, onStart?: (cancel: () => void) => void) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    onStart?.(() => {
      clearTimeout(timer)
      resolve()
    })
  })
