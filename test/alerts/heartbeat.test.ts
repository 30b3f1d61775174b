import { receiveBeats } from '../../src/alerts/heartbeat.commands.js'
import { findSenders } from '../../src/alerts/sender.js'
import { startServer } from '../../src/main.js'
import { SYSTEM } from '../../src/platform/actor.js'
import { readConfig } from '../../src/platform/config.js'
import { Database, createDataSource } from '../../src/platform/database.js'
import { createLogger } from '../../src/platform/log.js'
import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'
import { type Connected, alertsOf, bearer, connect, incidentsOf, post } from './story.js'

/** A customer's job reports in; when it falls silent somebody hears of it, once. */

const SECOND = 1_000
const MINUTE = 60 * SECOND

let server: TestServer
let admin: Person
beforeAll(async () => {
  server = await startTestServer()
  admin = await server.as('ADMIN')
})
afterAll(() => server.stop())

/** Every five minutes, a minute late at most. */
const TERMS = { everySeconds: 300, graceSeconds: 60 }

const watch = (settings: object = {}): Promise<Connected> =>
  connect(admin, { kind: 'HEARTBEAT', name: 'Backup', heartbeat: TERMS, ...settings })

async function beat(job: Connected, what = '', method = 'GET'): Promise<void> {
  const { status } = await fetch(job.url + what, { method })
  if (status !== 202) throw new Error(`A beat was answered ${status}`)
}

/** Lets the time pass, and waits until every timer that was due has been looked at. */
async function pass(milliseconds: number): Promise<void> {
  await server.pass(milliseconds)
  while ((await server.sql('SELECT 1 FROM graphile_worker.jobs WHERE run_at <= now()')).length > 0);
}

async function stateOf({ id }: Connected, person = admin) {
  const { integration } = await person.run(
    `query ($id: ID!) { integration(id: $id) {
       kind url heartbeat { everySeconds graceSeconds } heartbeatStatus lastBeatAt
     } }`,
    { id },
  )
  return integration
}

const UPDATE = `mutation ($input: IntegrationUpdateInput!) { integrationUpdate(input: $input) {
  integration { heartbeat { everySeconds graceSeconds } heartbeatStatus } userErrors { code field message }
} }`
const CREATE = `mutation ($input: IntegrationCreateInput!) { integrationCreate(input: $input) {
  integration { id } userErrors { code field message }
} }`

it('is awaited until its first beat, however long that takes', async () => {
  const job = await watch()
  expect(job.url).toBe(`${server.url}/intake/heartbeat/${job.key}`)
  await pass(90 * 24 * 60 * MINUTE)
  expect(await alertsOf(admin, job)).toEqual([])
  expect(await stateOf(job)).toEqual({
    ...{ kind: 'HEARTBEAT', url: `${server.url}/intake/heartbeat`, heartbeat: TERMS },
    ...{ heartbeatStatus: 'AWAITED', lastBeatAt: null },
  })
  await beat(job)
  const { heartbeatStatus, lastBeatAt } = await stateOf(job)
  expect(heartbeatStatus).toBe('ALIVE')
  expect(Math.abs(Date.parse(lastBeatAt) - server.clock.now().getTime())).toBeLessThan(MINUTE)
})

it('tells of a job that falls silent, once, in its service and team; the next beat ends it', async () => {
  const teamId = await server.team('Storage')
  const job = await watch({ serviceId: await server.service('Archive', teamId) })
  await beat(job)
  await pass(5 * MINUTE)
  expect(await alertsOf(admin, job)).toEqual([])
  await pass(1 * MINUTE)
  const [alert, ...others] = await alertsOf(admin, job, 'description service { name }')
  expect(others).toEqual([])
  expect(alert).toMatchObject({
    ...{ status: 'OPEN', severity: 'ERROR', dedupKey: 'heartbeat', source: 'Backup', occurrences: 1 },
    ...{ summary: 'Backup has fallen silent', service: { name: 'Archive' } },
    description: expect.stringMatching(
      /^Last heard of at .*Z\. It reports in every 5 minutes and may be 1 minute late\.$/,
    ),
  })
  expect(alert.incident).toMatchObject({ title: 'Backup has fallen silent', status: 'TRIGGERED', priority: 'P2' })
  const { incident } = await admin.run('query ($id: ID!) { incident(id: $id) { team { id } } }', alert.incident)
  expect(incident.team.id).toBe(teamId)
  expect(await stateOf(job)).toMatchObject({ heartbeatStatus: 'SILENT' })

  await pass(60 * MINUTE) // nobody is told again and again
  expect(await alertsOf(admin, job)).toMatchObject([{ status: 'OPEN', occurrences: 1 }])

  await beat(job)
  expect(await alertsOf(admin, job)).toMatchObject([{ status: 'ENDED', incident: { status: 'RESOLVED' } }])
  expect(await stateOf(job)).toMatchObject({ heartbeatStatus: 'ALIVE' })
  await pass(6 * MINUTE) // and it is watched again
  expect(await alertsOf(admin, job)).toMatchObject([{ status: 'ENDED' }, { status: 'OPEN' }])
})

