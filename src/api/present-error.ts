import { randomUUID } from 'node:crypto'
import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import { databaseFailure } from '../platform/database.js'
import { ErrorCode, UserError } from '../platform/errors.js'
import type { Logger } from '../platform/log.js'

/**
 * How an error leaves the server: with a code of the closed enum and without anything that is not meant for clients.
 * What nobody expected is a bug: it is logged with an id, and only the id goes out.
 */
export function presentError(error: unknown, log: Logger): GraphQLFormattedError {
  const cause = causeOf(error)
  const place = error instanceof GraphQLError ? { locations: error.locations, path: error.path } : {}
  const expected = cause instanceof UserError ? cause : databaseFailure(cause)
  if (expected) {
    const field = expected.field === null ? {} : { field: expected.field }
    return clean({ message: expected.message, ...place, extensions: { code: expected.code, ...field } })
  }
  if (cause instanceof GraphQLError && !isBug(cause)) {
    const { code, limit, stacktrace: _, http: __, ...rest } = cause.extensions ?? {}
    return clean({
      message: cause.message,
      ...place,
      extensions: limit ? { code: ErrorCode.LIMIT_EXCEEDED, limit, ...rest } : { ...rest, code: closedCode(code) },
    })
  }
  const id = randomUUID()
  log.error({ err: cause, errorId: id }, 'a bug')
  return clean({
    message: `Something went wrong on the server. It is logged as ${id}.`,
    ...place,
    extensions: { code: ErrorCode.INTERNAL_SERVER_ERROR, errorId: id },
  })
}

/** For errors that belong together, such as those of all variables. */
export class SeveralErrors extends Error {
  constructor(readonly errors: readonly Error[]) {
    super(errors[0]!.message)
  }
}

export const presentErrors = (error: unknown, log: Logger): GraphQLFormattedError[] =>
  (error instanceof SeveralErrors ? error.errors : [error]).map((one) => presentError(one, log))

/** Whether the same request may succeed at another time, in what `presentError` answered. */
export const mayPass = ({ extensions }: GraphQLFormattedError): boolean =>
  PASSING.some((code) => code === extensions?.['code'])

const PASSING = [ErrorCode.INTERNAL_SERVER_ERROR, ErrorCode.UNAVAILABLE, ErrorCode.TIMEOUT]

/** The HTTP status of an answer that has no data. */
export function statusOf(errors: readonly GraphQLFormattedError[]): number {
  const codes = errors.map((error) => error.extensions?.['code'])
  if (codes.includes(ErrorCode.UNAUTHENTICATED)) return 401
  if (codes.includes(ErrorCode.INTERNAL_SERVER_ERROR)) return 500
  if (codes.includes(ErrorCode.UNAVAILABLE)) return 503
  if (codes.includes(ErrorCode.TIMEOUT)) return 503
  if (codes.includes(ErrorCode.IDEMPOTENCY_MISMATCH)) return 422
  return 400
}

/** What a resolver threw. An error without a path is about the request, and its own words name what is wrong with it. */
function causeOf(error: unknown): unknown {
  let cause = error
  while (cause instanceof GraphQLError && cause.path && cause.originalError) cause = cause.originalError
  return cause
}

/** A resolver answered what the schema forbids. The only thing that a request can do wrong so late is an argument. */
const isBug = ({ path, extensions, message }: GraphQLError): boolean =>
  path !== undefined && !extensions?.['code'] && !extensions?.['limit'] && !message.startsWith('Argument ')

function closedCode(code: unknown): ErrorCode {
  return Object.values(ErrorCode).find((known) => known === code) ?? ErrorCode.BAD_USER_INPUT
}

function clean({ message, locations, path, extensions }: GraphQLFormattedError): GraphQLFormattedError {
  return {
    message,
    ...(locations ? { locations } : {}),
    ...(path ? { path } : {}),
    ...(extensions ? { extensions } : {}),
  }
}
