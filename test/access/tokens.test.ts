import { request as startRequest } from 'node:http'
import { once } from 'node:events'
import WebSocket from 'ws'
import { type RunningServer, startServer } from '../../src/main.js'
import { readConfig } from '../../src/platform/config.js'
import { createLogger } from '../../src/platform/log.js'
import { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'

let server: TestServer
let root: Person
beforeAll(async () => {
  server = await startTestServer()
  root = await server.as('ADMIN')
})
afterAll(() => server.stop())

const CREATE = `mutation ($input: TokenCreateInput!) {
  tokenCreate(input: $input) {
    apiToken { id name prefix scopes createdAt expiresAt revokedAt lastUsedAt user { id name } }
    token
    userErrors { code field message }
  }
}`
const REVOKE = `mutation ($input: TokenRevokeInput!) {
  tokenRevoke(input: $input) { apiToken { id revokedAt } userErrors { code field } }
}`
const TOKENS = `query ($first: Int!, $after: String) {
  tokens(first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } edges { node { id name lastUsedAt user { id } } }
  }
}`
const NODE = 'query ($id: ID!) { node(id: $id) { ... on ApiToken { id name } } }'
const ME = '{ me { id } }'
const EVENTS = 'subscription { incidentEvents { cursor } }'

const bearing = (token: string, url = () => server.url) => new Person(url, '', '', token)
const refusal = async (person: Person, document: string, input: object) => {
  const [payload] = Object.values(await person.run(document, { input })) as { userErrors: object[] }[]
  return payload!.userErrors
}
const idOf = async (person: Person): Promise<string> =>
  (await server.sql('SELECT id FROM api_tokens WHERE user_id = $1', [person.id]))[0]!['id'] as string

describe('a token', () => {
  it('is shown once, signs in, and is kept as a hash alone', async () => {
    const ada = await server.as('RESPONDER', { name: 'Ada' })
    const { apiToken, token } = await ada.do(CREATE, { name: ' laptop ' })
    expect(apiToken).toMatchObject({
      name: 'laptop',
      prefix: token.slice(0, 8),
      scopes: ['READ', 'WRITE'],
      expiresAt: null,
      revokedAt: null,
      lastUsedAt: null,
      user: { id: ada.id, name: 'Ada' },
    })
    expect(token).toMatch(/^toc_[0-9a-f]{40}$/)
    expect((await bearing(token).run(ME)).me.id).toBe(ada.id)
    const dump = JSON.stringify([
      await server.sql('SELECT * FROM api_tokens'),
      await server.sql('SELECT payload FROM events'),
    ])
    expect(dump).not.toContain(token.slice(8))
    expect(dump).toContain(apiToken.id)
  })

  it('is refused at once when it has been revoked, and its streams end', async () => {
    const ada = await server.as('RESPONDER')
    const { apiToken, token } = await ada.do(CREATE, { name: 'to be lost' })
    const thief = bearing(token)
    await thief.run(ME)
    const streams = [await thief.subscribe(EVENTS), await thief.subscribe(EVENTS, {}, 'eventSource')]
    const own = await ada.subscribe(EVENTS)

    const { apiToken: revoked } = await ada.do(REVOKE, { id: apiToken.id })
    expect(revoked.revokedAt).toEqual(expect.any(String))
    const { status, errors } = await thief.send(ME)
    expect({ status, code: errors?.[0]?.extensions.code }).toEqual({ status: 401, code: 'UNAUTHENTICATED' })
    expect(await streams[0]!.ended).toMatchObject({ code: 4403 })
    await streams[1]!.ended

    expect((await ada.run(ME)).me.id).toBe(ada.id)
    const { incidentDeclare } = await root.run(
      'mutation { incidentDeclare(input: { title: "Goes on" }) { eventCursor } }',
    )
    expect((await own.next()).data.incidentEvents.cursor).toBe(incidentDeclare.eventCursor)
    own.stop()

    expect((await ada.do(REVOKE, { id: apiToken.id })).apiToken).toEqual(revoked)
  })

  it('is refused by the other nodes, too', async () => {
    const config = readConfig({ PORT: '0', DATABASE_URL: server.databaseUrl })
    const other: RunningServer = await startServer(config, { log: createLogger('silent') })
    try {
      const ada = await server.as('RESPONDER')
      const { apiToken, token } = await ada.do(CREATE, { name: 'two nodes' })
      const elsewhere = bearing(token, () => other.url)
      const stream = await elsewhere.subscribe(EVENTS)
      await ada.do(REVOKE, { id: apiToken.id })
      expect(await stream.ended).toMatchObject({ code: 4403 })
      expect((await elsewhere.send(ME)).status).toBe(401)
    } finally {
      await other.stop()
    }
  })

  it('is refused when it has been revoked while the request was on its way', async () => {
    const ada = await server.as('RESPONDER')
    const { apiToken, token } = await ada.do(CREATE, { name: 'slow' })
    const slow = startRequest(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    })
    slow.flushHeaders()
    const used = async () =>
      (await server.sql('SELECT last_used_at FROM api_tokens WHERE id = $1', [apiToken.id]))[0]![
        'last_used_at'
      ] as unknown
    while (!(await used())); // the server has seen the headers
    await ada.do(REVOKE, { id: apiToken.id })
    slow.end(JSON.stringify({ query: 'mutation { incidentDeclare(input: { title: "Too slow" }) { eventCursor } }' }))
    const [response] = (await once(slow, 'response')) as [{ statusCode: number; resume: () => void }]
    response.resume()
    expect(response.statusCode).toBe(401)
    expect(await server.sql(`SELECT 1 FROM incidents WHERE title = 'Too slow'`)).toEqual([])
  })

  it('does nothing any more on a socket whose client does not answer the closing', async () => {
    const ada = await server.as('RESPONDER')
    const { apiToken, token } = await ada.do(CREATE, { name: 'stubborn' })
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
    await once(socket, 'open')
    socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }))
    await once(socket, 'message')
    const { _receiver: receiver } = socket as unknown as { _receiver: NodeJS.EventEmitter }
    receiver.removeAllListeners('conclude') // what answers the closing
    const closing = once(receiver, 'conclude')
    await ada.do(REVOKE, { id: apiToken.id })
    await closing
    const query = 'mutation { incidentDeclare(input: { title: "Too late" }) { eventCursor } }'
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }))
    for (let trip = 0; trip < 5; trip++) await ada.run(ME) // later than the socket's message has arrived
    expect(await server.sql(`SELECT 1 FROM incidents WHERE title = 'Too late'`)).toEqual([])
    socket.terminate()
  })

  it('ends by itself', async () => {
    const ada = await server.as('RESPONDER')
    const expiresAt = new Date(server.clock.now().getTime() + 60_000).toISOString()
    const { token, apiToken } = await ada.do(CREATE, { name: 'for a minute', expiresAt })
    expect(apiToken.expiresAt).toBe(expiresAt)
    const brief = bearing(token)
    await brief.run(ME)
    server.clock.advance(61_000)
    expect(await brief.send(ME)).toMatchObject({ status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] })
    expect(await refusal(ada, CREATE, { name: 'too late', expiresAt })).toMatchObject([
      { code: 'BAD_USER_INPUT', field: 'expiresAt' },
    ])
  })

  it.each([
    ['no header', undefined],
    ['another scheme', 'Basic dG9jOnRvYw=='],
    ['no token', 'Bearer '],
    ['a token that never was', `Bearer toc_${'0'.repeat(40)}`],
    ['a token and more', `Bearer toc_${'0'.repeat(40)} more`],
    ['something else', 'Bearer hello'],
  ])('is needed: %s is refused', async (_, authorization) => {
    const { status, errors, data } = await server.anonymous().send(ME, {}, authorization ? { authorization } : {})
    expect({ status, code: errors?.[0]?.extensions.code, data }).toEqual({
      status: 401,
      code: 'UNAUTHENTICATED',
      data: undefined,
    })
  })
})

