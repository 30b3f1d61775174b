import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'
import { carryOut, declare, look, refusal, timeline } from './story.js'

let server: TestServer
let ada: Person
let requester: Person
beforeAll(async () => {
  server = await startTestServer()
  ada = await server.as('RESPONDER', { name: 'Ada' })
  requester = await server.as('REQUESTER', { name: 'Rita' })
})
afterAll(() => server.stop())

const ENTRY = 'id kind eventType body audience occurredAt author { name } actor { ... on User { name } }'
const note = async (by: Person, input: object) =>
  (await carryOut(by, 'incidentNoteAdd', `entry { ${ENTRY} }`, input)).entry

it('keeps notes and decisions between those who run incidents, unless a note is for others', async () => {
  const id = await declare(requester)
  expect(await note(ada, { id, body: ' Looks like DNS ' })).toEqual({
    id: expect.stringMatching(/^tle_/),
    kind: 'NOTE',
    eventType: 'NOTE_ADDED',
    body: 'Looks like DNS',
    audience: 'INTERNAL',
    occurredAt: expect.any(String),
    author: { name: 'Ada' },
    actor: { name: 'Ada' },
  })
  const { entry } = await carryOut(ada, 'incidentDecisionRecord', `entry { kind eventType audience }`, {
    ...{ id, body: 'Fail over' },
  })
  expect(entry).toEqual({ kind: 'DECISION', eventType: 'DECISION_RECORDED', audience: 'INTERNAL' })
  await note(ada, { id, body: 'We are looking into it', audience: 'PUBLIC' })
  expect(await timeline(ada, id)).toEqual(['Declared', 'Looks like DNS', 'Fail over', 'We are looking into it'])
  expect(await timeline(requester, id)).toEqual(['Declared', 'We are looking into it'])
  expect(await look(ada, id, 'version')).toEqual({ version: 1 })
})

it('takes comments of whoever sees the incident and may speak', async () => {
  const service = await server.service('Card gateway')
  const partner = await server.as('PARTNER', { services: [service] })
  const id = await declare(requester, { serviceId: service })
  await note(requester, { id, body: 'Still broken', audience: 'PUBLIC' })
  await note(partner, { id, body: 'Seen here, too', audience: 'PARTNER' })
  for (const person of [requester, partner]) {
    expect((await refusal(person, 'incidentNoteAdd', { id, body: 'hidden' })).code).toBe('FORBIDDEN')
    expect((await refusal(person, 'incidentDecisionRecord', { id, body: 'mine' })).code).toBe('FORBIDDEN')
  }
  for (const role of ['STAKEHOLDER', 'AUDITOR'] as const)
    expect((await refusal(await server.as(role), 'incidentNoteAdd', { id, body: 'x', audience: 'PUBLIC' })).code).toBe(
      'FORBIDDEN',
    )
  expect(await timeline(ada, id)).toEqual(['Declared', 'Still broken', 'Seen here, too'])
  expect(await timeline(requester, id)).toEqual(['Declared', 'Still broken'])
})

it('is read from either end', async () => {
  const id = await declare(ada)
  for (const body of ['one', 'two', 'three']) await note(ada, { id, body })
  const page = async (args: string) => {
    const { timeline } = await look(
      ada,
      id,
      `timeline(${args}) { totalCount edges { cursor node { body } } pageInfo { hasNextPage hasPreviousPage } }`,
    )
    return { ...timeline, edges: timeline.edges.map(({ node }: { node: { body: string } }) => node.body) }
  }
  expect(await page('last: 2')).toEqual({
    totalCount: 4,
    edges: ['two', 'three'],
    pageInfo: { hasNextPage: false, hasPreviousPage: true },
  })
  expect((await page('first: 2')).edges).toEqual(['Declared', 'one'])
  for (const args of ['first: 0', 'first: 101', 'last: -1', 'first: 1, last: 1', 'first: 1, after: "made up"']) {
    const { errors } = await ada.send(`query ($id: ID!) { incident(id: $id) { timeline(${args}) { totalCount } } }`, {
      id,
    })
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
  }
})

it.each(['incidentNoteAdd', 'incidentDecisionRecord'])('%s needs a body of reasonable length', async (name) => {
  const id = await declare(ada)
  for (const body of [' \n ', 'x'.repeat(20_001)])
    expect(await refusal(ada, name, { id, body })).toMatchObject({ code: 'BAD_USER_INPUT', field: 'body' })
})
