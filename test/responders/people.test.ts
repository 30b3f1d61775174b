import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'

let server: TestServer
let root: Person
beforeAll(async () => {
  server = await startTestServer()
  root = await server.as('ADMIN', { name: 'Root' })
})
afterAll(() => server.stop())

const CREATE = `mutation ($input: UserCreateInput!) {
  userCreate(input: $input) { user { id name email role timeZone active } userErrors { code field message } }
}`
const UPDATE = `mutation ($input: UserUpdateInput!) {
  userUpdate(input: $input) { user { id name email role timeZone active } userErrors { code field message } }
}`
const ME = '{ me { id name email role teams { id name } services { id name } } }'
const USER = 'query ($id: ID!) { user(id: $id) { id name email } node(id: $id) { id ... on User { name } } }'
const USERS = `query ($first: Int!, $after: String, $filter: UserFilter) {
  users(first: $first, after: $after, filter: $filter) {
    totalCount pageInfo { hasNextPage endCursor } edges { node { id name email teams { id } } }
  }
}`
const TOKEN = `mutation ($input: TokenCreateInput!) { tokenCreate(input: $input) { token userErrors { code } } }`

const refusal = async (person: Person, mutation: string, input: object) => {
  const [payload] = Object.values(await person.run(mutation, { input })) as { userErrors: object[] }[]
  return payload!.userErrors
}
const namesOf = (page: { edges: { node: { name: string } }[] }) => page.edges.map(({ node }) => node.name)

describe('people', () => {
  it('are added by an administrator, and find themselves in `me`', async () => {
    const { user } = await root.do(CREATE, {
      name: '  Grace Hopper ',
      email: 'Grace@Example.com',
      role: 'RESPONDER',
      timeZone: 'America/New_York',
    })
    expect(user).toMatchObject({
      name: 'Grace Hopper',
      email: 'Grace@Example.com',
      role: 'RESPONDER',
      timeZone: 'America/New_York',
      active: true,
    })
    const ada = await server.as('RESPONDER', { name: 'Ada', teams: [await server.team('Compilers')] })
    expect((await ada.run(ME)).me).toMatchObject({
      id: ada.id,
      name: 'Ada',
      teams: [{ name: 'Compilers' }],
      services: [],
    })
    expect((await ada.run(USER, { id: user.id })).user).toMatchObject({ email: 'Grace@Example.com' })
  })

  it('have an address of their own, whatever its case', async () => {
    await root.do(CREATE, { name: 'Linus', email: 'linus@example.com', role: 'REQUESTER' })
    expect(await refusal(root, CREATE, { name: 'Other', email: 'LINUS@example.COM', role: 'REQUESTER' })).toEqual([
      { code: 'CONFLICT', field: 'email', message: expect.any(String) },
    ])
    const { user } = await root.do(CREATE, { name: 'Other', email: 'other@example.com', role: 'REQUESTER' })
    expect(await refusal(root, UPDATE, { id: user.id, email: 'Linus@example.com' })).toMatchObject([
      { code: 'CONFLICT', field: 'email' },
    ])
    expect((await root.do(UPDATE, { id: user.id, email: 'OTHER@example.com' })).user.email).toBe('OTHER@example.com')
  })

  it.each([
    ['name', { name: ' ' }],
    ['name', { name: 'x'.repeat(201) }],
    ['email', { email: 'nobody' }],
    ['timeZone', { timeZone: 'Mars/Olympus' }],
  ])('are refused with a bad %s', async (field, wrong) => {
    const input = { name: 'Bad', email: 'bad@example.com', role: 'REQUESTER', ...wrong }
    expect(await refusal(root, CREATE, input)).toMatchObject([{ code: 'BAD_USER_INPUT', field }])
    expect(await server.sql(`SELECT 1 FROM users WHERE email = 'bad@example.com'`)).toEqual([])
  })

  it('are changed by nobody but administrators', async () => {
    for (const role of ['REQUESTER', 'STAKEHOLDER', 'RESPONDER', 'MANAGER', 'AUDITOR', 'PARTNER'] as const) {
      const person = await server.as(role)
      const forbidden = [{ code: 'FORBIDDEN' }]
      expect(await refusal(person, UPDATE, { id: person.id, role: 'ADMIN' })).toMatchObject(forbidden)
      expect(await refusal(person, CREATE, { name: 'X', email: 'x@example.com', role })).toMatchObject(forbidden)
    }
    const narrow = await server.as('ADMIN', { scopes: ['READ', 'WRITE'] as never })
    expect(await refusal(narrow, UPDATE, { id: narrow.id, name: 'X' })).toMatchObject([{ code: 'FORBIDDEN' }])
    await server.sql('UPDATE users SET active = false WHERE id = $1', [narrow.id])
  })

  it('stay as they are where nothing is said, and are not to be found by a wrong id', async () => {
    const ada = await server.as('RESPONDER', { name: 'Ada Byron' })
    const { user } = await root.do(UPDATE, { id: ada.id, timeZone: 'Europe/London' })
    expect(user).toMatchObject({ name: 'Ada Byron', role: 'RESPONDER', timeZone: 'Europe/London', active: true })
    expect(await refusal(root, UPDATE, { id: ada.id })).toMatchObject([{ code: 'BAD_USER_INPUT' }])
    const nobody = { id: 'usr_00000000000000000000000000', name: 'Nobody' }
    expect(await refusal(root, UPDATE, nobody)).toMatchObject([{ code: 'NOT_FOUND', field: 'id' }])
  })
})

