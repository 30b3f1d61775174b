import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'
import { carryOut, change, declare, look, refusal, timeline } from './story.js'

let server: TestServer
let ada: Person
let grace: Person
beforeAll(async () => {
  server = await startTestServer()
  ada = await server.as('RESPONDER', { name: 'Ada' })
  grace = await server.as('MANAGER', { name: 'Grace' })
})
afterAll(() => server.stop())

const ASSIGNMENTS = 'version commander { name } assignments { role user { name } }'
const assign = (by: Person, id: string, role: string, person: Person) =>
  change(by, 'incidentRoleAssign', { id, role, userId: person.id }, ASSIGNMENTS)

it('has one commander: the next takes over from the last', async () => {
  const id = await declare(ada)
  expect(await assign(ada, id, 'COMMANDER', ada)).toEqual({
    version: 2,
    commander: { name: 'Ada' },
    assignments: [{ role: 'COMMANDER', user: { name: 'Ada' } }],
  })
  expect(await assign(ada, id, 'COMMANDER', grace)).toEqual({
    version: 3,
    commander: { name: 'Grace' },
    assignments: [{ role: 'COMMANDER', user: { name: 'Grace' } }],
  })
  expect(await change(ada, 'incidentRoleUnassign', { id, role: 'COMMANDER', userId: grace.id }, ASSIGNMENTS)).toEqual({
    version: 4,
    commander: null,
    assignments: [],
  })
  expect(await timeline(ada, id)).toEqual([
    'Declared',
    'Ada became commander',
    'Grace took over as commander from Ada',
    'Grace is commander no more',
  ])
})

it.each([
  ['OPERATIONS_LEAD', 1],
  ['COMMUNICATIONS_LEAD', 1],
  ['DEPUTY', 2],
  ['SCRIBE', 2],
  ['LIAISON', 2],
  ['SUBJECT_MATTER_EXPERT', 2],
])('%s is a role of at most %d of two people, and no field of the incident', async (role, holders) => {
  const id = await declare(ada)
  await assign(ada, id, role, ada)
  server.clock.advance(1_000)
  const { assignments, version } = await assign(ada, id, role, grace)
  expect(assignments.map(({ user }: { user: { name: string } }) => user.name)).toEqual(
    holders === 1 ? ['Grace'] : ['Ada', 'Grace'],
  )
  expect(version).toBe(1)
})

it('lets one person have several roles, each with the moment of its giving', async () => {
  const id = await declare(ada)
  await assign(ada, id, 'COMMANDER', ada)
  server.clock.advance(60_000)
  await assign(ada, id, 'SCRIBE', ada)
  const { assignments } = await look(ada, id, 'assignments { role assignedAt }')
  expect(assignments.map(({ role }: { role: string }) => role)).toEqual(['COMMANDER', 'SCRIBE'])
  expect(Date.parse(assignments[1].assignedAt) - Date.parse(assignments[0].assignedAt)).toBeGreaterThanOrEqual(60_000)
})

it('gives a role once that is given twice, and takes away what is gone without a word', async () => {
  const id = await declare(ada)
  const input = { id, role: 'COMMANDER', userId: grace.id }
  await carryOut(ada, 'incidentRoleAssign', 'eventCursor', input)
  expect((await carryOut(ada, 'incidentRoleAssign', 'eventCursor', input)).eventCursor).toBeNull()
  await carryOut(ada, 'incidentRoleUnassign', 'eventCursor', input)
  expect((await carryOut(ada, 'incidentRoleUnassign', 'eventCursor', input)).eventCursor).toBeNull()
  expect(await look(ada, id, 'version')).toEqual({ version: 3 })
})

it('makes a participant of whoever gets a role, and they stay one without it', async () => {
  const id = await declare(ada)
  await assign(ada, id, 'LIAISON', grace)
  await change(ada, 'incidentRoleUnassign', { id, role: 'LIAISON', userId: grace.id })
  expect(await look(ada, id, 'participants { name }')).toEqual({ participants: [{ name: 'Ada' }, { name: 'Grace' }] })
})

it('refuses people who do not work on incidents, are gone, or do not exist', async () => {
  const id = await declare(ada)
  for (const role of ['REQUESTER', 'STAKEHOLDER', 'AUDITOR', 'PARTNER'] as const) {
    const person = await server.as(role, { name: 'Somebody' })
    expect(await refusal(ada, 'incidentRoleAssign', { id, role: 'SCRIBE', userId: person.id })).toEqual({
      code: 'BAD_USER_INPUT',
      field: 'userId',
      message: `Somebody does not work on incidents: their role is ${role}.`,
    })
  }
  const gone = await server.as('RESPONDER', { name: 'Gone' })
  await server.sql('UPDATE users SET active = false WHERE id = $1', [gone.id])
  expect(await refusal(ada, 'incidentRoleAssign', { id, role: 'SCRIBE', userId: gone.id })).toMatchObject({
    code: 'BAD_USER_INPUT',
    message: 'Gone is not active any more.',
  })
  for (const userId of ['usr_00000000000000000000000000', id, '', 'x'.repeat(500)])
    for (const name of ['incidentRoleAssign', 'incidentRoleUnassign'])
      expect(await refusal(ada, name, { id, role: 'SCRIBE', userId })).toMatchObject({
        code: 'NOT_FOUND',
        field: 'userId',
      })
})

it('gives nobody a way around the visibility: who is let in by a role must be let in by somebody who may', async () => {
  const team = await server.team('Security')
  const member = await server.as('RESPONDER', { teams: [team] })
  const outsider = await server.as('RESPONDER', { name: 'Olga' })
  const id = await declare(grace, { teamId: team, visibility: 'TEAM' })
  for (const [name, input] of [
    ['incidentRoleAssign', { id, role: 'SCRIBE', userId: outsider.id }],
    ['incidentTaskAdd', { id, title: 'Look at this', assigneeId: outsider.id }],
  ] as const)
    expect(await refusal(member, name, input)).toMatchObject({ code: 'FORBIDDEN' })
  expect(await look(outsider, id, 'id')).toBeNull()
  await assign(grace, id, 'SCRIBE', outsider)
  expect(await look(outsider, id, 'id')).toEqual({ id })
})

it('keeps one commander however many take over at once', async () => {
  const id = await declare(ada)
  const people = await Promise.all(Array.from({ length: 6 }, () => server.as('RESPONDER')))
  await Promise.all(people.map((person) => assign(person, id, 'COMMANDER', person)))
  const { assignments, commander, version } = await look(ada, id, ASSIGNMENTS)
  expect(assignments).toEqual([{ role: 'COMMANDER', user: commander }])
  expect(version).toBe(7)
})
