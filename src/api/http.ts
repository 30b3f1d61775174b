import { randomUUID } from 'node:crypto'
import { ApolloServer, HeaderMap } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled'
import { fastifyApolloHandler } from '@as-integrations/fastify'
import cors from '@fastify/cors'
import {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
  fastify,
} from 'fastify'
import type { GraphQLFormattedError } from 'graphql'
import type { SignIn } from '../access/sign-in.js'
import type { Actor } from '../platform/actor.js'
import type { Context } from '../platform/context.js'
import { ErrorCode, UserError } from '../platform/errors.js'
import type { Logger } from '../platform/log.js'
import type { FanOut } from './fan-out.js'
import { LIMITS } from './limits.js'
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
    routerOptions: { ignoreTrailingSlash: true },
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
    // The path without its query: a key may stand there.
    const path = request.url.split('?', 1)[0]
    request.log.info(
      {
        method: request.method,
        path,
        status: reply.statusCode,
        milliseconds: Math.round(reply.elapsedTime),
        actor: request.actor?.id,
      },
      'served',
    )
  })
  await app.register(async (scope) => serveGraphql(scope, parts))
  return app
}

async function serveGraphql(app: FastifyInstance, parts: HttpParts): Promise<void> {
  const { pipeline, log } = parts
  const apollo = new ApolloServer<Context>({
    schema: pipeline.schema,
    introspection: true, // the pipeline's rules decide
    validationRules: pipeline.rules,
    parseOptions: { maxTokens: LIMITS.tokens },
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    formatError: (_, error) => presentError(error, log),
    logger: log,
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      {
        async requestDidStart() {
          return {
            async responseForOperation({ request, document, source, contextValue }) {
              const operation = pipeline.compile(source, document, request.operationName)
              const wanted: OperationRequest = {
                query: source,
                operationName: request.operationName,
                variables: request.variables,
                idempotencyKey:
                  request.http?.headers.get('idempotency-key') ?? textOf(request.extensions?.['idempotencyKey']),
              }
              const answer =
                'kind' in operation
                  ? await pipeline.run(operation, wanted, contextValue)
                  : { errors: operation as never[] }
              const status = 'data' in answer ? undefined : statusOf(answer.errors ?? [])
              return {
                http: { ...(status ? { status } : {}), headers: new HeaderMap() },
                body: { kind: 'single', singleResult: answer as never },
              }
            },
          }
        },
      },
    ],
  })
  await apollo.start()
  app.addHook('onClose', () => apollo.stop())

  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_request: FastifyRequest, body: Buffer) =>
    parseJson(body),
  )
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const errors = [presentError(requestError(error), log)]
    const status = error.statusCode && error.statusCode < 500 ? error.statusCode : statusOf(errors)
    return sendErrors(request, reply, status, errors)
  })

  // Signed in before a byte of the body is read, and still so when all of it is there.
  for (const moment of ['onRequest', 'preHandler'] as const)
    app.addHook(moment, async (request: FastifyRequest) => {
      if (request.method === 'OPTIONS') return
      request.actor = await parts.signIn.authenticate(request.headers.authorization)
    })
  await app.register(cors, {
    origin: [...parts.allowedOrigins],
    methods: ['GET', 'POST'],
    allowedHeaders: ['content-type', 'authorization', 'idempotency-key', 'apollo-require-preflight', 'x-request-id'],
    exposedHeaders: ['x-request-id'],
    maxAge: 600,
  })

  const overApollo = fastifyApolloHandler(apollo, {
    context: async (request: FastifyRequest) => parts.contextFor(request.actor!),
  })
  app.route({
    method: ['GET', 'POST'],
    url: GRAPHQL_PATH,
    handler: async function (request, reply) {
      if (request.method === 'POST' && wantsEventStream(request)) {
        await serveEventStream(parts, request.actor!, requestOf(request), request, reply)
        return reply
      }
      return overApollo.call(app, request, reply)
    },
  })
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null)

const wantsEventStream = (request: FastifyRequest) => /\btext\/event-stream\b/.test(request.headers.accept ?? '')

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
  const key =
    request.headers['idempotency-key'] ?? (extensions as Record<string, unknown> | undefined)?.['idempotencyKey']
  return { query, operationName, variables: variables as Record<string, unknown>, idempotencyKey: textOf(key) }
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
function requestError(error: FastifyError): unknown {
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
  const legacy =
    request.headers.accept?.includes('application/json') && !request.headers.accept.includes('graphql-response')
  return reply
    .code(status)
    .type(legacy ? 'application/json; charset=utf-8' : 'application/graphql-response+json; charset=utf-8')
    .send(JSON.stringify({ errors }))
}
