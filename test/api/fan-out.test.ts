import { once } from 'node:events'
import WebSocket from 'ws'
import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'

/** Who gets what, from which execution, and what happens to those who may not or cannot follow. */

let server: TestServer
let ada: Person
let admin: Person
beforeAll(async () => {
  server = await startTestServer()
  ada = await server.as('RESPONDER', { name: 'Ada' })
  admin = await server.as('ADMIN')
})
afterAll(() => server.stop())

const DECLARE = `mutation ($input: IncidentDeclareInput!) {
  incidentDeclare(input: $input) { incident { id version } eventCursor userErrors { code field message } }
}`
const UPDATE = `mutation ($input: IncidentUpdateInput!) {
  incidentUpdate(input: $input) { incident { version } eventCursor userErrors { code field message } }
}`
const RESTRICT = `mutation ($input: IncidentVisibilityChangeInput!) {
  incidentVisibilityChange(input: $input) { incident { version } eventCursor userErrors { code field message } }
}`
const EVENTS = `subscription ($after: String) {
  incidentEvents(after: $after) { cursor type incident { id version title description service { name } } }
}`
const CHANGED = 'subscription ($id: ID!) { incidentChanged(id: $id) { id version title } }'

const declare = (input: object = {}) => ada.do(DECLARE, { title: 'Something', ...input })

/** How often PostgreSQL was asked for services: once per execution of a document that names one. */
async function serviceReads(): Promise<number> {
  await server.sql('SELECT pg_stat_force_next_flush()')
  const [row] = await server.sql(
    `SELECT coalesce(seq_scan, 0) + coalesce(idx_scan, 0) AS scans FROM pg_stat_user_tables WHERE relname = 'services'`,
  )
  return Number(row!.scans)
}

describe('the same subscription of many', () => {
  it('reaches each of them with the same bytes but for the id', async () => {
    const streams = await Promise.all(Array.from({ length: 10 }, () => ada.subscribe(EVENTS)))
    const { incident } = await declare()
    const received = await Promise.all(streams.map((stream) => stream.next()))
    for (const result of received) expect(result).toEqual(received[0])
    expect(received[0].data.incidentEvents.incident.id).toBe(incident.id)
    for (const stream of streams) stream.stop()
  })

  it('is executed once for all', async () => {
    const service = await server.service(`Shared ${Date.now()}`)
    const people = await Promise.all(Array.from({ length: 8 }, () => server.as('RESPONDER')))
    const streams = await Promise.all(people.map((person) => person.subscribe(EVENTS)))
    const before = await serviceReads()
    await declare({ serviceId: service })
    await Promise.all(streams.map((stream) => stream.next()))
    // The command reads the service to find its team; the eight subscribers add at most one execution's reads.
    expect((await serviceReads()) - before).toBeLessThan(8)
    for (const stream of streams) stream.stop()
  })
})

describe('one incident', () => {
  it('is told as it is, then in every state that follows, and no state twice', async () => {
    const { incident } = await declare()
    const stream = await ada.subscribe(CHANGED, { id: incident.id })
    const quickly = Array.from({ length: 10 }, (_, n) => ada.do(UPDATE, { id: incident.id, title: `Title ${n}` }))
    await Promise.all(quickly)
    const versions = (await stream.take(11)).map(({ data }) => data.incidentChanged.version)
    expect(versions).toEqual(Array.from({ length: 11 }, (_, n) => n + 1))
    stream.stop()
  })

  it('that does not exist for the viewer is not found', async () => {
    const partner = await server.as('PARTNER')
    const { incident } = await declare()
    const stream = await partner.subscribe(CHANGED, { id: incident.id })
    expect(await stream.ended).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }])
    stream.stop()
  })

  it('ends for those who lose sight of it, and is withheld with its past', async () => {
    const grace = await server.as('RESPONDER', { name: 'Grace' })
    const { incident, eventCursor } = await declare()
    const changed = await grace.subscribe(CHANGED, { id: incident.id })
    const events = await grace.subscribe(EVENTS, { after: eventCursor })
    await changed.next()
    await ada.do(RESTRICT, { id: incident.id, visibility: 'RESTRICTED', reason: 'Security' })
    expect(await changed.ended).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }])
    await ada.do(UPDATE, { id: incident.id, title: 'Secret' })
    const { incident: open } = await declare({ title: 'Open' })
    expect((await events.next()).data.incidentEvents.incident.id).toBe(open.id)
    const replay = await grace.subscribe(EVENTS, { after: eventCursor })
    expect((await replay.next()).data.incidentEvents.incident.id).toBe(open.id)
    for (const stream of [changed, events, replay]) stream.stop()
  })
})

