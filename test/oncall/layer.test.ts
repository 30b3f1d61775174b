import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'
import { carryOut, daily, finalSchedule, look, makeSchedule, onCall, refusal, travelTo } from './story.js'

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

const HOUR = 3_600_000
const ids = (...people: Person[]) => people.map(({ id }) => id)
const now = () => server.clock.now()
const after = (hours: number) => new Date(+now() + hours * HOUR)
const layerOf = async (id: string, index = 0) => (await look(ada, id, 'layers { id }')).layers[index].id as string
const update = (input: object) => carryOut(manager, 'scheduleLayerUpdate', 'layer { id } schedule { version }', input)

it('is added on top, or where it is said; taken away; put into another order', async () => {
  const id = await makeSchedule(manager, { layers: [daily(ada)] })
  const layers = async () =>
    (await look(ada, id, 'layers { name } version')).layers.map(({ name }: { name: string }) => name).join(' ')
  const add = async (input: object) =>
    (
      await carryOut(manager, 'scheduleLayerAdd', 'layer { id name schedule { version } }', {
        scheduleId: id,
        ...input,
      })
    ).layer
  const top = await add({ ...daily(grace), name: 'Top' })
  expect(top).toEqual({ id: expect.stringMatching(/^lay_/), name: 'Top', schedule: { version: 2 } })
  expect(await onCall(ada, id, now())).toEqual(['Grace'])
  const versions = await server.sql('SELECT id FROM schedule_layers WHERE schedule_id = $1', [id])
  expect(versions).toHaveLength(2) // the one below is as it was
  const lowest = await add({ ...daily(linus), name: 'Lowest', position: 1 })
  expect(await layers()).toBe('Lowest Primary Top')
  await carryOut(manager, 'scheduleLayerReorder', 'schedule { version }', {
    scheduleId: id,
    layerIds: [top.id, await layerOf(id, 1), lowest.id],
  })
  expect(await layers()).toBe('Top Primary Lowest')
  expect(await onCall(ada, id, now())).toEqual(['Linus'])
  const removed = await carryOut(manager, 'scheduleLayerRemove', 'layer { id } schedule { version layers { name } }', {
    layerId: lowest.id,
  })
  expect(removed).toMatchObject({
    layer: null,
    schedule: { version: 5, layers: [{ name: 'Top' }, { name: 'Primary' }] },
  })
  expect(await onCall(ada, id, now())).toEqual(['Ada'])
  expect((await ada.run('query ($id: ID!) { node(id: $id) { id } }', { id: lowest.id })).node).toBeNull()
  expect((await ada.run('query ($id: ID!) { node(id: $id) { id } }', { id: top.id })).node).toEqual({ id: top.id })
})

it('does not change what was', async () => {
  const id = await makeSchedule(manager, { layers: [{ ...daily(ada, grace), startsAt: '2030-02-20T08:00:00Z' }] })
  const was = await finalSchedule(ada, id, '2030-02-18T00:00:00Z', '2030-03-04T07:00:00Z')
  expect(was.slice(0, 3)).toEqual(['nobody 18T00:00 20T08:00', 'Ada 20T08:00 21T08:00', 'Grace 21T08:00 22T08:00'])
  server.clock.advance(HOUR)
  await update({ layerId: await layerOf(id), participantIds: ids(linus), name: 'Linus alone' })
  expect(await onCall(ada, id, after(1))).toEqual(['Linus'])
  await carryOut(manager, 'scheduleUpdate', 'schedule { id }', { id, timeZone: 'America/New_York' })
  await carryOut(manager, 'scheduleLayerRemove', 'layer { id }', { layerId: await layerOf(id) })
  expect(await onCall(ada, id, after(1))).toEqual([])
  expect(await finalSchedule(ada, id, '2030-02-18T00:00:00Z', '2030-03-04T07:00:00Z')).toEqual(was)
})

