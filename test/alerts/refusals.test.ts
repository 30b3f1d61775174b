import pg from 'pg'
import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'
import { bodiesOf } from './captures.js'
import { type Connected, alertsOf, bearer, connect, post } from './story.js'

let server: TestServer
let admin: Person
let alertmanager: Connected
beforeAll(async () => {
  server = await startTestServer()
  admin = await server.as('ADMIN')
  alertmanager = await connect(admin, { kind: 'ALERTMANAGER' })
})
afterAll(() => server.stop())

const [notification] = bodiesOf('alertmanager-webhook')

const LETTERS = `query ($integrationId: ID) { deadLetters(first: 100, filter: { integrationId: $integrationId }) {
  totalCount edges { node { id message field contentType size body receivedAt replayedAt integration { id } } }
} }`
const lettersOf = async (person: Person, { id }: { id: string }) => {
  const { deadLetters } = await person.run(LETTERS, { integrationId: id })
  return (deadLetters.edges as { node: Record<string, unknown> }[]).map(({ node }) => node)
}

const everything = () =>
  server.sql(`SELECT (SELECT count(*) FROM alerts) AS alerts, (SELECT count(*) FROM incidents) AS incidents,
                     (SELECT count(*) FROM events WHERE type NOT LIKE 'integration.%' AND type <> 'metrics.counted') AS events`)

describe('a key', () => {
  const send = (headers: Record<string, string>, query = '') => post(alertmanager.url + query, { alerts: [] }, headers)
  const basic = (key: string) => ({ authorization: `Basic ${Buffer.from(`alertmanager:${key}`).toString('base64')}` })

  it('is taken as a bearer, as the password, or from the URL', async () => {
    const { key } = alertmanager
    expect((await send(bearer(key))).status).toBe(200)
    expect((await send(basic(key))).status).toBe(200)
    expect((await send({}, `?key=${key}`)).status).toBe(200)
  })

  it('counts in the header first', async () => {
    expect((await send(bearer('of somebody else'.replaceAll(' ', '-')), `?key=${alertmanager.key}`)).status).toBe(401)
  })

  it('must be there, known, of the right kind and switched on', async () => {
    const generic = await connect(admin, { kind: 'GENERIC' })
    const off = await connect(admin, { kind: 'ALERTMANAGER' })
    await admin.do(
      'mutation ($input: IntegrationUpdateInput!) { integrationUpdate(input: $input) { userErrors { code message } } }',
      { id: off.id, active: false },
    )
    expect(await send({})).toMatchObject({ status: 401, body: { error: expect.any(String) } })
    expect(await send(bearer('0123456789abcdef'))).toMatchObject({ status: 401, body: { error: expect.any(String) } })
    expect(await send(bearer(generic.key))).toMatchObject({
      status: 403,
      body: { error: expect.stringMatching(/kind GENERIC/) },
    })
    expect(await send(bearer(off.key))).toMatchObject({
      status: 403,
      body: { error: expect.stringMatching(/switched off/) },
    })
    const { status, body } = await post(`${server.url}/intake/pagerduty/v2/enqueue`, { routing_key: 'x'.repeat(32) })
    expect(status).toBe(401)
    expect(body).toMatchObject({ status: 'invalid event', errors: [expect.stringContaining('key')] })
    expect(await lettersOf(admin, generic)).toEqual([])
  })
})

describe('what can never be accepted', () => {
  const bad: [told: string, body: string | Buffer, field: string | undefined][] = [
    ['nothing', '', undefined],
    ['JSON that ends too early', JSON.stringify(notification).slice(0, 200), undefined],
    ['no object', '[]', undefined],
    [
      'a wrong type',
      JSON.stringify({ ...notification, alerts: [{ status: 'firing', labels: 'x' }] }),
      'alerts.0.labels',
    ],
    ['a day that is none', JSON.stringify(notification).replace('2026-11-23', '2026-11-31'), 'alerts.0.startsAt'],
    ['a year that is far away', JSON.stringify(notification).replace('2026-11-23', '9026-11-23'), 'alerts.0.startsAt'],
    ['a NUL', JSON.stringify(notification).replace('checkout', 'a\\u0000b'), 'alerts.0.labels.job'],
    ['half a character', JSON.stringify(notification).replace('Checkout', '\\udead'), 'alerts.0.annotations.summary'],
    ['no UTF-8', Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x7d]), undefined],
    ['too many levels', `${'['.repeat(80)}${']'.repeat(80)}`, Array(64).fill('0').join('.')],
  ]

  it.each(bad)('names the field, writes nothing and is kept: %s', async (_told, body, field) => {
    const mine = await connect(admin, { kind: 'ALERTMANAGER' })
    const before = await everything()
    const answer = await post(mine.url, body, { ...bearer(mine.key), 'content-type': 'application/json' })
    expect(answer).toMatchObject({ status: 400, body: { error: expect.any(String) } })
    expect(answer.body.field).toBe(field)
    expect(JSON.stringify(answer.body)).not.toMatch(/\bat .*\.[jt]s/)
    expect(await everything()).toEqual(before)
    expect(await lettersOf(admin, mine)).toMatchObject([
      {
        ...{ message: answer.body.error, field: field ?? null, size: Buffer.byteLength(body), replayedAt: null },
        ...{ contentType: 'application/json', integration: { id: mine.id } },
      },
    ])
  })

  it('is refused before it is read when it is too large', async () => {
    const { status, body } = await post(alertmanager.url, 'x'.repeat(10 * 1024 * 1024), bearer(alertmanager.key))
    expect(status).toBe(413)
    expect(body).toEqual({ error: expect.any(String) })
  })

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'nonsense', 'multipart/form-data; boundary=x'])(
    'is not decided by the content type %s',
    async (type) => {
      const headers = { ...bearer(alertmanager.key), 'content-type': type }
      expect((await post(alertmanager.url, { alerts: [], more: 1 }, headers)).status).toBe(200)
    },
  )

  it('is kept up to the newest thousand', async () => {
    const mine = await connect(admin, { kind: 'ALERTMANAGER' })
    await server.sql(
      `INSERT INTO dead_letters (id, integration_id, content_type, body, size, message, received_at)
       SELECT 'dlt_' || lpad(n::text, 26, '0'), $1, '', '', 0, 'old', '2026-01-01'::timestamptz + n * interval '1 s'
         FROM generate_series(1, 1000) n`,
      [mine.id],
    )
    await post(mine.url, '{', bearer(mine.key))
    const [kept] = await server.sql(
      'SELECT count(*)::int AS count, min(id) AS oldest FROM dead_letters WHERE integration_id = $1',
      [mine.id],
    )
    expect(kept).toEqual({ count: 1000, oldest: `dlt_${'2'.padStart(26, '0')}` })
  })
})

