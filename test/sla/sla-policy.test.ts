import { carryOut, declare, refusal } from '../incidents/story.js'
import { OFFICE, type Stage, WORKDAYS, calendar, policy, setStage, sla } from './story.js'
import { OPENNESS } from '../escalation/story.js'

/** Policies and calendars: how they are made, ordered and refused. */

let stage: Stage
beforeAll(async () => (stage = await setStage()))
afterAll(() => stage.server.stop())
beforeEach(() => stage.server.sql('DELETE FROM sla_records; DELETE FROM sla_policies; DELETE FROM business_calendars'))

const order = async (): Promise<string[]> => {
  const { slaPolicies } = await stage.mia.run('{ slaPolicies(first: 100) { edges { node { name position } } } }')
  const nodes = slaPolicies.edges.map(({ node }: { node: { name: string; position: number } }) => node)
  expect(nodes.map(({ position }: { position: number }) => position)).toEqual(
    nodes.map((_: unknown, n: number) => n + 1),
  )
  return nodes.map(({ name }: { name: string }) => name)
}

it('stand in one order, without gaps; the first that matches holds', async () => {
  const { mia } = stage
  const teamId = await stage.server.team('Payments')
  const a = await policy(stage, { name: 'A', position: null, teamIds: [teamId] })
  await policy(stage, { name: 'C', position: null })
  const b = await policy(stage, { name: 'B', position: 2, visibilities: ['RESTRICTED'] })
  expect(await order()).toEqual(['A', 'B', 'C'])
  const holds = async (input: object) => (await sla(mia, await declare(mia, input))).resolution.policyName
  expect(await holds({ teamId })).toBe('A')
  expect(await holds({ visibility: 'RESTRICTED' })).toBe('B')
  expect(await holds({})).toBe('C')
  await carryOut(mia, 'slaPolicyReorder', 'slaPolicy { id }', { id: b, position: 1 })
  expect(await order()).toEqual(['B', 'A', 'C'])
  await carryOut(mia, 'slaPolicyArchive', 'slaPolicy { archived position }', { id: a })
  expect(await order()).toEqual(['B', 'C'])
  expect(await holds({ teamId })).toBe('C')
  expect(await refusal(mia, 'slaPolicyUpdate', { id: a, name: 'D' })).toMatchObject({ code: 'CONFLICT', field: 'id' })
})

it.each<[string, object, string, string]>([
  ['without a name', { name: ' ' }, 'BAD_USER_INPUT', 'name'],
  ['that promise nothing', { responseMinutes: null, resolutionMinutes: null }, 'BAD_USER_INPUT', 'resolutionMinutes'],
  ['with a target of zero', { resolutionMinutes: 0 }, 'BAD_USER_INPUT', 'resolutionMinutes'],
  ['with a negative target', { responseMinutes: -5 }, 'BAD_USER_INPUT', 'responseMinutes'],
  ['with a target of many years', { resolutionMinutes: 9_999_999 }, 'BAD_USER_INPUT', 'resolutionMinutes'],
  ['with a response after the resolution', { responseMinutes: 241 }, 'BAD_USER_INPUT', 'responseMinutes'],
  ['that are at risk from the start', { atRiskPercent: 0 }, 'BAD_USER_INPUT', 'atRiskPercent'],
  ['that are never at risk', { atRiskPercent: 100 }, 'BAD_USER_INPUT', 'atRiskPercent'],
  ['for no priority', { priorities: [] }, 'BAD_USER_INPUT', 'priorities'],
  ['for a service that is not there', { serviceIds: ['svc_x'] }, 'NOT_FOUND', 'serviceIds.0'],
  ['for a team that is not there', { teamIds: ['team_x'] }, 'NOT_FOUND', 'teamIds.0'],
  ['by a calendar that is not there', { calendarId: 'bcl_x' }, 'NOT_FOUND', 'calendarId'],
  ['at the place 0', { position: 0 }, 'BAD_USER_INPUT', 'position'],
])('are refused %s', async (_, input, code, field) => {
  const terms = { name: 'Policy', responseMinutes: 30, resolutionMinutes: 240, ...input }
  expect(await refusal(stage.mia, 'slaPolicyCreate', terms)).toMatchObject({ code, field })
  const change = field === 'position' ? 'slaPolicyReorder' : 'slaPolicyUpdate'
  expect(await refusal(stage.mia, change, { id: await policy(stage), ...input })).toMatchObject({ code, field })
})

