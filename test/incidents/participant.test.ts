import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'
import { carryOut, change, declare, look, refusal, timeline } from './story.js'

let server: TestServer
let hedy: Person
beforeAll(async () => {
  server = await startTestServer()
  hedy = await server.as('ADMIN', { name: 'Hedy' })
})
afterAll(() => server.stop())

const add = (by: Person, id: string, person: Person) =>
  change(by, 'incidentParticipantAdd', { id, userId: person.id }, 'participants { name } version')

it('lets people see a restricted incident, and ends it', async () => {
  const id = await declare(hedy, { visibility: 'RESTRICTED' })
  const ada = await server.as('RESPONDER', { name: 'Ada' })
  const vip = await server.as('STAKEHOLDER', { name: 'Counsel' })
  expect(await look(ada, id, 'id')).toBeNull()
  expect(await add(hedy, id, ada)).toEqual({ version: 1, participants: [{ name: 'Ada' }, { name: 'Hedy' }] })
  await add(hedy, id, vip)
  expect(await look(ada, id, 'title')).toEqual({ title: 'Checkout is down' })
  expect(await look(vip, id, 'title')).toEqual({ title: 'Checkout is down' })
  await change(hedy, 'incidentParticipantRemove', { id, userId: ada.id })
  expect(await look(ada, id, 'id')).toBeNull()
  expect(await timeline(hedy, id)).toEqual([
    'Declared',
    'Ada takes part',
    'Counsel takes part',
    'Ada takes part no more',
  ])
  expect(await timeline(vip, id)).toEqual(['Declared'])
})

it('adds a partner to what concerns a service of theirs, and to nothing else', async () => {
  const service = await server.service('Card gateway')
  const partner = await server.as('PARTNER', { name: 'Acquirer', services: [service] })
  const theirs = await declare(hedy, { serviceId: service, visibility: 'RESTRICTED' })
  await add(hedy, theirs, partner)
  expect(await look(partner, theirs, 'service { id }')).toEqual({ service: { id: service } })
  const other = await declare(hedy, { visibility: 'RESTRICTED' })
  expect(await refusal(hedy, 'incidentParticipantAdd', { id: other, userId: partner.id })).toEqual({
    code: 'BAD_USER_INPUT',
    field: 'userId',
    message: 'Acquirer would not see it: the service has not been granted to them.',
  })
  expect(await look(partner, other, 'id')).toBeNull()
})

it('does once what is asked twice', async () => {
  const id = await declare(hedy)
  const input = { id, userId: (await server.as('RESPONDER')).id }
  const cursorOf = async (name: string) => (await carryOut(hedy, name, 'eventCursor', input)).eventCursor
  expect(await cursorOf('incidentParticipantAdd')).toEqual(expect.any(String))
  expect(await cursorOf('incidentParticipantAdd')).toBeNull()
  expect(await cursorOf('incidentParticipantRemove')).toEqual(expect.any(String))
  expect(await cursorOf('incidentParticipantRemove')).toBeNull()
})

it('lets nobody go who still has a role or an open task', async () => {
  const id = await declare(hedy)
  const ada = await server.as('RESPONDER', { name: 'Ada' })
  const input = { id, userId: ada.id }
  await change(hedy, 'incidentRoleAssign', { ...input, role: 'OPERATIONS_LEAD' })
  const task = { id, title: 'Call the data centre', assigneeId: ada.id }
  const { task: added } = await carryOut(hedy, 'incidentTaskAdd', 'task { id }', task)
  expect(await refusal(hedy, 'incidentParticipantRemove', input)).toEqual({
    code: 'CONFLICT',
    field: 'userId',
    message: 'Ada still has: operations lead, task “Call the data centre”. Give that to somebody else first.',
  })
  await change(hedy, 'incidentRoleUnassign', { ...input, role: 'OPERATIONS_LEAD' })
  await carryOut(hedy, 'incidentTaskUpdate', 'task { done }', { taskId: added.id, done: true })
  expect(await change(hedy, 'incidentParticipantRemove', input, 'participants { name }')).toEqual({
    participants: [{ name: 'Hedy' }],
  })
})

it('is decided by those who may decide who sees it', async () => {
  const team = await server.team('Platform')
  const newcomer = await server.as('RESPONDER')
  const member = await server.as('RESPONDER', { teams: [team] })
  const id = await declare(hedy, { teamId: team })
  const input = { id, userId: newcomer.id }
  expect(await refusal(member, 'incidentParticipantAdd', input)).toMatchObject({ code: 'FORBIDDEN' })
  expect(await refusal(await server.as('AUDITOR'), 'incidentParticipantAdd', input)).toMatchObject({
    code: 'FORBIDDEN',
  })
  await add(hedy, id, member)
  await add(member, id, newcomer)
  expect(await refusal(hedy, 'incidentParticipantAdd', { id, userId: 'usr_nobody' })).toMatchObject({
    code: 'NOT_FOUND',
    field: 'userId',
  })
})

it('shows who takes part to those who read the directory alone', async () => {
  const requester = await server.as('REQUESTER', { name: 'Rita' })
  const id = await declare(requester)
  expect(await look(requester, id, 'participants { name }')).toEqual({ participants: [] })
  expect(await look(await server.as('STAKEHOLDER'), id, 'participants { name }')).toEqual({ participants: [] })
  for (const role of ['RESPONDER', 'MANAGER', 'ADMIN', 'AUDITOR'] as const)
    expect(await look(await server.as(role), id, 'participants { name }')).toEqual({ participants: [{ name: 'Rita' }] })
})