describe('a database that goes away', () => {
  it('is answered with 503, and what is sent again is taken once', async () => {
    const mine = await connect(admin, { kind: 'GENERIC' })
    const send = () => post(mine.url, { id: 'disk', summary: 'Disk full' }, bearer(mine.key))
    const holder = new pg.Client(server.databaseUrl)
    await holder.connect()
    const lock = [`${mine.id} disk`]
    await holder.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', lock)
    const answer = send()
    const waiting = "FROM pg_stat_activity WHERE wait_event = 'advisory' AND datname = current_database()"
    while ((await server.sql(`SELECT 1 ${waiting}`)).length === 0);
    await server.sql(`SELECT pg_terminate_backend(pid) ${waiting}`)
    const { status, headers, body } = await answer
    expect({ status, body }).toEqual({ status: 503, body: { error: expect.stringContaining('Try again') } })
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
    await holder.end()
    expect(await alertsOf(admin, mine)).toEqual([])
    expect((await send()).status).toBe(202)
    expect(await alertsOf(admin, mine)).toMatchObject([{ occurrences: 1 }])
  })
})

describe('a dead letter', () => {
  it('is kept without the key that its body carried', async () => {
    const { key, url } = await connect(admin, { kind: 'PAGERDUTY' })
    expect((await post(url, { routing_key: key, event_action: 'explode' })).status).toBe(400)
    const [letter] = await server.sql(
      `SELECT convert_from(body, 'UTF8') AS body FROM dead_letters ORDER BY received_at DESC, id DESC LIMIT 1`,
    )
    expect(JSON.parse(letter!.body)).toEqual({ routing_key: '(hidden)', event_action: 'explode' })
  })

  const REPLAY = `mutation ($input: DeadLetterReplayInput!) {
    deadLetterReplay(input: $input) { deadLetter { id replayedAt } userErrors { code field message } }
  }`
  const replayed = async (person: Person, id: unknown) => (await person.run(REPLAY, { input: { id } })).deadLetterReplay

  it('is replayed once its mapping is right', async () => {
    const mine = await connect(admin, { kind: 'GENERIC' })
    const sent = { wrong: 'Disk full', host: 'db-1' }
    expect(await post(mine.url, sent, bearer(mine.key))).toMatchObject({ status: 400, body: { field: 'summary' } })
    const [letter] = await lettersOf(admin, mine)
    expect(JSON.parse(letter!['body'] as string)).toEqual(sent)
    expect(await replayed(admin, letter!['id'])).toMatchObject({
      deadLetter: null,
      userErrors: [{ code: 'BAD_USER_INPUT', message: expect.stringMatching(/today either: summary: /) }],
    })
    await admin.do(
      `mutation ($input: IntegrationUpdateInput!) {
         integrationUpdate(input: $input) { integration { mapping { summary } } userErrors { code field message } }
       }`,
      { id: mine.id, mapping: { summary: 'wrong' } },
    )
    expect(await replayed(admin, letter!['id'])).toMatchObject({
      deadLetter: { id: letter!['id'], replayedAt: expect.any(String) },
      userErrors: [],
    })
    expect(await alertsOf(admin, mine)).toMatchObject([{ summary: 'Disk full', source: 'db-1', status: 'OPEN' }])
    expect(await replayed(admin, letter!['id'])).toMatchObject({ userErrors: [{ code: 'CONFLICT' }] })
    expect(await alertsOf(admin, mine)).toHaveLength(1)
  })

  it('is for those who configure: others do not know of it', async () => {
    await post(alertmanager.url, '{', bearer(alertmanager.key))
    const [letter] = await lettersOf(admin, alertmanager)
    const auditor = await server.as('AUDITOR')
    expect((await lettersOf(auditor, alertmanager))[0]).toEqual(letter)
    expect((await replayed(auditor, letter!['id'])).userErrors).toMatchObject([{ code: 'FORBIDDEN' }])
    for (const role of ['REQUESTER', 'STAKEHOLDER', 'RESPONDER', 'MANAGER', 'PARTNER'] as const) {
      const person = await server.as(role)
      expect((await person.send(LETTERS)).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
      expect((await replayed(person, letter!['id'])).userErrors).toMatchObject([{ code: 'NOT_FOUND' }])
      expect(await person.run('query ($id: ID!) { deadLetter(id: $id) { body } }', { id: letter!['id'] })).toEqual({
        deadLetter: null,
      })
    }
  })
})
