import type { Person } from '../support/person.js'
import { DAY, type Stage, carryOut, change, look, mailed, refusal, report, setStage, solve, work } from './story.js'

let stage: Stage
let service: string
beforeAll(async () => {
  stage = await setStage({ REQUEST_REOPEN_DAYS: '1' })
  service = await stage.server.service('VPN')
})
afterAll(() => stage.server.stop())

const CHANGES = [
  ['requestComment', { body: 'Hello' }],
  ['requestRate', { score: 5 }],
  ['requestReopen', { reason: 'No' }],
  ['requestCancel', {}],
] as const

const own = async (person: Person): Promise<number> =>
  (await person.run('{ myRequests(first: 10) { totalCount } }')).myRequests.totalCount

it.each(['REQUESTER', 'STAKEHOLDER', 'RESPONDER', 'MANAGER', 'ADMIN', 'PARTNER'] as const)(
  'a %s reports, reads, comments, reopens, rates and takes back what is theirs',
  async (role) => {
    const person = await stage.server.as(role, { services: [service] })
    const reported = await report(stage, person, { serviceId: service })
    const { id } = reported
    await solve(stage, reported)
    await change(person, 'requestComment', { id, body: 'Thanks.' })
    await change(person, 'requestRate', { id, score: 5 })
    await change(person, 'requestReopen', { id, reason: 'It is back.' })
    await change(person, 'requestCancel', { id })
    expect(await look(person, id, 'status ratings { score }')).toEqual({
      ...{ status: 'CANCELLED', ratings: [{ score: 5 }] },
    })
    expect(await own(person)).toBe(1)
  },
)

it('an auditor, who changes nothing, reports nothing either', async () => {
  const auditor = await stage.server.as('AUDITOR')
  expect(await refusal(auditor, 'requestReport', { title: 'VPN' })).toMatchObject({ code: 'FORBIDDEN' })
})

it('a partner reports only on services granted to them, and loses sight of their requests with the service', async () => {
  const partner = await stage.server.as('PARTNER', { services: [service] })
  expect(await refusal(partner, 'requestReport', { title: 'VPN' })).toMatchObject({ code: 'FORBIDDEN' })
  const { id, incidentId } = await report(stage, partner, { serviceId: service })
  const admin = await stage.server.as('ADMIN')
  await carryOut(admin, 'serviceGrantRemove', 'userErrors { code }', { serviceId: service, userId: partner.id })
  expect(await look(partner, id)).toBeNull()
  expect(await own(partner)).toBe(0)
  for (const [name, input] of CHANGES)
    expect(await refusal(partner, name, { id, ...input })).toMatchObject({ code: 'NOT_FOUND', field: 'id' })
  await mailed(stage)
  stage.mail.calls.splice(0)
  await work(stage, 'incidentNoteAdd', { id, incidentId, eventCursor: '' }, { body: 'Hello?', audience: 'PUBLIC' })
  expect(await mailed(stage)).toEqual([])
})

it.each([
  ['REQUESTER', false],
  ['STAKEHOLDER', false],
  ['PARTNER', false],
  ['RESPONDER', true],
  ['MANAGER', true],
  ['ADMIN', true],
  ['AUDITOR', true],
] as const)('a %s changes no request of others; reads it: %s', async (role, reads) => {
  const rita = await stage.server.as('REQUESTER')
  const reported = await report(stage, rita, { serviceId: service, contact: 'Room 3.12' })
  const { id, incidentId, eventCursor } = reported
  const other = await stage.server.as(role, { services: [service] })
  const found = reads ? { id, contact: 'Room 3.12' } : null
  expect(await look(other, id, 'id contact')).toEqual(found)
  const { node } = await other.run('query ($id: ID!) { node(id: $id) { ... on Request { id contact } } }', { id })
  expect(node).toEqual(found)
  expect(await own(other)).toBe(0)
  const { incident } = await other.run('query ($id: ID!) { incident(id: $id) { request { id contact } } }', {
    id: incidentId,
  })
  expect(incident).toEqual(role === 'REQUESTER' ? null : { request: found })
  for (const [name, input] of CHANGES)
    expect(await refusal(other, name, { id, ...input })).toMatchObject(
      reads ? { code: 'FORBIDDEN' } : { code: 'NOT_FOUND', field: 'id', message: 'No such request.' },
    )

  // What others hear on their own stream begins with what they report themselves, if they may.
  const stream = await other.subscribe(
    'subscription ($after: String) { requestEvents(after: $after) { type request { id } } }',
    { after: eventCursor },
  )
  const hers = await rita.subscribe('subscription ($after: String) { requestEvents(after: $after) { type } }', {
    after: eventCursor,
  })
  await change(rita, 'requestComment', { id, body: 'Anybody?' })
  expect((await hers.next()).data.requestEvents).toEqual({ type: 'COMMENTED' })
  hers.stop()
  if (role === 'AUDITOR') expect(stream.received).toEqual([])
  else {
    const theirs = await report(stage, other, { serviceId: service })
    expect((await stream.next()).data.requestEvents).toEqual({ type: 'REPORTED', request: { id: theirs.id } })
  }
  stream.stop()
})