describe('scopes', () => {
  it('narrow what a person may do', async () => {
    const reader = await server.as('ADMIN', { scopes: ['READ'] as never })
    expect((await reader.run(TOKENS, { first: 1 })).tokens.totalCount).toBeGreaterThan(1)
    const declare = `mutation ($input: IncidentDeclareInput!) {
      incidentDeclare(input: $input) { incident { id } userErrors { code } }
    }`
    expect(await refusal(reader, declare, { title: 'May I?' })).toEqual([{ code: 'FORBIDDEN' }])
    const writer = await server.as('ADMIN', { scopes: ['READ', 'WRITE'] as never })
    const create = `mutation ($input: TeamCreateInput!) { teamCreate(input: $input) { userErrors { code } } }`
    expect(await refusal(writer, create, { name: 'May I?' })).toEqual([{ code: 'FORBIDDEN' }])
    expect(await server.sql(`SELECT name FROM teams WHERE name = 'May I?'`)).toEqual([])
  })

  it('are never more in a new token than in the one that makes it', async () => {
    const writer = await server.as('ADMIN', { scopes: ['READ', 'WRITE'] as never })
    expect(await refusal(writer, CREATE, { name: 'more', scopes: ['READ', 'CONFIGURE'] })).toMatchObject([
      { code: 'BAD_USER_INPUT', field: 'scopes' },
    ])
    const { apiToken } = await writer.do(CREATE, { name: 'same', scopes: ['WRITE', 'WRITE'] })
    expect(apiToken.scopes).toEqual(['WRITE'])
    expect(await refusal(writer, CREATE, { name: 'none', scopes: [] })).toMatchObject([
      { code: 'BAD_USER_INPUT', field: 'scopes' },
    ])
    const writeOnly = await server.as('RESPONDER', { scopes: ['WRITE'] as never })
    expect((await writeOnly.do(CREATE, { name: 'as far as it goes' })).apiToken.scopes).toEqual(['WRITE'])
  })

  it('do not let a token that only reads make one, or end another', async () => {
    const reader = await server.as('RESPONDER', { scopes: ['READ'] as never })
    expect(await refusal(reader, CREATE, { name: 'a second one', scopes: ['READ'] })).toMatchObject([
      { code: 'FORBIDDEN' },
    ])
    const { apiToken } = await root.do(CREATE, { name: 'another', userId: reader.id })
    expect(await refusal(reader, REVOKE, { id: apiToken.id })).toMatchObject([{ code: 'FORBIDDEN' }])
    expect((await reader.do(REVOKE, { id: await idOf(reader) })).apiToken.revokedAt).not.toBeNull()
    expect((await reader.send(ME)).status).toBe(401)
  })

  it('and life end with the token that made it', async () => {
    const ada = await server.as('RESPONDER')
    const expiresAt = new Date(server.clock.now().getTime() + 3_600_000).toISOString()
    const later = new Date(server.clock.now().getTime() + 7_200_000).toISOString()
    const brief = bearing((await ada.do(CREATE, { name: 'for an hour', expiresAt })).token)
    expect(await refusal(brief, CREATE, { name: 'for two', expiresAt: later })).toMatchObject([
      { code: 'BAD_USER_INPUT', field: 'expiresAt' },
    ])
    expect((await brief.do(CREATE, { name: 'until then' })).apiToken.expiresAt).toBe(expiresAt)
    expect((await ada.do(CREATE, { name: 'for ever' })).apiToken.expiresAt).toBeNull()
  })
})

