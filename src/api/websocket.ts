import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type ExecutionArgs, GraphQLError, type GraphQLFormattedError, OperationTypeNode } from 'graphql'
import { CloseCode, GRAPHQL_TRANSPORT_WS_PROTOCOL, type SubscribePayload, makeServer } from 'graphql-ws'
import { type WebSocket, WebSocketServer } from 'ws'
import type { SignIn } from '../access/sign-in.js'
import type { Actor } from '../platform/actor.js'
import type { Context } from '../platform/context.js'
import { ErrorCode, UserError } from '../platform/errors.js'
import type { FanOut, Subscription } from './fan-out.js'
import { idempotencyKeyOf } from './idempotency.js'
import { LIMITS } from './limits.js'
import type { Operation, OperationRequest, Pipeline } from './operation.js'
import { presentError, presentErrors } from './present-error.js'
import type { Sessions } from './session.js'
import type { Sink } from './sink.js'

/**
 * GraphQL over WebSocket: `graphql-transport-ws` and nothing else. The protocol is graphql-ws's. Operations come from
 * our pipeline; a subscription's answers are written by the fan-out straight to the socket, with the operation's id
 * before the text that it shares with others.
 */

const SERVICE_RESTART = 1012
const TRY_AGAIN_LATER = 1013
const OPERATIONS_PER_SOCKET = 100
/** A client that has not answered the last ping when the next is due has gone. */
const PING_EVERY = 12_000 // milliseconds
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

interface SocketState {
  readonly socket: WebSocket
  /** What the WebSocket writes to. */
  readonly tcp: Socket
  actor?: Actor
  leaveSession?: () => void
}

/** The execution arguments that `onSubscribe` answers, with what our `execute` and `subscribe` need. */
interface Prepared extends ExecutionArgs {
  readonly operation: Operation
  readonly request: OperationRequest
  readonly actor: Actor
  readonly subscription: Subscription | null
  /** Resolves when the subscription ends from our side. */
  readonly ended: Promise<void>
}

/** graphql-ws passes on nothing else as an error; ours have their final shape already. */
class PresentedError extends GraphQLError {
  constructor(private readonly presented: GraphQLFormattedError) {
    super(presented.message)
  }

  override toJSON(): GraphQLFormattedError {
    return this.presented
  }
}

const asGraphQLErrors = (errors: readonly GraphQLFormattedError[]) => errors.map((error) => new PresentedError(error))

export function serveWebSocket(server: Server, path: string, parts: WebSocketParts): { close: () => Promise<void> } {
  const { log } = parts.pipeline
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LIMITS.bodyBytes,
    handleProtocols: (protocols) => protocols.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) && GRAPHQL_TRANSPORT_WS_PROTOCOL,
  })
  const protocol = serveProtocol(parts)
  const silent = new WeakSet<WebSocket>()

  const serve = (socket: WebSocket, { socket: tcp }: IncomingMessage) => {
    socket.on('error', (error) => log.debug({ err: error }, 'a socket failed')) // `ws` closes it with the code that fits
    socket.on('pong', () => silent.delete(socket))
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: (data) => socket.send(data, () => undefined), // should it fail, the socket closes
        close: (code, reason) => socket.close(code, reason),
        onMessage: (take) =>
          socket.on('message', (data) => {
            take(String(data)).catch((error: unknown) => {
              log.error({ err: error }, 'a bug')
              socket.close(CloseCode.InternalServerError, 'Internal server error')
            })
          }),
      },
      { socket, tcp },
    )
    socket.once('close', (code, reason) => void closed(code, String(reason)))
  }

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const refuse = (status: string) => {
      socket.on('error', () => socket.destroy()) // it may have gone: nobody else listens
      socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
    }
    const { origin, host } = request.headers
    if (request.url?.split('?', 1)[0] !== path) refuse('404 Not Found')
    else if (origin !== undefined && !parts.mayConnect(origin, host)) refuse('403 Forbidden')
    else sockets.handleUpgrade(request, socket, head, serve)
  }
  server.on('upgrade', upgrade)

  const ping = setInterval(() => {
    for (const socket of sockets.clients) {
      if (silent.has(socket)) socket.terminate()
      else if (socket.readyState === socket.OPEN) {
        silent.add(socket)
        socket.ping()
      }
    }
  }, PING_EVERY)
  ping.unref()

  return {
    close: async () => {
      server.off('upgrade', upgrade)
      clearInterval(ping)
      for (const socket of sockets.clients) socket.close(SERVICE_RESTART, 'shutting down')
      const patience = setTimeout(() => sockets.clients.forEach((socket) => socket.terminate()), GOODBYE)
      await new Promise((resolve) => sockets.close(resolve))
      clearTimeout(patience)
    },
  }
}

