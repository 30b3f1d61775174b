import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'
import { alertsOf, bearer, connect, incidentsOf, post } from './story.js'

let server: TestServer
let admin: Person
beforeAll(async () => {
  server = await startTestServer()
  admin = await server.as('ADMIN')
})
afterAll(() => server.stop())

it('takes any JSON that says what is wrong', async () => {
  const { id, key, url } = await connect(admin, { kind: 'GENERIC', name: 'Backups' })
  const answer = await post(url, { id: 'backup', message: 'The backup failed', level: 'error' }, bearer(key))
  expect(answer).toMatchObject({ status: 202, body: { accepted: 1, dedupKeys: ['backup'] } })
  await post(url, { id: 'backup', message: 'The backup failed again' }, bearer(key))
  expect(await alertsOf(admin, { id }, 'details')).toMatchObject([
    {
      ...{ summary: 'The backup failed again', source: 'Backups', severity: 'WARNING', occurrences: 2 },
      details: { id: 'backup', message: 'The backup failed again' },
      incident: { title: 'The backup failed', status: 'TRIGGERED', priority: 'P2' },
    },
  ])
  await post(url, { id: 'backup', status: 'ok' }, bearer(key))
  expect(await incidentsOf(admin, { id })).toMatchObject([{ status: 'RESOLVED' }])
})

it('takes a list, all or nothing', async () => {
  const { id, key, url } = await connect(admin, { kind: 'GENERIC' })
  const disks = [1, 2, 3].map((n) => ({ summary: `Disk ${n} full`, id: `disk ${n}`, group_key: 'disks' }))
  expect(await post(url, [...disks, { id: 'disk 4' }], bearer(key))).toMatchObject({
    status: 400,
    body: { field: '3.summary' },
  })
  expect(await alertsOf(admin, { id })).toEqual([])
  expect((await post(url, disks, bearer(key))).body).toMatchObject({ accepted: 3 })
  expect(await alertsOf(admin, { id })).toHaveLength(3)
  expect(await incidentsOf(admin, { id })).toMatchObject([{ title: 'Disk 1 full' }])
})

it('reads what its mapping names', async () => {
  const mapping = {
    items: 'events',
    dedupKey: 'check.id',
    summary: 'check.name',
    severity: "'critical'",
    status: 'now',
  }
  const { id, key, url } = await connect(admin, { kind: 'GENERIC', mapping })
  const events = [{ check: { id: 7, name: 'Ping' }, now: 'down', labels: { site: 'Berlin' } }]
  await post(url, { events }, bearer(key))
  expect(await alertsOf(admin, { id }, 'labels')).toMatchObject([
    { dedupKey: '7', summary: 'Ping', severity: 'CRITICAL', labels: { site: 'Berlin' } },
  ])
  await post(url, { events: [{ ...events[0], now: 'up' }] }, bearer(key))
  expect(await alertsOf(admin, { id })).toMatchObject([{ status: 'ENDED' }])
})

it('keeps two hundred alerts of concurrent requests apart', async () => {
  const { id, key, url } = await connect(admin, { kind: 'GENERIC' })
  const requests = Array.from({ length: 200 }, (_, n) => ({ id: `job ${n % 50}`, summary: `Job ${n % 50} failed` }))
  const answers = await Promise.all(requests.map((request) => post(url, request, bearer(key))))
  expect(answers.filter(({ status }) => status === 202)).toHaveLength(200)
  const alerts = await alertsOf(admin, { id })
  expect(alerts).toHaveLength(50)
  expect(alerts.every(({ occurrences }) => occurrences === 4)).toBe(true)
  const numbers = await server.sql(
    'SELECT count(DISTINCT number)::int AS numbers FROM incidents WHERE integration_id = $1',
    [id],
  )
  expect(numbers).toEqual([{ numbers: 50 }])
})

it('keeps what senders write in labels and details as it is', async () => {
  const { id, key, url } = await connect(admin, { kind: 'GENERIC' })
  const body = '{"summary": "Odd \\"names\\" 🔥", "labels": {"__proto__": "a", "constructor": "b", "c\\n": "<b>"}}'
  expect((await post(url, body, bearer(key))).status).toBe(202)
  const [alert] = await alertsOf(admin, { id }, 'labels')
  expect(alert.summary).toBe('Odd "names" 🔥')
  expect(JSON.stringify(alert.labels)).toContain('"__proto__":"a"')
})
