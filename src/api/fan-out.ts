import type { GraphQLFormattedError } from 'graphql'
import { Counter, Gauge } from 'prom-client'
import type { AccessFacts } from '../access/rules.js'
import { type Position, isAfter } from '../events/cursor.js'
import { type LogEvent, cursorExpired, positionOf, readEvents } from '../events/event-log.js'
import type { Opening } from '../events/event-stream.js'
import type { EventFollower } from '../events/follower.js'
import type { Actor } from '../platform/actor.js'
import type { Context } from '../platform/context.js'
import type { Database } from '../platform/database.js'
import { ErrorCode, UserError } from '../platform/errors.js'
import { registry } from '../platform/metrics.js'
import type { Operation, Pipeline } from './operation.js'
import { presentError } from './present-error.js'
import { type Sink, inOneWrite } from './sink.js'
import { type AnyStream, isShareable, resumeVariableOf, streamOf } from './subscription.js'

/**
 * Carries subscriptions. Subscribers of the same document, variables and role form a group: for each event the group
 * executes its document once, serialises once, and hands the text to every member who may receive the event. Who comes
 * with a cursor first replays the log by themselves, then joins their group at the place that they have reached.
 * Groups go on side by side: one whose document takes long to answer falls behind, and no other waits for it.
 */

/** Bytes that may wait for one client before it is told to come back. */
const QUEUE_BYTES = 4 * 1024 * 1024
const REPLAY_PAGE = 200
/** Bytes of a replay that are sent before the client is waited for. */
const REPLAY_BYTES = 512 * 1024
/** Events that a group may be behind before its members are told to come back. */
const EVENTS_BEHIND = 5_000
/** How long the log waits for slow groups before it goes on. */
const PATIENCE = 20 // milliseconds
/** What is known of incidents for longer than this is looked up again before anything is sent. */
const FRESH_FOR = 250 // milliseconds

const subscribers = new Gauge({ name: 'tocsin_subscribers', help: 'Open subscriptions.', registers: [registry] })
/** Since the last scrape: a counter's `inc` costs a good part of a delivery. */
let delivered = 0
new Counter({
  name: 'tocsin_deliveries_total',
  help: 'Events sent to subscribers.',
  registers: [registry],
  collect() {
    this.inc(delivered)
    delivered = 0
  },
})
const slow = new Counter({
  name: 'tocsin_slow_subscribers_total',
  help: 'Subscribers sent away because they did not keep up.',
  registers: [registry],
})

interface Member {
  readonly actor: Actor
  readonly sink: Sink
  readonly opening: Opening | null
  /** What has been sent, or passed over. */
  position: Position
  cursor: string
  /** While it replays: what the group has for it in the meantime. */
  queue: { event: LogEvent; text: string }[] | null
  queuedBytes: number
  left: boolean
}

interface Group {
  readonly key: string
  readonly operation: Operation
  readonly variables: Record<string, unknown>
  readonly args: Record<string, unknown>
  readonly stream: AnyStream
  readonly members: Set<Member>
  /** Ends when the group has told all that it was given. */
  told: Promise<void>
  /** Events that it was given and has not told. */
  behind: number
}

export interface Subscription {
  /** Starts to send. */
  start(): void
  leave(): void
}

export interface FanOutParts {
  readonly pipeline: Pipeline
  readonly follower: EventFollower
  readonly db: Database
  readonly now: () => Date
  /** Of incidents and of whatever else decides by itself who may see it, by their ids. */
  readonly factsOf: (db: Database, ids: readonly string[]) => Promise<ReadonlyMap<string, AccessFacts>>
}

export class FanOut {
  private readonly groups = new Map<string, Group>()
  private unshared = 0

  constructor(private readonly parts: FanOutParts) {
    parts.follower.onBatch((events) => this.deliver(events))
  }

  /**
   * Opens a subscription: checks it and reads its snapshot. Errors: those of the variables, NOT_FOUND, CURSOR_EXPIRED,
   * LIMIT_EXCEEDED.
   */
  async open(
    operation: Operation,
    variables: Record<string, unknown>,
    actor: Actor,
    sink: Sink,
  ): Promise<Subscription> {
    this.parts.pipeline.checkRequest(operation, variables)
    const { stream, args } = streamOf(operation, variables)
    const ctx = this.contextFor(actor)
    const { after } = args
    const live = this.parts.follower.position
    const opening = (await stream.open?.(ctx, args)) ?? null
    const position = typeof after === 'string' ? await positionOf(this.parts.db, after) : live
    const member: Member = {
      actor,
      sink,
      opening,
      position,
      cursor: typeof after === 'string' ? after : '',
      queue: [],
      queuedBytes: 0,
      left: false,
    }
    const group = this.groupFor(operation, variables, stream, args, actor)
    subscribers.inc()
    return {
      start: () => {
        this.bring(group, member).catch((error: unknown) =>
          this.drop(group, member, [presentError(error, this.parts.pipeline.log)]),
        )
      },
      leave: () => this.leave(group, member),
    }
  }