it('shows whoever takes part in the request of another the incident, and not the request', async () => {
  const rita = await stage.server.as('REQUESTER')
  const sam = await stage.server.as('REQUESTER')
  const { id, incidentId } = await report(stage, rita)
  await stage.server.sql('INSERT INTO incident_participants (incident_id, user_id) VALUES ($1, $2)', [
    incidentId,
    sam.id,
  ])
  const { incident } = await sam.run('query ($id: ID!) { incident(id: $id) { id request { id } } }', { id: incidentId })
  expect(incident).toEqual({ id: incidentId, request: null })
  expect(await look(sam, id)).toBeNull()
  expect(await refusal(sam, 'requestRate', { id, score: 1 })).toMatchObject({ code: 'NOT_FOUND' })
})

it('reopens as long as the installation says', async () => {
  const rita = await stage.server.as('REQUESTER')
  const reported = await report(stage, rita)
  await solve(stage, reported)
  await stage.server.pass(DAY + 1)
  const refused = await refusal(rita, 'requestReopen', { id: reported.id, reason: 'No' })
  expect(refused.message).toMatch(/^It could be reopened within a day of its resolution, until /)
})

it('tells nobody who is not active any more', async () => {
  const rita = await stage.server.as('REQUESTER')
  const reported = await report(stage, rita)
  await mailed(stage)
  stage.mail.calls.splice(0)
  await stage.server.sql('UPDATE users SET active = false WHERE id = $1', [rita.id])
  await solve(stage, reported)
  expect(await mailed(stage)).toEqual([])
})

it('leaves incidents that came another way alone: no request, no message, no closing', async () => {
  const rita = await stage.server.as('REQUESTER')
  const { incident } = await carryOut(rita, 'incidentDeclare', 'incident { id }', { title: 'Printer' })
  const declared = { id: '', incidentId: incident.id as string, eventCursor: '' }
  stage.mail.calls.splice(0)
  await solve(stage, declared)
  await stage.server.pass(2 * DAY)
  expect(await mailed(stage)).toEqual([])
  const { incident: after } = await stage.ada.run('query ($id: ID!) { incident(id: $id) { status request { id } } }', {
    id: declared.incidentId,
  })
  expect(after).toEqual({ status: 'RESOLVED', request: null })
})

it('was told to whoever reported it, which others learn of only as far as they see the incident', async () => {
  const rita = await stage.server.as('REQUESTER', { name: 'Rita' })
  const manager = await stage.server.as('MANAGER')
  const reported = await report(stage, rita, { title: 'My account was used by somebody else' })
  await work(stage, 'incidentStart', reported)
  const input = { visibility: 'RESTRICTED', reason: 'A security incident' }
  await carryOut(await stage.server.as('ADMIN'), 'incidentVisibilityChange', 'userErrors { code }', {
    ...{ id: reported.incidentId, ...input },
  })
  await work(stage, 'incidentNoteAdd', reported, { body: 'We have locked it.', audience: 'PUBLIC' })
  const [told] = await stage.server.sql(`SELECT id FROM notifications WHERE user_id = $1 AND kind = 'REQUEST'`, [
    rita.id,
  ])
  const read = async (person: Person) =>
    (await person.run('query ($id: ID!) { notification(id: $id) { body } }', { id: told!['id'] })).notification
  expect(await read(rita)).toEqual({ body: 'We have locked it.' })
  expect(await read(stage.ada)).toBeNull()
  expect(await read(manager)).toBeNull()
})
