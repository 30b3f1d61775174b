import type { FastifyReply, FastifyRequest } from 'fastify'
import { OperationTypeNode } from 'graphql'
import type { Actor } from '../platform/actor.js'
import type { Context } from '../platform/context.js'
import { ErrorCode, UserError } from '../platform/errors.js'
import type { FanOut, Sink } from './fan-out.js'
import type { OperationRequest, Pipeline } from './operation.js'
import { presentError, statusOf } from './present-error.js'
import type { Sessions } from './session.js'

/**
 * GraphQL over server-sent events, in distinct connections mode: one operation per request, `next` events, then
 * `complete`. A stream that is cut without `complete` is one to take up again.
 */

const HEARTBEAT_EVERY = 12_000 // milliseconds; proxies close what is silent for long

export interface SseParts {
  readonly pipeline: Pipeline
  readonly fanOut: FanOut
  readonly sessions: Sessions
  readonly contextFor: (actor: Actor) => Context
}

export async function serveEventStream(
  parts: SseParts,
  actor: Actor,
  operationRequest: OperationRequest,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const operation = parts.pipeline.prepare(operationRequest)
  if (!('kind' in operation)) return void reply.code(statusOf(operation)).send({ errors: operation })
  const { raw } = reply
  const event = (name: string, data: string) => raw.write(`event: ${name}\ndata: ${data}\n\n`)

  const begin = () => {
    reply.hijack()
    raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no', // nginx would collect it
    })
    raw.flushHeaders()
  }

  if (operation.kind !== OperationTypeNode.SUBSCRIPTION) {
    const answer = await parts.pipeline.run(operation, operationRequest, parts.contextFor(actor))
    begin()
    event('next', JSON.stringify(answer))
    event('complete', '')
    raw.end()
    return
  }

  const finish = (errors?: readonly object[]) => {
    if (errors) event('next', JSON.stringify({ errors }))
    event('complete', '')
    raw.end()
  }
  const sink: Sink = {
    next: (text) => event('next', text),
    waiting: () => raw.writableLength,
    drained: async () => {
      if (raw.writableNeedDrain && !raw.destroyed)
        await new Promise<void>((resolve) => {
          raw.once('drain', resolve)
          raw.once('close', resolve)
        })
    },
    fail: finish,
    tooSlow: () => raw.destroy(),
  }
  try {
    const subscription = await parts.fanOut.open(operation, { ...operationRequest.variables }, actor, sink)
    begin()
    const heartbeat = setInterval(() => raw.write(':\n\n'), HEARTBEAT_EVERY)
    const leaveSession = parts.sessions.add({
      actor,
      end: (reason) => {
        if (reason === 'shutting down') raw.destroy()
        else
          finish([
            presentError(
              new UserError(ErrorCode.UNAUTHENTICATED, `The stream has ended: ${reason}.`),
              parts.pipeline.log,
            ),
          ])
      },
    })
    const leave = () => {
      clearInterval(heartbeat)
      leaveSession()
      subscription.leave()
    }
    request.raw.socket.setTimeout(0)
    raw.once('close', leave)
    if (raw.destroyed) leave()
    else subscription.start()
  } catch (error) {
    const errors = [presentError(error, parts.pipeline.log)]
    void reply.code(statusOf(errors)).send({ errors })
  }
}
