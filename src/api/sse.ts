import type { ServerResponse } from 'node:http'
import type { FastifyReply } from 'fastify'
import { type GraphQLFormattedError, OperationTypeNode } from 'graphql'
import type { Actor } from '../platform/actor.js'
import type { Context } from '../platform/context.js'
import { ErrorCode, UserError } from '../platform/errors.js'
import type { FanOut, Subscription } from './fan-out.js'
import { EVENT_STREAM } from './media-type.js'
import type { Operation, OperationRequest, Pipeline } from './operation.js'
import { presentError, presentErrors } from './present-error.js'
import type { Session, Sessions } from './session.js'
import type { Sink } from './sink.js'

/**
 * GraphQL over server-sent events, in distinct connections mode: one operation per request, `next` events, then
 * `complete`. What is wrong with the operation is told in the stream, as the protocol wants it: an `EventSource` never
 * sees the body of a refusal. A stream that is cut without `complete` is one to take up again.
 */

const HEARTBEAT_EVERY = 12_000 // milliseconds; proxies close what is silent for long
/** How long a client may take to read the end of its stream. */
const GOODBYE = 3_000 // milliseconds
/** How long one that does not keep up may take to read what was sent before it is cut off. */
const SLOW_GOODBYE = 30_000 // milliseconds

export interface SseParts {
  readonly pipeline: Pipeline
  readonly fanOut: FanOut
  readonly sessions: Sessions
  readonly contextFor: (actor: Actor) => Context
}

export async function serveEventStream(
  parts: SseParts,
  actor: Actor,
  request: OperationRequest,
  reply: FastifyReply,
): Promise<void> {
  const { pipeline } = parts
  const stream = new EventStreamResponse(reply)
  const operation = pipeline.prepare(request)
  if (!('kind' in operation)) stream.finish(operation)
  else if (operation.kind === OperationTypeNode.SUBSCRIPTION)
    await subscribe(parts, actor, operation, { ...request.variables }, stream)
  else {
    stream.next(JSON.stringify(await pipeline.run(operation, request, parts.contextFor(actor))))
    stream.finish()
  }
}

async function subscribe(
  { pipeline, fanOut, sessions }: SseParts,
  actor: Actor,
  operation: Operation,
  variables: Record<string, unknown>,
  stream: EventStreamResponse,
): Promise<void> {
  let subscription: Subscription | null = null
  const end: Session['end'] = (reason) => {
    const ended = new UserError(ErrorCode.UNAUTHENTICATED, `The stream has ended: ${reason}.`)
    if (reason === 'shutting down') stream.cut()
    else stream.finish([presentError(ended, pipeline.log)])
  }
  // Before anything is awaited: whoever loses their access from now on loses the stream.
  const leaveSession = sessions.add({ actor, end })
  stream.onEnd(() => {
    leaveSession()
    subscription?.leave()
  })
  try {
    subscription = await fanOut.open(operation, variables, actor, stream.sink)
    if (stream.ended) subscription.leave()
    else subscription.start()
  } catch (error) {
    stream.finish(presentErrors(error, pipeline.log))
  }
}

/** One response. When it has ended, from whichever side, nothing more is written to it. */
class EventStreamResponse {
  ended = false
  private readonly raw: ServerResponse
  private readonly heartbeat: NodeJS.Timeout
  private afterEnd: () => void = () => undefined

  constructor(reply: FastifyReply) {
    reply.hijack()
    const { raw } = reply
    this.raw = raw
    raw.on('error', () => undefined) // the client has gone; `close` follows
    raw.once('close', () => this.end())
    raw.socket?.setTimeout(0)
    raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': `${EVENT_STREAM}; charset=utf-8`,
      'cache-control': 'no-store',
      'x-accel-buffering': 'no', // nginx would collect it
    })
    this.write(':\n\n') // some browsers wait for a first byte
    this.heartbeat = setInterval(() => this.write(':\n\n'), HEARTBEAT_EVERY)
    if (raw.destroyed) this.end()
  }

  get sink(): Sink {
    return {
      next: (text) => this.next(text),
      hold: () => this.raw.cork(),
      release: () => void (this.ended || this.raw.uncork()),
      waiting: () => this.raw.writableLength,
      drained: () => this.drained(),
      fail: (errors) => this.finish(errors),
      tooSlow: () => this.close(SLOW_GOODBYE), // it goes on from the last event that it reads
    }
  }

  /** One `ExecutionResult`, as JSON text. */
  next(text: string): void {
    this.write(`event: next\ndata: ${text}\n\n`)
  }

  /** `effect` happens once the stream has ended; at once where it has. */
  onEnd(effect: () => void): void {
    if (this.ended) effect()
    else this.afterEnd = effect
  }

  /** The last word. */
  finish(errors?: readonly GraphQLFormattedError[]): void {
    if (this.ended) return
    if (errors) this.next(JSON.stringify({ errors }))
    this.write('event: complete\ndata: \n\n')
    this.close(GOODBYE)
  }

  /** Without a last word: the client comes back. */
  cut(): void {
    this.end()
    this.raw.destroy()
  }

  /** Without a last word, after what has been sent. */
  private close(patience: number): void {
    this.end()
    this.raw.end()
    const cut = setTimeout(() => this.raw.destroy(), patience)
    this.raw.once('close', () => clearTimeout(cut))
  }

  private end(): void {
    if (this.ended) return
    this.ended = true
    clearInterval(this.heartbeat)
    this.afterEnd()
  }

  private write(text: string): void {
    if (!this.ended) this.raw.write(text)
  }

  private async drained(): Promise<void> {
    const { raw } = this
    if (!raw.writableNeedDrain || raw.destroyed) return
    await new Promise<void>((resolve) => {
      const done = () => {
        raw.off('drain', done).off('close', done)
        resolve()
      }
      raw.on('drain', done).on('close', done)
    })
  }
}
