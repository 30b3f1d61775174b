import type { GraphQLFormattedError } from 'graphql'

/** Where a transport takes the answers of one subscription. */
export interface Sink {
  /** One `ExecutionResult`, as JSON text. */
  readonly next: (text: string) => void
  /** Keeps what comes next until `release`. */
  readonly hold: () => void
  readonly release: () => void
  /** Bytes that wait for the client. */
  readonly waiting: () => number
  /** Resolves when the client has taken what was sent so far. */
  readonly drained: () => Promise<void>
  readonly fail: (errors: readonly GraphQLFormattedError[]) => void
  /** Ends the connection of a client that does not keep up; it resumes after `cursor`. */
  readonly tooSlow: (cursor: string) => void
}

/** The answers of a batch are one write to the network. */
export function inOneWrite(sink: Sink, answers: number, send: () => void): void {
  if (answers < 2) return send()
  sink.hold()
  try {
    send()
  } finally {
    sink.release()
  }
}
