import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'

/** What `graphql-http`'s audits leave open: media types, statuses, methods, browsers. */

const GRAPHQL_RESPONSE = 'application/graphql-response+json'
const CONSOLE = 'https://console.example.com'

let server: TestServer
let ada: Person
beforeAll(async () => {
  server = await startTestServer({ ALLOWED_ORIGINS: CONSOLE })
  ada = await server.as('RESPONDER', { name: 'Ada' })
})
afterAll(() => server.stop())

const authorization = () => ({ authorization: `Bearer ${ada.token}` })
const send = (init: RequestInit) => fetch(`${server.url}/graphql`, init)
const post = (body: unknown, headers: Record<string, string> = {}) =>
  send({
    method: 'POST',
    headers: { 'content-type': 'application/json', ...authorization(), ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

describe('the status of an answer', () => {
  const partly = '{ me { id } node(id: "x") { id } incidents(first: 101) { totalCount } }'

  it('is 294 when some of it failed, for clients who know the media type', async () => {
    const reply = await post({ query: partly }, { accept: GRAPHQL_RESPONSE })
    expect(reply.status).toBe(294)
    expect(reply.headers.get('content-type')).toBe(`${GRAPHQL_RESPONSE}; charset=utf-8`)
    expect(await reply.json()).toMatchObject({ data: null, errors: [{ path: ['incidents'] }] })
  })

  it('is 200 for older clients then', async () => {
    for (const accept of ['application/json', '*/*']) {
      const reply = await post({ query: partly }, { accept })
      expect([reply.status, reply.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8'])
    }
  })

  it.each([
    ['nonsense', '{ me { id ', 'GRAPHQL_PARSE_FAILED'],
    ['a field that is not there', '{ you }', 'GRAPHQL_VALIDATION_FAILED'],
    ['a variable of another type', 'query ($n: Int!) { incidents(first: $n) { totalCount } }', 'BAD_USER_INPUT'],
    ['an operation that is not named', 'query A { me { id } } query B { me { id } }', 'BAD_REQUEST'],
  ])('is 400 for %s, and 200 where plain JSON was asked for', async (_, query, code) => {
    const variables = { n: 'many' }
    const refused = await post({ query, variables }, { accept: GRAPHQL_RESPONSE })
    expect(refused.status).toBe(400)
    expect(refused.headers.get('content-type')).toContain(GRAPHQL_RESPONSE)
    const legacy = await post({ query, variables }, { accept: 'application/json' })
    expect(legacy.status).toBe(200)
    for (const reply of [refused, legacy])
      expect(await reply.json()).toEqual({
        errors: [expect.objectContaining({ extensions: expect.objectContaining({ code }) })],
      })
  })

  it('is 401 without a sign-in, with a way to sign in', async () => {
    const nobody: Record<string, string>[] = [
      {},
      { authorization: 'Bearer toc_made_up' },
      { authorization: 'Basic YTpi' },
    ]
    for (const headers of nobody) {
      const reply = await send({
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: '{}',
      })
      expect(reply.status).toBe(401)
      expect(reply.headers.get('www-authenticate')).toBe('Bearer')
      expect(await reply.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] })
    }
  })

  it('is 406 for a client that takes nothing we have, and nothing is done', async () => {
    const query =
      'mutation { incidentDeclare(input: { title: "Unheard", impact: LOW, urgency: LOW }) { incident { id } } }'
    const reply = await post({ query }, { accept: 'image/png' })
    expect(reply.status).toBe(406)
    expect(await server.sql(`SELECT 1 FROM incidents WHERE title = 'Unheard'`)).toEqual([])
  })

  it('is 405 for a mutation by GET, and for methods that are none of GraphQL', async () => {
    const headers = { ...authorization(), 'apollo-require-preflight': 'yes' }
    const query = 'mutation { incidentDeclare(input: { title: "Got", impact: LOW, urgency: LOW }) { incident { id } } }'
    const got = await fetch(`${server.url}/graphql?query=${encodeURIComponent(query)}`, { headers })
    expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST'])
    expect(await server.sql(`SELECT 1 FROM incidents WHERE title = 'Got'`)).toEqual([])
    for (const method of ['PUT', 'DELETE', 'PATCH']) {
      const reply = await send({ method, headers })
      expect([method, reply.status, reply.headers.get('allow')]).toEqual([method, 405, 'GET, POST'])
    }
  })

  it('is 404 where nothing is served, and the address is not repeated', async () => {
    const reply = await fetch(`${server.url}/nowhere?key=secret`)
    expect(reply.status).toBe(404)
    expect(await reply.text()).not.toContain('secret')
  })

  it('is 400 for a subscription to a client that takes no stream', async () => {
    const reply = await post({ query: 'subscription { incidentEvents { cursor } }' }, { accept: GRAPHQL_RESPONSE })
    expect(reply.status).toBe(400)
    expect(await reply.json()).toMatchObject({ errors: [{ message: expect.stringContaining('text/event-stream') }] })
  })
})

describe('a client that takes streams and plain answers', () => {
  const accept = `${GRAPHQL_RESPONSE}, application/json, text/event-stream, multipart/mixed` // urql's

  it('gets a query as a plain answer', async () => {
    const reply = await post({ query: '{ me { name } }' }, { accept })
    expect(reply.headers.get('content-type')).toContain(GRAPHQL_RESPONSE)
    expect(await reply.json()).toMatchObject({ data: { me: { name: 'Ada' } } })
  })

  it('gets a subscription as a stream', async () => {
    const abort = new AbortController()
    const reply = await send({
      method: 'POST',
      headers: { 'content-type': 'application/json', accept, ...authorization() },
      body: JSON.stringify({ query: 'subscription { incidentEvents { cursor } }' }),
      signal: abort.signal,
    })
    expect([reply.status, reply.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8'])
    abort.abort()
  })
})

describe('a browser', () => {
  it('cannot be made to send a form', async () => {
    const body = JSON.stringify({ query: '{ me { id } }' })
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const reply = await send({ method: 'POST', headers: { 'content-type': type, ...authorization() }, body })
      expect([type, reply.status]).toEqual([type, 415])
    }
  })

  it('cannot be made to ask by GET without a preflight', async () => {
    const reply = await fetch(`${server.url}/graphql?query={me{id}}`, { headers: authorization() })
    expect(reply.status).toBe(400)
    expect(await reply.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] })
  })

  it.each([
    [CONSOLE, CONSOLE],
    ['https://elsewhere.example.com', null],
  ])('of %s may read answers from %s', async (origin, allowed) => {
    const preflight = await send({
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
    })
    expect(preflight.headers.get('access-control-allow-origin')).toBe(allowed)
    const reply = await post({ query: '{ me { id } }' }, { origin })
    expect(reply.headers.get('access-control-allow-origin')).toBe(allowed)
    const refused = await send({ method: 'POST', headers: { origin, 'content-type': 'application/json' }, body: '{}' })
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([401, allowed])
  })
})

describe('a body', () => {
  it('is refused before it is read when it is too large', async () => {
    const status = await new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'content-length': 10_000_000, ...authorization() }
      const request = httpRequest(`${server.url}/graphql`, { method: 'POST', headers }, (response) => {
        resolve(response.statusCode)
        request.destroy()
      })
      request.on('error', reject)
      request.write('{"query":"') // and nothing more: the server has not waited for it
    })
    expect(status).toBe(413)
  })

  it('is refused as JSON when it turns out too large', async () => {
    const { status, errors } = await ada.post(JSON.stringify({ query: '{ me { id } }', x: 'x'.repeat(1_100_000) }))
    expect(status).toBe(413)
    expect(errors).toMatchObject([{ extensions: { code: 'LIMIT_EXCEEDED' } }])
  })

  it.each([
    ['a list', '[{"query":"{ me { id } }"}]'],
    ['an empty list', '[]'],
    ['null', 'null'],
    ['a number', '7'],
    ['an empty object', '{}'],
    ['half of it', '{"query":"{ me'],
    ['nothing', ''],
    ['invalid UTF-8', new Uint8Array([...Buffer.from('{"query":"{ me { id } }","x":"'), 0xff, 0x22, 0x7d])],
  ])('is refused when it is %s', async (_, body) => {
    const { status, errors, data } = await ada.post(body)
    expect([status, data]).toEqual([400, undefined])
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_REQUEST' } }])
  })

  it('may hold members that nobody knows', async () => {
    const { data } = await ada.post(JSON.stringify({ query: '{ me { name } }', persisted: true }))
    expect(data).toEqual({ me: { name: 'Ada' } })
  })
})

