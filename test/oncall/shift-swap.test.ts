import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'
import { carryOut, daily, finalSchedule, look, makeSchedule, refusal, travelTo } from './story.js'

let server: TestServer
let manager: Person, ada: Person, grace: Person, linus: Person, alan: Person
let schedule: string
beforeAll(async () => {
  server = await startTestServer()
  travelTo(server)
  manager = await server.as('MANAGER', { name: 'Mona' })
  ada = await server.as('RESPONDER', { name: 'Ada' })
  grace = await server.as('RESPONDER', { name: 'Grace' })
  linus = await server.as('RESPONDER', { name: 'Linus' })
  alan = await server.as('RESPONDER', { name: 'Alan' })
})
/** Ada, Grace and Linus in turns from Monday, 09:00 in Berlin. Alan takes none. */
beforeEach(async () => {
  schedule = await makeSchedule(manager, {
    layers: [{ ...daily(ada, grace, linus), startsAt: '2030-03-04T08:00:00Z' }],
  })
})
afterAll(() => server.stop())

const GRACES = { startsAt: '2030-03-05T08:00:00Z', endsAt: '2030-03-06T08:00:00Z' }
const RANGE = ['2030-03-05T00:00:00Z', '2030-03-07T00:00:00Z'] as const
const SWAP =
  'swap { id status message startsAt decidedAt requester { name } asked { name } taker { name } schedule { id } }'
const ask = async (person: Person, input: object = {}) =>
  (await carryOut(person, 'shiftSwapRequest', SWAP, { scheduleId: schedule, ...GRACES, ...input })).swap
const answer = async (person: Person, what: 'Accept' | 'Decline' | 'Withdraw', id: string) =>
  (await carryOut(person, `shiftSwap${what}`, SWAP, { id })).swap
const refused = async (person: Person, what: 'Accept' | 'Decline' | 'Withdraw', id: string) =>
  (await refusal(person, `shiftSwap${what}`, { id })).code
const read = () => finalSchedule(ada, schedule, ...RANGE)
const PLAIN = ['Ada 05T00:00 05T08:00', 'Grace 05T08:00 06T08:00', 'Linus 06T08:00 07T00:00']

it('changes the schedule once it is accepted', async () => {
  const asked = await ask(grace, { askedId: alan.id, message: 'Birthday' })
  expect(asked).toEqual({
    ...{ id: expect.stringMatching(/^swp_/), status: 'REQUESTED', message: 'Birthday', decidedAt: null, taker: null },
    ...{ startsAt: '2030-03-05T08:00:00.000Z', requester: { name: 'Grace' }, asked: { name: 'Alan' } },
    schedule: { id: schedule },
  })
  expect(await read()).toEqual(PLAIN)
  expect(await answer(alan, 'Accept', asked.id)).toMatchObject({ status: 'ACCEPTED', taker: { name: 'Alan' } })
  expect(await read()).toEqual(['Ada 05T00:00 05T08:00', 'Alan 05T08:00 06T08:00', 'Linus 06T08:00 07T00:00'])
  const { onCall } = await look(
    ada,
    schedule,
    'onCall(at: "2030-03-05T12:00:00Z") { current { because { kind id summary } } }',
  )
  expect(onCall.current).toEqual([{ because: { kind: 'SWAP', id: asked.id, summary: 'Swap with Grace: Birthday' } }])
  expect(await refused(alan, 'Accept', asked.id)).toBe('INVALID_TRANSITION')
})

it('can be asked of anybody who takes turns with one, for a part of a shift', async () => {
  const part = { startsAt: '2030-03-05T18:00:00Z', endsAt: '2030-03-05T20:00:00Z' }
  const { id } = await ask(grace, part)
  expect(await refused(alan, 'Accept', id)).toBe('FORBIDDEN')
  expect(await refused(grace, 'Accept', id)).toBe('FORBIDDEN')
  expect(await refused(linus, 'Decline', id)).toBe('FORBIDDEN')
  await answer(linus, 'Accept', id)
  expect(await read()).toEqual([
    ...['Ada 05T00:00 05T08:00', 'Grace 05T08:00 05T18:00', 'Linus 05T18:00 05T20:00'],
    ...['Grace 05T20:00 06T08:00', 'Linus 06T08:00 07T00:00'],
  ])
  expect(await refused(ada, 'Accept', id)).toBe('INVALID_TRANSITION')
})

it('is declined by whoever was asked, and withdrawn by whoever asked', async () => {
  const first = await ask(grace, { askedId: ada.id })
  expect(await refused(linus, 'Accept', first.id)).toBe('FORBIDDEN')
  expect(await refused(linus, 'Decline', first.id)).toBe('FORBIDDEN')
  expect(await answer(ada, 'Decline', first.id)).toMatchObject({ status: 'DECLINED', decidedAt: expect.any(String) })
  expect(await refused(ada, 'Accept', first.id)).toBe('INVALID_TRANSITION')
  const second = await ask(grace, { askedId: ada.id })
  expect(await refused(ada, 'Withdraw', second.id)).toBe('FORBIDDEN')
  expect(await answer(grace, 'Withdraw', second.id)).toMatchObject({ status: 'WITHDRAWN' })
  expect(await refused(ada, 'Accept', second.id)).toBe('INVALID_TRANSITION')
  const third = await ask(grace)
  expect(await answer(manager, 'Withdraw', third.id)).toMatchObject({ status: 'WITHDRAWN' })
  expect(await read()).toEqual(PLAIN)
})

