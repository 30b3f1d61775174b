import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'
import { carryOut, daily, finalSchedule, look, makeSchedule, onCall, refusal, travelTo } from './story.js'

let server: TestServer
let team: string
let manager: Person, ada: Person, grace: Person, linus: Person
beforeAll(async () => {
  server = await startTestServer()
  travelTo(server)
  team = await server.team('Platform')
  manager = await server.as('MANAGER', { name: 'Mona' })
  ada = await server.as('RESPONDER', { name: 'Ada', teams: [team] })
  grace = await server.as('RESPONDER', { name: 'Grace', teams: [team] })
  linus = await server.as('RESPONDER', { name: 'Linus' })
})
afterAll(() => server.stop())

const HOUR = 3_600_000
/** Ada and Grace in turns from Monday, 09:00 in Berlin. */
const make = () =>
  makeSchedule(manager, { teamId: team, layers: [{ ...daily(ada, grace), startsAt: '2030-03-04T08:00:00Z' }] })
const TUESDAY_NOON = { startsAt: '2030-03-05T12:00:00Z', endsAt: '2030-03-05T14:00:00Z' }
const RANGE = ['2030-03-05T08:00:00Z', '2030-03-06T08:00:00Z'] as const
const create = async (person: Person, input: object) =>
  (await carryOut(person, 'scheduleOverrideCreate', 'override { id startsAt endsAt } schedule { id }', input)).override
const remove = (person: Person, id: string) =>
  carryOut(person, 'scheduleOverrideDelete', 'override { id startsAt endsAt } schedule { id }', { id })

it('adds somebody beside those on call', async () => {
  const scheduleId = await make()
  await create(manager, { scheduleId, kind: 'ADD', incomingId: linus.id, ...TUESDAY_NOON, reason: ' Migration ' })
  expect(await finalSchedule(ada, scheduleId, ...RANGE)).toEqual(['Grace 05T08:00 06T08:00', 'Linus 05T12:00 05T14:00'])
  const { onCall, overrides } = await look(
    ada,
    scheduleId,
    `onCall(at: "2030-03-05T13:00:00Z") { current { user { name } because { kind summary } } }
     overrides(first: 1) { totalCount edges { node {
       kind reason startsAt endsAt outgoing { name } incoming { name } createdBy { name } schedule { id } } } }`,
  )
  expect(onCall.current).toEqual([
    { user: { name: 'Grace' }, because: { kind: 'LAYER', summary: 'Layer “Primary”' } },
    { user: { name: 'Linus' }, because: { kind: 'OVERRIDE', summary: 'Override by Mona: Migration' } },
  ])
  expect(overrides).toEqual({
    totalCount: 1,
    edges: [
      {
        node: {
          ...{ kind: 'ADD', reason: 'Migration', outgoing: null, incoming: { name: 'Linus' } },
          ...{ createdBy: { name: 'Mona' }, schedule: { id: scheduleId } },
          ...{ startsAt: '2030-03-05T12:00:00.000Z', endsAt: '2030-03-05T14:00:00.000Z' },
        },
      },
    ],
  })
})

it('takes somebody out: a lower layer steps in, or a gap is shown', async () => {
  const scheduleId = await make()
  await create(manager, { scheduleId, kind: 'REMOVE', outgoingId: grace.id, ...TUESDAY_NOON })
  expect(await finalSchedule(ada, scheduleId, ...RANGE)).toEqual([
    'Grace 05T08:00 05T12:00',
    'nobody (Grace) 05T12:00 05T14:00',
    'Grace 05T14:00 06T08:00',
  ])
  await carryOut(manager, 'scheduleLayerAdd', 'layer { id }', { scheduleId, ...daily(linus), position: 1 })
  expect(await finalSchedule(ada, scheduleId, ...RANGE)).toEqual([
    'Grace 05T08:00 05T12:00',
    'Linus 05T12:00 05T14:00',
    'Grace 05T14:00 06T08:00',
  ])
})

