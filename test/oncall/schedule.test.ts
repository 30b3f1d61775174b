import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'
import { daily, look, makeSchedule, onCall } from './story.js'

let server: TestServer
let manager: Person, ada: Person, grace: Person, linus: Person
beforeAll(async () => {
  server = await startTestServer()
  manager = await server.as('MANAGER', { name: 'Mona' })
  ada = await server.as('RESPONDER', { name: 'Ada' })
  grace = await server.as('RESPONDER', { name: 'Grace' })
  linus = await server.as('RESPONDER', { name: 'Linus' })
})
afterAll(() => server.stop())

it('has somebody on call around the clock, and tells who was and who comes next', async () => {
  const team = await server.team('Platform')
  const id = await makeSchedule(manager, {
    teamId: team,
    description: 'First line',
    layers: [{ ...daily(ada, grace, linus), startsAt: '2026-03-02T08:00:00Z' }], // a Monday, 09:00 in Berlin
  })
  const SHIFT = 'startsAt endsAt user { name } schedule { id } because { kind summary }'
  const { onCall, ...rest } = await look(
    ada,
    id,
    `name description timeZone archivedAt version team { name }
     layers { name participants { name } startsAt endsAt rotation { kind length unit handoverTime handoverWeekday } restrictions { from } }
     onCall(at: "2026-03-03T10:00:00Z") { at current { ${SHIFT} } previous { ${SHIFT} } next { ${SHIFT} } }`,
  )
  expect(rest).toEqual({
    name: expect.any(String),
    ...{
      description: 'First line',
      timeZone: 'Europe/Berlin',
      archivedAt: null,
      version: 1,
      team: { name: 'Platform' },
    },
    layers: [
      {
        ...{ name: 'Primary', startsAt: '2026-03-02T08:00:00.000Z', endsAt: null, restrictions: [] },
        participants: [{ name: 'Ada' }, { name: 'Grace' }, { name: 'Linus' }],
        rotation: { kind: 'DAILY', length: 1, unit: 'DAYS', handoverTime: '09:00', handoverWeekday: null },
      },
    ],
  })
  const shift = (name: string, day: number) => ({
    startsAt: `2026-03-0${day}T08:00:00.000Z`,
    endsAt: `2026-03-0${day + 1}T08:00:00.000Z`,
    ...{ user: { name }, schedule: { id }, because: { kind: 'LAYER', summary: 'Layer “Primary”' } },
  })
  expect(onCall).toEqual({
    at: '2026-03-03T10:00:00.000Z',
    ...{ current: [shift('Grace', 3)], previous: [shift('Ada', 2)], next: [shift('Linus', 4)] },
  })
})

it('lets the higher layer win where it has somebody', async () => {
  const office = {
    ...{ name: 'Office hours', participantIds: [grace.id], rotation: { kind: 'DAILY', handoverTime: '00:00' } },
    startsAt: '2026-03-02T00:00:00Z',
    restrictions: [{ weekdays: ['MONDAY', 'TUESDAY'], from: '09:00', until: '17:00' }],
  }
  const id = await makeSchedule(manager, {
    layers: [{ ...daily(ada), startsAt: '2026-03-02T00:00:00Z' }, office],
  })
  const at = (time: string) => onCall(ada, id, `2026-03-${time}:00+01:00`)
  expect(await at('02T08:59')).toEqual(['Ada'])
  expect(await at('02T09:00')).toEqual(['Grace'])
  expect(await at('02T16:59')).toEqual(['Grace'])
  expect(await at('02T17:00')).toEqual(['Ada'])
  expect(await at('04T12:00')).toEqual(['Ada'])
  expect(await at('01T12:00')).toEqual([])
})

it('is listed by name, found by its team and by its id', async () => {
  const team = await server.team('Storage')
  const id = await makeSchedule(manager, { name: 'Storage nights', teamId: team })
  const other = await makeSchedule(manager, { name: 'Other nights' })
  const { schedules } = await ada.run(
    `query ($team: [ID!]) { schedules(first: 5, filter: { teamId: $team, search: "NIGHT" }) { totalCount edges { node { id name } } } }`,
    { team: [team] },
  )
  expect(schedules).toEqual({ totalCount: 1, edges: [{ node: { id, name: 'Storage nights' } }] })
  const { team: read } = await ada.run('query ($team: ID!) { team(id: $team) { schedules { id } } }', { team })
  expect(read.schedules).toEqual([{ id }])
  const { nodes } = await ada.run('query ($ids: [ID!]!) { nodes(ids: $ids) { __typename ... on Schedule { name } } }', {
    ids: [id, other],
  })
  expect(nodes).toEqual([
    { __typename: 'Schedule', name: 'Storage nights' },
    { __typename: 'Schedule', name: 'Other nights' },
  ])
})