  private groupFor(
    operation: Operation,
    variables: Record<string, unknown>,
    stream: AnyStream,
    args: Record<string, unknown>,
    actor: Actor,
  ): Group {
    const { after: _, ...rest } = args
    // The fingerprint is a security boundary: whatever an answer may depend on stands in it.
    const who = isShareable(operation) ? [actor.role, actor.scopes, actor.serviceIds] : `alone ${++this.unshared}`
    const given = { ...variables }
    const place = resumeVariableOf(operation)
    if (place) delete given[place]
    const key = JSON.stringify([operation.source, operation.name, given, rest, who])
    return (
      this.groups.get(key) ?? {
        key,
        operation,
        variables,
        args,
        stream,
        members: new Set(),
        told: Promise.resolve(),
        behind: 0,
      }
    )
  }

  /** Snapshot, replay, join. */
  private async bring(group: Group, member: Member): Promise<void> {
    if (member.opening) {
      const result = await this.parts.pipeline.execute(
        group.operation,
        group.variables,
        this.contextFor(member.actor),
        member.opening.snapshot,
      )
      if (!member.left) member.sink.next(JSON.stringify(result))
    }
    for (;;) {
      if (member.left) return
      const recent = this.parts.follower.recentAfter(member.position)
      if (recent && recent.length <= REPLAY_PAGE) {
        // Join now, and let the group queue what comes while the last events are replayed.
        const joinedAt = this.parts.follower.position
        this.join(group, member)
        const reached = isAfter(joinedAt, member.position) ? joinedAt : member.position
        await this.replay(group, member, recent)
        member.position = reached
        this.goLive(group, member)
        return
      }
      const handedOut = this.parts.follower.position
      const events = recent?.slice(0, REPLAY_PAGE) ?? (await this.readOn(member.position))
      if (events.length === 0) {
        // What had been handed out before the read was there to be read: there is nothing for it up to there.
        member.position = handedOut
        continue
      }
      await this.replay(group, member, events)
      await member.sink.drained()
    }
  }

  /** Errors: CURSOR_EXPIRED when the log was trimmed past the member while it was replaying. */
  private async readOn(position: Position): Promise<LogEvent[]> {
    const { events, trimmed } = await readEvents(this.parts.db, position, REPLAY_PAGE)
    if (isAfter(trimmed, position)) throw cursorExpired()
    return events
  }

  private async replay(group: Group, member: Member, events: readonly LogEvent[]): Promise<void> {
    const carried = events.filter((event) => group.stream.carries(event, group.args))
    const facts = await this.factsOf(carried)
    const ctx = this.contextFor(member.actor)
    const texts = await Promise.all(
      carried.map((event) => {
        const may = group.stream.mayReceive(member.actor, event, factsFor(facts, event))
        return may ? this.textOf(group, event, ctx) : null
      }),
    )
    for (let next = 0; next < carried.length && !member.left;) {
      if (next > 0) await member.sink.drained()
      inOneWrite(member.sink, carried.length - next, () => {
        for (let bytes = 0; next < carried.length && bytes < REPLAY_BYTES && !member.left; next++) {
          const text = texts[next] ?? null
          bytes += text?.length ?? 0
          if (text !== null) this.send(group, member, carried[next]!, text)
          else if (group.stream.endsWhenWithheld) this.withhold(group, member)
        }
      })
    }
    const last = events.at(-1)
    if (last) member.position = last
  }

  private join(group: Group, member: Member): void {
    const present = this.groups.get(group.key) ?? group
    this.groups.set(group.key, present)
    present.members.add(member)
  }

  private goLive(group: Group, member: Member): void {
    const queue = member.queue ?? []
    member.queue = null
    for (const { event, text } of queue)
      if (!member.left && isAfter(event, member.position)) this.send(group, member, event, text)
    if (member.left) this.leave(group, member)
  }

  private leave(group: Group, member: Member): void {
    if (!member.left) subscribers.dec()
    member.left = true
    const present = this.groups.get(group.key)
    if (present?.members.delete(member) && present.members.size === 0) this.groups.delete(group.key)
  }

  private drop(group: Group, member: Member, errors: readonly GraphQLFormattedError[]): void {
    if (member.left) return
    this.leave(group, member)
    member.sink.fail(errors)
  }

  private withhold(group: Group, member: Member): void {
    this.drop(group, member, [
      presentError(new UserError(ErrorCode.NOT_FOUND, 'This is not yours to see any more.'), this.parts.pipeline.log),
    ])
  }