function serveProtocol(parts: WebSocketParts) {
  const { pipeline, fanOut, signIn, sessions, contextFor } = parts
  return makeServer<{ authorization?: unknown }, SocketState>({
    onConnect: async ({ connectionParams, extra }) => {
      const { socket } = extra
      try {
        const authorization = connectionParams?.authorization
        const actor = await signIn.authenticate(typeof authorization === 'string' ? authorization : undefined)
        if (socket.readyState !== socket.OPEN) return false
        extra.actor = actor
        extra.leaveSession = sessions.add({
          actor,
          end: (reason) => {
            delete extra.actor // whatever still arrives before the client has closed
            socket.close(reason === 'shutting down' ? SERVICE_RESTART : CloseCode.Forbidden, reason)
          },
        })
        return true
      } catch (error) {
        const { message, extensions } = presentError(error, pipeline.log)
        if (extensions?.['code'] === ErrorCode.UNAUTHENTICATED) socket.close(CloseCode.Unauthorized, message)
        else socket.close(TRY_AGAIN_LATER, 'Try again later')
        return false
      }
    },
    onClose: ({ extra }) => extra.leaveSession?.(),
    onSubscribe: async ({ extra: { socket, tcp, actor }, subscriptions }, id, payload) => {
      try {
        if (!actor) throw new UserError(ErrorCode.UNAUTHENTICATED, 'This sign-in has ended.')
        if (Object.keys(subscriptions).length > OPERATIONS_PER_SOCKET)
          throw new UserError(ErrorCode.LIMIT_EXCEEDED, `At most ${OPERATIONS_PER_SOCKET} operations per connection.`)
        const request = requestOf(payload)
        const operation = pipeline.prepare(request)
        if (!('kind' in operation)) return asGraphQLErrors(operation)
        const { schema, document, name } = operation
        const prepared = { schema, document, operationName: name, operation, request, actor }
        if (operation.kind !== OperationTypeNode.SUBSCRIPTION)
          return { ...prepared, subscription: null, ended: Promise.resolve() } satisfies Prepared
        let end = () => undefined as void
        const ended = new Promise<void>((resolve) => (end = resolve))
        const sink = socketSink(socket, tcp, id, () => {
          delete subscriptions[id] // an `error` is the last word: no `complete` follows
          end()
        })
        const subscription = await fanOut.open(operation, { ...request.variables }, actor, sink)
        return { ...prepared, subscription, ended } satisfies Prepared
      } catch (error) {
        return asGraphQLErrors(presentErrors(error, pipeline.log))
      }
    },
    execute: async (args) => {
      const { operation, request, actor } = args as Prepared
      const { errors, ...answer } = await pipeline.run(operation, request, contextFor(actor))
      return { ...answer, ...(errors ? { errors: asGraphQLErrors(errors) } : {}) }
    },
    subscribe: (args) => untilEnded(args as Prepared),
  })
}

const requestOf = ({ query, operationName, variables, extensions }: SubscribePayload): OperationRequest => ({
  query,
  operationName,
  variables,
  idempotencyKey: idempotencyKeyOf(undefined, extensions),
})

function socketSink(socket: WebSocket, tcp: Socket, id: string, end: () => void): Sink {
  const name = JSON.stringify(id)
  const before = `{"id":${name},"type":"next","payload":`
  return {
    next: (text) => socket.send(`${before}${text}}`),
    hold: () => tcp.cork(),
    release: () => tcp.uncork(),
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
