import type { Person, Stream } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'
import { carryOut, daily, makeSchedule, travelTo } from './story.js'

let server: TestServer
let manager: Person, ada: Person, grace: Person, linus: Person
let streams: Stream[] = []
beforeAll(async () => {
  server = await startTestServer()
  travelTo(server)
  manager = await server.as('MANAGER', { name: 'Mona' })
})
beforeEach(async () => {
  ada = await server.as('RESPONDER', { name: 'Ada' })
  grace = await server.as('RESPONDER', { name: 'Grace' })
  linus = await server.as('RESPONDER', { name: 'Linus' })
})
afterEach(() => {
  for (const stream of streams) stream.stop()
  streams = []
})
afterAll(() => server.stop())

const HOUR = 3_600_000
const CHANGED = `subscription ($id: ID!) { onCallChanged(scheduleId: $id) {
  at schedule { id } current { user { name } because { kind } } next { user { name } } } }`
async function watch(person: Person, id: string): Promise<Stream> {
  const stream = await person.subscribe(CHANGED, { id })
  streams.push(stream)
  return stream
}
/** The names of those on call by the next message. */
async function next(stream: Stream): Promise<string[]> {
  const { data, errors } = await stream.next()
  if (errors) throw new Error(JSON.stringify(errors))
  return data.onCallChanged.current.map(({ user }: { user: { name: string } }) => user.name)
}
const now = () => server.clock.now()

it('tells who is on call as it is, then at each hand-over, at its time', async () => {
  const id = await makeSchedule(manager, { layers: [daily(ada, grace, linus)] })
  const stream = await watch(ada, id)
  expect((await stream.next()).data.onCallChanged).toEqual({
    ...{ at: expect.any(String), schedule: { id } },
    ...{ current: [{ user: { name: 'Ada' }, because: { kind: 'LAYER' } }], next: [{ user: { name: 'Grace' } }] },
  })
  await server.pass(25 * HOUR)
  expect(await next(stream)).toEqual(['Grace'])
  await server.pass(24 * HOUR)
  expect(await next(stream)).toEqual(['Linus'])
  const told = await server.sql(
    `SELECT actor_kind, payload->'count' AS count FROM events WHERE type = 'oncall.changed' AND subject = $1 ORDER BY id`,
    [id],
  )
  expect(told).toEqual([
    { actor_kind: 'USER', count: 1 },
    { actor_kind: 'SYSTEM', count: 2 },
    { actor_kind: 'SYSTEM', count: 3 },
  ])
})

it('tells of every edit that puts others on call, and of no other', async () => {
  const id = await makeSchedule(manager, { layers: [daily(ada)] })
  const stream = await watch(manager, id)
  expect(await next(stream)).toEqual(['Ada'])
  await carryOut(manager, 'scheduleUpdate', 'schedule { id }', { id, description: 'Nobody else is on call' })
  const times = { startsAt: now(), endsAt: new Date(+now() + HOUR) }
  const { override } = await carryOut(manager, 'scheduleOverrideCreate', 'override { id }', {
    ...{ scheduleId: id, kind: 'ADD', incomingId: grace.id, ...times },
  })
  expect(await next(stream)).toEqual(['Ada', 'Grace'])
  await carryOut(manager, 'scheduleOverrideDelete', 'override { id }', { id: override.id })
  expect(await next(stream)).toEqual(['Ada'])
  const { swap } = await carryOut(ada, 'shiftSwapRequest', 'swap { id }', {
    ...{ scheduleId: id, askedId: linus.id, startsAt: now(), endsAt: new Date(+now() + HOUR) },
  })
  await carryOut(linus, 'shiftSwapAccept', 'swap { id }', { id: swap.id })
  expect(await next(stream)).toEqual(['Linus'])
  await server.pass(HOUR)
  expect(await next(stream)).toEqual(['Ada'])
  await carryOut(manager, 'scheduleLayerAdd', 'layer { id }', { scheduleId: id, ...daily(grace) })
  expect(await next(stream)).toEqual(['Grace'])
  await carryOut(manager, 'scheduleArchive', 'schedule { id }', { id })
  expect(await next(stream)).toEqual([])
})

