import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import { type HTTPGraphQLRequest, HeaderMap } from '@apollo/server'
import cors from '@fastify/cors'
import {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
  fastify,
} from 'fastify'
import { type GraphQLFormattedError, OperationTypeNode } from 'graphql'
import type { SignIn } from '../access/sign-in.js'
import type { Actor } from '../platform/actor.js'
import type { Context } from '../platform/context.js'
import { ErrorCode, UserError } from '../platform/errors.js'
import type { Logger } from '../platform/log.js'
import { startApollo } from './apollo.js'
import type { FanOut } from './fan-out.js'
import { sendGraphiql, serveGraphiqlAssets, wantsGraphiql } from './graphiql.js'
import { idempotencyKeyOf } from './idempotency.js'
import { LIMITS } from './limits.js'
import { EVENT_STREAM, GRAPHQL_RESPONSE, JSON_RESPONSE, preferredType } from './media-type.js'
import type { OperationRequest, Pipeline } from './operation.js'
import { presentError, statusOf } from './present-error.js'
import type { Sessions } from './session.js'
import { serveEventStream } from './sse.js'

/**
 * GraphQL over HTTP: Apollo speaks the protocol, our pipeline executes. The same address streams server-sent events to
 * whoever accepts them.
 */

export const GRAPHQL_PATH = '/graphql'

/** Longer than senders keep idle connections (Go's clients: five minutes), or they find them closed under their feet. */
const KEEP_ALIVE = 330_000 // milliseconds
/** Of a path: a key of 200 characters, each of them escaped. */
const LONGEST_PARAMETER = 600
/** A request must have arrived whole in this time. */
const ARRIVAL = 60_000

export interface HttpParts {
  readonly pipeline: Pipeline
  readonly fanOut: FanOut
  readonly signIn: SignIn
  readonly sessions: Sessions
  readonly log: Logger
  readonly contextFor: (actor: Actor) => Context
  readonly allowedOrigins: readonly string[]
}

declare module 'fastify' {
  interface FastifyRequest {
    actor: Actor | null
  }
}

export async function createHttpServer(parts: HttpParts): Promise<FastifyInstance> {
  const app = fastify({
    loggerInstance: parts.log,
    genReqId: (request) => {
      const given = request.headers['x-request-id']
      return typeof given === 'string' && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID()
    },
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: LIMITS.bodyBytes,
    keepAliveTimeout: KEEP_ALIVE,
    requestTimeout: ARRIVAL,
    forceCloseConnections: 'idle',
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: LONGEST_PARAMETER },
    clientErrorHandler: refuseNonsense,
  }) as unknown as FastifyInstance
  // Stopping lets requests under way finish: connections go as they fall idle, or when no request could still be honest.
  app.addHook('preClose', async () => {
    const idle = setInterval(() => app.server.closeIdleConnections(), 50).unref()
    const patience = setTimeout(() => app.server.closeAllConnections(), LIMITS.operationTime).unref()
    app.server.once('close', () => {
      clearInterval(idle)
      clearTimeout(patience)
    })
  })
  app.decorateRequest('actor', null)
  app.addHook('onRequest', async (request, reply) => void reply.header('x-request-id', request.id))
  app.addHook('onResponse', async (request, reply) => {
    request.log.info(
      {
        method: request.method,
        path: request.routeOptions.url, // as it was declared: a key may stand in what was asked for
        status: reply.statusCode,
        milliseconds: Math.round(reply.elapsedTime),
        actor: request.actor?.id,
      },
      'served',
    )
  })
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: 'Nothing is served here.' }))
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const errors = [presentError(expectedOrBug(error), request.log as Logger)]
    const status = error.statusCode && error.statusCode < 500 ? error.statusCode : statusOf(errors)
    return sendErrors(request, reply, status, errors)
  })
  serveGraphiqlAssets(app)
  await app.register(async (scope) => serveGraphql(scope, parts))
  return app
}