it('asks for GET requests what it asks for POST requests', async () => {
  const headers = { ...authorization(), 'apollo-require-preflight': 'yes', accept: GRAPHQL_RESPONSE }
  const got = async (search: string) => {
    const reply = await fetch(`${server.url}/graphql?${search}`, { headers })
    return [reply.status, await reply.json()] as const
  }
  expect(await got('query={me{name}}&variables=&extensions=&operationName=')).toMatchObject([
    200,
    { data: { me: { name: 'Ada' } } },
  ])
  for (const search of [
    '',
    'query={me{name}}&query={me{id}}',
    'query={me{name}}&variables=7',
    'query={me{name}}&variables={',
  ])
    expect(await got(search)).toMatchObject([400, { errors: [{ extensions: { code: 'BAD_REQUEST' } }] }])
  expect(await got('query={me{name%FF}}')).toMatchObject([400, {}])
  expect(await got('query={incident(id:"%00"){id}}')).toMatchObject([400, {}])
})

it.each([
  ['a host that is none', 'POST /graphql HTTP/1.1\r\nhost: [\r\n', /^HTTP\/1.1 200 /],
  ['a request line that is none', 'WHAT /graphql\r\n', /^HTTP\/1.1 400 /],
  ['headers without end', `GET /healthz HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(20_000)}\r\n`, /^HTTP\/1.1 431 /],
])('answers %s and lives on', async (_, head, answer) => {
  const { port } = new URL(server.url)
  const body = '{"query":"{ me { id } }"}'
  const headers = `authorization: Bearer ${ada.token}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close`
  const text = await new Promise<string>((resolve, reject) => {
    let received = ''
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(`${head}${headers}\r\n\r\n${body}`))
    socket.on('data', (data) => (received += String(data)))
    socket.on('close', () => resolve(received))
    socket.on('error', reject)
  })
  expect(text).toMatch(answer)
  expect(await ada.run('{ me { name } }')).toEqual({ me: { name: 'Ada' } })
})
