import pg from 'pg'
import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'
import { carryOut, daily, finalSchedule, look, makeSchedule, onCall, refusal } from './story.js'

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

it('changes in what is said, and moves its hand-overs with its zone from now on', async () => {
  const id = await makeSchedule(manager, { layers: [daily(ada, grace)], description: 'First' })
  const FIELDS = 'schedule { name description timeZone version team { name } }'
  const team = await server.team('Network')
  const update = async (input: object) => (await carryOut(manager, 'scheduleUpdate', FIELDS, { id, ...input })).schedule
  expect(await update({ name: 'Renamed', teamId: team })).toEqual({
    ...{ name: 'Renamed', description: 'First', timeZone: 'Europe/Berlin', version: 2, team: { name: 'Network' } },
  })
  expect(await update({ teamId: null, description: '' })).toMatchObject({ description: '', team: null, version: 3 })
  await update({ timeZone: 'america/new_york', expectedVersion: 3 })
  const { upNext } = await look(ada, id, 'upNext(first: 1) { startsAt }')
  expect(new Date(upNext[0].startsAt).toLocaleTimeString('en-GB', { timeZone: 'America/New_York' })).toBe('09:00:00')
  expect(await refusal(manager, 'scheduleUpdate', { id, name: 'Late', expectedVersion: 3 })).toMatchObject({
    ...{ code: 'CONFLICT', field: 'expectedVersion' },
  })
})

it('is archived: nobody is on call any more, what was stays, and nothing of it changes', async () => {
  const id = await makeSchedule(manager, {
    ...{ name: 'Retired', layers: [{ ...daily(ada), startsAt: '2026-01-01T08:00:00Z' }] },
  })
  const archive = async () => (await carryOut(manager, 'scheduleArchive', 'schedule { archivedAt }', { id })).schedule
  const archived = await archive()
  expect(await archive()).toEqual(archived)
  expect(await onCall(ada, id, server.clock.now())).toEqual([])
  expect((await finalSchedule(ada, id, '2026-01-02T00:00:00Z', '2026-01-03T00:00:00Z'))[0]).toMatch(/^Ada/)
  const { schedules } = await ada.run(
    '{ schedules(first: 5, filter: { search: "retired", archived: true }) { edges { node { id } } } }',
  )
  expect(schedules.edges).toEqual([{ node: { id } }])
  const { layers } = await look(ada, id, 'layers { id }')
  const times = { startsAt: server.clock.now(), endsAt: new Date(+server.clock.now() + 3_600_000) }
  for (const [name, input] of [
    ['scheduleUpdate', { id, name: 'Back' }],
    ['scheduleLayerAdd', { scheduleId: id, ...daily(ada) }],
    ['scheduleLayerUpdate', { layerId: layers[0].id, name: 'Back' }],
    ['scheduleOverrideCreate', { scheduleId: id, kind: 'ADD', incomingId: ada.id, ...times }],
  ] as const)
    expect(await refusal(manager, name, input)).toMatchObject({ code: 'CONFLICT' })
  await makeSchedule(manager, { name: 'Retired' }) // its name is free again
})

describe('is refused with the field named', () => {
  it.each<[string, object, string?]>([
    ['name', { name: '' }],
    ['name', { name: 'x'.repeat(300) }],
    ['name', { name: 'taken' }, 'CONFLICT'],
    ['description', { description: 'x'.repeat(2_001) }],
    ['timeZone', { timeZone: 'Europe/Atlantis' }],
    ['timeZone', { timeZone: '' }],
    ['teamId', { teamId: 'team_none' }, 'NOT_FOUND'],
  ])('%s (%#)', async (field, input, code = 'BAD_USER_INPUT') => {
    if (code === 'CONFLICT') await makeSchedule(manager, { name: 'Taken' })
    const id = await makeSchedule(manager)
    expect(await refusal(manager, 'scheduleUpdate', { id, ...input })).toMatchObject({ code, field })
    const given = { name: 'Never made', timeZone: 'UTC', ...input }
    expect(await refusal(manager, 'scheduleCreate', given)).toMatchObject({ code, field })
  })

  it('layers, when there are too many; id, when nothing is to change or nothing is there', async () => {
    const layers = Array.from({ length: 21 }, () => daily(ada))
    expect(await refusal(manager, 'scheduleCreate', { name: 'Tower', timeZone: 'UTC', layers })).toMatchObject({
      ...{ code: 'BAD_USER_INPUT', field: 'layers' },
    })
    const id = await makeSchedule(manager)
    expect(await refusal(manager, 'scheduleUpdate', { id })).toMatchObject({ code: 'BAD_USER_INPUT', field: 'id' })
    expect(await refusal(manager, 'scheduleArchive', { id: 'sch_none' })).toMatchObject({
      code: 'NOT_FOUND',
      field: 'id',
    })
  })
})