describe('a change of its people', () => {
  /** The third of three has the turn of now. */
  const make = () =>
    makeSchedule(manager, {
      layers: [
        {
          ...daily(ada, grace, linus),
          startsAt: new Date(+now() - 49 * HOUR),
          rotation: { kind: 'DAILY', handoverTime: '00:00' },
        },
      ],
    })
  const next = async (id: string) =>
    (await look(ada, id, 'upNext(first: 3) { user { name } }')).upNext.map((s: { user: object }) => s.user)

  it('leaves the turn of now to whoever has it', async () => {
    const id = await make()
    expect(await onCall(ada, id, now())).toEqual(['Linus'])
    await update({ layerId: await layerOf(id), participantIds: ids(linus, manager, ada) })
    expect(await onCall(ada, id, now())).toEqual(['Linus'])
    expect(await next(id)).toEqual([{ name: 'Mona' }, { name: 'Ada' }, { name: 'Linus' }])
  })

  it('gives it to whoever came next, when they are taken out', async () => {
    const id = await make()
    await update({ layerId: await layerOf(id), participantIds: ids(grace, ada) })
    expect(await onCall(ada, id, now())).toEqual(['Ada'])
    expect(await next(id)).toEqual([{ name: 'Grace' }, { name: 'Ada' }, { name: 'Grace' }])
  })

  it('begins anew with another start', async () => {
    const id = await make()
    await update({ layerId: await layerOf(id), participantIds: ids(grace, ada), startsAt: now() })
    expect(await onCall(ada, id, now())).toEqual(['Grace'])
  })

  it('keeps the turn when the rotation changes, too', async () => {
    const id = await make()
    await update({
      layerId: await layerOf(id),
      rotation: { kind: 'CUSTOM', length: 3, unit: 'HOURS', handoverTime: '00:00' },
      restrictions: [],
      endsAt: null,
    })
    expect(await onCall(ada, id, now())).toEqual(['Linus'])
    expect(await next(id)).toEqual([{ name: 'Ada' }, { name: 'Grace' }, { name: 'Linus' }])
    const { layers } = await look(ada, id, 'layers { name rotation { kind length unit } endsAt }')
    expect(layers).toEqual([{ name: 'Primary', rotation: { kind: 'CUSTOM', length: 3, unit: 'HOURS' }, endsAt: null }])
  })
})

it('has somebody in its hours only, and until its end', async () => {
  const id = await makeSchedule(manager, {
    layers: [
      {
        ...{ name: 'Nights', participantIds: ids(ada, grace), endsAt: '2030-03-08T12:00:00Z' },
        rotation: { kind: 'WEEKLY', handoverTime: '09:00', handoverWeekday: 'WEDNESDAY' },
        restrictions: [{ weekdays: ['TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY'], from: '22:00', until: '06:00' }],
      },
    ],
  })
  expect(await finalSchedule(ada, id, '2030-03-05T00:00:00Z', '2030-03-09T00:00:00Z')).toEqual([
    'nobody 05T00:00 05T21:00',
    'Ada 05T21:00 06T05:00',
    'nobody 06T05:00 06T21:00',
    'Grace 06T21:00 07T05:00',
    'nobody 07T05:00 07T21:00',
    'Grace 07T21:00 08T05:00',
    'nobody 08T05:00 09T00:00',
  ])
})

