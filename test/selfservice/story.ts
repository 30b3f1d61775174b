import { ChannelKind } from '../../src/notifications/channels/channel.js'
import { FakeChannel, titles } from '../notifications/fake-channel.js'
import { settle } from '../notifications/story.js'
import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'
import { carryOut } from '../support/mutation.js'

export { carryOut, refusal } from '../support/mutation.js'

/** The words in which the stories of self-service are told. */

export const DAY = 86_400_000

export interface Stage {
  readonly server: TestServer
  readonly mail: FakeChannel
  /** Works on everything that has no team. */
  readonly ada: Person
}

export async function setStage(environment: Record<string, string> = {}): Promise<Stage> {
  const mail = new FakeChannel(ChannelKind.EMAIL, 0)
  const server = await startTestServer(environment, { channels: new Map([[ChannelKind.EMAIL, mail]]) })
  return { server, mail, ada: await server.as('RESPONDER', { name: 'Ada' }) }
}

/** Does something to a request, and answers it. */
export const change = async (person: Person, name: string, input: object, fields = 'id status') =>
  (await carryOut(person, name, `request { ${fields} } eventCursor`, input)).request

export interface Reported {
  readonly id: string
  readonly incidentId: string
  readonly eventCursor: string
}

export async function report(stage: Stage, person: Person, input: object = {}): Promise<Reported> {
  const { request, eventCursor } = await carryOut(person, 'requestReport', 'request { id } eventCursor', {
    ...{ title: 'VPN drops every hour', ...input },
  })
  const [row] = await stage.server.sql('SELECT incident_id FROM requests WHERE id = $1', [request.id])
  return { id: request.id, incidentId: row!['incident_id'] as string, eventCursor }
}

/** Does something to the incident behind a request. */
export const work = ({ ada }: Stage, name: string, { incidentId }: Reported, input: object = {}) =>
  carryOut(ada, name, 'userErrors { code }', { id: incidentId, ...input })

/** Has it taken, worked on and resolved. */
export async function solve(stage: Stage, reported: Reported, resolution = 'Update the client.') {
  await work(stage, 'incidentStart', reported)
  await work(stage, 'incidentResolve', reported, { resolution })
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into answers of any shape
export const look = async (person: Person, id: string, fields = 'status'): Promise<any> =>
  (await person.run(`query ($id: ID!) { request(id: $id) { ${fields} } }`, { id })).request

/** What stands on it, oldest first. */
export const comments = async (person: Person, id: string): Promise<string[]> =>
  (await look(person, id, 'comments(first: 50) { edges { node { body } } }')).comments.edges.map(
    ({ node }: { node: { body: string } }) => node.body,
  )

/** The titles of all that has gone out by e-mail so far. */
export async function mailed({ server, mail }: Stage): Promise<string[]> {
  await settle(server)
  return mail.calls.flatMap(titles).map((title) => title.replace(/^#\d+ /, ''))
}
