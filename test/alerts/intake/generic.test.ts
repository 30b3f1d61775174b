import { parseGeneric } from '../../../src/alerts/intake/generic.js'

const read = (body: unknown, mapping: object | null = null) => parseGeneric(body, mapping, 'Sender')

it('reads what needs no mapping', () => {
  const item = {
    ...{ id: 42, title: 'Disk full', state: 'alerting', priority: 'P1', host: 'db-1', url: 'https://example.com' },
    ...{ timestamp: 1_764_000_000, tags: ['db', 'disk'], description: 'It is full.' },
  }
  expect(read(item)).toEqual([
    {
      ...{ action: 'trigger', dedupKey: '42', groupKey: '42', episode: null, severity: 'CRITICAL' },
      ...{ summary: 'Disk full', description: 'It is full.', source: 'db-1', labels: { tags: 'db, disk' } },
      ...{ details: item, links: [{ url: 'https://example.com', text: 'Source' }] },
      ...{ startedAt: new Date(1_764_000_000_000), endedAt: null },
    },
  ])
})

it.each([
  ['firing', 'trigger'],
  ['whatever', 'trigger'],
  ['OK', 'resolve'],
  [' Recovered ', 'resolve'],
  ['acknowledged', 'acknowledge'],
])('takes the status %j as %s', (status, action) =>
  expect(read({ id: 'a', summary: 'b', status })).toMatchObject([{ action }]),
)

it('knows again what has no key by what it says', () => {
  const [first] = read({ summary: 'Disk full', source: 'db-1' })
  const [again] = read({ summary: 'Disk full', source: 'db-1', status: 'ok' })
  const [other] = read({ summary: 'Disk full', source: 'db-2' })
  expect(again!.dedupKey).toBe(first!.dedupKey)
  expect(other!.dedupKey).not.toBe(first!.dedupKey)
})

it('reads through a mapping', () => {
  const mapping = {
    ...{ items: 'data.problems', dedupKey: 'event.key', groupKey: "'all'", status: 'event."the.state"' },
    ...{ summary: 'event.name | event.title', source: 'hosts.0', severity: "'error'", labels: 'event.labels' },
    ...{ startedAt: 'event.since', details: 'event', link: "''" },
  }
  const event = {
    key: 'k1',
    'the.state': 'OK',
    title: 'Disk',
    labels: { a: 1, b: { c: true } },
    since: 1_764_000_000_123,
  }
  expect(read({ data: { problems: [{ event, hosts: ['db-1'] }] } }, mapping)).toMatchObject([
    {
      ...{ action: 'resolve', dedupKey: 'k1', groupKey: 'all', severity: 'ERROR', summary: 'Disk', source: 'db-1' },
      ...{ labels: { a: '1', b: '{"c":true}' }, details: event, links: [], startedAt: new Date(1_764_000_000_123) },
    },
  ])
})

it.each([
  ['summary', { id: 'a' }, null],
  ['dedupKey', { status: 'ok' }, null],
  ['summary', { summary: { text: 'a' } }, null],
  ['severity', { summary: 'a', severity: ['b'] }, null],
  ['labels', { summary: 'a', labels: 'b' }, null],
  ['startedAt', { summary: 'a', timestamp: 'yesterday' }, null],
  ['startedAt', { summary: 'a', timestamp: 1e300 }, null],
  ['startedAt', { summary: 'a', timestamp: -1e12 }, null],
  ['endedAt', { summary: 'a', ended_at: {} }, null],
  ['1.summary', [{ summary: 'a' }, {}], null],
  ['1', [{ summary: 'a' }, 'b'], null],
  [null, 'text', null],
  ['list.2.summary', { list: [{ summary: 'a' }, { summary: 'b' }, {}] }, { items: 'list' }],
  ['list', { list: {} }, { items: 'list' }],
])('names %s when it is wrong', (field, body, mapping) => {
  expect(() => read(body, mapping)).toThrow(expect.objectContaining({ field }))
})

it('takes up to 500 alerts at once', () => {
  const items = (count: number) => Array.from({ length: count }, (_, n) => ({ summary: `Number ${n}` }))
  expect(read(items(500))).toHaveLength(500)
  expect(() => read(items(501))).toThrow(/At most 500/)
})