  /** One batch of the log to all groups, each in order. */
  private async deliver(events: readonly LogEvent[]): Promise<void> {
    const groups = [...this.groups.values()]
    const wanted = groups.map((group) => ({
      group,
      carried: events.filter((event) => group.stream.carries(event, group.args)),
    }))
    const facts = await this.factsOf(wanted.flatMap(({ carried }) => carried))
    const told = wanted.map(({ group, carried }) => (carried.length > 0 ? this.hand(group, carried, facts) : null))
    await withinPatience(Promise.all(told))
  }

  /** After what the group has still to tell. */
  private hand(group: Group, events: readonly LogEvent[], facts: ReadonlyMap<string, AccessFacts>): Promise<void> {
    const isPrompt = group.behind === 0
    group.behind += events.length
    if (group.behind > EVENTS_BEHIND) for (const member of group.members) this.sendAway(group, member)
    group.told = group.told.then(async () => {
      try {
        await this.deliverTo(group, events, isPrompt ? facts : await this.factsOf(events))
      } catch (error) {
        const errors = [presentError(error, this.parts.pipeline.log)]
        for (const member of group.members) this.drop(group, member, errors)
      } finally {
        group.behind -= events.length
      }
    })
    return group.told
  }

  private async deliverTo(
    group: Group,
    events: readonly LogEvent[],
    known: ReadonlyMap<string, AccessFacts>,
  ): Promise<void> {
    let facts = known
    const mayReceive = (member: Member, event: LogEvent) =>
      group.stream.mayReceive(member.actor, event, factsFor(facts, event))
    // Executed for one who may receive it: what the event leads to is there for them, and so for all who may.
    const contexts = new Map<Actor, Context>()
    const contextOf = (actor: Actor): Context => {
      const context = contexts.get(actor) ?? this.contextFor(actor)
      contexts.set(actor, context)
      return context
    }
    const began = performance.now()
    const texts = await Promise.all(
      events.map((event) => {
        for (const member of group.members)
          if (mayReceive(member, event)) return this.textOf(group, event, contextOf(member.actor))
        return null
      }),
    )
    if (performance.now() - began > FRESH_FOR) facts = await this.factsOf(events)
    for (const member of group.members)
      inOneWrite(member.sink, events.length, () => {
        for (const [index, event] of events.entries()) {
          if (member.left) return
          if (!isAfter(event, member.position)) continue
          const text = texts[index]!
          if (!mayReceive(member, event)) {
            if (group.stream.endsWhenWithheld) this.withhold(group, member)
          } else if (text === null)
            continue // has come since the text was made, and brings itself up to here
          else if (member.queue) this.enqueue(group, member, event, text)
          else this.send(group, member, event, text)
        }
      })
  }

  private send(group: Group, member: Member, event: LogEvent, text: string): void {
    member.position = event
    if (member.opening && !member.opening.isNews(event)) return
    if (member.sink.waiting() > QUEUE_BYTES) return this.sendAway(group, member)
    member.cursor = event.cursor
    member.sink.next(text)
    delivered++
  }

  private enqueue(group: Group, member: Member, event: LogEvent, text: string): void {
    member.queue!.push({ event, text })
    member.queuedBytes += text.length
    if (member.queuedBytes > QUEUE_BYTES / 2) this.sendAway(group, member)
  }

  private sendAway(group: Group, member: Member): void {
    slow.inc()
    this.leave(group, member)
    member.sink.tooSlow(member.cursor)
  }

  private async textOf(group: Group, event: LogEvent, ctx: Context): Promise<string> {
    return JSON.stringify(
      await this.parts.pipeline.execute(group.operation, group.variables, ctx, group.stream.root(event)),
    )
  }

  private async factsOf(events: readonly LogEvent[]): Promise<ReadonlyMap<string, AccessFacts>> {
    const ids = new Set(events.map(decider))
    return ids.size > 0 ? this.parts.factsOf(this.parts.db, [...ids]) : new Map<string, AccessFacts>()
  }

  private contextFor(actor: Actor): Context {
    return { actor, db: this.parts.db, now: this.parts.now }
  }
}

const factsFor = (facts: ReadonlyMap<string, AccessFacts>, event: LogEvent): AccessFacts | null =>
  facts.get(decider(event)) ?? null

/** What decides who may see an event: the incident that it is about; where there is none, what it is about. */
const decider = ({ incidentId, subject }: LogEvent): string => incidentId ?? subject

async function withinPatience(work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const enough = new Promise((resolve) => (timer = setTimeout(resolve, PATIENCE)))
  await Promise.race([work, enough])
  clearTimeout(timer)
}