it('puts somebody in the place of another, for as long as that one would be on call', async () => {
  const scheduleId = await make()
  const week = { startsAt: '2030-03-05T12:00:00Z', endsAt: '2030-03-08T00:00:00Z' }
  const { id } = await create(manager, {
    ...{ scheduleId, kind: 'REPLACE', outgoingId: grace.id, incomingId: linus.id, ...week },
  })
  expect(await finalSchedule(ada, scheduleId, '2030-03-05T08:00:00Z', '2030-03-08T08:00:00Z')).toEqual([
    'Grace 05T08:00 05T12:00',
    'Linus 05T12:00 06T08:00',
    'Ada 06T08:00 07T08:00',
    'Linus 07T08:00 08T00:00',
    'Grace 08T00:00 08T08:00',
  ])
  const { node } = await ada.run('query ($id: ID!) { node(id: $id) { ... on ScheduleOverride { kind } } }', { id })
  expect(node).toEqual({ kind: 'REPLACE' })
})

it('holds from now on, and what of it has been stays when it is taken back', async () => {
  const scheduleId = await makeSchedule(manager, { layers: [daily(ada)] })
  const now = +server.clock.now()
  const at = (hours: number) => new Date(now + hours * HOUR)
  const swapIn = { scheduleId, kind: 'REPLACE', outgoingId: ada.id, incomingId: grace.id }
  const early = await create(manager, { ...swapIn, startsAt: at(-24), endsAt: at(4) })
  expect(Date.parse(early.startsAt)).toBeGreaterThanOrEqual(now)
  expect(await onCall(ada, scheduleId, at(3))).toEqual(['Grace'])
  server.clock.advance(HOUR)
  const ended = await remove(manager, early.id)
  expect(Date.parse(ended.override.endsAt)).toBeLessThan(now + 2 * HOUR)
  expect(await onCall(ada, scheduleId, at(0.5))).toEqual(['Grace'])
  expect(await onCall(ada, scheduleId, at(3))).toEqual(['Ada'])
  expect(await refusal(manager, 'scheduleOverrideDelete', { id: early.id })).toMatchObject({
    ...{ code: 'BAD_USER_INPUT', field: 'id' },
  })
  const later = await create(manager, { ...swapIn, startsAt: at(24), endsAt: at(48) })
  expect(await remove(manager, later.id)).toMatchObject({ override: null, schedule: { id: scheduleId } })
  expect(await refusal(manager, 'scheduleOverrideDelete', { id: later.id })).toMatchObject({ code: 'NOT_FOUND' })
})

describe('contradicts another of the same time', () => {
  const add = (incoming: string) => ({ kind: 'ADD', incoming })
  const take = (outgoing: string) => ({ kind: 'REMOVE', outgoing })
  const put = (incoming: string, outgoing: string) => ({ kind: 'REPLACE', incoming, outgoing })
  type Told = { kind: string; incoming?: string; outgoing?: string }
  it.each<[Told, Told, field: string | null]>([
    [add('Ada'), add('Ada'), 'incomingId'],
    [add('Ada'), take('Ada'), 'outgoingId'],
    [take('Ada'), add('Ada'), 'incomingId'],
    [take('Ada'), take('Ada'), 'outgoingId'],
    [take('Ada'), put('Linus', 'Ada'), 'outgoingId'],
    [put('Linus', 'Ada'), put('Grace', 'Ada'), 'outgoingId'],
    [put('Linus', 'Ada'), put('Grace', 'Linus'), 'outgoingId'],
    [put('Linus', 'Ada'), put('Ada', 'Grace'), 'incomingId'],
    [put('Linus', 'Ada'), add('Linus'), 'incomingId'],
    [put('Linus', 'Ada'), put('Linus', 'Grace'), null],
    [put('Linus', 'Ada'), take('Grace'), null],
    [add('Ada'), add('Grace'), null],
  ])('%j and %j', async (first, second, field) => {
    const scheduleId = await make()
    const idOf = (name?: string) => [ada, grace, linus].find((person) => person.name === name)?.id
    const input = ({ kind, incoming, outgoing }: Told, times: object) => ({
      ...{ scheduleId, kind, incomingId: idOf(incoming), outgoingId: idOf(outgoing), ...times },
    })
    await create(manager, input(first, TUESDAY_NOON))
    const within = { startsAt: '2030-03-05T13:59:59Z', endsAt: '2030-03-06T14:00:00Z' }
    if (field)
      expect(await refusal(manager, 'scheduleOverrideCreate', input(second, within))).toMatchObject({
        ...{ code: 'BAD_USER_INPUT', field },
      })
    else await create(manager, input(second, within))
    await create(manager, input(second, { startsAt: '2030-03-07T14:00:00Z', endsAt: '2030-03-08T14:00:00Z' }))
  })
})