it('tells when somebody joins those on call, and when they leave', async () => {
  const id = await makeSchedule(manager, { layers: [daily(ada)] })
  const stream = await watch(ada, id)
  expect(await next(stream)).toEqual(['Ada'])
  const startsAt = new Date(+now() + HOUR)
  await carryOut(manager, 'scheduleOverrideCreate', 'override { id }', {
    ...{ scheduleId: id, kind: 'ADD', incomingId: grace.id, startsAt, endsAt: new Date(+startsAt + HOUR) },
  })
  await server.pass(HOUR)
  expect(await next(stream)).toEqual(['Ada', 'Grace'])
  await server.pass(HOUR)
  expect(await next(stream)).toEqual(['Ada'])
})

it('tells when somebody is off, from the start of it to its end, and when they are no longer', async () => {
  const id = await makeSchedule(manager, { layers: [daily(grace), daily(ada)] })
  const stream = await watch(grace, id)
  expect(await next(stream)).toEqual(['Ada'])
  const startsAt = new Date(+now() + HOUR)
  await carryOut(ada, 'timeOffCreate', 'timeOff { id }', { startsAt, endsAt: new Date(+startsAt + HOUR) })
  await looked(id)
  await server.pass(HOUR)
  expect(await next(stream)).toEqual(['Grace'])
  await server.pass(HOUR)
  expect(await next(stream)).toEqual(['Ada'])
  const { timeOff } = await carryOut(ada, 'timeOffCreate', 'timeOff { id }', {
    ...{ startsAt: now(), endsAt: new Date(+now() + HOUR) },
  })
  expect(await next(stream)).toEqual(['Grace'])
  await carryOut(ada, 'timeOffDelete', 'timeOff { id }', { id: timeOff.id })
  expect(await next(stream)).toEqual(['Ada'])
})

it('tells when an account is switched off', async () => {
  const admin = await server.as('ADMIN')
  const id = await makeSchedule(manager, { layers: [daily(ada)] })
  const stream = await watch(manager, id)
  expect(await next(stream)).toEqual(['Ada'])
  await carryOut(admin, 'userUpdate', 'user { id }', { id: ada.id, active: false })
  expect(await next(stream)).toEqual([])
})

it('rings when it will next change, and only then', async () => {
  const id = await makeSchedule(manager, {
    layers: [{ ...daily(ada, grace), rotation: { kind: 'DAILY', handoverTime: '12:00' } }],
  })
  const [job] = await server.sql(
    `SELECT extract(epoch FROM run_at - clock_timestamp())::float8 * 1000 AS delay FROM graphile_worker.jobs
      WHERE key = 'oncall.handover:' || $1`,
    [id],
  )
  const { schedule } = await ada.run('query ($id: ID!) { schedule(id: $id) { onCall { current { endsAt } } } }', { id })
  const end = Date.parse(schedule.onCall.current[0].endsAt)
  expect(Math.abs(+now() + job!.delay - end)).toBeLessThan(60_000)
})

it('is for those who read the directory, and of a schedule that there is', async () => {
  const id = await makeSchedule(manager, { layers: [daily(ada)] })
  for (const [person, schedule] of [
    [await server.as('STAKEHOLDER'), id],
    [ada, 'sch_none'],
  ] as const) {
    const stream = await watch(person, schedule)
    expect(await stream.ended).toMatchObject([{ extensions: { code: 'NOT_FOUND', field: 'scheduleId' } }])
  }
})

/** Waits until the schedule has been looked at again: the next look lies in the future. */
async function looked(id: string): Promise<void> {
  for (;;) {
    const jobs = await server.sql(
      `SELECT run_at > clock_timestamp() AND locked_at IS NULL AS ahead FROM graphile_worker.jobs WHERE key = 'oncall.handover:' || $1`,
      [id],
    )
    if (jobs.length === 1 && jobs[0]!.ahead) return
  }
}
