import { fingerprintOf, parseAlertmanager } from '../../../src/alerts/intake/alertmanager.js'
import { bodiesOf } from '../captures.js'

const bodies = bodiesOf('alertmanager-webhook')
const alert = {
  status: 'firing',
  labels: { alertname: 'DiskFull', severity: 'page', instance: 'db-1:9100' },
  annotations: { summary: 'Disk full', description: 'It is full.', runbook_url: 'https://example.com/disk' },
  startsAt: '2026-11-23T10:00:00.123456789+01:00',
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'http://prometheus/graph',
  fingerprint: '3240fda8f93223d5',
}
const notification = (changes: object = {}, ...alerts: object[]) => ({
  ...{ version: '4', status: 'firing', groupKey: '{}:{}', truncatedAlerts: 0, externalURL: 'http://alertmanager' },
  alerts: alerts.length > 0 ? alerts : [alert],
  ...changes,
})

it('reads an alert', () => {
  expect(parseAlertmanager(notification())).toEqual([
    {
      ...{ action: 'trigger', dedupKey: '3240fda8f93223d5', groupKey: '{}:{}', severity: 'CRITICAL' },
      episode: '2026-11-23T09:00:00.123Z',
      ...{ summary: 'Disk full', description: 'It is full.', source: 'db-1:9100', labels: alert.labels },
      details: alert.annotations,
      links: [
        { url: 'https://example.com/disk', text: 'Runbook' },
        { url: 'http://prometheus/graph', text: 'Source' },
        { url: 'http://alertmanager', text: 'Alertmanager' },
      ],
      startedAt: new Date('2026-11-23T09:00:00.123Z'),
      endedAt: null,
    },
  ])
})

it('reads every captured notification', () => {
  const read = bodies.flatMap(parseAlertmanager).filter(({ action }) => action !== 'resolve_group')
  expect(read.filter(({ action }) => action === 'trigger')).toHaveLength(13)
  expect(read.filter(({ action }) => action === 'resolve')).toHaveLength(6)
})

it('takes what fires before what has ended', () => {
  const mixed = notification({}, { ...alert, status: 'resolved', endsAt: '2026-11-23T09:30:00Z' }, alert)
  expect(parseAlertmanager(mixed).map(({ action }) => action)).toEqual(['trigger', 'resolve'])
})

describe('a notification that is resolved as a whole', () => {
  const ended = { ...alert, status: 'resolved', endsAt: '2026-11-23T09:30:00Z' }

  it('ends what it leaves out, as far as that began before', () => {
    expect(parseAlertmanager(notification({ status: 'resolved' }, ended))[1]).toEqual({
      ...{ action: 'resolve_group', groupKey: '{}:{}', listed: [alert.fingerprint] },
      startedUntil: new Date('2026-11-23T09:30:00Z'),
    })
  })

  it.each([
    ['left some out for lack of room', { status: 'resolved', truncatedAlerts: 2 }],
    ['still fires', { status: 'firing' }],
  ])('ends nothing else when it %s', (_told, changes) =>
    expect(parseAlertmanager(notification(changes, ended))).toHaveLength(1),
  )
})

it('knows the fingerprint that an old Alertmanager does not tell', () => {
  const told = bodies.flatMap(({ alerts }) => alerts as { labels: Record<string, string>; fingerprint: string }[])
  for (const { labels, fingerprint } of told) expect(fingerprintOf(labels)).toBe(fingerprint)
})

it('makes do with little', () => {
  const [signal] = parseAlertmanager({ alerts: [{ status: 'firing', unknown: [1] }], more: {} })
  expect(signal).toMatchObject({
    summary: 'Alert',
    source: 'Alertmanager',
    severity: 'WARNING',
    episode: null,
    labels: {},
  })
  expect(signal).toMatchObject({ dedupKey: fingerprintOf({}), groupKey: fingerprintOf({}) })
})

it('cuts what is too long', () => {
  const long = 'ü'.repeat(30_000)
  const changes = { labels: { alertname: long }, annotations: { description: long, more: 'x'.repeat(100_000) } }
  const [signal] = parseAlertmanager(notification({ groupKey: long }, { ...alert, ...changes }))
  expect(signal).toMatchObject({ groupKey: expect.stringMatching(/^ü{190}…[0-9a-f]{64}$/) })
  expect(signal).toMatchObject({ summary: `${'ü'.repeat(1_023)}…`, description: `${'ü'.repeat(19_999)}…` })
  expect(JSON.stringify(signal).length).toBeLessThan(100_000)
})

it('keeps no address that a browser should not open', () => {
  const annotations = { runbook_url: 'javascript:alert(1)', dashboard: 'see the wiki' }
  const [signal] = parseAlertmanager(notification({}, { ...alert, annotations }))
  expect(signal).toMatchObject({ links: [{ text: 'Source' }, { text: 'Alertmanager' }] })
})

it.each([
  ['alerts', { alerts: undefined }],
  ['alerts', { alerts: { 0: alert } }],
  ['alerts.0', { alerts: ['firing'] }],
  ['alerts.0.status', { alerts: [{ ...alert, status: 'pending' }] }],
  ['alerts.0.labels', { alerts: [{ ...alert, labels: ['a'] }] }],
  ['alerts.0.labels.severity', { alerts: [{ ...alert, labels: { severity: 1 } }] }],
  ['alerts.1.annotations', { alerts: [alert, { ...alert, annotations: 'none' }] }],
  ['alerts.0.startsAt', { alerts: [{ ...alert, startsAt: 'yesterday' }] }],
  ['alerts.0.startsAt', { alerts: [{ ...alert, startsAt: '2026-02-30T00:00:00Z' }] }],
  ['alerts.0.startsAt', { alerts: [{ ...alert, startsAt: '9999-01-01T00:00:00Z' }] }],
  ['alerts.0.endsAt', { alerts: [{ ...alert, endsAt: 12 }] }],
  ['alerts.0.fingerprint', { alerts: [{ ...alert, fingerprint: {} }] }],
  ['alerts.0.generatorURL', { alerts: [{ ...alert, generatorURL: false }] }],
  ['groupKey', { groupKey: 7 }],
  ['truncatedAlerts', { truncatedAlerts: 'two' }],
])('names %s when it is wrong', (field, changes) => {
  expect(() => parseAlertmanager(notification(changes))).toThrow(expect.objectContaining({ field }))
})

it.each([null, 'text', 3, []])('refuses %j', (body) => {
  expect(() => parseAlertmanager(body)).toThrow(/Must be an object/)
})