/** Answers bytes that are no HTTP. They are not logged: a secret may be among them. */
function refuseNonsense(error: Error & { code?: string }, socket: Socket): void {
  const status = NONSENSE[error.code ?? ''] ?? '400 Bad Request'
  if (!socket.writable || error.code === 'ECONNRESET') socket.destroy()
  else socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`, () => socket.destroy())
}

const NONSENSE: Record<string, string> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
}

async function serveGraphql(app: FastifyInstance, parts: HttpParts): Promise<void> {
  const { pipeline, signIn } = parts
  const logs = new WeakMap<HTTPGraphQLRequest, Logger>()
  const apollo = await startApollo(pipeline, (request) => logs.get(request) ?? pipeline.log)
  app.addHook('onClose', () => apollo.stop())

  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_request: FastifyRequest, body: Buffer) =>
    parseJson(body),
  )
  // First, so that browsers may read refusals, too.
  await app.register(cors, {
    origin: [...parts.allowedOrigins],
    methods: ['GET', 'POST'],
    allowedHeaders: ['content-type', 'authorization', 'idempotency-key', 'apollo-require-preflight', 'x-request-id'],
    exposedHeaders: ['x-request-id'],
    maxAge: 600,
  })
  app.addHook('onRequest', async (request, reply) =>
    wantsGraphiql(request) ? sendGraphiql(request, reply) : undefined,
  )
  // Signed in before a byte of the body is read, and still so when all of it is there.
  for (const moment of ['onRequest', 'preHandler'] as const)
    app.addHook(moment, async (request: FastifyRequest) => {
      if (request.method === 'OPTIONS') return
      request.actor = await signIn.authenticate(request.headers.authorization)
    })

  app.route({
    method: ['GET', 'POST'],
    url: GRAPHQL_PATH,
    handler: async (request, reply) => {
      const { accept } = request.headers
      if (request.method === 'POST' && accept?.includes(EVENT_STREAM)) {
        const wanted = requestOf(request)
        if (isStreamed(pipeline, wanted, accept)) {
          await serveEventStream(parts, request.actor!, wanted, reply)
          return reply
        }
      }
      if (!preferredType(accept, [JSON_RESPONSE, GRAPHQL_RESPONSE]))
        return sendErrors(request, reply, 406, [
          presentError(
            new UserError(ErrorCode.BAD_REQUEST, `Accept ${GRAPHQL_RESPONSE} or ${JSON_RESPONSE}.`),
            parts.log,
          ),
        ])
      const httpGraphQLRequest = {
        method: request.method,
        headers: new HeaderMap(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
        search: request.method === 'GET' ? searchOf(request.url) : '',
        body: request.body,
      }
      logs.set(httpGraphQLRequest, request.log as Logger)
      const answer = await apollo.executeHTTPGraphQLRequest({
        httpGraphQLRequest,
        context: () => Promise.resolve(parts.contextFor(request.actor!)),
      })
      for (const [name, value] of answer.headers) void reply.header(name, value)
      return reply.code(answer.status ?? 200).send(answer.body.kind === 'complete' ? answer.body.string : '')
    },
  })
  app.route({
    method: ['DELETE', 'PATCH', 'PUT'],
    url: GRAPHQL_PATH,
    handler: async (request, reply) =>
      sendErrors(request, reply.header('allow', 'GET, POST'), 405, [
        presentError(new UserError(ErrorCode.BAD_REQUEST, 'Use POST, or GET for queries.'), parts.log),
      ]),
  })
}

/** The parameters of a GET request; an empty one is as good as none. */
function searchOf(url: string): string {
  const start = url.indexOf('?')
  if (start < 0) return ''
  return new URLSearchParams([...new URLSearchParams(url.slice(start))].filter(([, value]) => value !== '')).toString()
}

/** A subscription is streamed to whoever takes a stream; anything else only to who takes nothing else. */
function isStreamed(pipeline: Pipeline, request: OperationRequest, accept: string): boolean {
  if (!preferredType(accept, [EVENT_STREAM])) return false
  if (!preferredType(accept, [JSON_RESPONSE, GRAPHQL_RESPONSE])) return true
  const operation = pipeline.prepare(request)
  return 'kind' in operation && operation.kind === OperationTypeNode.SUBSCRIPTION
}

/** A request's body for a stream. Errors: BAD_REQUEST naming the member that is wrong. */
function requestOf(request: FastifyRequest): OperationRequest {
  const body = (request.body ?? {}) as Record<string, unknown>
  const { query, operationName, variables, extensions } = body
  const wrong = (field: string, what: string) =>
    new UserError(ErrorCode.BAD_REQUEST, `\`${field}\` must be ${what}.`, field)
  if (typeof query !== 'string') throw wrong('query', 'a string')
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string')
    throw wrong('operationName', 'a string')
  for (const [field, value] of Object.entries({ variables, extensions }))
    if (value !== undefined && value !== null && (typeof value !== 'object' || Array.isArray(value)))
      throw wrong(field, 'an object')
  const idempotencyKey = idempotencyKeyOf(request.headers['idempotency-key'], extensions)
  return {
    query,
    operationName,
    variables: variables as Record<string, unknown>,
    idempotencyKey,
    log: request.log as Logger,
  }
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true })

function parseJson(body: Buffer): unknown {
  let text: string
  try {
    text = UTF_8.decode(body)
  } catch {
    throw new UserError(ErrorCode.BAD_REQUEST, 'The body is not valid UTF-8.')
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new UserError(ErrorCode.BAD_REQUEST, `The body is not valid JSON: ${(error as Error).message}`)
  }
}

/** Fastify's own refusals (too large, no such media type) are expected; they have a status below 500. */
function expectedOrBug(error: FastifyError): unknown {
  if (error.code?.startsWith('FST_') && error.statusCode && error.statusCode < 500)
    return new UserError(error.statusCode === 413 ? ErrorCode.LIMIT_EXCEEDED : ErrorCode.BAD_REQUEST, error.message)
  return error
}

function sendErrors(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  errors: readonly GraphQLFormattedError[],
) {
  if (status === 401) void reply.header('www-authenticate', 'Bearer')
  const type = preferredType(request.headers.accept, [GRAPHQL_RESPONSE, JSON_RESPONSE]) ?? JSON_RESPONSE
  return reply.code(status).type(`${type}; charset=utf-8`).send(JSON.stringify({ errors }))
}
