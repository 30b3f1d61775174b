import type { Actor } from '../platform/actor.js'
import type { Context } from '../platform/context.js'
import type { LogEvent } from './event-log.js'

/**
 * What a subscription field streams: written beside its noun, carried out by the fan-out in `api/`, which replays the
 * log from a cursor, then follows it live, and asks `mayReceive` for every event and subscriber at delivery.
 */
export interface EventStream<Args, Facts> {
  /** Whether an event belongs to a stream with these arguments, whoever subscribes. */
  readonly carries: (event: LogEvent, args: Args) => boolean
  /** Decided at delivery, from the facts of the incident, or else of the subject, as they are then; null when there are none. */
  readonly mayReceive: (actor: Actor, event: LogEvent, facts: Facts | null) => boolean
  /** What the subscription field resolves to. */
  readonly root: (event: LogEvent) => object
  /** Checks the arguments and reads what is sent first. A stream with an `after` argument is replayed from there. */
  readonly open?: (ctx: Context, args: Args) => Promise<Opening>
  /** Whether the stream ends, rather than passing over it, when an event may not be received. */
  readonly endsWhenWithheld?: boolean
}

export interface Opening {
  /** Sent before any event, in the shape of `root`. */
  readonly snapshot: object
  /** Whether an event tells something that the snapshot and the events before did not. */
  readonly isNews: (event: LogEvent) => boolean
}

/** The name of the extension under which a subscription field keeps its stream. */
export const STREAM = 'stream'

/** Subscriptions are carried out by the fan-out and never through `graphql-js`. */
export const carriedByFanOut = (): never => {
  throw new Error('Subscriptions are carried out by the fan-out')
}