it('counts from the last beat, and writes no more than a timer for all of them', async () => {
  const job = await watch()
  const timers = () =>
    server.sql('SELECT id, revision FROM graphile_worker.jobs WHERE key = $1', [`heartbeat:${job.id}`])
  await beat(job)
  const [timer] = await timers()
  for (let n = 0; n < 5; n++) {
    server.clock.advance(MINUTE)
    await beat(job)
    await beat(job)
  }
  expect(await timers()).toEqual([timer])
  await pass(1 * MINUTE) // the timer rings and sees that there was a beat since
  await pass(4 * MINUTE)
  expect(await alertsOf(admin, job)).toEqual([])
  await pass(1 * MINUTE)
  expect(await alertsOf(admin, job)).toMatchObject([{ status: 'OPEN' }])
})

it.each([
  ['GET', ''],
  ['HEAD', ''],
  ['POST', ''],
  ['POST', '/'],
])('is heard by %s %s', async (method, what) => {
  const job = await watch()
  await beat(job, what, method)
  expect(await stateOf(job)).toMatchObject({ heartbeatStatus: 'ALIVE' })
})

it('takes its key from the headers as well, and looks at no body', async () => {
  const job = await watch({ key: 'of mine/with?signs#and%all-else'.replaceAll(' ', '-') })
  await beat(job)
  const url = `${server.url}/intake/heartbeat`
  expect((await fetch(url, { headers: bearer(job.key) })).status).toBe(202)
  expect((await post(url, '\0{not JSON', { ...bearer(job.key), 'content-type': 'application/json' })).status).toBe(202)
  expect((await post(url, 'x'.repeat(2 ** 21), bearer(job.key))).status).toBe(413)
  const answer = await fetch(job.url)
  expect(await answer.json()).toEqual({ accepted: 1 })
  expect(answer.headers.get('cache-control')).toBe('no-store')
})

it('tells at once when the job itself says that it failed', async () => {
  const job = await watch()
  await beat(job, '/fail', 'POST')
  expect(await alertsOf(admin, job)).toMatchObject([{ status: 'OPEN', summary: 'Backup reports a failure' }])
  expect(await stateOf(job)).toMatchObject({ heartbeatStatus: 'FAILED', lastBeatAt: expect.any(String) })
  await pass(6 * MINUTE) // and then it is silent, too
  expect(await alertsOf(admin, job)).toMatchObject([
    { status: 'OPEN', summary: 'Backup has fallen silent', occurrences: 2 },
  ])
  await beat(job)
  expect(await alertsOf(admin, job)).toMatchObject([{ status: 'ENDED' }])
  expect(await incidentsOf(admin, job)).toHaveLength(1)
})

it('expects nothing while it is switched off, and awaits the first beat afterwards', async () => {
  const job = await watch()
  await beat(job)
  await admin.do(UPDATE, { id: job.id, active: false })
  expect((await fetch(job.url)).status).toBeGreaterThanOrEqual(202) // for a second it may still be believed
  await pass(60 * MINUTE)
  expect(await alertsOf(admin, job)).toEqual([])
  expect((await admin.do(UPDATE, { id: job.id, active: true })).integration).toMatchObject({
    heartbeatStatus: 'AWAITED',
  })
  await pass(60 * MINUTE)
  expect(await alertsOf(admin, job)).toEqual([])
})

it('keeps to new terms at once', async () => {
  const job = await watch()
  await beat(job)
  const { integration } = await admin.do(UPDATE, { id: job.id, heartbeat: { everySeconds: 3600, graceSeconds: 60 } })
  expect(integration.heartbeat).toEqual({ everySeconds: 3600, graceSeconds: 60 })
  await pass(10 * MINUTE)
  expect(await alertsOf(admin, job)).toEqual([])
  await admin.do(UPDATE, { id: job.id, heartbeat: { everySeconds: 10, graceSeconds: 10 } })
  await pass(0)
  expect(await alertsOf(admin, job)).toMatchObject([{ status: 'OPEN' }])
})