describe('the tokens of others', () => {
  it('are made by administrators alone, for people who may sign in', async () => {
    const ada = await server.as('RESPONDER')
    for (const role of ['RESPONDER', 'MANAGER', 'AUDITOR', 'PARTNER'] as const)
      expect(await refusal(await server.as(role), CREATE, { name: 'mine now', userId: ada.id })).toMatchObject([
        { code: 'FORBIDDEN' },
      ])
    await server.sql('UPDATE users SET active = false WHERE id = $1', [ada.id])
    expect(await refusal(root, CREATE, { name: 'of the gone', userId: ada.id })).toMatchObject([
      { code: 'NOT_FOUND', field: 'userId' },
    ])
  })

  it('are seen by administrators and auditors, and revoked by administrators', async () => {
    const ada = await server.as('RESPONDER')
    const { apiToken } = await ada.do(CREATE, { name: 'hers' })
    const grace = await server.as('MANAGER')
    expect((await grace.run(NODE, { id: apiToken.id })).node).toBeNull()
    expect(await refusal(grace, REVOKE, { id: apiToken.id })).toEqual([{ code: 'NOT_FOUND', field: 'id' }])
    expect((await grace.run(TOKENS, { first: 100 })).tokens.edges).toMatchObject([{ node: { user: { id: grace.id } } }])

    const auditor = await server.as('AUDITOR')
    expect((await auditor.run(NODE, { id: apiToken.id })).node).toEqual({ id: apiToken.id, name: 'hers' })
    expect((await auditor.run(TOKENS, { first: 2 })).tokens).toMatchObject({
      totalCount: (await server.sql('SELECT 1 FROM api_tokens')).length,
      pageInfo: { hasNextPage: true },
    })
    expect(await refusal(auditor, REVOKE, { id: apiToken.id })).toEqual([{ code: 'FORBIDDEN', field: null }])
    expect((await root.do(REVOKE, { id: apiToken.id })).apiToken.revokedAt).not.toBeNull()
  })

  it('never show their hash', async () => {
    const { errors } = await root.send('{ tokens(first: 1) { edges { node { hash } } } }')
    expect(errors?.[0]?.message).toContain('Cannot query field "hash" on type "ApiToken"')
  })
})

it('remembers which token made another, for whoever cleans up after a theft', async () => {
  const ada = await server.as('RESPONDER')
  const byTokenId = await idOf(ada)
  const { apiToken } = await ada.do(CREATE, { name: 'child' })
  expect(await server.sql('SELECT type, payload FROM events WHERE subject = $1', [apiToken.id])).toMatchObject([
    { type: 'token.created', payload: { userId: ada.id, name: 'child', byTokenId } },
  ])
})
