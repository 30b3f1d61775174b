import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'
import { change, declare, look, refusal, timeline } from './story.js'

let server: TestServer
let payments: string
let checkout: string
let grace: Person
beforeAll(async () => {
  server = await startTestServer()
  payments = await server.team('Payments')
  checkout = await server.service('Checkout', payments)
  grace = await server.as('MANAGER', { name: 'Grace' })
})
afterAll(() => server.stop())

it('goes to the team of its service, and is handed to another', async () => {
  const network = await server.team('Network')
  const id = await declare(grace, { serviceId: checkout })
  const fields = 'title description team { id name } service { name }'
  expect(await look(grace, id, fields)).toMatchObject({ team: { name: 'Payments' }, service: { name: 'Checkout' } })
  expect(await change(grace, 'incidentUpdate', { id, title: 'DNS is down', teamId: network }, fields)).toMatchObject({
    title: 'DNS is down',
    description: '',
    team: { id: network },
    service: { name: 'Checkout' },
  })
  expect(await refusal(grace, 'incidentUpdate', { id })).toMatchObject({ code: 'BAD_USER_INPUT' })
  expect(await timeline(grace, id)).toEqual(['Declared', 'Changed title, team'])
})

it('has its resolution rewritten once it is resolved', async () => {
  const id = await declare(grace)
  expect(await refusal(grace, 'incidentUpdate', { id, resolution: 'early' })).toMatchObject({ field: 'resolution' })
  await change(grace, 'incidentResolve', { id, resolution: 'Restarted' })
  await change(grace, 'incidentClose', { id })
  expect(await change(grace, 'incidentUpdate', { id, resolution: 'Certificate renewed' }, 'status resolution')).toEqual(
    {
      status: 'CLOSED',
      resolution: 'Certificate renewed',
    },
  )
})

it('gets its priority from the matrix until somebody overrides it, and back', async () => {
  const id = await declare(grace, { impact: 'LOW', urgency: 'LOW' })
  const fields = 'impact urgency priority priorityOverridden'
  expect(await change(grace, 'incidentTriage', { id, impact: 'HIGH' }, fields)).toEqual({
    impact: 'HIGH',
    urgency: 'LOW',
    priority: 'P3',
    priorityOverridden: false,
  })
  expect(await refusal(grace, 'incidentTriage', { id })).toMatchObject({ code: 'BAD_USER_INPUT', field: 'impact' })
  const override = { id, priority: 'P1', reason: 'The board is watching' }
  expect(await refusal(grace, 'incidentPriorityOverride', { ...override, reason: '' })).toMatchObject({
    field: 'reason',
  })
  await change(grace, 'incidentPriorityOverride', override)
  expect(await change(grace, 'incidentTriage', { id, urgency: 'MEDIUM' }, fields)).toMatchObject({
    urgency: 'MEDIUM',
    priority: 'P1',
    priorityOverridden: true,
  })
  expect(
    await change(grace, 'incidentPriorityOverride', { id, priority: null, reason: 'They left' }, fields),
  ).toMatchObject({ priority: 'P2', priorityOverridden: false })
  expect(await timeline(grace, id)).toEqual([
    'Declared',
    'Impact high, urgency low: priority P3',
    'Priority P3 → P1: The board is watching',
    'Impact high, urgency medium: priority P1',
    'Priority P1 → P2: They left',
  ])
})

it('has its times corrected, with the old ones and the reason on the timeline', async () => {
  const id = await declare(grace, { impactStartedAt: '2026-01-01T09:00:00Z' })
  await change(grace, 'incidentResolve', { id })
  const fields = 'impactStartedAt detectedAt firstResolvedAt resolvedAt'
  const correction = { id, impactStartedAt: '2026-01-01T08:00:00+01:00', detectedAt: '2026-01-01T08:30:00Z' }
  expect(await change(grace, 'incidentTimesCorrect', { ...correction, reason: 'Logs' }, fields)).toMatchObject({
    impactStartedAt: '2026-01-01T07:00:00.000Z',
    detectedAt: '2026-01-01T08:30:00.000Z',
  })
  const resolvedAt = '2026-01-01T10:00:00.000Z'
  expect(await change(grace, 'incidentTimesCorrect', { id, resolvedAt, reason: 'Graphs' }, fields)).toMatchObject({
    resolvedAt,
    firstResolvedAt: resolvedAt,
  })
  expect(await change(grace, 'incidentTimesCorrect', { id, detectedAt: null, reason: 'Guess' }, fields)).toMatchObject({
    impactStartedAt: '2026-01-01T07:00:00.000Z',
    detectedAt: null,
  })
  expect((await timeline(grace, id)).slice(2)).toEqual([
    'Corrected impactStartedAt 2026-01-01T09:00:00.000Z → 2026-01-01T07:00:00.000Z, detectedAt unknown → 2026-01-01T08:30:00.000Z: Logs',
    expect.stringMatching(/^Corrected resolvedAt \S+ → 2026-01-01T10:00:00.000Z: Graphs$/),
    'Corrected detectedAt 2026-01-01T08:30:00.000Z → unknown: Guess',
  ])
  for (const [input, field] of [
    [{ reason: 'nothing' }, 'id'],
    [{ reason: ' ', detectedAt: '2026-01-01T08:00:00Z' }, 'reason'],
    [{ reason: 'x', detectedAt: '2026-01-01T11:00:00Z' }, 'detectedAt'],
    [{ reason: 'x', resolvedAt: null }, 'resolvedAt'],
    [{ reason: 'x', closedAt: '2026-01-01T11:00:00Z' }, 'closedAt'],
    [{ reason: 'x', resolvedAt: '2150-01-01T11:00:00Z' }, 'resolvedAt'],
  ] as const)
    expect(await refusal(grace, 'incidentTimesCorrect', { id, ...input })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field,
    })
})

