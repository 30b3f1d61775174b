import { randomUUID } from 'node:crypto'
import { ChannelKind } from '../../src/notifications/channels/channel.js'
import { carryOut } from '../incidents/story.js'
import { FakeChannel } from '../notifications/fake-channel.js'
import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'

/** The words in which the stories of service levels are told. They begin in 2030, on Monday, 4 March, 09:00 in Berlin. */

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE

export interface Stage {
  readonly server: TestServer
  readonly mail: FakeChannel
  readonly mia: Person
}

export async function setStage(): Promise<Stage> {
  const mail = new FakeChannel(ChannelKind.EMAIL, 0)
  const server = await startTestServer({}, { channels: new Map([[ChannelKind.EMAIL, mail]]) })
  await server.pass(Date.parse('2030-03-04T08:00:00Z') - +server.clock.now())
  return { server, mail, mia: await server.as('MANAGER', { name: 'Mia' }) }
}

export const WORKDAYS = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY']
export const OFFICE = { timeZone: 'Europe/Berlin', hours: [{ weekdays: WORKDAYS, from: '09:00', until: '17:00' }] }

export const calendar = async ({ mia }: Pick<Stage, 'mia'>, input: object = {}): Promise<string> =>
  (
    await carryOut(mia, 'businessCalendarCreate', 'businessCalendar { id }', {
      ...{ name: `Calendar ${randomUUID().slice(0, 8)}`, ...OFFICE, ...input },
    })
  ).businessCalendar.id

/** A policy that is asked before all others; answers its id. */
export const policy = async ({ mia }: Pick<Stage, 'mia'>, input: object = {}): Promise<string> =>
  (
    await carryOut(mia, 'slaPolicyCreate', 'slaPolicy { id }', {
      ...{ name: `Policy ${randomUUID().slice(0, 8)}`, position: 1, responseMinutes: 30, resolutionMinutes: 240 },
      ...input,
    })
  ).slaPolicy.id

const RECORD = `kind number state targetMinutes policyName elapsedSeconds remainingSeconds
  startedAt dueAt atRiskAt breachedAt metAt stoppedAt pause { reason since until }`

/** What is promised for an incident, as it stands now; null for those who do not see it. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export async function sla(person: Person, id: string): Promise<any> {
  const query = `query ($id: ID!) { incident(id: $id) { sla {
    response { ${RECORD} } resolution { ${RECORD} } records { ${RECORD} } } } }`
  return toTheMinute((await person.run(query, { id })).incident.sla)
}

/** The clock of a test runs on while it is told. */
const toTheMinute = (answer: object): object =>
  JSON.parse(JSON.stringify(answer), (_, value) =>
    typeof value === 'string' ? value.replace(/^(\d{4}-\d\d-\d\dT\d\d:\d\d):\d\d\.\d{3}Z$/, '$1Z') : value,
  ) as object

/** Waits until something has happened so many times to the clocks of an incident. */
export async function until(stage: Stage, id: string, type: string, times = 1): Promise<void> {
  const query = `subscription ($after: String, $filter: SlaEventFilter) {
    slaEvents(after: $after, filter: $filter) { type } }`
  const [first] = await stage.server.sql(
    'SELECT xid::text, id::text FROM events WHERE incident_id = $1 ORDER BY id LIMIT 1',
    [id],
  )
  const [log] = await stage.server.sql('SELECT epoch FROM event_log')
  const after = Buffer.from(`${log!['epoch']}.${first!['xid']}.${first!['id']}`).toString('base64url')
  const stream = await stage.mia.subscribe(query, { after, filter: { incidentId: [id], type: [type] } })
  await stream.take(times)
  stream.stop()
}

/** What has happened to the clocks of an incident, in order. */
export const events = async ({ server }: Stage, id: string): Promise<string[]> =>
  (
    await server.sql(
      `SELECT type, payload->'record'->>'kind' AS kind FROM events
        WHERE incident_id = $1 AND type LIKE 'sla.%' ORDER BY id`,
      [id],
    )
  ).map(({ type, kind }) => `${kind} ${type.slice(4)}`)
