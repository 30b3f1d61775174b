import pg from 'pg'
import { bearer, connect, post } from '../alerts/story.js'
import { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'
import { type RunningServer, startServer } from '../../src/main.js'
import { readConfig } from '../../src/platform/config.js'
import { createLogger } from '../../src/platform/log.js'
import { RawSocket } from './raw-socket.js'

/** What operators see of a server: its health, its figures and its log, in which no secret ever stands. */

let server: TestServer
/** A second node on the same database, whose log is kept. */
let node: RunningServer
let log: string
let admin: Person

beforeAll(async () => {
  server = await startTestServer()
  log = ''
  const destination = { write: (line: string) => void (log += line) }
  node = await startServer(readConfig({ PORT: '0', DATABASE_URL: server.databaseUrl }), {
    log: createLogger('trace', destination),
    now: server.clock.now,
  })
  admin = await atNode(await server.as('ADMIN', { name: 'Ada' }))
})
afterAll(async () => {
  await node.stop()
  await server.stop()
})

const atNode = async ({ id, name, token }: Person) => new Person(() => node.url, id, name, token)

/** The log's lines so far. */
const lines = () =>
  log
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>)

async function ask(path: string, url = node.url) {
  const reply = await fetch(`${url}${path}`)
  const text = await reply.text()
  return { status: reply.status, headers: reply.headers, text, body: text.startsWith('{') ? JSON.parse(text) : null }
}

const ME = '{ me { id } }'
const DECLARE = `mutation ($input: IncidentDeclareInput!) {
  incidentDeclare(input: $input) { incident { id } userErrors { code field message } }
}`
const EVENTS = 'subscription { incidentEvents { type incident { id } } }'

describe('the health of a server', () => {
  it('is alive and ready', async () => {
    expect(await ask('/healthz')).toMatchObject({ status: 200, body: { status: 'ok' } })
    expect(await ask('/readyz')).toMatchObject({
      status: 200,
      body: { status: 'ready', database: 'ok', migrations: 'ok', stopping: false },
    })
  })

  it('is alive but not ready while its database is away, and serves again when it is back', async () => {
    const database = new URL(server.databaseUrl).pathname.slice(1)
    const operator = new pg.Client(process.env['TEST_POSTGRES_URL'])
    await operator.connect()
    try {
      await operator.query(`ALTER DATABASE ${database} ALLOW_CONNECTIONS false`)
      await operator.query('SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1', [
        database,
      ])
      expect(await ask('/readyz')).toMatchObject({
        status: 503,
        body: { status: 'not ready', database: 'unreachable', stopping: false },
      })
      expect(await ask('/healthz')).toMatchObject({ status: 200 })
    } finally {
      await operator.query(`ALTER DATABASE ${database} ALLOW_CONNECTIONS true`)
      await operator.end()
    }
    expect(await ask('/readyz')).toMatchObject({ status: 200, body: { status: 'ready' } })
    expect((await admin.send(ME)).data).toEqual({ me: { id: admin.id } })
  })

  it('is not ready while a migration is missing', async () => {
    const applied = await server.sql('DELETE FROM migrations RETURNING id, timestamp, name')
    expect(await ask('/readyz')).toMatchObject({ status: 503, body: { status: 'not ready', migrations: 'pending' } })
    for (const { id, timestamp, name } of applied)
      await server.sql('INSERT INTO migrations (id, timestamp, name) VALUES ($1, $2, $3)', [id, timestamp, name])
    expect(await ask('/readyz')).toMatchObject({ status: 200 })
  })

  it('is not ready from the moment it is told to stop', async () => {
    const leaving = await startServer(readConfig({ PORT: '0', DATABASE_URL: server.databaseUrl }), {
      log: createLogger('silent'),
    })
    // A client that does not answer the goodbye keeps the server waiting.
    const lingering = await RawSocket.open(leaving.url)
    lingering.socket.pause()
    const stopped = leaving.stop()
    expect(await ask('/readyz', leaving.url)).toMatchObject({ status: 503, body: { stopping: true } })
    expect(await ask('/healthz', leaving.url)).toMatchObject({ status: 200 })
    lingering.socket.terminate()
    await stopped
    await expect(fetch(`${leaving.url}/healthz`)).rejects.toThrow('fetch failed')
  })
})