describe('is refused with the field named', () => {
  const nobody = 'usr_00000000000000000000000000'
  it.each<[string, object, string?]>([
    ['scheduleId', { scheduleId: 'sch_none' }, 'NOT_FOUND'],
    ['incomingId', { incomingId: null }],
    ['incomingId', { incomingId: nobody }, 'NOT_FOUND'],
    ['outgoingId', { outgoingId: nobody, kind: 'REPLACE' }, 'NOT_FOUND'],
    ['outgoingId', { kind: 'REPLACE' }],
    ['outgoingId', { outgoingId: nobody }],
    ['incomingId', { kind: 'REMOVE', outgoingId: nobody }],
    ['endsAt', { endsAt: '2030-03-05T12:00:00Z' }],
    ['endsAt', { endsAt: '2030-03-05T11:59:59Z' }],
    ['endsAt', { endsAt: '2031-03-07T12:00:00Z' }],
    ['endsAt', { startsAt: '2030-01-01T00:00:00Z', endsAt: '2030-01-02T00:00:00Z' }],
    ['reason', { reason: 'x'.repeat(301) }],
  ])('%s (%#)', async (field, input, code = 'BAD_USER_INPUT') => {
    const given = { scheduleId: await make(), kind: 'ADD', incomingId: linus.id, ...TUESDAY_NOON, ...input }
    expect(await refusal(manager, 'scheduleOverrideCreate', given)).toMatchObject({ code, field })
  })

  it('incomingId, when they replace themselves, are off, not active, or do not work on incidents', async () => {
    const scheduleId = await make()
    const put = (incomingId: string) => ({
      scheduleId,
      kind: 'REPLACE',
      outgoingId: ada.id,
      incomingId,
      ...TUESDAY_NOON,
    })
    const away = await server.as('RESPONDER', { name: 'Away' })
    await carryOut(away, 'timeOffCreate', 'timeOff { id }', {
      startsAt: '2030-03-05T13:00:00Z',
      endsAt: '2030-03-09T00:00:00Z',
    })
    const gone = await server.as('RESPONDER', { name: 'Gone' })
    await server.sql('UPDATE users SET active = false WHERE id = $1', [gone.id])
    for (const person of [ada, away, gone, await server.as('STAKEHOLDER')])
      expect(await refusal(manager, 'scheduleOverrideCreate', put(person.id))).toMatchObject({
        ...{ code: 'BAD_USER_INPUT', field: 'incomingId' },
      })
  })
})

it('is made by managers for anybody, and by the team and those who take turns for themselves', async () => {
  const scheduleId = await make()
  const input = { scheduleId, ...TUESDAY_NOON }
  const stepIn = (person: Person) => ({ ...input, kind: 'REPLACE', outgoingId: ada.id, incomingId: person.id })
  const { id } = await create(grace, stepIn(grace))
  expect(await refusal(ada, 'scheduleOverrideDelete', { id })).toMatchObject({ code: 'FORBIDDEN' })
  await remove(grace, id)
  for (const [person, asked] of [
    [grace, stepIn(linus)],
    [grace, { ...input, kind: 'REMOVE', outgoingId: grace.id }],
    [linus, stepIn(linus)],
    [await server.as('AUDITOR'), { ...input, kind: 'ADD', incomingId: grace.id }],
  ] as const)
    expect(await refusal(person, 'scheduleOverrideCreate', asked)).toMatchObject({ code: 'FORBIDDEN' })
  const outsider = await server.as('STAKEHOLDER')
  expect(await refusal(outsider, 'scheduleOverrideCreate', stepIn(grace))).toMatchObject({ code: 'NOT_FOUND' })
  expect(await refusal(outsider, 'scheduleOverrideDelete', { id })).toMatchObject({ code: 'NOT_FOUND' })
  await carryOut(manager, 'scheduleLayerAdd', 'layer { id }', { scheduleId, ...daily(linus), position: 1 })
  await create(linus, stepIn(linus)) // takes turns now
})
