import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'
import { carryOut, change, declare, look, refusal, timeline } from './story.js'

let server: TestServer
let ada: Person
beforeAll(async () => {
  server = await startTestServer()
  ada = await server.as('RESPONDER', { name: 'Ada' })
})
afterAll(() => server.stop())

const MINUTE = 60_000

it('lives from its declaration to its closing, with every moment stamped once', async () => {
  const incident = await change(
    ada,
    'incidentDeclare',
    { title: '  Checkout is down ', description: 'Since the release.', impact: 'HIGH', urgency: 'MEDIUM' },
    'id number title description status visibility priority version createdAt acknowledgedAt reporter { name } detectedAt',
  )
  expect(incident).toMatchObject({
    title: 'Checkout is down',
    description: 'Since the release.',
    status: 'TRIGGERED',
    visibility: 'ORGANIZATION',
    priority: 'P2',
    version: 1,
    acknowledgedAt: null,
    reporter: { name: 'Ada' },
    detectedAt: null, // nobody said so: it is not invented
  })
  const { id } = incident
  const stamps = 'status version acknowledgedAt mitigatedAt firstResolvedAt resolvedAt closedAt holdReason resolution'

  server.clock.advance(5 * MINUTE)
  const acknowledged = await change(ada, 'incidentAcknowledge', { id }, stamps)
  expect(acknowledged).toMatchObject({ status: 'ACKNOWLEDGED', version: 2, acknowledgedAt: expect.any(String) })
  expect(Date.parse(acknowledged.acknowledgedAt) - Date.parse(incident.createdAt)).toBeGreaterThanOrEqual(5 * MINUTE)

  await change(ada, 'incidentStart', { id })
  expect(await change(ada, 'incidentHold', { id, reason: 'VENDOR', note: 'ticket 4711' }, stamps)).toMatchObject({
    status: 'ON_HOLD',
    holdReason: 'VENDOR',
  })
  expect(await change(ada, 'incidentStart', { id }, stamps)).toMatchObject({ status: 'IN_PROGRESS', holdReason: null })
  const mitigated = await change(ada, 'incidentMitigate', { id }, stamps)
  expect(mitigated).toMatchObject({ status: 'IN_PROGRESS', mitigatedAt: expect.any(String) })
  const resolved = await change(ada, 'incidentResolve', { id, resolution: 'Rolled back' }, stamps)
  expect(resolved).toMatchObject({
    status: 'RESOLVED',
    resolution: 'Rolled back',
    resolvedAt: resolved.firstResolvedAt,
  })
  const closed = await change(ada, 'incidentClose', { id }, stamps)
  expect(closed).toMatchObject({ status: 'CLOSED', version: 8, acknowledgedAt: acknowledged.acknowledgedAt })
  expect(await look(ada, id, stamps)).toEqual(closed)

  expect(await timeline(ada, id)).toEqual([
    'Declared',
    'Acknowledged',
    'Work started',
    'On hold, waiting for vendor: ticket 4711',
    'Work resumed',
    'Mitigated',
    'Resolved: Rolled back',
    'Closed',
  ])
})

it('is reopened with a reason; the first and the last resolution are both kept', async () => {
  const id = await declare(ada)
  const fields = 'status reopenCount firstResolvedAt resolvedAt mitigatedAt resolution'
  await change(ada, 'incidentMitigate', { id })
  const first = await change(ada, 'incidentResolve', { id, resolution: 'Restarted' }, fields)
  expect(await refusal(ada, 'incidentReopen', { id, reason: '  ' })).toMatchObject({
    code: 'BAD_USER_INPUT',
    field: 'reason',
  })
  expect(await refusal(ada, 'incidentStart', { id })).toMatchObject({ code: 'INVALID_TRANSITION', field: 'id' })
  expect(await change(ada, 'incidentReopen', { id, reason: 'It is back' }, fields)).toEqual({
    status: 'IN_PROGRESS',
    reopenCount: 1,
    firstResolvedAt: first.firstResolvedAt,
    resolvedAt: null,
    mitigatedAt: null,
    resolution: null,
  })
  server.clock.advance(MINUTE)
  const second = await change(ada, 'incidentResolve', { id }, fields)
  expect(second.firstResolvedAt).toBe(first.firstResolvedAt)
  expect(Date.parse(second.resolvedAt)).toBeGreaterThan(Date.parse(first.resolvedAt))
})

it('is cancelled with a reason, and nothing follows', async () => {
  const id = await declare(ada)
  await change(ada, 'incidentCancel', { id, reason: 'One too many' })
  for (const [name, input] of [
    ['incidentAcknowledge', {}],
    ['incidentStart', {}],
    ['incidentHold', { reason: 'PROBLEM' }],
    ['incidentMitigate', {}],
    ['incidentResolve', {}],
    ['incidentClose', {}],
    ['incidentReopen', { reason: 'why not' }],
    ['incidentCancel', { reason: 'again' }],
  ] as const)
    expect(await refusal(ada, name, { id, ...input })).toMatchObject({ code: 'INVALID_TRANSITION', field: 'id' })
  expect(await look(ada, id, 'status version')).toEqual({ status: 'CANCELLED', version: 2 })
  expect(await timeline(ada, id)).toEqual(['Declared', 'Cancelled: One too many'])
})

