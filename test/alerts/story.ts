import type { Person } from '../support/person.js'
import type { Capture } from './captures.js'

/** What the stories about alerts share: connecting a sender, being that sender, and looking at what became of it. */

export interface Connected {
  readonly id: string
  readonly key: string
  readonly url: string
}

export async function connect(admin: Person, input: { kind: string; [setting: string]: unknown }): Promise<Connected> {
  const { integration, key, url } = await admin.do(
    `mutation ($input: IntegrationCreateInput!) {
       integrationCreate(input: $input) { integration { id name kind } key url userErrors { code field message } }
     }`,
    { name: `${input.kind} of the tests`, ...input },
  )
  return { id: integration.id, key, url }
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- of any shape
  readonly body: any
}

/** Posts as a monitoring tool does; an object is sent as JSON. */
export async function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const sent = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body)
  const answer = await fetch(url, { method: 'POST', headers, body: sent as string })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, body: text.startsWith('{') ? JSON.parse(text) : text }
}

export const bearer = (key: string) => ({ authorization: `Bearer ${key}` })

/** Sends recorded requests, so many at a time; answers how often each status came. */
export async function replay(
  requests: readonly Capture[],
  url: string,
  { headers = {}, rewrite = (body: string) => body, concurrency = 1 } = {},
): Promise<Record<number, number>> {
  const statuses: Record<number, number> = {}
  const left = requests.values()
  const sender = async () => {
    for (const request of left) {
      const { status } = await post(url, rewrite(request.body), { ...request.headers, ...headers })
      statuses[status] = (statuses[status] ?? 0) + 1
    }
  }
  await Promise.all(Array.from({ length: concurrency }, sender))
  return statuses
}

export const ALERT =
  'id dedupKey groupKey status severity summary source occurrences startedAt firstSeenAt lastSeenAt endedAt'

/** The alerts of an integration, oldest first. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export async function alertsOf(person: Person, { id }: { id: string }, fields = ''): Promise<any[]> {
  const { alerts } = await person.run(
    `query ($filter: AlertFilter) {
       alerts(first: 100, filter: $filter, orderBy: OLDEST) {
         totalCount edges { node { ${ALERT} ${fields} incident { id number title status priority } } }
       }
     }`,
    { filter: { integrationId: [id] } },
  )
  return (alerts.edges as { node: object }[]).map(({ node }) => node)
}

/** The incidents on which they are, without repetition. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export async function incidentsOf(person: Person, integration: { id: string }): Promise<any[]> {
  const alerts = await alertsOf(person, integration)
  return [...new Map(alerts.map(({ incident }) => [incident.id, incident])).values()]
}

/** What the timeline of an incident says, oldest first. */
export async function timelineOf(person: Person, id: string): Promise<string[]> {
  const { incident } = await person.run(
    'query ($id: ID!) { incident(id: $id) { timeline(first: 100) { edges { node { eventType } } } } }',
    { id },
  )
  return (incident.timeline.edges as { node: { eventType: string } }[]).map(({ node }) => node.eventType)
}
