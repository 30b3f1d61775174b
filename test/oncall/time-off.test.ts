import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'
import { carryOut, daily, finalSchedule, makeSchedule, onCall, refusal, travelTo } from './story.js'

let server: TestServer
let manager: Person, ada: Person, grace: Person, linus: Person
beforeAll(async () => {
  server = await startTestServer()
  travelTo(server)
})
beforeEach(async () => {
  manager = await server.as('MANAGER', { name: 'Mona' })
  ada = await server.as('RESPONDER', { name: 'Ada' })
  grace = await server.as('RESPONDER', { name: 'Grace' })
  linus = await server.as('RESPONDER', { name: 'Linus' })
})
afterAll(() => server.stop())

const HOUR = 3_600_000
const NOON = { startsAt: '2030-03-05T12:00:00Z', endsAt: '2030-03-05T14:00:00Z' }
const RANGE = ['2030-03-05T08:00:00Z', '2030-03-06T08:00:00Z'] as const
const TIME_OFF = 'timeOff { id startsAt endsAt reason user { name } }'
const take = async (person: Person, input: object = NOON) =>
  (await carryOut(person, 'timeOffCreate', TIME_OFF, input)).timeOff
/** Around the clock from Monday, each for 24 hours. */
const make = (...people: Person[]) =>
  makeSchedule(manager, { layers: [{ ...daily(...people), startsAt: '2030-03-04T08:00:00Z' }] })

it('makes a gap that is shown on every schedule of the person', async () => {
  const [first, second] = [await make(ada), await make(grace, ada)]
  expect(await take(ada, { ...NOON, reason: 'Dentist' })).toEqual({
    ...{ id: expect.stringMatching(/^off_/), reason: 'Dentist', user: { name: 'Ada' } },
    ...{ startsAt: '2030-03-05T12:00:00.000Z', endsAt: '2030-03-05T14:00:00.000Z' },
  })
  for (const id of [first, second])
    expect(await finalSchedule(ada, id, ...RANGE)).toEqual([
      'Ada 05T08:00 05T12:00',
      'nobody (Ada) 05T12:00 05T14:00',
      'Ada 05T14:00 06T08:00',
    ])
})

it('is filled by the next lower layer, if that has somebody', async () => {
  const id = await make(ada)
  await carryOut(manager, 'scheduleLayerAdd', 'layer { id }', {
    ...{ scheduleId: id, ...daily(grace), position: 1 },
    restrictions: [{ weekdays: ['TUESDAY'], from: '13:00', until: '14:00' }],
  })
  await take(ada)
  expect(await finalSchedule(ada, id, ...RANGE)).toEqual([
    'Ada 05T08:00 05T12:00',
    'Grace 05T12:00 05T13:00',
    'nobody (Ada) 05T13:00 05T14:00',
    'Ada 05T14:00 06T08:00',
  ])
})

it('is filled by an override', async () => {
  const id = await make(ada)
  await take(ada)
  await carryOut(manager, 'scheduleOverrideCreate', 'override { id }', {
    ...{ scheduleId: id, kind: 'REPLACE', outgoingId: ada.id, incomingId: linus.id, ...NOON },
  })
  expect(await finalSchedule(ada, id, ...RANGE)).toContain('Linus 05T12:00 05T14:00')
})

it('wins over an override that was there before', async () => {
  const id = await make(ada)
  await carryOut(manager, 'scheduleOverrideCreate', 'override { id }', {
    ...{ scheduleId: id, kind: 'REPLACE', outgoingId: ada.id, incomingId: linus.id, ...NOON },
  })
  await take(linus)
  expect(await finalSchedule(ada, id, ...RANGE)).toContain('nobody (Linus) 05T12:00 05T14:00')
})

