import { type TestServer, startTestServer } from '../support/server.js'

let server: TestServer
beforeAll(async () => void (server = await startTestServer()))
afterAll(() => server.stop())

const DECLARE = `mutation ($input: IncidentDeclareInput!) {
  incidentDeclare(input: $input) { incident { id number status priority version } eventCursor userErrors { code field message } }
}`
const ACKNOWLEDGE = `mutation ($input: IncidentAcknowledgeInput!) {
  incidentAcknowledge(input: $input) { incident { id status acknowledgedAt version } eventCursor userErrors { code field message } }
}`
const EVENTS = `subscription ($after: String) {
  incidentEvents(after: $after) { cursor type occurredAt actor { ... on User { id name } } incident { id status version service { id name } } }
}`

it('declares, acknowledges and streams an incident, and resumes after a cut', async () => {
  const ada = await server.as('RESPONDER', { name: 'Ada' })
  const stream = await ada.subscribe(EVENTS)
  const { incident, eventCursor } = await ada.do(DECLARE, {
    title: 'Checkout is down',
    impact: 'HIGH',
    urgency: 'HIGH',
  })
  expect(incident).toMatchObject({ status: 'TRIGGERED', priority: 'P1', version: 1 })
  expect((await stream.next()).data.incidentEvents).toMatchObject({
    cursor: eventCursor,
    type: 'TRIGGERED',
    actor: { name: 'Ada' },
    incident: { id: incident.id, status: 'TRIGGERED' },
  })
  stream.stop()
  await ada.do(ACKNOWLEDGE, { id: incident.id })
  for (const transport of ['webSocket', 'eventSource'] as const) {
    const resumed = await ada.subscribe(EVENTS, { after: eventCursor }, transport)
    expect((await resumed.next()).data.incidentEvents).toMatchObject({ type: 'ACKNOWLEDGED', incident: { version: 2 } })
    resumed.stop()
  }
})