describe('the directory', () => {
  it('is for those who work on incidents; others find themselves only', async () => {
    const team = await server.team('Network')
    const ada = await server.as('RESPONDER', { name: 'Ada of Network', teams: [team] })
    for (const role of ['RESPONDER', 'MANAGER', 'ADMIN', 'AUDITOR'] as const) {
      const reader = await server.as(role)
      const { users } = await reader.run(USERS, { first: 100, filter: { teamId: [team] } })
      expect(users).toMatchObject({ totalCount: 1, edges: [{ node: { id: ada.id, teams: [{ id: team }] } }] })
      expect(users.edges[0].node.email).toMatch(/@example\.com$/)
      expect((await reader.run(USER, { id: ada.id })).node).toMatchObject({ name: 'Ada of Network' })
    }
    for (const role of ['REQUESTER', 'STAKEHOLDER', 'PARTNER'] as const) {
      const outsider = await server.as(role)
      expect(await outsider.run(USER, { id: ada.id })).toEqual({ user: null, node: null })
      expect((await outsider.run(USERS, { first: 1, filter: { search: 'Ada' } })).users).toMatchObject({
        totalCount: 0,
        edges: [],
      })
      const { users } = await outsider.run(USERS, { first: 100 })
      expect(users).toMatchObject({ totalCount: 1, edges: [{ node: { id: outsider.id } }] })
      expect(users.edges[0].node.email).toMatch(/@example\.com$/)
      expect((await outsider.run(USER, { id: outsider.id })).user).toMatchObject({ id: outsider.id })
    }
  })

  it('is closed to a token that may not read', async () => {
    const writer = await server.as('RESPONDER', { scopes: ['WRITE'] as never })
    expect((await writer.run(USERS, { first: 100 })).users.totalCount).toBe(1)
    expect((await writer.run(USER, { id: root.id })).user).toBeNull()
  })

  it('is filtered and paged by name', async () => {
    for (const name of ['Zoe 100%', 'Xenia_Q', 'Yves']) {
      await root.do(CREATE, { name, email: `${name.slice(0, 3)}@paged.example`, role: 'STAKEHOLDER' })
    }
    const filter = { search: '@paged.example' }
    const first = (await root.run(USERS, { first: 2, filter })).users
    expect(namesOf(first)).toEqual(['Xenia_Q', 'Yves'])
    expect(first).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true } })
    const rest = (await root.run(USERS, { first: 2, filter, after: first.pageInfo.endCursor })).users
    expect(namesOf(rest)).toEqual(['Zoe 100%'])
    expect(namesOf((await root.run(USERS, { first: 9, filter: { search: '0%' } })).users)).toEqual(['Zoe 100%'])
    expect(namesOf((await root.run(USERS, { first: 9, filter: { search: 'a_q' } })).users)).toEqual(['Xenia_Q'])
    const partners = (await root.run(USERS, { first: 9, filter: { ...filter, role: ['PARTNER'] } })).users
    expect(partners.totalCount).toBe(0)
    await root.do(UPDATE, { id: rest.edges[0].node.id, active: false })
    expect((await root.run(USERS, { first: 9, filter: { ...filter, active: true } })).users.totalCount).toBe(2)
    expect(namesOf((await root.run(USERS, { first: 9, filter: { ...filter, active: false } })).users)).toEqual([
      'Zoe 100%',
    ])
  })
})

