import { checkPagerDutyChange, parsePagerDuty } from '../../../src/alerts/intake/pagerduty.js'
import { bodiesOf } from '../captures.js'

const sdk = bodiesOf('pagerduty-sdk')
const payload = { summary: 'Disk full', source: 'db-1', severity: 'error' }
const event = { routing_key: 'x', event_action: 'trigger', dedup_key: 'disk', payload }
const errorsOf = (body: unknown) => {
  try {
    parsePagerDuty(body)
  } catch (error) {
    return (error as { errors: string[] }).errors
  }
  return []
}

it("reads what PagerDuty's own SDK sends", () => {
  expect(parsePagerDuty(sdk[0])).toEqual({
    ...{ action: 'trigger', dedupKey: 'disk/db-1', groupKey: 'disk/db-1', episode: null, severity: 'CRITICAL' },
    ...{ summary: 'Disk 95% full on db-1', description: '', source: 'db-1.example.com' },
    labels: { component: 'postgres', group: 'db', class: 'disk' },
    details: { free_gb: 3, mount: '/var/lib/postgresql' },
    links: [
      { url: 'https://example.com/rb', text: 'Runbook' },
      { url: 'https://example.com/g.png', text: 'graph' },
      { url: 'https://example.com', text: 'pdjs' },
    ],
    startedAt: new Date('2026-01-02T03:04:05.678Z'),
    endedAt: null,
  })
  expect(parsePagerDuty(sdk[1], () => 'made up')).toMatchObject({ dedupKey: 'made up', groupKey: 'made up' })
  expect(sdk.slice(2, 4).map((body) => parsePagerDuty(body).action)).toEqual(['acknowledge', 'resolve'])
  expect(checkPagerDutyChange(sdk[4])).toBeUndefined()
})

it('reads what Alertmanager sends to PagerDuty', () => {
  const read = bodiesOf('alertmanager-pagerduty').map((body) => parsePagerDuty(body))
  expect(read.filter(({ action }) => action === 'trigger')).toHaveLength(9)
  expect(read.filter(({ action }) => action === 'resolve')).toHaveLength(4)
  expect(new Set(read.map(({ dedupKey }) => dedupKey)).size).toBe(3)
})

it('makes a new key for a trigger that has none', () => {
  const { dedup_key: _, ...keyless } = event
  expect(parsePagerDuty(keyless).dedupKey).not.toBe(parsePagerDuty(keyless).dedupKey)
})

it.each([
  ['summary', { ...payload, summary: 'x'.repeat(1_024) }],
  ['timestamp without a colon in its offset', { ...payload, timestamp: '2015-07-17T08:42:58.315+0000' }],
  ['details that are no object', { ...payload, custom_details: ['a', 1] }],
])('takes a %s', (_told, payload) => expect(parsePagerDuty({ ...event, payload }).action).toBe('trigger'))

it.each([
  [['Event object is not an object', "'event_action' is missing or blank"], []],
  [["'payload' is missing or blank"], { ...event, payload: undefined }, 3],
  [["'payload.summary' is missing or blank"], { ...event, payload: { ...payload, summary: ' ' } }],
  [["'payload.source' is missing or blank"], { ...event, payload: { ...payload, source: undefined } }],
  [["'payload.summary' must be a string"], { ...event, payload: { ...payload, summary: 7 } }],
  [
    ["Length of 'payload.summary' is incorrect (should be at most 1024 characters)"],
    { ...event, payload: { ...payload, summary: 'x'.repeat(1_025) } },
  ],
  [
    ["'payload.severity' is invalid (must be one of the following: 'critical', 'error', 'warning' or 'info')"],
    { ...event, payload: { ...payload, severity: 'Error' } },
  ],
  [
    ["'event_action' is invalid (must be one of the following: 'trigger', 'acknowledge' or 'resolve')"],
    { ...event, event_action: 'ack' },
  ],
  [["Length of 'dedup_key' is incorrect (should be at most 255 characters)"], { ...event, dedup_key: 'x'.repeat(256) }],
  [["'dedup_key' is missing or blank"], { event_action: 'acknowledge' }],
  [["'dedup_key' is missing or blank"], { event_action: 'resolve', dedup_key: null }],
  [["'links' must be an array"], { ...event, links: 'https://example.com' }],
  [["'links.0.href' is missing or blank"], { ...event, links: [{ text: 'x' }] }],
  [["'images.0' must be an object", "'images.0.src' is missing or blank"], { ...event, images: [1] }],
])('answers %j', (errors, body, more = 0) => {
  expect(errorsOf(body).slice(0, errors.length)).toEqual(errors)
  expect(errorsOf(body)).toHaveLength(errors.length + more)
})

it.each(['yesterday', '2026-13-01T00:00:00Z', '1492-01-01T00:00:00Z'])('names the timestamp %s', (timestamp) => {
  expect(errorsOf({ ...event, payload: { ...payload, timestamp } })).toEqual([
    expect.stringContaining("'payload.timestamp' is invalid"),
  ])
})

it('tells everything that is wrong at once', () => {
  expect(errorsOf({ event_action: 'trigger', payload: {} })).toEqual([
    "'payload.summary' is missing or blank",
    "'payload.source' is missing or blank",
    "'payload.severity' is missing or blank",
  ])
})

it('refuses a change without a summary', () => {
  expect(() => checkPagerDutyChange({ payload: {} })).toThrow(expect.objectContaining({ field: 'payload.summary' }))
})
