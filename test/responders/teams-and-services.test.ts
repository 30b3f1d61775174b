import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'

let server: TestServer
let root: Person
beforeAll(async () => {
  server = await startTestServer()
  root = await server.as('ADMIN')
})
afterAll(() => server.stop())

const mutation = (name: string, answer: string) =>
  `mutation ($input: ${name.charAt(0).toUpperCase()}${name.slice(1)}Input!) {
    ${name}(input: $input) { ${answer} userErrors { code field message } }
  }`
const TEAM = 'team { id name description members { id name } services { id name } }'
const SERVICE = 'service { id name description team { id name } }'
const TEAM_CREATE = mutation('teamCreate', TEAM)
const TEAM_UPDATE = mutation('teamUpdate', TEAM)
const MEMBER_ADD = mutation('teamMemberAdd', TEAM)
const MEMBER_REMOVE = mutation('teamMemberRemove', TEAM)
const SERVICE_CREATE = mutation('serviceCreate', SERVICE)
const SERVICE_UPDATE = mutation('serviceUpdate', SERVICE)
const GRANT = mutation('serviceGrantAdd', 'user { id services { id } } service { id }')
const WITHDRAW = mutation('serviceGrantRemove', 'user { id services { id } } service { id }')
const USER_UPDATE = mutation('userUpdate', 'user { id role services { id } }')

const TEAMS = `query ($first: Int!, $after: String) {
  teams(first: $first, after: $after) { totalCount edges { node { id name members { name email } services { name } } } }
}`
const SERVICES = `query ($first: Int!, $filter: ServiceFilter) {
  services(first: $first, filter: $filter) { totalCount edges { node { id name team { name } } } }
}`
const LOOK_UP = `query ($team: ID!, $service: ID!, $ids: [ID!]!) {
  team(id: $team) { id } service(id: $service) { id } nodes(ids: $ids) { id __typename }
}`
const ME = '{ me { teams { id } services { id name } } }'

const refusal = async (document: string, input: object, person = root) => {
  const [payload] = Object.values(await person.run(document, { input })) as { userErrors: object[] }[]
  return payload!.userErrors
}
const NO_TEAM = 'team_00000000000000000000000000'
const NO_SERVICE = 'svc_00000000000000000000000000'
const NO_USER = 'usr_00000000000000000000000000'

