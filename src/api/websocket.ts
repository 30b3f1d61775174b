import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type ExecutionArgs, type GraphQLError, OperationTypeNode } from 'graphql'
import { CloseCode, GRAPHQL_TRANSPORT_WS_PROTOCOL, type SubscribePayload } from 'graphql-ws'
import { type Extra, useServer } from 'graphql-ws/use/ws'
import { type WebSocket, WebSocketServer } from 'ws'
import type { SignIn } from '../access/sign-in.js'
import type { Actor } from '../platform/actor.js'
import type { Context } from '../platform/context.js'
import { ErrorCode, UserError } from '../platform/errors.js'
import type { FanOut, Sink, Subscription } from './fan-out.js'
import { LIMITS } from './limits.js'
import type { Operation, OperationRequest, Pipeline } from './operation.js'
import { presentError } from './present-error.js'
import type { Sessions } from './session.js'

/**
 * GraphQL over WebSocket: `graphql-transport-ws` and nothing else. The protocol is graphql-ws's. Operations come from
 * our pipeline; a subscription's answers are written by the fan-out straight to the socket, with the operation's id
 * before the text that it shares with others.
 */

const SERVICE_RESTART = 1012
const TRY_AGAIN_LATER = 1013
const SUBSCRIPTIONS_PER_SOCKET = 100
/** How long a client may take to say goodbye when we stop. */
const GOODBYE = 3_000 // milliseconds

export interface WebSocketParts {
  readonly pipeline: Pipeline
  readonly fanOut: FanOut
  readonly signIn: SignIn
  readonly sessions: Sessions
  readonly contextFor: (actor: Actor) => Context
  readonly mayConnect: (origin: string, host: string | undefined) => boolean
}

interface SocketState extends Record<PropertyKey, unknown> {
  actor?: Actor
  leaveSession?: () => void
}

type SocketExtra = Extra & SocketState

/** The execution arguments that `onSubscribe` answers, with what our `execute` and `subscribe` need. */
interface Prepared extends ExecutionArgs {
  readonly operation: Operation
  readonly request: OperationRequest
  readonly actor: Actor
  readonly subscription: Subscription | null
  /** Resolves when the subscription ends from our side. */
  readonly ended: Promise<void>
}

export function serveWebSocket(server: Server, path: string, parts: WebSocketParts): { close: () => Promise<void> } {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LIMITS.bodyBytes,
    handleProtocols: (protocols) => protocols.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) && GRAPHQL_TRANSPORT_WS_PROTOCOL,
  })

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const refuse = (status: string) =>
      socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
    if (new URL(request.url ?? '/', 'http://any').pathname !== path) return refuse('404 Not Found')
    const { origin, host } = request.headers
    if (origin !== undefined && !parts.mayConnect(origin, host)) return refuse('403 Forbidden')
    sockets.handleUpgrade(request, socket, head, (webSocket) => sockets.emit('connection', webSocket, request))
  }
  server.on('upgrade', upgrade)

  const protocol = useServer<{ authorization?: unknown }, SocketState>(
    {
      onConnect: async (ctx) => {
        const extra = ctx.extra as SocketExtra
        const { socket } = extra
        try {
          const authorization = ctx.connectionParams?.authorization
          const actor = await parts.signIn.authenticate(typeof authorization === 'string' ? authorization : undefined)
          if (socket.readyState !== socket.OPEN) return false
          extra.actor = actor
          extra.leaveSession = parts.sessions.add({
            actor,
            end: (reason) => {
              delete extra.actor // whatever still arrives before the client has closed
              socket.close(reason === 'shutting down' ? SERVICE_RESTART : CloseCode.Forbidden, reason)
            },
          })
          return true
        } catch (error) {
          const expected = error instanceof UserError
          socket.close(expected ? CloseCode.Unauthorized : TRY_AGAIN_LATER, expected ? error.message : 'Try again')
          return false
        }
      },
      onClose: (ctx) => (ctx.extra as SocketExtra).leaveSession?.(),
      onSubscribe: async (ctx, id, payload) => {
        const extra = ctx.extra as SocketExtra
        const request = requestOf(payload)
        const operation = parts.pipeline.prepare(request)
        if (!('kind' in operation)) return operation as GraphQLError[]
        const { actor } = extra
        if (!actor)
          return [
            presentError(
              new UserError(ErrorCode.UNAUTHENTICATED, 'This sign-in has ended.'),
              parts.pipeline.log,
            ) as GraphQLError,
          ]
        const { schema, document, name } = operation
        const prepared = { schema, document, operationName: name, operation, request, actor }
        if (operation.kind !== OperationTypeNode.SUBSCRIPTION)
          return { ...prepared, subscription: null, ended: Promise.resolve() } satisfies Prepared
        try {
          if (Object.keys(ctx.subscriptions).length > SUBSCRIPTIONS_PER_SOCKET)
            throw new UserError(
              ErrorCode.LIMIT_EXCEEDED,
              `At most ${SUBSCRIPTIONS_PER_SOCKET} subscriptions per connection.`,
            )
          let end = () => undefined as void
          const ended = new Promise<void>((resolve) => (end = resolve))
          const sink = socketSink(extra.socket, id, () => {
            delete ctx.subscriptions[id] // an `error` is the last word: no `complete` follows
            end()
          })
          const subscription = await parts.fanOut.open(operation, { ...request.variables }, actor, sink)
          return { ...prepared, subscription, ended } satisfies Prepared
        } catch (error) {
          return [presentError(error, parts.pipeline.log) as GraphQLError]
        }
      },
      execute: (args) => {
        const { operation, request, actor } = args as Prepared
        return parts.pipeline.run(operation, request, parts.contextFor(actor))
      },
      subscribe: (args) => untilEnded(args as Prepared),
    },
    sockets,
  )

  return {
    close: async () => {
      server.off('upgrade', upgrade)
      const patience = setTimeout(() => sockets.clients.forEach((socket) => socket.terminate()), GOODBYE)
      await protocol.dispose()
      clearTimeout(patience)
    },
  }
}

function requestOf({ query, operationName, variables, extensions }: SubscribePayload): OperationRequest {
  const key = extensions?.['idempotencyKey']
  return { query, operationName, variables, idempotencyKey: typeof key === 'string' ? key : null }
}

function socketSink(socket: WebSocket, id: string, end: () => void): Sink {
  const name = JSON.stringify(id)
  const before = `{"id":${name},"type":"next","payload":`
  return {
    next: (text) => socket.send(`${before}${text}}`),
    waiting: () => socket.bufferedAmount,
    drained: async () => {
      while (socket.bufferedAmount > 0 && socket.readyState === socket.OPEN)
        await new Promise((resolve) => setTimeout(resolve, 2))
    },
    fail: (errors) => {
      socket.send(`{"id":${name},"type":"error","payload":${JSON.stringify(errors)}}`)
      end()
    },
    tooSlow: (cursor) => socket.close(TRY_AGAIN_LATER, `Too slow; resume after ${cursor}`.slice(0, 120)),
  }
}

/** For graphql-ws: it starts the subscription when iterated, yields nothing, and leaves when the client does. */
function untilEnded({ subscription, ended }: Prepared): AsyncIterableIterator<never> {
  let leave = () => undefined as void
  const left = new Promise<void>((resolve) => (leave = resolve))
  const done = { value: undefined, done: true } as const
  let started = false
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    async next() {
      if (!started) {
        started = true
        subscription!.start()
      }
      await Promise.race([ended, left])
      return done
    },
    async return() {
      subscription!.leave()
      leave()
      return done
    },
  }
}