it('counts what it does', async () => {
  const figures = async () => {
    const { text, headers } = await ask('/metrics')
    expect(headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
    const samples = text.matchAll(/^([a-z_]+(?:\{[^}]*\})?) (\S+)$/gm)
    return Object.fromEntries([...samples].map(([, name, value]) => [name, Number(value)]))
  }
  const before = await figures()
  const rise = (after: Record<string, number>, name: string) => (after[name] ?? NaN) - (before[name] ?? 0)

  const stream = await admin.subscribe(EVENTS)
  await admin.do(DECLARE, { title: 'Counted' })
  await stream.next()
  const { key, url } = await connect(admin, { kind: 'GENERIC', name: 'Counted' })
  await post(url, [{ summary: 'One' }, { summary: 'Two' }], bearer(key))
  await post(url, '{', bearer(key))
  await post(url, {}, bearer('wrong'))

  const after = await figures()
  expect(rise(after, 'tocsin_subscribers')).toBe(1)
  expect(rise(after, 'tocsin_deliveries_total')).toBeGreaterThanOrEqual(1)
  expect(rise(after, 'tocsin_intake_requests_total{kind="GENERIC",outcome="accepted"}')).toBe(1)
  expect(rise(after, 'tocsin_intake_requests_total{kind="GENERIC",outcome="refused"}')).toBe(2)
  expect(rise(after, 'tocsin_intake_signals_total{kind="GENERIC"}')).toBe(2)
  expect(after).toHaveProperty(['tocsin_event_horizon_transactions'])
  expect(after['tocsin_intake_waiting_reports']).toBe(0)
  stream.stop()
})

describe('the id of a request', () => {
  it('is the one that it came with', async () => {
    const { headers } = await admin.send(ME, {}, { 'x-request-id': 'dashboard-7.a_B' })
    expect(headers.get('x-request-id')).toBe('dashboard-7.a_B')
    expect(lines()).toContainEqual(
      expect.objectContaining({
        reqId: 'dashboard-7.a_B',
        msg: 'served',
        path: '/graphql',
        status: 200,
        actor: admin.id,
      }),
    )
  })

  it.each([
    ['is missing', undefined],
    ['is too long', 'x'.repeat(65)],
    ['could forge a line of a log', '{"level":60} x'],
    ['is empty', ''],
  ])('is made where the given one %s', async (_, given) => {
    for (const path of ['/graphql', '/healthz', '/nowhere']) {
      const { headers } = await fetch(`${node.url}${path}`, {
        headers: given === undefined ? {} : { 'x-request-id': given },
      })
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    }
  })
})