it('is read by those who work on incidents, and configured by managers and administrators', async () => {
  const team = await server.team('Readers')
  const id = await makeSchedule(manager, { teamId: team, layers: [daily(ada)] })
  const { layers } = await look(ada, id, 'layers { id }')
  const mutations = [
    ['scheduleCreate', { name: 'Mine', timeZone: 'UTC' }],
    ['scheduleUpdate', { id, name: 'Mine' }],
    ['scheduleArchive', { id }],
    ['scheduleLayerAdd', { scheduleId: id, ...daily(ada) }],
    ['scheduleLayerUpdate', { layerId: layers[0].id, name: 'Mine' }],
    ['scheduleLayerRemove', { layerId: layers[0].id }],
    ['scheduleLayerReorder', { scheduleId: id, layerIds: [layers[0].id] }],
  ] as const
  for (const role of ['RESPONDER', 'AUDITOR'] as const) {
    const person = await server.as(role, { teams: [team] })
    expect(await look(person, id, 'id')).toEqual({ id })
    for (const [name, input] of mutations)
      expect(await refusal(person, name, input)).toMatchObject({ code: 'FORBIDDEN' })
  }
  for (const role of ['REQUESTER', 'STAKEHOLDER', 'PARTNER'] as const) {
    const person = await server.as(role, { teams: [team] })
    expect(await look(person, id, 'id')).toBeNull()
    const {
      node,
      other,
      team: own,
    } = await person.run(
      `query ($id: ID!, $layer: ID!, $team: ID!) {
         node(id: $id) { id } other: node(id: $layer) { id } team(id: $team) { schedules { id } } }`,
      { id, layer: layers[0].id, team },
    )
    expect([node, other, own.schedules]).toEqual([null, null, []])
    const { errors } = await person.send('{ schedules(first: 1) { totalCount } }')
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
    for (const [name, input] of mutations.slice(1))
      expect(await refusal(person, name, input)).toMatchObject({ code: 'NOT_FOUND' })
    expect(await refusal(person, ...mutations[0])).toMatchObject({ code: 'FORBIDDEN' })
  }
  const admin = await server.as('ADMIN')
  expect(await makeSchedule(admin, { layers: [daily(ada)] })).toMatch(/^sch_/)
})

it('costs three statements to tell who is on call, however many schedules there are', async () => {
  for (let n = 0; n < 20; n++) await makeSchedule(manager, { name: `Counted ${n}`, layers: [daily(ada, grace)] })
  const query = jest.spyOn(pg.Client.prototype, 'query')
  try {
    const { schedules } = await ada.run(
      `{ schedules(first: 50, filter: { search: "counted" }) { edges { node { onCall { current { user { name } } } } } } }`,
    )
    expect(schedules.edges).toHaveLength(20)
    expect(schedules.edges[0].node.onCall.current).toHaveLength(1)
    const texts = query.mock.calls.map(([statement]) => String((statement as { text?: unknown }).text))
    const asked = texts.filter((text) => /schedule_layers|schedule_overrides|time_off/.test(text))
    expect(asked).toHaveLength(3)
  } finally {
    query.mockRestore()
  }
})

it('takes no filter as any other, and names a team that is none', async () => {
  const read = '{ schedules(first: 1, filter: null) { totalCount } shiftSwaps(first: 1, filter: null) { totalCount } }'
  expect((await manager.send(read)).errors).toBeUndefined()
  const nameless = { name: 'Schedule of no team', timeZone: 'Europe/Berlin', teamId: '' }
  expect(await refusal(manager, 'scheduleCreate', nameless)).toMatchObject({ code: 'NOT_FOUND', field: 'teamId' })
})
