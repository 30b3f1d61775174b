import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'
import { captures } from './captures.js'
import { alertsOf, bearer, connect, incidentsOf, post, replay, timelineOf } from './story.js'

let server: TestServer
let admin: Person
beforeAll(async () => {
  server = await startTestServer()
  admin = await server.as('ADMIN')
})
afterAll(() => server.stop())

const event = (routing_key: string, changes: object = {}) => ({
  ...{ routing_key, event_action: 'trigger', dedup_key: 'disk/db-1' },
  payload: { summary: 'Disk full', source: 'db-1', severity: 'critical' },
  ...changes,
})

it("takes a sender's own key and what Alertmanager sends to PagerDuty", async () => {
  // The key that stands in the recorded requests: nothing but the address changes for the sender.
  const { id, key, url } = await connect(admin, { kind: 'PAGERDUTY', key: '0123456789abcdef0123456789abcdef' })
  expect(key).toBe('0123456789abcdef0123456789abcdef')
  expect(await replay(captures('alertmanager-pagerduty'), url)).toEqual({ 202: 13 })
  const alerts = await alertsOf(admin, { id })
  expect(new Set(alerts.map(({ dedupKey }) => dedupKey)).size).toBe(3)
  expect(alerts.map(({ occurrences, status }) => `${occurrences} ${status}`)).toEqual([
    ...['3 ENDED', '3 ENDED', '2 ENDED', '1 ENDED'],
  ])
  expect(await incidentsOf(admin, { id })).toHaveLength(4)
})

it("works with PagerDuty's own SDK", async () => {
  const { id, url } = await connect(admin, { kind: 'PAGERDUTY', key: 'R0123456789ABCDEFGHIJKLMNOPQRSTU' })
  const [trigger, keyless, acknowledge, resolve, change] = captures('pagerduty-sdk')
  const send = async (capture = trigger!, address = url) => post(address, capture.body, capture.headers)
  expect(await send()).toMatchObject({
    status: 202,
    body: { status: 'success', message: 'Event processed', dedup_key: 'disk/db-1' },
  })
  expect((await send(keyless)).body.dedup_key).toMatch(/^[0-9a-f-]{36}$/)
  expect(await alertsOf(admin, { id }, 'labels details links { url text }')).toMatchObject([
    {
      ...{ severity: 'CRITICAL', startedAt: '2026-01-02T03:04:05.678Z', details: { free_gb: 3 } },
      ...{ labels: { component: 'postgres' }, incident: { status: 'TRIGGERED', priority: 'P1' } },
      links: [{ text: 'Runbook' }, { text: 'graph' }, { text: 'pdjs' }],
    },
    { severity: 'WARNING', startedAt: null, incident: { status: 'TRIGGERED', priority: 'P3' } },
  ])
  expect((await send(acknowledge)).status).toBe(202)
  const [incident] = await incidentsOf(admin, { id })
  expect(incident.status).toBe('ACKNOWLEDGED')
  expect((await send(resolve)).status).toBe(202)
  expect(await timelineOf(admin, incident.id)).toEqual(['TRIGGERED', 'ACKNOWLEDGED', 'RESOLVED'])
  expect(await send(change, url.replace('v2/enqueue', 'v2/change/enqueue'))).toMatchObject({
    status: 202,
    body: { status: 'success' },
  })
  expect(await alertsOf(admin, { id })).toHaveLength(2)
})

it('drops an acknowledge or resolve of nothing, and opens something new after a resolve', async () => {
  const { id, key, url } = await connect(admin, { kind: 'PAGERDUTY' })
  for (const event_action of ['acknowledge', 'resolve'])
    expect(await post(url, event(key, { event_action }))).toMatchObject({ status: 202, body: { status: 'success' } })
  expect(await alertsOf(admin, { id })).toEqual([])
  for (const event_action of ['trigger', 'resolve', 'trigger']) await post(url, event(key, { event_action }))
  expect(await alertsOf(admin, { id })).toMatchObject([{ status: 'ENDED' }, { status: 'OPEN' }])
  expect(await incidentsOf(admin, { id })).toMatchObject([{ status: 'RESOLVED' }, { status: 'TRIGGERED' }])
})

it('answers what is wrong in PagerDuty’s words', async () => {
  const { id, key, url } = await connect(admin, { kind: 'PAGERDUTY' })
  expect(await post(url, event(key, { payload: { summary: 'Disk full' } }))).toMatchObject({
    status: 400,
    body: {
      ...{ status: 'invalid event', message: 'Event object is invalid' },
      errors: ["'payload.source' is missing or blank", "'payload.severity' is missing or blank"],
    },
  })
  expect((await post(url, '{"routing_key": "', bearer(key))).body.errors).toEqual([
    expect.stringContaining('not valid JSON'),
  ])
  expect(await alertsOf(admin, { id })).toEqual([])
})

it('takes 512 KB and no more', async () => {
  const { key, url } = await connect(admin, { kind: 'PAGERDUTY' })
  const custom_details = { log: 'x'.repeat(510 * 1024) }
  const payload = { ...event(key).payload, custom_details }
  expect((await post(url, event(key, { payload }))).status).toBe(202)
  custom_details.log += 'x'.repeat(2 * 1024)
  expect(await post(url, event(key, { payload }))).toMatchObject({ status: 413, body: { status: 'invalid event' } })
})

it('raises the incident when the same alert gets worse', async () => {
  const { id, key, url } = await connect(admin, { kind: 'PAGERDUTY' })
  const report = (severity: string) =>
    post(url, event(key, { payload: { summary: `Disk ${severity}`, source: 'db-1', severity } }))
  await report('info')
  await report('error')
  await report('warning')
  const [alert, ...others] = await alertsOf(admin, { id })
  expect(others).toEqual([])
  expect(alert).toMatchObject({ severity: 'WARNING', summary: 'Disk warning', occurrences: 3 })
  expect(alert.incident).toMatchObject({ title: 'Disk info', priority: 'P2' })
})
