import { randomUUID } from 'node:crypto'
import { type Channel, ChannelKind } from '../../src/notifications/channels/channel.js'
import { NotificationKind } from '../../src/notifications/notification.js'
import { FakeChannel } from '../notifications/fake-channel.js'
import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'
import { carryOut } from '../support/mutation.js'

export { carryOut, refusal } from '../support/mutation.js'

/** The words in which the stories of escalation are told. A mutation's input type is named after it. */

export const MINUTE = 60_000

export interface Stage {
  readonly server: TestServer
  /** Every page by e-mail, one by one; not what is told of one's duty besides. */
  readonly mail: FakeChannel
  readonly manager: Person
}

export async function setStage(): Promise<Stage> {
  const mail = new FakeChannel(ChannelKind.EMAIL, 0)
  const pages: Channel = {
    ...mail,
    send: (message, ...rest) =>
      message.items.every(({ kind }) => kind === NotificationKind.ON_CALL)
        ? Promise.resolve({ providerId: null })
        : mail.send(message, ...rest),
  }
  const server = await startTestServer({}, { channels: new Map([[ChannelKind.EMAIL, pages]]) })
  return { server, mail, manager: await server.as('MANAGER', { name: 'Mia' }) }
}

export const user = ({ id }: Person) => ({ kind: 'USER', id })

/** A step that calls these people, and waits five minutes. */
export const step = (...people: readonly Person[]) => ({ targets: people.map(user), delayMinutes: 5 })

/** By role: what answers a change of policies and rules, null where it is done; and whether it reads them. */
export const OPENNESS = [
  ['ADMIN', null, true],
  ['MANAGER', null, true],
  ['RESPONDER', 'FORBIDDEN', true],
  ['AUDITOR', 'FORBIDDEN', true],
  ['REQUESTER', 'NOT_FOUND', false],
  ['STAKEHOLDER', 'NOT_FOUND', false],
  ['PARTNER', 'NOT_FOUND', false],
] as const

/** What the manager did to something, as the audit has it: internal, and of no incident. */
export async function auditOf({ server, manager }: Stage, id: string): Promise<[string, object][]> {
  const events = await server.sql(
    `SELECT type, payload FROM events WHERE subject = $1 AND actor_id = $2 AND audience = 'INTERNAL'
        AND incident_id IS NULL ORDER BY id`,
    [id, manager.id],
  )
  return events.map(({ type, payload }) => [type, payload])
}

/** A policy for everything, by a rule that comes before all others; answers its id. */
export async function route(
  stage: Pick<Stage, 'manager'>,
  steps: readonly object[],
  terms: object = {},
): Promise<string> {
  const { escalationPolicy } = await carryOut(stage.manager, 'escalationPolicyCreate', 'escalationPolicy { id }', {
    ...{ name: `Policy ${randomUUID().slice(0, 8)}`, steps, ...terms },
  })
  await carryOut(stage.manager, 'escalationRuleCreate', 'escalationRule { id }', {
    ...{ name: 'Everything', policyId: escalationPolicy.id, position: 1 },
  })
  return escalationPolicy.id
}

/** Declares an incident and answers its id. */
export const declare = async (person: Person, input: object = {}): Promise<string> =>
  (await carryOut(person, 'incidentDeclare', 'incident { id }', { title: 'Checkout is down', ...input })).incident.id

/** Changes an incident by a mutation that takes nothing but it. */
export const act = (person: Person, name: string, id: string, input: object = {}) =>
  carryOut(person, name, 'incident { id }', { id, ...input })

export const FIELDS = `state step pass run policyName escalated dueAt next { at number } acknowledgedBy { name }
  pages(first: 100) { edges { node { state user { name } because } } }
  entries(first: 100) { edges { node { type step pass summary reason reasons } } }`

/** Reads the escalation of an incident; null when the person does not see one. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export async function look(person: Person, id: string, fields = FIELDS): Promise<any> {
  const query = `query ($id: ID!) { incident(id: $id) { escalation { ${fields} } } }`
  return (await person.run(query, { id })).incident.escalation
}

/** What the escalation of an incident did, oldest first. */
export async function summaries(person: Person, id: string): Promise<string[]> {
  const { entries } = await look(person, id, 'entries(first: 100) { edges { node { summary } } }')
  return entries.edges.map(({ node }: { node: { summary: string } }) => node.summary)
}

/** Waits until the escalation of an incident has done something so many times, and answers it as it is then. */
export async function until(stage: Stage, id: string, type: string, times = 1) {
  const query = `subscription ($after: String, $filter: EscalationEventFilter) {
    escalationEvents(after: $after, filter: $filter) { type } }`
  const [first] = await stage.server.sql(
    'SELECT xid::text, id::text FROM events WHERE incident_id = $1 ORDER BY id LIMIT 1',
    [id],
  )
  const [log] = await stage.server.sql('SELECT epoch FROM event_log')
  const after = Buffer.from(`${log!['epoch']}.${first!['xid']}.${first!['id']}`).toString('base64url')
  const stream = await stage.manager.subscribe(query, { after, filter: { incidentId: [id], type: [type] } })
  await stream.take(times)
  stream.stop()
  return look(stage.manager, id)
}

/** Sets the clock to a moment that is still to come. The stories are told in 2030, from Monday, 4 March, 09:00 in Berlin. */
export const travelTo = (stage: Stage, moment = '2030-03-04T08:00:00Z'): Promise<void> =>
  stage.server.pass(Date.parse(moment) - +stage.server.clock.now())