it('opens one alert where two nodes watch, and beats race the timer', async () => {
  const config = readConfig({ PORT: '0', DATABASE_URL: server.databaseUrl })
  const other = await startServer(config, { log: createLogger('silent'), now: server.clock.now })
  try {
    const jobs = await Promise.all(Array.from({ length: 20 }, (_, n) => watch({ name: `Job ${n}` })))
    const elsewhere = ({ url }: Connected) => fetch(url.replace(server.url, other.url), { method: 'POST' })
    await Promise.all(jobs.flatMap((job) => [beat(job), elsewhere(job)]))
    await pass(6 * MINUTE)
    for (const job of jobs) expect(await alertsOf(admin, job)).toMatchObject([{ status: 'OPEN', occurrences: 1 }])
    await Promise.all(jobs.flatMap((job) => [elsewhere(job), beat(job), elsewhere(job)]))
    for (const job of jobs) expect(await alertsOf(admin, job)).toMatchObject([{ status: 'ENDED' }])

    // Some beats come in the very moment in which the timers ring: either way nobody is left with an open alert.
    await Promise.all([server.pass(6 * MINUTE), ...jobs.map((job) => beat(job))])
    await pass(0)
    for (const job of jobs) {
      const { heartbeatStatus } = await stateOf(job)
      const open = (await alertsOf(admin, job)).filter(({ status }) => status === 'OPEN')
      expect([job.id, heartbeatStatus, open.length]).toEqual([
        job.id,
        heartbeatStatus,
        heartbeatStatus === 'SILENT' ? 1 : 0,
      ])
    }
  } finally {
    await other.stop()
  }
})

it('survives a restart: the timers are in the database', async () => {
  const job = await watch()
  await beat(job)
  await server.restart()
  await pass(6 * MINUTE)
  expect(await alertsOf(admin, job)).toMatchObject([{ status: 'OPEN' }])
})

it('is not heard any more once it is switched off, though its key is still believed', async () => {
  const job = await watch()
  const source = createDataSource({ url: server.databaseUrl, entities: [], migrations: [] })
  await source.initialize()
  const ctx = { actor: SYSTEM, db: Database.of(source), now: server.clock.now }
  const [sender] = await findSenders(ctx.db, [job.id])
  await admin.do(UPDATE, { id: job.id, active: false })
  await receiveBeats(ctx, [{ sender: sender!, failed: true }])
  await source.destroy()
  expect(await stateOf(job)).toMatchObject({ heartbeatStatus: 'AWAITED', lastBeatAt: null })
  expect(await alertsOf(admin, job)).toEqual([])
})

describe('what is wrong', () => {
  it.each([
    ['heartbeat', undefined],
    ['heartbeat', null],
    ['heartbeat.everySeconds', { everySeconds: 9, graceSeconds: 60 }],
    ['heartbeat.everySeconds', { everySeconds: -1, graceSeconds: 60 }],
    ['heartbeat.everySeconds', { everySeconds: 32 * 86_400 + 1, graceSeconds: 60 }],
    ['heartbeat.graceSeconds', { everySeconds: 60, graceSeconds: 9 }],
    ['heartbeat.graceSeconds', { everySeconds: 60, graceSeconds: 2 ** 31 - 1 }],
  ])('is named: %s of %j', async (field, heartbeat) => {
    const input = { name: 'Backup', kind: 'HEARTBEAT', heartbeat }
    const { integrationCreate } = await admin.run(CREATE, { input })
    expect(integrationCreate).toMatchObject({ integration: null, userErrors: [{ code: 'BAD_USER_INPUT', field }] })
  })

  it('is a heartbeat of another kind, or none of this one', async () => {
    const input = { name: 'Mine', kind: 'GENERIC', heartbeat: TERMS }
    expect((await admin.run(CREATE, { input })).integrationCreate.userErrors).toMatchObject([{ field: 'heartbeat' }])
    const job = await watch()
    const taken = { id: job.id, heartbeat: null }
    expect((await admin.run(UPDATE, { input: taken })).integrationUpdate.userErrors).toMatchObject([
      { code: 'BAD_USER_INPUT', field: 'heartbeat' },
    ])
  })

  it('is a key of nobody, of another kind, or none', async () => {
    const generic = await connect(admin, { kind: 'GENERIC' })
    const job = await watch()
    const at = async (path: string) => (await fetch(`${server.url}/intake/heartbeat${path}`)).status
    expect([await at(''), await at('/0123456789abcdef'), await at(`/${generic.key}`)]).toEqual([401, 401, 403])
    expect((await post(generic.url, { summary: 'Disk full' }, bearer(job.key))).status).toBe(403)
    expect([await at('/fail'), await at(`/${job.key}/nonsense`), await at('/%zz')]).toEqual([401, 404, 400])
  })

  it('is asked by those who may not read the configuration', async () => {
    const job = await watch()
    await beat(job, '/fail')
    const responder = await server.as('RESPONDER')
    const { alerts } = await responder.run(
      'query ($filter: AlertFilter) { alerts(first: 1, filter: $filter) { edges { node { integration { name heartbeat { everySeconds } heartbeatStatus lastBeatAt } } } } }',
      { filter: { integrationId: [job.id] } },
    )
    expect(alerts.edges[0].node.integration).toEqual({
      ...{ name: 'Backup', heartbeat: null, heartbeatStatus: null, lastBeatAt: null },
    })
  })
})