describe('the log', () => {
  /** As it stands in every shape that a careless line could give it. */
  const shapes = (secret: string) => [
    secret,
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
    Buffer.from(secret).toString('hex'),
    JSON.stringify([...Buffer.from(secret)]).slice(1, -1),
  ]

  it('tells of a bug all that its answer does not', async () => {
    await server.sql('ALTER TABLE timeline_entries RENAME TO hidden_entries')
    const reply = await admin.send(DECLARE, { input: { title: 'Unlucky' } }, { 'x-request-id': 'unlucky' })
    await server.sql('ALTER TABLE hidden_entries RENAME TO timeline_entries')
    const { message, extensions } = reply.errors![0]!
    expect(extensions).toEqual({ code: 'INTERNAL_SERVER_ERROR', errorId: expect.stringMatching(/^[0-9a-f-]{36}$/) })
    expect(message).toBe(`Something went wrong on the server. It is logged as ${String(extensions['errorId'])}.`)
    expect(lines().filter(({ errorId }) => errorId === extensions['errorId'])).toMatchObject([
      {
        ...{ level: 50, reqId: 'unlucky', msg: 'a bug' },
        err: {
          message: expect.stringContaining('"timeline_entries" does not exist'),
          stack: expect.stringMatching(/timeline_entries[^]*\n +at /),
        },
      },
    ])
  })

  it('holds no secret, and no answer a stack trace', async () => {
    const answers: string[] = []
    const send = async (path: string, init: RequestInit = {}) => {
      const text = await (await fetch(`${path.startsWith('/') ? node.url : ''}${path}`, init)).text()
      answers.push(text)
      return text
    }
    const json = { 'content-type': 'application/json' }
    const graphql = async (query: string, variables: object = {}, headers: Record<string, string> = {}) =>
      JSON.parse(
        await send('/graphql', {
          method: 'POST',
          headers: { ...json, ...bearer(admin.token!), ...headers },
          body: JSON.stringify({ query, variables }),
        }),
      )
    const secrets = new Map([['the token that signs in', admin.token!]])
    const secret = (name: string, text = `${name.replaceAll(' ', '-')}-${crypto.randomUUID()}`) => {
      expect(text).toMatch(/\S{20,}/)
      secrets.set(name, text)
      return text
    }

    // Tokens, over every transport, good and bad.
    const CREATE = 'mutation ($input: TokenCreateInput!) { tokenCreate(input: $input) { token userErrors { code } } }'
    const made = secret(
      'a token that is made',
      (await graphql(CREATE, { input: { name: 'CI', scopes: ['READ', 'WRITE', 'CONFIGURE'] } })).data.tokenCreate.token,
    )
    await graphql(ME, {}, bearer(made))
    await graphql(ME, {}, bearer(secret('a token of nobody', `toc_${crypto.randomUUID()}`)))
    await graphql(ME, {}, { authorization: `Basic ${secret('a token in a wrong scheme')}` })
    await graphql(ME, {}, bearer(secret('a token that is no JWT', `ey${crypto.randomUUID()}.e30.nonsense`)))
    await send('/graphql', { method: 'POST', headers: bearer(made), body: '{' })
    await send('/graphql', { method: 'PUT', headers: { ...json, ...bearer(made) }, body: '{}' })
    await send(`/graphql?query=${encodeURIComponent(ME)}&token=${secret('a token in a URL')}`, {
      headers: bearer(made),
    })
    const person = new Person(() => node.url, admin.id, admin.name, made)
    for (const transport of ['webSocket', 'eventSource'] as const)
      (await person.subscribe(EVENTS, {}, transport)).stop()
    const stranger = await RawSocket.open(node.url)
    const authorization = `Bearer ${secret('a token of nobody over WebSocket')}`
    stranger.socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization } }))
    await stranger.closed

    // Keys of integrations, wherever a sender can put them.
    const generic = await connect(person, { kind: 'GENERIC', name: 'In headers' })
    const pagerDuty = await connect(person, { kind: 'PAGERDUTY', name: 'In the body' })
    secret('the key of an integration', generic.key)
    secret('the routing key of an integration', pagerDuty.key)
    const unknown = secret('a key of no integration')
    const basic = (key: string) => ({ authorization: `Basic ${Buffer.from(`tocsin:${key}`).toString('base64')}` })
    const report = JSON.stringify({ summary: 'Disk full' })
    for (const key of [generic.key, unknown])
      for (const body of [report, '{', ''])
        for (const headers of [bearer(key), basic(key)]) {
          await send(generic.url, { method: 'POST', headers, body })
          await send(`${generic.url}?key=${key}`, { method: 'POST', body })
        }
    for (const routing_key of [pagerDuty.key, unknown])
      for (const event_action of ['trigger', 'nonsense'])
        await send(pagerDuty.url, { method: 'POST', body: JSON.stringify({ routing_key, event_action }) })
    await send(pagerDuty.url, { method: 'POST', body: `{ "routing_key": "${pagerDuty.key}" ` })
    const job = await connect(person, {
      ...{ kind: 'HEARTBEAT', name: 'In the path', heartbeat: { everySeconds: 60, graceSeconds: 60 } },
      key: secret('the key of a heartbeat/with signs %?#'),
    })
    for (const end of ['', '/', '/fail', '/nowhere', '?key=%zz', '%zz']) await send(job.url + end)
    await send(job.url, { method: 'DELETE' })
    await send(`/intake/heartbeat/${unknown}`)
    await send(`/intake/generic?key=${generic.key}`)
    await send(`/intake/nowhere?key=${generic.key}`, { method: 'POST', body: report })

    // What goes wrong while secrets are about.
    const idempotencyKey = secret('an idempotency key')
    await server.sql('ALTER TABLE events RENAME TO hidden')
    const bugs = [
      await graphql(CREATE, { input: { name: 'Unlucky' } }, { 'idempotency-key': idempotencyKey }),
      await graphql(CREATE, { input: { name: 'Unlucky' } }),
      await graphql(ME, {}, bearer(made)),
    ]
    await send(`${generic.url}?key=${generic.key}`, {
      method: 'POST',
      body: JSON.stringify({ summary: 'Memory full' }),
    })
    await send(pagerDuty.url, {
      method: 'POST',
      body: JSON.stringify({
        ...{ routing_key: pagerDuty.key, event_action: 'trigger' },
        payload: { summary: 'Memory full', source: 'db-1', severity: 'error' },
      }),
    })
    await server.sql('ALTER TABLE hidden RENAME TO events')
    expect(bugs.slice(0, 2)).toMatchObject([
      { errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }] },
      { errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }] },
    ])
    await graphql(CREATE, { input: { name: 'Lucky' } }, { 'idempotency-key': idempotencyKey })

    expect(lines().filter(({ msg }) => msg === 'a bug in intake').length).toBe(2)
    expect(lines().filter(({ msg }) => msg === 'served').length).toBeGreaterThan(40)
    const told = [...secrets].filter(([, text]) => shapes(text).some((shape) => log.includes(shape)))
    expect(told.map(([name]) => name)).toEqual([])
    const trace = /\\n +at |\bat \S+ \(|node_modules|\.[cm]?[jt]s:\d+|"stack/
    expect(JSON.stringify(new Error('Traced').stack)).toMatch(trace)
    expect(answers.filter((text) => trace.test(text))).toEqual([])
    expect(answers.filter((text) => /relation|hidden|SELECT |INSERT /.test(text))).toEqual([])
  })
})