describe('teams', () => {
  it('are made, renamed, and have a name of their own', async () => {
    const { team } = await root.do(TEAM_CREATE, { name: 'Payments', description: 'Money' })
    expect(team).toMatchObject({ name: 'Payments', description: 'Money', members: [], services: [] })
    expect(await refusal(TEAM_CREATE, { name: 'PAYMENTS' })).toMatchObject([{ code: 'CONFLICT', field: 'name' }])
    const { team: other } = await root.do(TEAM_CREATE, { name: 'Search' })
    expect(await refusal(TEAM_UPDATE, { id: other.id, name: 'payments' })).toMatchObject([
      { code: 'CONFLICT', field: 'name' },
    ])
    const { team: changed } = await root.do(TEAM_UPDATE, { id: other.id, description: 'Finds things' })
    expect(changed).toMatchObject({ name: 'Search', description: 'Finds things' })
    expect(await refusal(TEAM_UPDATE, { id: NO_TEAM, name: 'X' })).toMatchObject([{ code: 'NOT_FOUND', field: 'id' }])
    expect(await refusal(TEAM_UPDATE, { id: other.id })).toMatchObject([{ code: 'BAD_USER_INPUT' }])
  })

  it('take people in and let them go, once each; what they see follows at once', async () => {
    const { team } = await root.do(TEAM_CREATE, { name: 'Storage' })
    const ada = await server.as('RESPONDER', { name: 'Ada' })
    const seen = () => server.sql('SELECT 1 FROM events WHERE type = $1 AND subject = $2', ['access.changed', ada.id])
    const membership = { teamId: team.id, userId: ada.id }
    const { incidentDeclare } = await root.run(mutation('incidentDeclare', 'incident { id }'), {
      input: { title: 'Disk is full', visibility: 'TEAM', teamId: team.id },
    })
    const look = async () =>
      (await ada.run('query ($id: ID!) { incident(id: $id) { id } }', incidentDeclare.incident)).incident

    expect(await look()).toBeNull()
    expect((await root.do(MEMBER_ADD, membership)).team.members).toEqual([{ id: ada.id, name: 'Ada' }])
    await root.do(MEMBER_ADD, membership)
    expect(await seen()).toHaveLength(1)
    expect((await ada.run(ME)).me.teams).toEqual([{ id: team.id }])
    expect(await look()).not.toBeNull()

    expect((await root.do(MEMBER_REMOVE, membership)).team.members).toEqual([])
    await root.do(MEMBER_REMOVE, membership)
    expect(await seen()).toHaveLength(2)
    expect(await look()).toBeNull()

    expect(await refusal(MEMBER_ADD, { teamId: team.id, userId: NO_USER })).toMatchObject([
      { code: 'NOT_FOUND', field: 'userId' },
    ])
    expect(await refusal(MEMBER_ADD, { teamId: NO_TEAM, userId: ada.id })).toMatchObject([
      { code: 'NOT_FOUND', field: 'teamId' },
    ])
  })

  it('are listed to readers of the directory; others find their own, and in it themselves', async () => {
    const own = await server.team('Own')
    await server.as('RESPONDER', { name: 'Colleague', teams: [own] })
    const auditor = await server.as('AUDITOR')
    const { teams } = await auditor.run(TEAMS, { first: 100 })
    expect(teams.totalCount).toBe((await server.sql('SELECT 1 FROM teams')).length)
    expect(teams.edges.map(({ node }: { node: { name: string } }) => node.name)).toEqual(
      expect.arrayContaining(['Own', 'Payments', 'Storage']),
    )

    const stakeholder = await server.as('STAKEHOLDER', { name: 'Sam', teams: [own] })
    expect((await stakeholder.run(TEAMS, { first: 100 })).teams).toMatchObject({
      totalCount: 1,
      edges: [{ node: { id: own, members: [{ name: 'Sam', email: expect.any(String) }] } }],
    })
    const requester = await server.as('REQUESTER')
    expect((await requester.run(TEAMS, { first: 100 })).teams).toMatchObject({ totalCount: 0, edges: [] })
    const service = await server.service('Any', own)
    expect(await requester.run(LOOK_UP, { team: own, service, ids: [own, service, 'nonsense'] })).toEqual({
      team: null,
      service: { id: service },
      nodes: [null, { id: service, __typename: 'Service' }, null],
    })
  })
})