it('are refused a target that their calendar puts off for years, and a name that is taken', async () => {
  const calendarId = await calendar(stage, { hours: [{ weekdays: ['MONDAY'], from: '09:00', until: '09:30' }] })
  const terms = { name: 'Slow', calendarId, responseMinutes: 60, resolutionMinutes: 2_000 }
  expect(await refusal(stage.mia, 'slaPolicyCreate', terms)).toMatchObject({ field: 'resolutionMinutes' })
  await policy(stage, { name: 'Gold' })
  expect(await refusal(stage.mia, 'slaPolicyCreate', { name: 'gold', responseMinutes: 1 })).toMatchObject({
    ...{ code: 'CONFLICT', field: 'name' },
  })
})

it.each<[string, object, string]>([
  ['in an unknown zone', { timeZone: 'Mars/Base' }, 'timeZone'],
  ['without hours', { hours: [] }, 'hours'],
  ['with hours of no day', { hours: [{ weekdays: [], from: '09:00', until: '17:00' }] }, 'hours.0.weekdays'],
  ['with hours that are none', { hours: [{ weekdays: WORKDAYS, from: '9', until: '17:00' }] }, 'hours.0.from'],
  ['with the 31 February', { holidays: [{ date: '2026-02-31', name: 'Never' }] }, 'holidays.0.date'],
  ['with a 13th month', { holidays: [{ date: '2026-13-01', name: 'Never' }] }, 'holidays.0.date'],
  ['with a holiday without a name', { holidays: [{ date: '2026-12-25', name: '' }] }, 'holidays.0.name'],
  [
    'with a holiday twice',
    { holidays: [1, 2].map((n) => ({ date: '2026-12-25', name: `Christmas ${n}` })) },
    'holidays.1.date',
  ],
])('a calendar is refused %s', async (_, input, field) => {
  const terms = { name: 'Calendar', ...OFFICE, ...input }
  expect(await refusal(stage.mia, 'businessCalendarCreate', terms)).toMatchObject({ code: 'BAD_USER_INPUT', field })
  const id = await calendar(stage)
  expect(await refusal(stage.mia, 'businessCalendarUpdate', { id, ...input })).toMatchObject({ field })
})

it('a calendar is not archived while a policy goes by it; a leap day may be a holiday', async () => {
  const id = await calendar(stage, {
    name: 'Office',
    holidays: [{ date: '2028-02-29', name: 'Leap day', yearly: true }],
  })
  const policyId = await policy(stage, { name: 'Gold', calendarId: id })
  expect(await refusal(stage.mia, 'businessCalendarArchive', { id })).toMatchObject({
    ...{ code: 'CONFLICT', field: 'id', message: 'The policy “Gold” goes by it. Change that first.' },
  })
  await carryOut(stage.mia, 'slaPolicyUpdate', 'slaPolicy { calendar { name } }', { id: policyId, calendarId: null })
  await carryOut(stage.mia, 'businessCalendarArchive', 'businessCalendar { archived }', { id, expectedVersion: 1 })
  expect(await refusal(stage.mia, 'slaPolicyUpdate', { id: policyId, calendarId: id })).toMatchObject({
    ...{ code: 'BAD_USER_INPUT', field: 'calendarId' },
  })
})

it.each(OPENNESS)('are as open to the role %s as they should be', async (role, code, reads) => {
  const [calendarId, policyId] = [await calendar(stage, { name: 'Office' }), await policy(stage)]
  const person = await stage.server.as(role)
  for (const [name, selection, input] of [
    ['slaPolicyReorder', 'slaPolicy { id }', { id: policyId, position: 1 }],
    ['slaPolicyUpdate', 'slaPolicy { id }', { id: policyId, name: 'Other' }],
    ['slaPolicyArchive', 'slaPolicy { id }', { id: policyId }],
    ['businessCalendarUpdate', 'businessCalendar { id }', { id: calendarId, name: 'Other' }],
    ['businessCalendarArchive', 'businessCalendar { id }', { id: calendarId }],
  ] as const)
    if (code === null) await carryOut(person, name, selection, input)
    else expect(await refusal(person, name, input)).toMatchObject({ code })
  const query = 'query ($p: ID!, $c: ID!) { slaPolicy(id: $p) { id } businessCalendar(id: $c) { id } }'
  expect(await person.run(query, { p: policyId, c: calendarId })).toEqual(
    reads
      ? { slaPolicy: { id: policyId }, businessCalendar: { id: calendarId } }
      : { slaPolicy: null, businessCalendar: null },
  )
  const { errors } = await person.send(
    '{ slaPolicies(first: 1) { totalCount } businessCalendars(first: 1) { totalCount } }',
  )
  expect(errors === undefined).toBe(reads)
})