it('is mitigated once; a wrong time is corrected instead', async () => {
  const id = await declare(ada)
  await change(ada, 'incidentMitigate', { id })
  expect((await refusal(ada, 'incidentMitigate', { id })).code).toBe('INVALID_TRANSITION')
})

it('refuses a change of a version that is not the present one, and writes nothing', async () => {
  const grace = await server.as('MANAGER', { name: 'Grace' })
  const id = await declare(ada)
  await change(ada, 'incidentAcknowledge', { id, expectedVersion: 1 })
  expect(await refusal(grace, 'incidentStart', { id, expectedVersion: 1 })).toEqual({
    code: 'CONFLICT',
    field: 'expectedVersion',
    message: 'The incident has changed: it has version 2, not 1.',
  })
  for (const [name, input] of [
    ['incidentNoteAdd', { body: 'late' }],
    ['incidentRoleAssign', { role: 'SCRIBE', userId: ada.id }],
    ['incidentTaskAdd', { title: 'late' }],
    ['incidentStatusUpdatePublish', { body: 'late', audience: 'PUBLIC' }],
    ['incidentImpactAssess', { summary: 'late' }],
    ['incidentCustomFieldsSet', { values: [] }],
    ['incidentUpdate', { title: 'late' }],
  ] as const)
    expect((await refusal(grace, name, { id, ...input, expectedVersion: 1 })).code).toBe('CONFLICT')
  expect(await timeline(grace, id)).toEqual(['Declared', 'Acknowledged'])
})

it('lets one of many win who change the same version at once', async () => {
  const id = await declare(ada)
  const attempts = await Promise.all(
    Array.from({ length: 8 }, (_, n) =>
      ada.run('mutation ($input: IncidentUpdateInput!) { incidentUpdate(input: $input) { userErrors { code } } }', {
        input: { id, title: `Title ${n}`, expectedVersion: 1 },
      }),
    ),
  )
  const codes = attempts.map(({ incidentUpdate }) => incidentUpdate.userErrors[0]?.code ?? 'done').sort()
  expect(codes).toEqual([...Array<string>(7).fill('CONFLICT'), 'done'])
  expect((await look(ada, id, 'version')).version).toBe(2)
})

it('answers the cursor of what it recorded, from which a stream goes on', async () => {
  const id = await declare(ada)
  const { eventCursor } = await carryOut(ada, 'incidentAcknowledge', 'eventCursor', { id })
  await change(ada, 'incidentStart', { id })
  const stream = await ada.subscribe(
    'subscription ($after: String, $filter: IncidentEventFilter) { incidentEvents(after: $after, filter: $filter) { type } }',
    { after: eventCursor, filter: { incidentId: [id] } },
  )
  expect((await stream.next()).data.incidentEvents).toEqual({ type: 'STARTED' })
  stream.stop()
})

describe('bad input', () => {
  it.each([
    ['incidentDeclare', { title: ' ' }, 'title'],
    ['incidentDeclare', { title: 'x'.repeat(301) }, 'title'],
    ['incidentDeclare', { title: 'x', description: 'x'.repeat(20_001) }, 'description'],
    ['incidentDeclare', { title: 'x', detectedAt: '2150-01-01T00:00:00Z' }, 'detectedAt'],
    [
      'incidentDeclare',
      { title: 'x', impactStartedAt: '2026-01-02T00:00:00Z', detectedAt: '2026-01-01T00:00:00Z' },
      'detectedAt',
    ],
    ['incidentDeclare', { title: 'x', visibility: 'TEAM' }, 'visibility'],
  ])('%s %j is refused with the field named', async (name, input, field) =>
    expect(await refusal(ada, name, input)).toMatchObject({ code: 'BAD_USER_INPUT', field }),
  )

  it.each(['serviceId', 'teamId'])('an unknown %s is not found', async (field) => {
    const input = { title: 'x', [field]: 'svc_00000000000000000000000000' }
    expect(await refusal(ada, 'incidentDeclare', input)).toMatchObject({ code: 'NOT_FOUND', field })
  })

  it.each(['inc_00000000000000000000000000', 'nonsense', '', 'x'.repeat(5_000), '💥'])(
    'there is no incident %j',
    async (id) => {
      expect(await refusal(ada, 'incidentAcknowledge', { id })).toMatchObject({ code: 'NOT_FOUND', field: 'id' })
      expect(await look(ada, id, 'id')).toBeNull()
    },
  )
})
