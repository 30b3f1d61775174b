import { Agent, request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { INCIDENTS, incidentId, tokenOf } from '../support/company.js'
import { answerQuestions } from '../support/answers.js'

/**
 * People at work, over HTTP. Whatever goes wrong while the server is down they do not try again: what counts is what was
 * committed, whether its answer arrived or not.
 */

const DOCUMENTS = {
  note: `mutation ($input: IncidentNoteAddInput!) { incidentNoteAdd(input: $input) { eventCursor userErrors { message } } }`,
  declare: `mutation ($input: IncidentDeclareInput!) { incidentDeclare(input: $input) { incident { id } eventCursor userErrors { message } } }`,
  acknowledge: `mutation ($input: IncidentAcknowledgeInput!) { incidentAcknowledge(input: $input) { eventCursor userErrors { message } } }`,
  resolve: `mutation ($input: IncidentResolveInput!) { incidentResolve(input: $input) { eventCursor userErrors { message } } }`,
} as const

interface Payload {
  readonly incident?: { readonly id: string } | null
  readonly eventCursor: string | null
  readonly userErrors: readonly { readonly message: string }[]
}

const agent = new Agent({ keepAlive: true })
let port = 0
let writing = false
let answered = 0
let failed = 0

/** Null when there was no answer. */
function mutate(writer: number, document: keyof typeof DOCUMENTS, input: object): Promise<Payload | null> {
  const body = JSON.stringify({ query: DOCUMENTS[document], variables: { input } })
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        agent,
        port,
        host: '127.0.0.1',
        path: '/graphql',
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          authorization: `Bearer ${tokenOf(writer)}`,
        },
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', () => resolve(null))
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString()
          const { data, errors } = JSON.parse(text) as { data?: Record<string, Payload>; errors?: object[] }
          const payload = data && Object.values(data)[0]
          if (payload && !errors && payload.userErrors.length === 0) return resolve(payload)
          // While it goes down or comes up it may say so.
          if (/"UNAVAILABLE"/.test(text)) return resolve(null)
          reject(new Error(text))
        })
      },
    )
    sent.on('error', () => resolve(null))
    sent.end(body)
  })
}

async function work(writer: number): Promise<void> {
  const count = async (done: Promise<Payload | null>) => {
    const payload = await done
    if (payload) answered++
    else {
      failed++
      await delay(50)
    }
    return payload
  }
  for (let step = 0; writing; step++) {
    if (step % 8 < 5) {
      const id = incidentId(1 + ((writer * 31 + step * 7) % INCIDENTS))
      await count(mutate(writer, 'note', { id, body: `Note ${step} of writer ${writer}.` }))
      continue
    }
    const declared = await count(mutate(writer, 'declare', { title: `Incident ${step} of writer ${writer}` }))
    const id = declared?.incident?.id
    if (!id) continue
    await count(mutate(writer, 'acknowledge', { id }))
    // The acknowledgement may have been lost with the server: from both states it can be resolved.
    await count(mutate(writer, 'resolve', { id }))
  }
}

let workers: Promise<void>[] = []

answerQuestions(null, {
  start: ({ server, writers }: { server: number; writers: number }) => {
    port = server
    writing = true
    workers = Array.from({ length: writers }, (_, index) => work(1 + index))
  },
  stop: async () => {
    writing = false
    await Promise.all(workers)
    return { answered, failed }
  },
})