describe('a change of access', () => {
  const UPDATE_USER = `mutation ($input: UserUpdateInput!) { userUpdate(input: $input) { userErrors { code field message } } }`

  it('closes the socket with a code that clients retry, and they go on from their cursor under the new rules', async () => {
    const grace = await server.as('RESPONDER', { name: 'Grace' })
    const variables: { after?: string } = {} // sent again as they are then, whenever the client comes back
    const seen: string[] = []
    let arrived = () => undefined as void
    const closed: number[] = []
    let following = true
    const client = grace.webSocket({ retryAttempts: 5, retryWait: () => Promise.resolve() })
    client.on('closed', (event) => closed.push((event as { code: number }).code))
    const follow = async () => {
      while (following) {
        const iterator = client.iterate<any>({ query: EVENTS, variables }) // eslint-disable-line @typescript-eslint/no-explicit-any
        for await (const { data } of iterator) {
          variables.after = data.incidentEvents.cursor
          seen.push(data.incidentEvents.incident.id)
          arrived()
        }
      }
    }
    const until = async (count: number) => {
      while (seen.length < count) await new Promise<void>((resolve) => (arrived = resolve))
    }
    const connected = once(emitterOf(client), 'connected')
    follow().catch(() => undefined)
    await connected
    await grace.run('{ __typename }')
    const first = await declare()
    await until(1)
    await admin.do(UPDATE_USER, { id: grace.id, role: 'MANAGER' })
    const second = await declare()
    await until(2)
    expect(seen).toEqual([first.incident.id, second.incident.id])
    expect(closed).toContain(4403)
    following = false
    await client.dispose()
  })

  it('ends a stream of server-sent events with the reason', async () => {
    const grace = await server.as('RESPONDER', { name: 'Grace' })
    const stream = await grace.subscribe(EVENTS, {}, 'eventSource')
    const probe = await grace.subscribe(EVENTS)
    await declare()
    await Promise.all([stream.next(), probe.next()])
    await admin.do(UPDATE_USER, { id: grace.id, active: false })
    expect((await stream.next()).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
    expect(await stream.ended).toBeNull()
    expect(await probe.ended).toMatchObject({ code: 4403 })
    for (const each of [stream, probe]) each.stop()
  })

  it('comes with the clock, too: a token that expires ends its streams', async () => {
    const grace = await server.as('RESPONDER', { name: 'Grace' })
    await server.sql('UPDATE api_tokens SET expires_at = $2 WHERE user_id = $1', [
      grace.id,
      new Date(server.clock.now().getTime() + 60_000),
    ])
    const stream = await grace.subscribe(EVENTS)
    server.clock.advance(61_000)
    expect(await stream.ended).toMatchObject({ code: 4403 })
    stream.stop()
  })
})

it('sends a client away that does not keep up, without making others wait, and it loses nothing', async () => {
  const description = 'x'.repeat(19_000)
  const { eventCursor } = await declare()
  const quick = await ada.subscribe(EVENTS, { after: eventCursor })
  const slow = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
  await once(slow, 'open')
  slow.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${ada.token}` } }))
  await once(slow, 'message')
  slow.send(
    JSON.stringify({ id: '1', type: 'subscribe', payload: { query: EVENTS, variables: { after: eventCursor } } }),
  )
  slow.send(JSON.stringify({ type: 'ping' }))
  await once(slow, 'message')
  const got: string[] = []
  slow.on('message', (data: Buffer) => {
    const { type, payload } = JSON.parse(data.toString()) as { type: string; payload: any } // eslint-disable-line @typescript-eslint/no-explicit-any
    if (type === 'next') got.push(payload.data.incidentEvents.cursor)
  })
  slow.pause() // it stops reading; the kernel's buffers fill, then the server's queue
  const written = 700
  const cursors: string[] = []
  for (let n = 0; n < written / 10; n++)
    cursors.push(
      ...(await Promise.all(Array.from({ length: 10 }, () => declare({ description })))).map(
        ({ eventCursor }) => eventCursor,
      ),
    )
  const all = (await quick.take(written)).map(({ data }) => data.incidentEvents.cursor)
  expect(new Set(all)).toEqual(new Set(cursors))
  const closed = once(slow, 'close') as Promise<[number, Buffer]>
  slow.resume()
  const [code, reason] = await closed
  expect(code).toBe(1013)
  expect(got.length).toBeLessThan(written)
  const after = reason.toString().split(' ').at(-1)!
  expect(after).toBe(got.at(-1))
  const resumed = await ada.subscribe(EVENTS, { after })
  const rest = (await resumed.take(written - got.length)).map(({ data }) => data.incidentEvents.cursor)
  expect([...got, ...rest]).toEqual(all)
  for (const stream of [quick, resumed]) stream.stop()
}, 60_000)

/** graphql-ws tells of its connection through `on`. */
function emitterOf(client: ReturnType<Person['webSocket']>) {
  return {
    once: (event: 'connected', listener: () => void) => void client.on(event, listener),
    on: () => undefined,
    removeListener: () => undefined,
  } as unknown as NodeJS.EventEmitter
}
