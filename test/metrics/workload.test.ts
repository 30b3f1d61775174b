import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'
import { HOUR, counted, declare, work } from './story.js'

/** What the work does to people, and what operators see. */

let server: TestServer
let mia: Person
beforeAll(async () => {
  server = await startTestServer()
  await server.pass(Date.parse('2030-03-04T08:00:00Z') - +server.clock.now()) // a Monday
  mia = await server.as('MANAGER', { name: 'Mia' })
})
afterAll(() => server.stop())

const LOAD = `query ($input: ResponderLoadInput!) { responderLoad(input: $input) {
  user { name } pages acknowledged incidents open interruptions outOfHours } }`

const RANGE = { from: '2030-03-01T00:00:00Z', until: '2030-04-01T00:00:00Z' }

/** A call, as the escalation writes it. */
const call = (person: Person, incidentId: string, at: string, acknowledged = false) =>
  server.sql(
    `WITH n AS (INSERT INTO notifications (id, user_id, kind, urgency, subject, incident_id, title, body, facts, actions, created_at)
       VALUES ('ntf_' || $4::text, $1, 'PAGE', 'HIGH', $2::text, $2::text, 't', '', '[]', '[]', $3) RETURNING id),
     e AS (INSERT INTO escalation_entries (id, incident_id, type, policy_name, run, pass, actor_kind, actor_id, occurred_at)
       VALUES ('esc_' || $4::text, $2::text, 'STEP', 'p', 1, 1, 'SYSTEM', 'system', $3) RETURNING id)
     INSERT INTO pages (id, incident_id, entry_id, user_id, notification_id, because, paged_at, acknowledged_at)
     SELECT 'page_' || $4::text, $2::text, e.id, $1, n.id, 'x', $3, CASE WHEN $5 THEN $3::timestamptz END FROM n, e`,
    [person.id, incidentId, at, Math.random().toString(36).slice(2), acknowledged],
  )

it('counts calls by the hour of each one’s own day, and only what the viewer may see', async () => {
  const team = await server.team('Shop')
  const ada = await server.as('RESPONDER', { name: 'Ada', teams: [team] })
  const kim = await server.as('RESPONDER', { name: 'Kim', teams: [team] })
  await server.sql(`UPDATE users SET time_zone = 'Asia/Tokyo' WHERE id = $1`, [kim.id])
  const id = await declare(ada)
  const secret = await declare(ada)
  await server.sql(`UPDATE incidents SET visibility = 'RESTRICTED' WHERE id = $1`, [secret])
  await call(ada, id, '2030-03-05T09:30:00Z', true)
  await call(ada, id, '2030-03-09T09:30:00Z') // a Saturday
  await call(kim, id, '2030-03-05T18:30:00Z') // half past three in Tokyo
  await call(ada, secret, '2030-03-05T09:30:00Z')
  const { responderLoad } = await mia.run(LOAD, { input: { ...RANGE, teamId: [team] } })
  const at = (...hours: number[]) => Array.from({ length: 24 }, (_, hour) => hours.filter((h) => h === hour).length)
  expect(responderLoad).toEqual([
    {
      ...{ user: { name: 'Ada' }, pages: 2, acknowledged: 1, incidents: 1, open: 1 },
      ...{ interruptions: at(9, 9), outOfHours: 1 },
    },
    {
      ...{ user: { name: 'Kim' }, pages: 1, acknowledged: 0, incidents: 0, open: 0 },
      ...{ interruptions: at(3), outOfHours: 1 },
    },
  ])
})

it('is for those who run incidents, and for a year at most', async () => {
  const refused = async (person: Person, input: object) =>
    (await person.send(LOAD, { input: { ...RANGE, ...input } })).errors![0]!.extensions
  expect(await refused(await server.as('REQUESTER'), {})).toMatchObject({ code: 'FORBIDDEN' })
  expect(await refused(mia, { until: '2029-01-01T00:00:00Z' })).toMatchObject({
    code: 'BAD_USER_INPUT',
    field: 'until',
  })
  expect(await refused(mia, { until: '2032-01-01T00:00:00Z' })).toMatchObject({ field: 'until' })
})

it('shows Prometheus the headlines', async () => {
  await server.pass(30 * 24 * HOUR)
  const id = await declare(mia, { impact: 'HIGH', urgency: 'HIGH' })
  await work(mia, 'incidentAcknowledge', id)
  await counted(server)
  const text = await (await fetch(`${server.url}/metrics`)).text()
  expect(text).toMatch(/^tocsin_incidents_open\{priority="P1"\} 1$/m)
  expect(text).toMatch(/^tocsin_incidents_opened_7d 1$/m)
  expect(text).toMatch(/^tocsin_mtta_7d_seconds 0(\.\d+)?$/m)
  expect(text).toMatch(/^tocsin_sla_compliance_7d_ratio Nan$/m)
})
