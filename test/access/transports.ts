import type { Person, Stream } from '../support/person.js'

/** One way of speaking to the server, whichever the transport. */
export interface Line {
  readonly run: (query: string, variables?: Record<string, unknown>) => Promise<Answer>
  readonly close: () => void
}

export interface Answer {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into answers of any shape
  readonly data?: any
  readonly errors?: readonly { readonly extensions?: { readonly code?: unknown } }[]
}

export const TRANSPORTS: Record<string, (person: Person) => Line> = {
  HTTP: (person) => ({ run: (query, variables) => person.send(query, variables), close: () => undefined }),
  WebSocket: (person) => {
    const client = person.webSocket({ lazy: false })
    return {
      run: (query, variables) => first(client.iterate({ query, variables })),
      close: () => void client.dispose(),
    }
  },
  SSE: (person) => {
    const client = person.eventSource()
    return { run: (query, variables) => first(client.iterate({ query, variables })), close: () => client.dispose() }
  },
}

async function first(answers: AsyncIterable<unknown>): Promise<Answer> {
  for await (const answer of answers) return answer as Answer
  throw new Error('No answer came')
}

/** What a stream brings before the note or alert `last`. */
export async function upTo(last: string, stream: Stream) {
  const events = []
  for (;;) {
    const { data, errors } = await stream.next()
    if (errors) throw new Error(JSON.stringify(errors))
    const event = data.incidentEvents ?? data.alertEvents
    if ((event.entry?.body ?? event.alert?.summary) === last) return events
    events.push(event)
  }
}

/** The first answer of a stream, or the errors with which it is refused: over SSE by the HTTP response. */
export async function firstOf(stream: Stream): Promise<unknown> {
  const answer: unknown = await Promise.race([stream.next(), stream.ended])
  const { response } = answer as { response?: Response }
  return response ? response.text() : answer
}
