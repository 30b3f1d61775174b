import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'

/** The same key and request have one effect and one answer, however often and wherever they arrive. */

let server: TestServer
let ada: Person
beforeAll(async () => {
  server = await startTestServer()
  ada = await server.as('ADMIN', { name: 'Ada' })
})
afterAll(() => server.stop())

const DECLARE = `mutation ($input: IncidentDeclareInput!) {
  incidentDeclare(input: $input) { userErrors { field code } incident { version id title } eventCursor }
}`
const declare = (title: string) => ({ input: { title, impact: 'LOW', urgency: 'LOW' } })
const repeat = (person: Person, key: string, title: string, query = DECLARE) =>
  person.send(query, declare(title), { 'idempotency-key': key })
const declared = async (title: string) =>
  Number((await server.sql('SELECT count(*) FROM incidents WHERE title = $1', [title]))[0]!['count'])

it('gives the same answer to the byte, with one effect, to 20 requests at once', async () => {
  const bodies = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const reply = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${ada.token}`,
          'idempotency-key': 'twenty at once',
        },
        body: JSON.stringify({ query: DECLARE, variables: declare('Once') }),
      })
      return reply.text()
    }),
  )
  expect(new Set(bodies).size).toBe(1)
  expect(JSON.parse(bodies[0]!)).toMatchObject({
    data: { incidentDeclare: { incident: { version: 1 }, userErrors: [] } },
  })
  expect(await declared('Once')).toBe(1)
})

it('refuses another request with the key', async () => {
  await repeat(ada, 'mismatch', 'First')
  for (const [title, query] of [
    ['Second', DECLARE],
    ['First', DECLARE.replace('version id', 'id version')],
  ] as const) {
    const { status, data, errors } = await ada.send(query, declare(title), {
      'idempotency-key': 'mismatch',
      accept: 'application/graphql-response+json',
    })
    expect([status, data]).toEqual([422, undefined])
    expect(errors).toMatchObject([{ extensions: { code: 'IDEMPOTENCY_MISMATCH' } }])
  }
  expect(await declared('Second')).toBe(0)
})

it('keeps the keys of people apart', async () => {
  const bob = await server.as('RESPONDER', { name: 'Bob' })
  const first = await repeat(ada, 'shared', 'Apart')
  const second = await repeat(bob, 'shared', 'Apart')
  expect(second.data.incidentDeclare.incident.id).not.toBe(first.data.incidentDeclare.incident.id)
  expect(await declared('Apart')).toBe(2)
})

it('is one key over every transport', async () => {
  const payload = { query: DECLARE, variables: declare('Anywhere'), extensions: { idempotencyKey: 'anywhere' } }
  const socket = ada.webSocket()
  const { value } = await socket.iterate(payload).next()
  void socket.dispose()
  const events = ada.eventSource()
  const streamed = await events.iterate(payload).next()
  events.dispose()
  const posted = await ada.post(JSON.stringify(payload))
  const byHeader = await repeat(ada, 'anywhere', 'Anywhere')
  for (const answer of [streamed.value, posted, byHeader]) expect(answer!.data).toEqual(value!.data)
  expect(await declared('Anywhere')).toBe(1)
})

it('repeats a failure, too', async () => {
  const first = await repeat(ada, 'failure', '')
  expect(first.data.incidentDeclare).toMatchObject({
    incident: null,
    userErrors: [{ code: 'BAD_USER_INPUT', field: 'title' }],
  })
  expect((await repeat(ada, 'failure', '')).data).toEqual(first.data)
})

it('does not keep what may succeed the next time', async () => {
  await server.sql('ALTER TABLE events RENAME TO hidden')
  const broken = await repeat(ada, 'broken', 'Broken')
  await server.sql('ALTER TABLE hidden RENAME TO events')
  expect(broken.errors).toMatchObject([{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }])
  const { data } = await repeat(ada, 'broken', 'Broken')
  expect(data.incidentDeclare).toMatchObject({ incident: { title: 'Broken' }, userErrors: [] })
  expect(await declared('Broken')).toBe(1)
})

it('is forgotten after a day', async () => {
  const first = await repeat(ada, 'daily', 'Daily')
  server.clock.advance(23 * 3_600_000)
  expect((await repeat(ada, 'daily', 'Daily')).data).toEqual(first.data)
  server.clock.advance(3_600_000 + 1)
  const next = await repeat(ada, 'daily', 'Daily')
  expect(next.data.incidentDeclare.incident.id).not.toBe(first.data.incidentDeclare.incident.id)
  expect((await repeat(ada, 'daily', 'Daily')).data).toEqual(next.data)
  expect(await declared('Daily')).toBe(2)
})

it('keeps no secret that is shown once where the database shows it', async () => {
  const query = 'mutation ($input: TokenCreateInput!) { tokenCreate(input: $input) { token userErrors { code } } }'
  const make = () => ada.send(query, { input: { name: 'CI' } }, { 'idempotency-key': 'secret' })
  const { token } = (await make()).data.tokenCreate
  expect((await make()).data.tokenCreate).toEqual({ token, userErrors: [] })
  const kept = await server.sql(
    `SELECT encode(answer, 'escape') AS answer, encode(key_hash, 'escape') AS key FROM idempotency_keys`,
  )
  expect(kept.length).toBeGreaterThan(0)
  expect(JSON.stringify(kept)).not.toMatch(/toc_|tokenCreate|secret/)
})

it.each([
  ['is too long', 'x'.repeat(256), 'BAD_USER_INPUT'],
  ['is empty', '', 'BAD_USER_INPUT'],
  ['holds a NUL', 'a\0b', 'BAD_USER_INPUT'],
  ['is a number', 7, 'BAD_REQUEST'],
])('refuses a key that %s', async (_, idempotencyKey, code) => {
  const body = { query: DECLARE, variables: declare('Odd key'), extensions: { idempotencyKey } }
  const { errors } = await ada.post(JSON.stringify(body))
  expect(errors).toMatchObject([{ extensions: { code, field: 'idempotencyKey' } }])
  expect(await declared('Odd key')).toBe(0)
})

it('takes one mutation at a time with a key', async () => {
  const two = `a: incidentDeclare(input: { title: "Two", impact: LOW, urgency: LOW }) { incident { id } }
    b: incidentDeclare(input: { title: "Two", impact: LOW, urgency: LOW }) { incident { id } }`
  for (const query of [`mutation { ${two} }`, `mutation { ...Both } fragment Both on Mutation { ${two} }`]) {
    const { errors } = await ada.send(query, {}, { 'idempotency-key': 'two' })
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_REQUEST', field: 'idempotencyKey' } }])
  }
  expect(await declared('Two')).toBe(0)
})

it('leaves queries alone', async () => {
  const me = (query: string) => ada.send(query, {}, { 'idempotency-key': 'query' })
  expect((await me('{ me { name } }')).data).toEqual({ me: { name: 'Ada' } })
  expect((await me('{ me { id } }')).data).toEqual({ me: { id: ada.id } })
})