describe('is refused with the field named', () => {
  const rotation = { kind: 'DAILY', handoverTime: '09:00' }
  const custom = { ...rotation, kind: 'CUSTOM' }
  it.each<[string, object, string?]>([
    ['name', { name: ' ' }],
    ['name', { name: 'x'.repeat(300) }],
    ['participantIds', { participantIds: [] }],
    ['participantIds.1', { participantIds: ['usr_nobody'], two: true }, 'NOT_FOUND'],
    ['rotation.length', { rotation: { ...rotation, length: 2 } }],
    ['rotation.length', { rotation: { ...custom, unit: 'DAYS' } }],
    ['rotation.length', { rotation: { ...custom, unit: 'DAYS', length: 0 } }],
    ['rotation.length', { rotation: { ...custom, unit: 'HOURS', length: -1 } }],
    ['rotation.length', { rotation: { ...custom, unit: 'WEEKS', length: 53 } }],
    ['rotation.length', { rotation: { ...custom, unit: 'DAYS', length: 367 } }],
    ['rotation.unit', { rotation: { ...custom, length: 2 } }],
    ['rotation.handoverTime', { rotation: { ...rotation, handoverTime: '9:00' } }],
    ['rotation.handoverTime', { rotation: { ...rotation, handoverTime: '24:00' } }],
    ['rotation.handoverWeekday', { rotation: { ...rotation, kind: 'WEEKLY' } }],
    ['rotation.handoverWeekday', { rotation: { ...custom, unit: 'WEEKS', length: 2 } }],
    ['rotation.handoverWeekday', { rotation: { ...rotation, handoverWeekday: 'MONDAY' } }],
    ['endsAt', { startsAt: '2031-01-02T00:00:00Z', endsAt: '2031-01-01T00:00:00Z' }],
    ['endsAt', { startsAt: '2031-01-02T00:00:00Z', endsAt: '2031-01-02T00:00:00Z' }],
    ['restrictions.0.weekdays', { restrictions: [{ weekdays: [], from: '09:00', until: '17:00' }] }],
    ['restrictions.0.from', { restrictions: [{ weekdays: ['MONDAY'], from: 'nine', until: '17:00' }] }],
    ['restrictions.0.until', { restrictions: [{ weekdays: ['MONDAY'], from: '09:00', until: '17:60' }] }],
    ['position', { position: 0 }],
    ['position', { position: 3 }],
  ])(
    '%s (%#)',
    async (field, { two, ...input }: { two?: boolean; participantIds?: string[] }, code = 'BAD_USER_INPUT') => {
      if (two) input.participantIds!.unshift(ada.id)
      const id = await makeSchedule(manager, { layers: [daily(ada)] })
      const layer = { ...daily(ada), ...input }
      expect(await refusal(manager, 'scheduleLayerAdd', { scheduleId: id, ...layer })).toMatchObject({ code, field })
      if (field === 'position') return
      const named = { name: 'Never made', timeZone: 'UTC' }
      expect(await refusal(manager, 'scheduleCreate', { ...named, layers: [daily(ada), layer] })).toMatchObject({
        ...{ code, field: `layers.1.${field}` },
      })
      expect(await refusal(manager, 'scheduleLayerUpdate', { layerId: await layerOf(id), ...input })).toMatchObject({
        ...{ code, field },
      })
    },
  )

  it('participantIds, when somebody would follow themselves', async () => {
    const scheduleId = await makeSchedule(manager)
    const add = (...people: Person[]) => ({ scheduleId, ...daily(...people) })
    for (const [people, field] of [
      [[ada, ada], 'participantIds.0'],
      [[ada, grace, grace], 'participantIds.2'],
      [[ada, grace, ada], 'participantIds.0'],
    ] as const)
      expect(await refusal(manager, 'scheduleLayerAdd', add(...people))).toMatchObject({
        code: 'BAD_USER_INPUT',
        field,
      })
    await carryOut(manager, 'scheduleLayerAdd', 'layer { id }', add(ada, grace, ada, linus)) // half of the turns
  })

  it('participantIds, when somebody is not active or does not work on incidents', async () => {
    const scheduleId = await makeSchedule(manager)
    const gone = await server.as('RESPONDER', { name: 'Gone' })
    await server.sql('UPDATE users SET active = false WHERE id = $1', [gone.id])
    for (const person of [gone, await server.as('STAKEHOLDER'), await server.as('AUDITOR'), await server.as('PARTNER')])
      expect(await refusal(manager, 'scheduleLayerAdd', { scheduleId, ...daily(ada, person) })).toMatchObject({
        ...{ code: 'BAD_USER_INPUT', field: 'participantIds.1' },
      })
  })

  it('layerIds, when a layer is missing, foreign or there twice', async () => {
    const scheduleId = await makeSchedule(manager, { layers: [daily(ada), daily(grace)] })
    const [first, second] = [await layerOf(scheduleId), await layerOf(scheduleId, 1)]
    for (const layerIds of [[first], [first, first], [first, second, second], [first, 'lay_none'], []])
      expect(await refusal(manager, 'scheduleLayerReorder', { scheduleId, layerIds })).toMatchObject({
        ...{ code: 'BAD_USER_INPUT', field: 'layerIds' },
      })
  })

  it('layerId and scheduleId', async () => {
    expect(await refusal(manager, 'scheduleLayerRemove', { layerId: 'lay_none' })).toMatchObject({
      ...{ code: 'NOT_FOUND', field: 'layerId' },
    })
    expect(await refusal(manager, 'scheduleLayerUpdate', { layerId: 'lay_none' })).toMatchObject({
      ...{ code: 'BAD_USER_INPUT', field: 'layerId' },
    })
    expect(await refusal(manager, 'scheduleLayerAdd', { scheduleId: 'sch_none', ...daily(ada) })).toMatchObject({
      ...{ code: 'NOT_FOUND', field: 'scheduleId' },
    })
    const scheduleId = await makeSchedule(manager, { layers: Array.from({ length: 20 }, () => daily(ada)) })
    expect(await refusal(manager, 'scheduleLayerAdd', { scheduleId, ...daily(ada) })).toMatchObject({
      ...{ code: 'BAD_USER_INPUT', field: 'scheduleId' },
    })
  })
})
