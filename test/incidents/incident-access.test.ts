import { TokenScope } from '../../src/platform/actor.js'
import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'
import { change, declare, look, refusal } from './story.js'

/**
 * Who may do what, in outline and in people's words. The generated access test walks through every role, visibility
 * and operation; this one is for reading.
 */

let server: TestServer
let team: string
let service: string
let people: Record<string, Person>
beforeAll(async () => {
  server = await startTestServer()
  team = await server.team('Payments')
  service = await server.service('Checkout', team)
  people = {
    requester: await server.as('REQUESTER'),
    stakeholder: await server.as('STAKEHOLDER'),
    member: await server.as('RESPONDER', { teams: [team] }),
    stranger: await server.as('RESPONDER'),
    manager: await server.as('MANAGER'),
    admin: await server.as('ADMIN'),
    auditor: await server.as('AUDITOR'),
    partner: await server.as('PARTNER', { services: [service] }),
    otherPartner: await server.as('PARTNER', { services: [await server.service('Mail')] }),
  }
})
afterAll(() => server.stop())

/** What becomes of an attempt: what the person sees of it, or the code of the refusal. */
async function attempt(person: Person, name: string, input: object): Promise<string> {
  const document = `mutation ($input: ${name[0]!.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { userErrors { code } } }`
  return (await person.run(document, { input }))[name].userErrors[0]?.code ?? 'done'
}

const outcomes = async (outcomeOf: (person: Person) => Promise<string>) => {
  const entries: [string, string][] = []
  for (const [name, person] of Object.entries(people)) entries.push([name, await outcomeOf(person)])
  return Object.fromEntries(entries)
}

const declared = (visibility: string) => declare(people['admin']!, { serviceId: service, visibility })

it.each([
  ['ORGANIZATION', ['stakeholder', 'member', 'stranger', 'manager', 'admin', 'auditor', 'partner']],
  ['TEAM', ['member', 'manager', 'admin', 'auditor']],
  ['RESTRICTED', ['admin', 'auditor']],
])('an incident of visibility %s is seen by %j', async (visibility, readers) => {
  const id = await declared(visibility)
  const seen = await outcomes(async (person) => {
    const alone = await look(person, id, 'id')
    const { incidents, node } = await person.run(
      'query ($id: ID!) { incidents(first: 100) { edges { node { id } } } node: incident(id: $id) { id } }',
      { id },
    )
    const listed = incidents.edges.some((edge: { node: { id: string } }) => edge.node.id === id)
    expect([alone !== null, node !== null]).toEqual([listed, listed])
    return listed ? 'seen' : 'hidden'
  })
  expect(Object.keys(seen).filter((name) => seen[name] === 'seen')).toEqual(readers)
})

it('is seen by its reporter, whatever its visibility, who may comment but not work on it', async () => {
  for (const visibility of ['ORGANIZATION', 'TEAM', 'RESTRICTED']) {
    const requester = people['requester']!
    const id = await declare(requester, { serviceId: service, visibility })
    expect(await look(requester, id, 'visibility')).toEqual({ visibility })
    expect(await attempt(requester, 'incidentNoteAdd', { id, body: 'Any news?', audience: 'PUBLIC' })).toBe('done')
    expect(await attempt(requester, 'incidentAcknowledge', { id })).toBe('FORBIDDEN')
    expect(await attempt(requester, 'incidentCancel', { id, reason: 'my mistake' })).toBe('FORBIDDEN')
  }
})

it('is worked on by its team, by managers and administrators', async () => {
  const worked = await outcomes(async (person) =>
    attempt(person, 'incidentAcknowledge', { id: await declared('ORGANIZATION') }),
  )
  expect(worked).toEqual({
    requester: 'NOT_FOUND',
    stakeholder: 'FORBIDDEN',
    member: 'done',
    stranger: 'FORBIDDEN',
    manager: 'done',
    admin: 'done',
    auditor: 'FORBIDDEN',
    partner: 'FORBIDDEN',
    otherPartner: 'NOT_FOUND',
  })
})

it('is worked on by any responder while it belongs to no team', async () => {
  const id = await declare(people['admin']!)
  expect(await attempt(people['stranger']!, 'incidentAcknowledge', { id })).toBe('done')
})

it('has its visibility and times decided by managers, administrators and those who take part', async () => {
  const correction = { reason: 'logs', detectedAt: '2026-01-01T00:00:00Z' }
  const decided = await outcomes(async (person) => {
    const id = await declared('ORGANIZATION')
    const hidden = await attempt(person, 'incidentVisibilityChange', { id, visibility: 'TEAM', reason: 'x' })
    const corrected = await attempt(person, 'incidentTimesCorrect', {
      id: await declared('ORGANIZATION'),
      ...correction,
    })
    expect(corrected).toBe(hidden)
    return hidden
  })
  expect(Object.keys(decided).filter((name) => decided[name] === 'done')).toEqual(['manager', 'admin'])
  const id = await declared('RESTRICTED')
  await change(people['admin']!, 'incidentRoleAssign', { id, role: 'COMMANDER', userId: people['stranger']!.id })
  expect(await attempt(people['stranger']!, 'incidentTimesCorrect', { id, ...correction })).toBe('done')
})

it('is declared by those who report or work, and by partners for their services', async () => {
  const declaredBy = await outcomes((person) => attempt(person, 'incidentDeclare', { title: 'x', serviceId: service }))
  expect(declaredBy).toEqual({
    ...{ requester: 'done', member: 'done', stranger: 'done', manager: 'done', admin: 'done', partner: 'done' },
    ...{ stakeholder: 'FORBIDDEN', auditor: 'FORBIDDEN', otherPartner: 'NOT_FOUND' },
  })
})

it('is not changed with a token that may only read, nor read with one that may only write', async () => {
  const id = await declared('ORGANIZATION')
  const reader = await server.as('MANAGER', { scopes: [TokenScope.READ] })
  expect(await look(reader, id, 'id')).toEqual({ id })
  for (const [name, input] of [
    ['incidentAcknowledge', {}],
    ['incidentTaskAdd', { title: 'x' }],
    ['incidentRoleAssign', { role: 'SCRIBE', userId: reader.id }],
    ['incidentStatusUpdatePublish', { body: 'x', audience: 'PUBLIC' }],
  ] as const)
    expect(await refusal(reader, name, { id, ...input })).toMatchObject({
      code: 'FORBIDDEN',
      message: 'This token lacks the scope WRITE.',
    })
  const writer = await server.as('MANAGER', { scopes: [TokenScope.WRITE] })
  expect(await look(writer, id, 'id')).toBeNull()
})
