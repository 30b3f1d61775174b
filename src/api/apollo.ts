import { ApolloServer, type ApolloServerPlugin, type HTTPGraphQLRequest, HeaderMap } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled'
import { type DocumentNode, type ExecutionResult, type GraphQLFormattedError, OperationTypeNode, parse } from 'graphql'
import type { Context } from '../platform/context.js'
import { ErrorCode, UserError } from '../platform/errors.js'
import type { Logger } from '../platform/log.js'
import { idempotencyKeyOf } from './idempotency.js'
import { GRAPHQL_RESPONSE, JSON_RESPONSE, accepts, preferredType } from './media-type.js'
import type { Answer, Operation, Pipeline } from './operation.js'
import { presentError, statusOf } from './present-error.js'

/**
 * Apollo speaks GraphQL over HTTP; documents are prepared and executed by our pipeline, so that every transport has the
 * same rules. The status of an answer is chosen here, as the September 2026 release of GraphQL over HTTP recommends it
 * where `graphql-http`'s audits leave the choice.
 */

/** Some of what was asked for is there, with errors for the rest. */
const PARTIAL_SUCCESS = 294

/** The log of a request: a bug is told with the request's id. */
export type RequestLog = (request: HTTPGraphQLRequest) => Logger

export async function startApollo(pipeline: Pipeline, logOf: RequestLog): Promise<ApolloServer<Context>> {
  const apollo = new ApolloServer<Context>({
    schema: pipeline.schema,
    introspection: true, // the pipeline's rules decide
    documentStore: null, // the pipeline keeps what it has prepared
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    formatError: (_, error) => presentError(error, pipeline.log),
    logger: pipeline.log,
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      throughPipeline(pipeline, logOf),
    ],
  })
  await apollo.start()
  return apollo
}

/** Stands in for a document that could not be prepared, so that Apollo goes on to ask us for the answer. */
const NOTHING = parse('{ __typename }')

const throughPipeline = (pipeline: Pipeline, logOf: RequestLog): ApolloServerPlugin<Context> => ({
  async requestDidStart() {
    let operation: Operation | readonly GraphQLFormattedError[]
    return {
      async didResolveSource(requestContext) {
        const { source, request } = requestContext
        operation = pipeline.prepare({ query: source, operationName: request.operationName })
        const prepared = requestContext as { document?: DocumentNode }
        prepared.document = 'kind' in operation ? operation.document : NOTHING
      },

      async responseForOperation({ source, request, contextValue }) {
        const accept = request.http?.headers.get('accept')
        const answer = await answerTo()
        return { http: head(answer, accept), body: { kind: 'single', singleResult: answer as never } }

        async function answerTo(): Promise<Answer | { errors: readonly GraphQLFormattedError[] }> {
          if (!('kind' in operation)) return { errors: operation }
          const log = request.http ? logOf(request.http) : pipeline.log
          try {
            if (operation.kind === OperationTypeNode.SUBSCRIPTION) throw new UserError(ErrorCode.BAD_REQUEST, STREAMED)
            const { operationName, variables, extensions } = request
            const idempotencyKey = idempotencyKeyOf(request.http?.headers.get('idempotency-key'), extensions)
            const wanted = { query: source, operationName, variables, idempotencyKey, log }
            return await pipeline.run(operation, wanted, contextValue)
          } catch (error) {
            return { errors: [presentError(error, log)] }
          }
        }
      },
    }
  },
})

const STREAMED = 'A subscription is answered over WebSocket, or as a stream to who sends `Accept: text/event-stream`.'

/** Status and media type of an answer. */
function head(answer: ExecutionResult | { errors: readonly GraphQLFormattedError[] }, accept: string | undefined) {
  const typed = (type: string | null, status?: number) => ({
    ...(status === undefined ? {} : { status }),
    headers: new HeaderMap(type ? [['content-type', `${type}; charset=utf-8`]] : []),
  })
  const type = preferredType(accept, [JSON_RESPONSE, GRAPHQL_RESPONSE])
  if ('data' in answer) {
    const partial = answer.errors !== undefined && type === GRAPHQL_RESPONSE
    return typed(type, partial ? PARTIAL_SUCCESS : undefined)
  }
  const status = statusOf(answer.errors ?? [])
  if (accepts(accept, GRAPHQL_RESPONSE)) return typed(GRAPHQL_RESPONSE, status)
  // Plain JSON does not say that the body is GraphQL's, so to older clients the status must: 200, if it was answered.
  return typed(type, status < 500 ? 200 : status)
}