it('can be asked of several: the first who accepts has it', async () => {
  const [first, second] = [await ask(grace, { askedId: ada.id }), await ask(grace, { askedId: linus.id })]
  await answer(linus, 'Accept', second.id)
  expect(await refused(ada, 'Accept', first.id)).toBe('CONFLICT')
})

it('is passed on, and an override lies over it', async () => {
  await answer(alan, 'Accept', (await ask(grace, { askedId: alan.id })).id)
  await answer(ada, 'Accept', (await ask(alan, { askedId: ada.id })).id)
  expect(await read()).toContain('Ada 05T08:00 06T08:00')
  await carryOut(manager, 'scheduleOverrideCreate', 'override { id }', {
    ...{ scheduleId: schedule, kind: 'REPLACE', outgoingId: ada.id, incomingId: grace.id, ...GRACES },
  })
  expect(await read()).toContain('Grace 05T08:00 06T08:00')
})

it('takes the rest of a shift that has begun, and nothing of one that is over', async () => {
  const now = +server.clock.now()
  const HOUR = 3_600_000
  const mine = { startsAt: new Date(now - HOUR), endsAt: new Date(now + 4 * HOUR) }
  const { id } = await ask(ada, { ...mine, askedId: grace.id })
  const late = await ask(ada, { ...mine, askedId: linus.id })
  server.clock.advance(HOUR)
  expect(Date.parse((await answer(grace, 'Accept', id)).startsAt)).toBeGreaterThanOrEqual(now + HOUR)
  server.clock.advance(5 * HOUR)
  expect(await refused(linus, 'Accept', late.id)).toBe('INVALID_TRANSITION')
})

it('is not taken by somebody who is off', async () => {
  const { id } = await ask(grace, { askedId: linus.id })
  await carryOut(linus, 'timeOffCreate', 'timeOff { id }', {
    startsAt: '2030-03-06T07:00:00Z',
    endsAt: '2030-03-06T08:30:00Z',
  })
  expect(await refused(linus, 'Accept', id)).toBe('BAD_USER_INPUT')
})

it('is listed for whom it concerns', async () => {
  const { id } = await ask(grace, { askedId: alan.id })
  const LIST = `query ($filter: ShiftSwapFilter) { shiftSwaps(first: 10, filter: $filter) { edges { node { id status } } } }`
  const list = async (filter: object, person = ada) =>
    (await person.run(LIST, { filter: { scheduleId: [schedule], ...filter } })).shiftSwaps.edges
  expect(await list({ userId: [alan.id], status: ['REQUESTED'] })).toEqual([{ node: { id, status: 'REQUESTED' } }])
  expect(await list({ userId: [grace.id] })).toHaveLength(1)
  expect(await list({ userId: [ada.id] })).toEqual([])
  expect(await list({ status: ['ACCEPTED'] })).toEqual([])
  const stakeholder = await server.as('STAKEHOLDER')
  expect((await stakeholder.send(LIST)).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
  expect(await refused(stakeholder, 'Accept', id)).toBe('NOT_FOUND')
  expect((await stakeholder.run('query ($id: ID!) { node(id: $id) { id } }', { id })).node).toBeNull()
})

it.each<[string, object, string?]>([
  ['scheduleId', { scheduleId: 'sch_none' }, 'NOT_FOUND'],
  ['askedId', { askedId: 'usr_00000000000000000000000000' }, 'NOT_FOUND'],
  ['endsAt', { endsAt: GRACES.startsAt }],
  ['endsAt', { endsAt: '2031-03-07T12:00:00Z' }],
  ['startsAt', { startsAt: '2030-03-06T08:00:00Z', endsAt: '2030-03-07T08:00:00Z' }], // the shift of Linus
  ['message', { message: 'x'.repeat(301) }],
])('is refused with %s named (%#)', async (field, input, code = 'BAD_USER_INPUT') => {
  const asked = { scheduleId: schedule, ...GRACES, ...input }
  expect(await refusal(grace, 'shiftSwapRequest', asked)).toMatchObject({ code, field })
})

it('is refused when one asks oneself, or nobody, or somebody who cannot be on call', async () => {
  const asked = { scheduleId: schedule, ...GRACES }
  const error = { code: 'BAD_USER_INPUT', field: 'askedId' }
  expect(await refusal(grace, 'shiftSwapRequest', { ...asked, askedId: grace.id })).toMatchObject(error)
  const auditor = await server.as('AUDITOR')
  expect(await refusal(grace, 'shiftSwapRequest', { ...asked, askedId: auditor.id })).toMatchObject(error)
  const alone = await makeSchedule(manager, { layers: [daily(grace)] })
  expect(await refusal(grace, 'shiftSwapRequest', { ...asked, scheduleId: alone })).toMatchObject(error)
  expect(await refusal(auditor, 'shiftSwapRequest', asked)).toMatchObject({ code: 'FORBIDDEN' })
})