describe('access', () => {
  it('follows a change of role at once', async () => {
    const person = await server.as('REQUESTER')
    expect((await person.run(USER, { id: root.id })).user).toBeNull()
    await root.do(UPDATE, { id: person.id, role: 'MANAGER' })
    expect((await person.run(USER, { id: root.id })).user).toMatchObject({ name: 'Root' })
    await root.do(UPDATE, { id: person.id, role: 'REQUESTER' })
    expect((await person.run(USER, { id: root.id })).user).toBeNull()
  })

  it('ends with a deactivation, and comes back with its end', async () => {
    const person = await server.as('RESPONDER')
    await person.run(ME)
    await root.do(UPDATE, { id: person.id, active: false })
    const { status, errors } = await person.send(ME)
    expect({ status, code: errors?.[0]?.extensions.code }).toEqual({ status: 401, code: 'UNAUTHENTICATED' })
    await root.do(UPDATE, { id: person.id, active: true })
    expect((await person.run(ME)).me.id).toBe(person.id)
  })

  it('ends open streams with a change of role', async () => {
    const person = await server.as('RESPONDER')
    const stream = await person.subscribe('subscription { incidentEvents { cursor } }')
    await root.do(UPDATE, { id: person.id, role: 'STAKEHOLDER' })
    expect(await stream.ended).toMatchObject({ code: 4403 })
  })

  it('is recorded for other nodes, in the transaction of the change', async () => {
    const person = await server.as('RESPONDER')
    await root.do(UPDATE, { id: person.id, name: 'Renamed' })
    await root.do(UPDATE, { id: person.id, role: 'MANAGER' })
    const events = await server.sql('SELECT type, payload, xid FROM events WHERE subject = $1 ORDER BY xid, id', [
      person.id,
    ])
    expect(events).toMatchObject([
      { type: 'user.updated', payload: { name: 'Renamed' } },
      { type: 'user.updated', payload: { role: 'MANAGER' }, xid: events[2]!['xid'] },
      { type: 'access.changed', payload: { userId: person.id, tokenId: null } },
    ])
  })
})

describe('the last administrator', () => {
  it('can neither be demoted nor deactivated', async () => {
    await server.sql(`UPDATE users SET active = false WHERE role = 'ADMIN' AND id <> $1`, [root.id])
    expect(await refusal(root, UPDATE, { id: root.id, role: 'MANAGER' })).toMatchObject([
      { code: 'FORBIDDEN', field: 'role' },
    ])
    expect(await refusal(root, UPDATE, { id: root.id, active: false })).toMatchObject([
      { code: 'FORBIDDEN', field: 'active' },
    ])
    expect((await root.do(UPDATE, { id: root.id, name: 'Root I' })).user.name).toBe('Root I')
  })

  it('is left, too, when two are taken away at the same time', async () => {
    const second = await server.as('ADMIN')
    const demotions = await Promise.all(
      [root, second].map((admin) => root.run(UPDATE, { input: { id: admin.id, active: false } })),
    )
    const errors = demotions.flatMap(({ userUpdate }) => userUpdate.userErrors)
    expect(errors).toMatchObject([{ code: 'FORBIDDEN', field: 'active' }])
    expect(await server.sql(`SELECT count(*)::int FROM users WHERE role = 'ADMIN' AND active`)).toEqual([{ count: 1 }])
    await server.sql('UPDATE users SET active = true WHERE id = $1', [root.id])
  })
})

it('makes a token for somebody else that signs in as them', async () => {
  const ada = await server.as('RESPONDER', { name: 'Ada of the Token' })
  const { token } = await root.do(TOKEN, { name: 'pager', userId: ada.id, scopes: ['READ'] })
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: ME }),
  })
  expect(await response.json()).toMatchObject({ data: { me: { id: ada.id, role: 'RESPONDER' } } })
})