it('can be taken back: what of it has been stays', async () => {
  const id = await make(ada)
  const now = +server.clock.now()
  const at = (hours: number) => new Date(now + hours * HOUR)
  const present = await take(ada, { startsAt: at(-1), endsAt: at(5) })
  expect(Date.parse(present.startsAt)).toBeGreaterThanOrEqual(now)
  server.clock.advance(HOUR)
  const ended = await carryOut(ada, 'timeOffDelete', TIME_OFF, { id: present.id })
  expect(Date.parse(ended.timeOff.endsAt)).toBeLessThan(now + 2 * HOUR)
  expect(await onCall(ada, id, at(0.5))).toEqual([])
  expect(await onCall(ada, id, at(4))).toEqual(['Ada'])
  expect(await refusal(ada, 'timeOffDelete', { id: present.id })).toMatchObject({ code: 'BAD_USER_INPUT', field: 'id' })
  const future = await take(ada, { startsAt: at(24), endsAt: at(48) })
  expect((await carryOut(ada, 'timeOffDelete', TIME_OFF, { id: future.id })).timeOff).toBeNull()
  expect(await refusal(ada, 'timeOffDelete', { id: future.id })).toMatchObject({ code: 'NOT_FOUND' })
})

it('is one’s own affair and the managers’, and so is its reason', async () => {
  const { id } = await take(ada, { ...NOON, reason: 'Dentist' })
  expect(await refusal(grace, 'timeOffCreate', { ...NOON, userId: ada.id })).toMatchObject({ code: 'FORBIDDEN' })
  expect(await refusal(grace, 'timeOffDelete', { id })).toMatchObject({ code: 'FORBIDDEN' })
  const LIST = `query ($id: ID!) { user(id: $id) { timeOff(first: 5) { totalCount edges { node { startsAt reason } } } } }`
  const read = async (person: Person) => (await person.run(LIST, { id: ada.id })).user.timeOff
  const told = (reason: string | null) => ({
    totalCount: 1,
    edges: [{ node: { startsAt: '2030-03-05T12:00:00.000Z', reason } }],
  })
  expect(await read(ada)).toEqual(told('Dentist'))
  expect(await read(manager)).toEqual(told('Dentist'))
  expect(await read(grace)).toEqual(told(null))
  const stakeholder = await server.as('STAKEHOLDER')
  expect(await refusal(stakeholder, 'timeOffDelete', { id })).toMatchObject({ code: 'NOT_FOUND' })
  expect(await refusal(stakeholder, 'timeOffCreate', NOON)).toMatchObject({ code: 'FORBIDDEN' })
  expect((await stakeholder.run('query ($id: ID!) { node(id: $id) { id } }', { id })).node).toBeNull()
  expect(await take(manager, { ...NOON, userId: grace.id })).toMatchObject({ user: { name: 'Grace' } })
})

it.each<[string, object, string?]>([
  ['endsAt', { endsAt: NOON.startsAt }],
  ['endsAt', { startsAt: '2030-01-01T00:00:00Z', endsAt: '2030-01-02T00:00:00Z' }],
  ['endsAt', { endsAt: '2031-03-07T12:00:00Z' }],
  ['reason', { reason: 'x'.repeat(301) }],
  ['userId', { userId: 'usr_00000000000000000000000000' }, 'NOT_FOUND'],
])('is refused with %s named (%#)', async (field, input, code = 'BAD_USER_INPUT') => {
  expect(await refusal(manager, 'timeOffCreate', { ...NOON, ...input })).toMatchObject({ code, field })
})

it('begins when an account is switched off or gets another role, and ends with that', async () => {
  const admin = await server.as('ADMIN')
  const id = await make(ada)
  await carryOut(manager, 'scheduleLayerAdd', 'layer { id }', { scheduleId: id, ...daily(grace), position: 1 })
  const change = (input: object) => carryOut(admin, 'userUpdate', 'user { id }', { id: ada.id, ...input })
  const now = () => onCall(grace, id, server.clock.now())
  for (const [off, on] of [
    [{ active: false }, { active: true }],
    [{ role: 'STAKEHOLDER' }, { role: 'MANAGER' }],
  ]) {
    await change(off!)
    await change(off!) // doing it twice is doing it once
    expect(await now()).toEqual(['Grace'])
    const { user } = await grace.run(
      'query ($id: ID!) { user(id: $id) { timeOff(first: 1) { edges { node { id endsAt } } } } }',
      { id: ada.id },
    )
    const { node } = user.timeOff.edges[0]
    expect(node.endsAt).toBeNull()
    expect(await refusal(manager, 'timeOffDelete', { id: node.id })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'id',
    })
    server.clock.advance(HOUR)
    await change(on!)
    expect(await now()).toEqual(['Ada'])
    expect(await onCall(grace, id, new Date(+server.clock.now() - HOUR / 2))).toEqual(['Grace'])
  }
})