it('tells a workaround, and withdraws it', async () => {
  const id = await declare(grace)
  const fields = 'workaround'
  expect(await change(grace, 'incidentWorkaroundSet', { id, workaround: 'Pay by invoice' }, fields)).toEqual({
    workaround: 'Pay by invoice',
  })
  expect(await change(grace, 'incidentWorkaroundSet', { id, workaround: null }, fields)).toEqual({ workaround: null })
  expect(await timeline(grace, id)).toEqual(['Declared', 'Workaround: Pay by invoice', 'Workaround withdrawn'])
})

it('is hidden from others, with a reason, and stays visible to whoever hid it', async () => {
  const ada = await server.as('RESPONDER', { name: 'Ada', teams: [payments] })
  const id = await declare(ada, { serviceId: checkout })
  const other = await server.as('RESPONDER')
  expect(await look(other, id, 'id')).toEqual({ id })
  await change(grace, 'incidentVisibilityChange', { id, visibility: 'RESTRICTED', reason: 'Ransom note' })
  expect(await look(other, id, 'id')).toBeNull()
  expect(await look(grace, id, 'visibility')).toEqual({ visibility: 'RESTRICTED' })
  expect(await look(ada, id, 'visibility')).toEqual({ visibility: 'RESTRICTED' })
  expect((await timeline(grace, id)).at(-1)).toBe('Visibility organization → restricted: Ransom note')

  const loose = await declare(grace)
  const input = { id: loose, visibility: 'TEAM', reason: 'x' }
  expect(await refusal(grace, 'incidentVisibilityChange', input)).toMatchObject({ field: 'visibility' })
})

it('is found by number, status, priority, service, team, text, and what is mine', async () => {
  const store = await startTestServer()
  const team = await store.team('Store')
  const service = await store.service('Shop', team)
  const hedy = await store.as('MANAGER')
  const ada = await store.as('RESPONDER')
  const shop = await declare(hedy, { title: '100 % down_', serviceId: service, impact: 'HIGH', urgency: 'HIGH' })
  const mine = await declare(ada, { title: 'Printer on fire' })
  const drill = await declare(hedy, { title: 'Practice', drill: true })
  await change(hedy, 'incidentResolve', { id: drill })
  const find = async (filter: object, orderBy?: string): Promise<string[]> => {
    const { incidents } = await ada.run(
      `query ($filter: IncidentFilter, $orderBy: IncidentOrder) {
        incidents(first: 10, filter: $filter, orderBy: $orderBy) { totalCount edges { node { id } } }
      }`,
      { filter, orderBy },
    )
    const ids = incidents.edges.map(({ node }: { node: { id: string } }) => node.id)
    expect(incidents.totalCount).toBe(ids.length)
    return ids
  }
  const { number } = await look(ada, mine, 'number')
  expect(await find({})).toEqual([drill, mine, shop])
  expect(await find({}, 'OLDEST')).toEqual([shop, mine, drill])
  expect(await find({}, 'PRIORITY')).toEqual([shop, mine, drill])
  expect(await find({}, 'RECENTLY_UPDATED')).toEqual([drill, mine, shop])
  expect(await find({ number: [number] })).toEqual([mine])
  expect(await find({ open: true })).toEqual([mine, shop])
  expect(await find({ open: false })).toEqual([drill])
  expect(await find({ status: ['RESOLVED'] })).toEqual([drill])
  expect(await find({ priority: ['P1', 'P5'] })).toEqual([shop])
  expect(await find({ serviceId: [service] })).toEqual([shop])
  expect(await find({ teamId: [team] })).toEqual([shop])
  expect(await find({ drill: false, open: true })).toEqual([mine, shop])
  expect(await find({ search: '100 %' })).toEqual([shop])
  expect(await find({ search: 'n_' })).toEqual([shop])
  expect(await find({ mine: true })).toEqual([mine])
  expect(await find({ createdUntil: '2020-01-01T00:00:00Z' })).toEqual([])
  await store.stop()
})
