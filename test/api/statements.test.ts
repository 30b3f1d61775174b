import { print } from 'graphql'
import { AlertsDocument, IncidentDocument, OpenIncidentsDocument } from '../generated/operations.js'
import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'
import { readsDuring } from '../support/statements.js'

/** A list costs one statement per level of connections, and one per kind of link, however long it is. */

const INCIDENTS = 40
let server: TestServer
let ada: Person
beforeAll(async () => {
  server = await startTestServer()
  ada = await server.as('MANAGER', { name: 'Ada' })
  for (let n = 0; n < INCIDENTS; n++) {
    const team = await server.team(`Team ${n}`)
    const service = await server.service(`Service ${n}`, team)
    const author = await server.as('MANAGER', { name: `Author ${n}` })
    const { incident } = await author.do(
      'mutation ($input: IncidentDeclareInput!) { incidentDeclare(input: $input) { incident { id } userErrors { code field message } } }',
      { title: `Incident ${n}`, serviceId: service },
    )
    const { id } = incident
    for (let entry = 0; entry < 6; entry++)
      await author.do(
        'mutation ($input: IncidentNoteAddInput!) { incidentNoteAdd(input: $input) { userErrors { code field message } } }',
        { id, body: `Note ${entry}` },
      )
    await author.do(
      'mutation ($input: IncidentRoleAssignInput!) { incidentRoleAssign(input: $input) { userErrors { code field message } } }',
      { id, role: 'COMMANDER', userId: author.id },
    )
  }
}, 60_000)
afterAll(() => server.stop())

/** Names are kept for a moment: a new server has kept none. */
async function readsOf(query: string, variables: object) {
  await server.restart()
  await ada.run('{ __typename }') // signed in
  return readsDuring(() => ada.run(query, variables))
}

it('of open incidents with their timelines, services, teams and people', async () => {
  const one = await readsOf(print(OpenIncidentsDocument), { first: 1, filter: { open: true } })
  const twenty = await readsOf(print(OpenIncidentsDocument), { first: 20, filter: { open: true } })
  const forty = await readsOf(print(OpenIncidentsDocument), { first: INCIDENTS, filter: { open: true } })
  const { edges, totalCount } = twenty.result.incidents
  expect([totalCount, edges.length, new Set(edges.map(({ node }: Edge) => node.service.id)).size]).toEqual([
    INCIDENTS,
    20,
    20,
  ])
  for (const { node } of edges as Edge[]) {
    expect(node.timeline.edges).toHaveLength(5)
    expect(node.timeline.edges[0]!.node.author).toEqual(node.commander)
  }
  // The list and its count, the timelines, the services, the teams, the people.
  expect(twenty.reads.length).toBeLessThanOrEqual(6)
  expect(twenty.reads.length).toBe(one.reads.length)
  expect(forty.reads.length).toBe(one.reads.length)
})

it('of lists in lists in lists', async () => {
  const query = `query ($first: Int!) { incidents(first: $first) { edges { node {
      alerts(first: 2) { totalCount edges { node { integration { name } } } }
      statusUpdates(first: 2) { totalCount edges { node { author { name } } } }
      tasks { title assignee { teams { name members { name } } } }
      assignments { role user { name teams { members { name } } } }
      team { members { name } services { name team { name } } }
      impactAssessments(first: 1) { edges { node { services { name } } } }
    } } } }`
  const few = await readsOf(query, { first: 1 })
  const many = await readsOf(query, { first: 4 })
  expect(many.reads.length).toBe(few.reads.length)
})

it('of one incident, and of alerts', async () => {
  const [{ id } = { id: '' }] = await server.sql('SELECT id FROM incidents LIMIT 1')
  expect((await readsOf(print(IncidentDocument), { id })).reads.length).toBeLessThanOrEqual(8)
  expect((await readsOf(print(AlertsDocument), { first: 20 })).reads.length).toBeLessThanOrEqual(4)
})

interface Edge {
  readonly node: {
    readonly service: { readonly id: string }
    readonly commander: object
    readonly timeline: { readonly edges: { readonly node: { readonly author: object } }[] }
  }
}
