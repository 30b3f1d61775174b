import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'
import { captures } from './captures.js'
import { type Connected, alertsOf, bearer, connect, incidentsOf, post, replay, timelineOf } from './story.js'

let server: TestServer
let admin: Person
beforeAll(async () => {
  server = await startTestServer()
  admin = await server.as('ADMIN')
})
afterAll(() => server.stop())

const webhook = captures('alertmanager-webhook')

/** Right for the captured requests, whoever counts. */
async function expectTheRightCounts(alertmanager: Connected) {
  const alerts = await alertsOf(admin, alertmanager)
  expect(alerts).toHaveLength(6)
  expect(new Set(alerts.map(({ dedupKey }) => dedupKey)).size).toBe(5)
  expect(alerts.filter(({ status, endedAt }) => status === 'ENDED' && endedAt)).toHaveLength(6)
  const incidents = await incidentsOf(admin, alertmanager)
  expect(incidents).toHaveLength(3)
  expect(incidents.filter(({ status }) => status === 'RESOLVED')).toHaveLength(3)
  return alerts
}

const repeats = (alerts: readonly { occurrences: number }[]) =>
  alerts.reduce((sum, { occurrences }) => sum + occurrences - 1, 0)

describe('the captured webhook requests', () => {
  it('give the right counts in order, and a replay changes nothing', async () => {
    const alertmanager = await connect(admin, { kind: 'ALERTMANAGER' })
    const headers = bearer(alertmanager.key)
    expect(await replay(webhook, alertmanager.url, { headers })).toEqual({ 200: 14 })
    const alerts = await expectTheRightCounts(alertmanager)
    expect(repeats(alerts)).toBe(7)
    expect(alerts[0]).toMatchObject({
      ...{ summary: 'Checkout error ratio 13.7%', severity: 'WARNING', source: '127.0.0.1:18081' },
      ...{ startedAt: '2026-11-23T09:49:25.580Z', endedAt: '2026-11-23T09:50:33.580Z' },
      ...{ groupKey: '{}/{}:{alertname="HighErrorRatio", job="checkout"}', incident: { priority: 'P3' } },
    })
    const events = await server.sql(`SELECT count(*) FROM events WHERE type <> 'metrics.counted'`)
    expect(await replay(webhook, alertmanager.url, { headers })).toEqual({ 200: 14 })
    expect(await alertsOf(admin, alertmanager)).toEqual(alerts)
    expect(await server.sql(`SELECT count(*) FROM events WHERE type <> 'metrics.counted'`)).toEqual(events)
  })

  it.each([1, 2, 3])('give the right counts twenty at a time (%i)', async () => {
    const alertmanager = await connect(admin, { kind: 'ALERTMANAGER' })
    const options = { headers: bearer(alertmanager.key), concurrency: 20 }
    expect(await replay(webhook, alertmanager.url, options)).toEqual({ 200: 14 })
    await expectTheRightCounts(alertmanager)
  })

  it('give the right counts backwards', async () => {
    const alertmanager = await connect(admin, { kind: 'ALERTMANAGER' })
    await replay(webhook.toReversed(), alertmanager.url, { headers: bearer(alertmanager.key) })
    await expectTheRightCounts(alertmanager)
  })

  it('of a receiver that leaves alerts out for lack of room', async () => {
    const alertmanager = await connect(admin, { kind: 'ALERTMANAGER' })
    const requests = captures('alertmanager-webhook-capped')
    await replay(requests, alertmanager.url, { headers: bearer(alertmanager.key) })
    const alerts = await alertsOf(admin, alertmanager)
    expect(alerts.map(({ status }) => status)).toEqual(['ENDED', 'ENDED', 'ENDED'])
    expect(repeats(alerts)).toBe(2)
    expect(await incidentsOf(admin, alertmanager)).toMatchObject([{ status: 'RESOLVED', priority: 'P1' }])
  })

  it('of two receivers that share a key', async () => {
    const alertmanager = await connect(admin, { kind: 'ALERTMANAGER' })
    const both = [...captures('alertmanager-webhook-capped'), ...webhook]
    await replay(both, alertmanager.url, { headers: bearer(alertmanager.key) })
    expect(await alertsOf(admin, alertmanager)).toHaveLength(6)
  })
})

/** A notification about one group. */
const notification = (...alerts: [fingerprint: string, status: string, startsAt: string, endsAt?: string][]) => ({
  ...{ version: '4', groupKey: '{}:{job="db"}', truncatedAlerts: 0 },
  status: alerts.some(([, status]) => status === 'firing') ? 'firing' : 'resolved',
  alerts: alerts.map(([fingerprint, status, startsAt, endsAt = '0001-01-01T00:00:00Z']) => ({
    ...{ status, fingerprint, startsAt, endsAt },
    labels: { alertname: 'Down', severity: 'critical', instance: fingerprint },
    annotations: { summary: `${fingerprint} is down` },
  })),
})

const minutesAgo = (minutes: number) => new Date(server.clock.now().getTime() - minutes * 60_000).toISOString()

it('is one alert when twenty requests bring it at the same moment', async () => {
  const { id, key, url } = await connect(admin, { kind: 'ALERTMANAGER' })
  const body = notification(['db-1', 'firing', minutesAgo(1)])
  await Promise.all(Array.from({ length: 20 }, () => post(url, body, bearer(key))))
  expect(await alertsOf(admin, { id })).toMatchObject([{ dedupKey: 'db-1', occurrences: 20 }])
  expect(await incidentsOf(admin, { id })).toHaveLength(1)
})

