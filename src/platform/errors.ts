/**
 * Every failure that a client may see has a code from one closed list. An expected failure of a mutation is thrown as
 * `UserError` and becomes a row of the payload's `userErrors`; anywhere else it becomes a top-level error with
 * `extensions.code`. Whatever is thrown that is not a `UserError` is a bug: it is logged with an id and masked outside.
 */

export enum ErrorCode {
  BAD_USER_INPUT = 'BAD_USER_INPUT',
  NOT_FOUND = 'NOT_FOUND',
  FORBIDDEN = 'FORBIDDEN',
  CONFLICT = 'CONFLICT',
  INVALID_TRANSITION = 'INVALID_TRANSITION',
  IDEMPOTENCY_MISMATCH = 'IDEMPOTENCY_MISMATCH',
  UNAUTHENTICATED = 'UNAUTHENTICATED',
  CURSOR_EXPIRED = 'CURSOR_EXPIRED',
  LIMIT_EXCEEDED = 'LIMIT_EXCEEDED',
  TIMEOUT = 'TIMEOUT',
  UNAVAILABLE = 'UNAVAILABLE',
  BAD_REQUEST = 'BAD_REQUEST',
  GRAPHQL_PARSE_FAILED = 'GRAPHQL_PARSE_FAILED',
  GRAPHQL_VALIDATION_FAILED = 'GRAPHQL_VALIDATION_FAILED',
  INTERNAL_SERVER_ERROR = 'INTERNAL_SERVER_ERROR',
}

export class UserError extends Error {
  /** @param field the input field at fault, as a dotted path below `input`; null where no single field is */
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly field: string | null = null,
  ) {
    super(message)
  }
}

export const badInput = (field: string, message: string) => new UserError(ErrorCode.BAD_USER_INPUT, message, field)

/** What a viewer may not read does not exist for them. */
export const notFound = (noun: string, field: string | null = 'id') =>
  new UserError(ErrorCode.NOT_FOUND, `No such ${noun}.`, field)

export const forbidden = (message: string) => new UserError(ErrorCode.FORBIDDEN, message)
