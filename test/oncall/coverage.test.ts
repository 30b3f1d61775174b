import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'
import { carryOut, daily, look, makeSchedule, travelTo } from './story.js'

let server: TestServer
let manager: Person, ada: Person, grace: Person, linus: Person
beforeAll(async () => {
  server = await startTestServer()
  travelTo(server)
  manager = await server.as('MANAGER', { name: 'Mona' })
  ada = await server.as('RESPONDER', { name: 'Ada' })
  grace = await server.as('RESPONDER', { name: 'Grace' })
  linus = await server.as('RESPONDER', { name: 'Linus' })
})
afterAll(() => server.stop())

const WEEK = 'from: "2030-03-04T00:00:00Z", to: "2030-03-11T00:00:00Z"'
const WEEKDAYS = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY']
/** Ada and Grace in turns of a day from Monday, 09:00 in Berlin; Linus on Sunday only, above them. */
const make = () =>
  makeSchedule(manager, {
    layers: [
      { ...daily(ada, grace), startsAt: '2030-03-04T08:00:00Z', endsAt: '2030-03-10T20:00:00Z' },
      {
        ...{ ...daily(linus), name: 'Sundays', startsAt: '2030-03-04T08:00:00Z' },
        restrictions: [{ weekdays: ['SUNDAY'], from: '12:00', until: '18:00' }],
      },
    ],
  })

it('is shown for a range, cut at its ends, with its gaps', async () => {
  const id = await make()
  const { finalSchedule, gaps } = await look(
    ada,
    id,
    `finalSchedule(from: "2030-03-09T12:00:00Z", to: "2030-03-11T00:00:00Z") {
       shifts { startsAt endsAt user { name } because { summary } schedule { id } } gaps { startsAt endsAt } }
     gaps(${WEEK}) { startsAt endsAt absent { name } }`,
  )
  const shift = (name: string, layer: string, startsAt: string, endsAt: string) => ({
    ...{ user: { name }, because: { summary: `Layer “${layer}”` }, schedule: { id } },
    ...{ startsAt: `2030-03-${startsAt}:00:00.000Z`, endsAt: `2030-03-${endsAt}:00:00.000Z` },
  })
  const last = { startsAt: '2030-03-10T20:00:00.000Z', endsAt: '2030-03-11T00:00:00.000Z' }
  expect(finalSchedule).toEqual({
    shifts: [
      shift('Grace', 'Primary', '09T12', '10T08'),
      shift('Ada', 'Primary', '10T08', '10T11'),
      shift('Linus', 'Sundays', '10T11', '10T17'),
      shift('Ada', 'Primary', '10T17', '10T20'),
    ],
    gaps: [last],
  })
  expect(gaps).toEqual([
    { startsAt: '2030-03-04T00:00:00.000Z', endsAt: '2030-03-04T08:00:00.000Z', absent: [] },
    { ...last, absent: [] },
  ])
})

it('is shared: hours, nights and weekends of each person, those who have none, too', async () => {
  const id = await make()
  await carryOut(manager, 'scheduleLayerAdd', 'layer { id }', {
    ...{ scheduleId: id, ...daily(manager), name: 'Never asked', position: 1 },
    restrictions: [{ weekdays: ['MONDAY'], from: '10:00', until: '11:00' }],
  })
  const { fairness } = await look(ada, id, `fairness(${WEEK}) { user { name } hours nights weekends shifts }`)
  expect(fairness).toEqual([
    // Monday, Wednesday and Friday for 24 hours; Sunday for 6, after the night that ended at 06:00 and before 22:00
    { user: { name: 'Ada' }, hours: 78, nights: 3, weekends: 1, shifts: 5 },
    { user: { name: 'Grace' }, hours: 72, nights: 3, weekends: 1, shifts: 3 },
    { user: { name: 'Linus' }, hours: 6, nights: 0, weekends: 1, shifts: 1 },
    { user: { name: 'Mona' }, hours: 0, nights: 0, weekends: 0, shifts: 0 },
  ])
})

it('counts a night by its own length when the clock changes', async () => {
  const id = await makeSchedule(manager, { layers: [{ ...daily(ada), startsAt: '2030-03-04T08:00:00Z' }] })
  const { fairness } = await look(
    ada,
    id,
    `fairness(from: "2030-03-30T00:00:00+01:00", to: "2030-04-01T00:00:00+02:00") { hours nights weekends shifts }`,
  )
  expect(fairness).toEqual([{ hours: 47, nights: 3, weekends: 1, shifts: 3 }])
})

it('tells who is next, as far as a year ahead', async () => {
  const id = await make()
  const { upNext } = await look(ada, id, 'upNext(first: 100) { startsAt endsAt user { name } }')
  expect(upNext.slice(0, 2)).toEqual([
    { user: { name: 'Grace' }, startsAt: '2030-03-05T08:00:00.000Z', endsAt: '2030-03-06T08:00:00.000Z' },
    { user: { name: 'Ada' }, startsAt: '2030-03-06T08:00:00.000Z', endsAt: '2030-03-07T08:00:00.000Z' },
  ])
  expect(upNext.at(-1)).toMatchObject({ user: { name: 'Linus' }, startsAt: '2031-03-02T11:00:00.000Z' })
  expect((await look(ada, id, 'upNext(first: 1) { user { name } }')).upNext).toEqual([{ user: { name: 'Grace' } }])
})