describe('services', () => {
  it('are made, handed over, and have a name of their own', async () => {
    const payments = await server.team('Billing')
    const { service } = await root.do(SERVICE_CREATE, { name: 'Checkout', teamId: payments })
    expect(service).toMatchObject({ name: 'Checkout', description: '', team: { name: 'Billing' } })
    expect(await refusal(SERVICE_CREATE, { name: 'checkout' })).toMatchObject([{ code: 'CONFLICT', field: 'name' }])
    expect(await refusal(SERVICE_CREATE, { name: 'Lost', teamId: NO_TEAM })).toMatchObject([
      { code: 'NOT_FOUND', field: 'teamId' },
    ])
    const renamed = (await root.do(SERVICE_UPDATE, { id: service.id, name: 'Check-out' })).service
    expect(renamed).toMatchObject({ name: 'Check-out', team: { name: 'Billing' } })
    expect((await root.do(SERVICE_UPDATE, { id: service.id, teamId: null })).service.team).toBeNull()
    expect(await refusal(SERVICE_UPDATE, { id: NO_SERVICE, name: 'X' })).toMatchObject([{ code: 'NOT_FOUND' }])
    const manager = await server.as('MANAGER')
    expect(await refusal(SERVICE_UPDATE, { id: service.id, name: 'X' }, manager)).toMatchObject([{ code: 'FORBIDDEN' }])
  })

  it('are filtered by team and name', async () => {
    const team = await server.team('Edge')
    await server.service('Edge cache', team)
    await server.service('Edge proxy', team)
    const requester = await server.as('REQUESTER')
    const list = async (filter: object) =>
      (await requester.run(SERVICES, { first: 10, filter })).services.edges.map(
        ({ node }: { node: { name: string } }) => node.name,
      )
    expect(await list({ teamId: [team] })).toEqual(['Edge cache', 'Edge proxy'])
    expect(await list({ teamId: [team], search: 'PROXY' })).toEqual(['Edge proxy'])
    expect(await list({ teamId: [] })).toEqual([])
  })

  it('are seen by a partner exactly as far as they are granted', async () => {
    const team = await server.team('Logistics')
    const granted = await server.service('Shipping', team)
    const other = await server.service('Warehouse', team)
    const partner = await server.as('PARTNER')
    const list = async () =>
      (await partner.run(SERVICES, { first: 10 })).services.edges.map(({ node }: { node: { id: string } }) => node.id)
    const access = () => server.sql(`SELECT 1 FROM events WHERE type = 'access.changed' AND subject = $1`, [partner.id])

    expect(await list()).toEqual([])
    const grant = { userId: partner.id, serviceId: granted }
    expect(await root.do(GRANT, grant)).toMatchObject({
      user: { services: [{ id: granted }] },
      service: { id: granted },
    })
    await root.do(GRANT, grant)
    expect(await access()).toHaveLength(1)
    expect(await list()).toEqual([granted])
    expect((await partner.run(ME)).me.services).toEqual([{ id: granted, name: 'Shipping' }])
    expect(await partner.run(LOOK_UP, { team, service: other, ids: [granted, other, team] })).toEqual({
      team: null,
      service: null,
      nodes: [{ id: granted, __typename: 'Service' }, null, null],
    })
    const responder = await server.as('RESPONDER')
    const { user } = await responder.run('query ($id: ID!) { user(id: $id) { services { id } } }', { id: partner.id })
    expect(user.services).toEqual([{ id: granted }])

    await root.do(WITHDRAW, grant)
    await root.do(WITHDRAW, grant)
    expect(await access()).toHaveLength(2)
    expect(await list()).toEqual([])
  })

  it('show a partner nothing of the team behind them but its name', async () => {
    const team = await server.team('Behind')
    await server.as('RESPONDER', { name: 'Hidden', teams: [team] })
    const granted = await server.service('In front', team)
    await server.service('Beside', team)
    const partner = await server.as('PARTNER', { services: [granted] })
    const { service } = await partner.run(
      'query ($id: ID!) { service(id: $id) { team { name members { name } services { name } } } }',
      { id: granted },
    )
    expect(service.team).toEqual({ name: 'Behind', members: [], services: [{ name: 'In front' }] })
  })

  it('are granted to partners only, and lost with the role', async () => {
    const service = await server.service('Granted')
    const responder = await server.as('RESPONDER')
    expect(await refusal(GRANT, { userId: responder.id, serviceId: service })).toMatchObject([
      { code: 'BAD_USER_INPUT', field: 'userId' },
    ])
    const partner = await server.as('PARTNER')
    expect(await refusal(GRANT, { userId: partner.id, serviceId: NO_SERVICE })).toMatchObject([
      { code: 'NOT_FOUND', field: 'serviceId' },
    ])
    await root.do(GRANT, { userId: partner.id, serviceId: service })
    await root.do(USER_UPDATE, { id: partner.id, role: 'REQUESTER' })
    expect((await root.do(USER_UPDATE, { id: partner.id, role: 'PARTNER' })).user.services).toEqual([])
  })
})

it('answers `nodes` for at most a hundred ids', async () => {
  const { errors } = await root.send('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
    ids: Array.from({ length: 101 }, () => root.id),
  })
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', field: 'ids' } }])
})