it('keeps a group on one incident, from the first alert to the last', async () => {
  const team = await server.team('Storage')
  const service = await server.service('Database', team)
  const { id, key, url } = await connect(admin, { kind: 'ALERTMANAGER', serviceId: service })
  const send = (...alerts: Parameters<typeof notification>) => post(url, notification(...alerts), bearer(key))
  const began = minutesAgo(5)
  await send(['db-1', 'firing', began])
  await send(['db-1', 'firing', began], ['db-2', 'firing', began])
  await send(['db-1', 'resolved', began, minutesAgo(1)], ['db-2', 'firing', began])
  const [incident] = await incidentsOf(admin, { id })
  expect(incident).toMatchObject({ title: 'db-1 is down', status: 'TRIGGERED', priority: 'P1' })
  await send(['db-2', 'resolved', began, minutesAgo(0)])
  expect(await timelineOf(admin, incident.id)).toEqual(['TRIGGERED', 'ALERT_ADDED', 'RESOLVED'])
  const { incident: found } = await admin.run(
    `query ($id: ID!) { incident(id: $id) {
       status detectedAt impactStartedAt service { name } team { name } reporter { id }
       alerts(first: 50) { totalCount edges { node { dedupKey service { name } integration { name } } } }
     } }`,
    { id: incident.id },
  )
  expect(found).toMatchObject({
    ...{ status: 'RESOLVED', impactStartedAt: began, service: { name: 'Database' }, team: { name: 'Storage' } },
    ...{ reporter: null, alerts: { totalCount: 2 } },
  })
  expect(found.alerts.edges.map(({ node }: { node: object }) => node)).toMatchObject([
    { dedupKey: 'db-2', service: { name: 'Database' }, integration: { name: 'ALERTMANAGER of the tests' } },
    { dedupKey: 'db-1' },
  ])
})

it('ends what a notification that is resolved as a whole leaves out', async () => {
  const { id, key, url } = await connect(admin, { kind: 'ALERTMANAGER' })
  const began = minutesAgo(5)
  await post(url, notification(['db-1', 'firing', began], ['db-2', 'firing', began]), bearer(key))
  await post(url, notification(['db-2', 'resolved', began, minutesAgo(1)]), bearer(key))
  expect(await alertsOf(admin, { id })).toMatchObject([{ status: 'ENDED' }, { status: 'ENDED' }])
  expect(await incidentsOf(admin, { id })).toMatchObject([{ status: 'RESOLVED' }])
})

it('reopens an incident for a quarter of an hour, then opens another', async () => {
  const { id, key, url } = await connect(admin, { kind: 'ALERTMANAGER' })
  const comeAndGo = async () => {
    const began = minutesAgo(0)
    await post(url, notification(['db-1', 'firing', began]), bearer(key))
    server.clock.advance(1_000)
    await post(url, notification(['db-1', 'resolved', began, minutesAgo(0)]), bearer(key))
  }
  await comeAndGo()
  server.clock.advance(14 * 60_000)
  await comeAndGo()
  const [incident, ...others] = await incidentsOf(admin, { id })
  expect(others).toEqual([])
  expect(await timelineOf(admin, incident.id)).toEqual([
    ...['TRIGGERED', 'RESOLVED', 'REOPENED', 'ALERT_ADDED', 'RESOLVED'],
  ])
  server.clock.advance(15 * 60_000)
  await comeAndGo()
  expect(await incidentsOf(admin, { id })).toHaveLength(2)
})

it('tells subscribers of each step, in the name of the integration', async () => {
  const ada = await server.as('RESPONDER')
  const serviceId = await server.service('Ledger database')
  const { id, key, url } = await connect(admin, { kind: 'ALERTMANAGER', name: 'Prometheus', serviceId })
  const ofIt = { filter: { serviceId: [serviceId] } } // and not of what went before
  const incidents = await ada.subscribe(
    'subscription ($filter: IncidentEventFilter) { incidentEvents(filter: $filter) { type actor { ... on Integration { name } } incident { number status version } } }',
    ofIt,
  )
  const alerts = await ada.subscribe(
    'subscription ($filter: AlertEventFilter) { alertEvents(filter: $filter) { type actor { ... on Integration { name } } alert { dedupKey status occurrences details incident { number } } } }',
    ofIt,
  )
  const began = minutesAgo(1)
  await post(url, notification(['db-1', 'firing', began]), bearer(key))
  await post(url, notification(['db-1', 'firing', began]), bearer(key))
  await post(url, notification(['db-1', 'resolved', began, minutesAgo(0)]), bearer(key))
  const [{ number }] = await incidentsOf(admin, { id })
  const actor = { name: 'Prometheus' }
  expect((await incidents.take(2)).map(({ data }) => data.incidentEvents)).toEqual([
    { type: 'TRIGGERED', actor, incident: { number, status: 'TRIGGERED', version: 1 } },
    { type: 'RESOLVED', actor, incident: { number, status: 'RESOLVED', version: 2 } },
  ])
  const rest = { incident: { number }, details: { summary: 'db-1 is down' } }
  expect((await alerts.take(3)).map(({ data }) => data.alertEvents)).toEqual([
    { type: 'TRIGGERED', actor, alert: { dedupKey: 'db-1', status: 'OPEN', occurrences: 1, ...rest } },
    { type: 'REPEATED', actor, alert: { dedupKey: 'db-1', status: 'OPEN', occurrences: 2, ...rest } },
    { type: 'ENDED', actor, alert: { dedupKey: 'db-1', status: 'ENDED', occurrences: 2, ...rest } },
  ])
  incidents.stop()
  alerts.stop()
})