it('looks 90 days around for the turns before and after', async () => {
  const rotation = { kind: 'CUSTOM', length: 89, unit: 'DAYS', handoverTime: '09:00' }
  const long = { ...daily(ada, grace), startsAt: '2030-01-01T08:00:00Z', rotation }
  const [near, far] = [
    await makeSchedule(manager, { layers: [long] }),
    await makeSchedule(manager, { layers: [{ ...long, rotation: { ...rotation, length: 300 } }] }),
  ]
  const FIELDS = 'onCall { current { startsAt endsAt } next { startsAt endsAt user { name } } previous { startsAt } }'
  expect((await look(ada, near, FIELDS)).onCall).toEqual({
    current: [{ startsAt: '2030-01-01T08:00:00.000Z', endsAt: '2030-03-31T07:00:00.000Z' }],
    next: [{ startsAt: '2030-03-31T07:00:00.000Z', endsAt: '2030-06-28T07:00:00.000Z', user: { name: 'Grace' } }],
    previous: [],
  })
  expect((await look(ada, far, FIELDS)).onCall).toEqual({
    current: [{ startsAt: '2030-01-01T08:00:00.000Z', endsAt: '2030-10-28T08:00:00.000Z' }],
    ...{ next: [], previous: [] },
  })
})

it('names the next and the previous others, whatever short breaks somebody has between their hours', async () => {
  const id = await makeSchedule(manager, {
    layers: [
      {
        ...{ ...daily(ada, grace), startsAt: '2030-02-18T08:00:00Z' },
        rotation: { kind: 'WEEKLY', handoverTime: '00:00', handoverWeekday: 'MONDAY' },
        restrictions: [{ weekdays: WEEKDAYS, from: '08:00', until: '18:00' }],
      },
    ],
  })
  const { onCall } = await look(
    ada,
    id,
    `onCall(at: "2030-03-06T10:00:00Z") { current { user { name } } previous { user { name } endsAt } next { user { name } startsAt } }`,
  )
  expect(onCall).toEqual({
    current: [{ user: { name: 'Ada' } }],
    previous: [{ user: { name: 'Grace' }, endsAt: '2030-03-01T17:00:00.000Z' }],
    next: [{ user: { name: 'Grace' }, startsAt: '2030-03-11T07:00:00.000Z' }],
  })
})

it('is told of a person over all schedules, each shift whole', async () => {
  const person = await server.as('RESPONDER', { name: 'Alan' })
  const first = await makeSchedule(manager, { layers: [{ ...daily(person, ada), startsAt: '2030-03-04T08:00:00Z' }] })
  const second = await makeSchedule(manager, { layers: [daily(ada)] })
  const times = { startsAt: '2030-03-05T00:00:00Z', endsAt: '2030-03-05T01:00:00Z' }
  await carryOut(manager, 'scheduleOverrideCreate', 'override { id }', {
    ...{ scheduleId: second, kind: 'ADD', incomingId: person.id, ...times },
  })
  const SHIFTS = `query ($id: ID!) { user(id: $id) {
    onCallShifts(from: "2030-03-05T00:30:00Z", to: "2030-03-06T10:00:00Z") { startsAt endsAt schedule { id } } } }`
  const { user } = await ada.run(SHIFTS, { id: person.id })
  expect(user.onCallShifts).toEqual([
    { startsAt: '2030-03-04T08:00:00.000Z', endsAt: '2030-03-05T08:00:00.000Z', schedule: { id: first } },
    { startsAt: '2030-03-05T00:00:00.000Z', endsAt: '2030-03-05T01:00:00.000Z', schedule: { id: second } },
    { startsAt: '2030-03-06T08:00:00.000Z', endsAt: '2030-03-07T08:00:00.000Z', schedule: { id: first } },
  ])
  const { me } = await (
    await server.as('STAKEHOLDER')
  ).run('{ me { onCallShifts(from: "2030-03-05T00:30:00Z", to: "2030-03-06T10:00:00Z") { startsAt } } }')
  expect(me.onCallShifts).toEqual([])
})

it.each([
  ['finalSchedule(from: "2030-03-05T00:00:00Z", to: "2030-03-05T00:00:00Z") { gaps { startsAt } }', 'to'],
  ['gaps(from: "2030-03-05T00:00:00Z", to: "2030-03-04T00:00:00Z") { startsAt }', 'to'],
  ['fairness(from: "2030-03-05T00:00:00Z", to: "2031-03-07T00:00:00Z") { hours }', 'to'],
  ['upNext(first: 0) { startsAt }', 'first'],
  ['upNext(first: 101) { startsAt }', 'first'],
])('refuses a range that is reversed, empty or too long: %s', async (field, named) => {
  const id = await make()
  const { errors } = await ada.send(`query ($id: ID!) { schedule(id: $id) { ${field} } }`, { id })
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', field: named } }])
})

it('refuses to read more than 10,000 shifts at once', async () => {
  const hourly = { ...daily(ada, grace), rotation: { kind: 'CUSTOM', length: 1, unit: 'HOURS', handoverTime: '00:00' } }
  const ids = [await makeSchedule(manager, { layers: [hourly] }), await makeSchedule(manager, { layers: [hourly] })]
  const READ = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Schedule {
    finalSchedule(from: "2030-04-01T00:00:00Z", to: "2031-04-01T00:00:00Z") { gaps { startsAt } } } } }`
  expect((await ada.run(READ, { ids: [ids[0]] })).nodes).toEqual([{ finalSchedule: { gaps: [] } }])
  expect((await ada.send(READ, { ids })).errors![0]).toMatchObject({
    extensions: { code: 'BAD_USER_INPUT', field: 'to' },
  })
})
