import 'reflect-metadata'
import { type IncomingMessage, request as httpRequest } from 'node:http'
import pg from 'pg'
import { Pipeline } from '../../src/api/operation.js'
import { startServer } from '../../src/main.js'
import { Database } from '../../src/platform/database.js'
import { readConfig } from '../../src/platform/config.js'
import { createLogger } from '../../src/platform/log.js'
import { Person, type Stream } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'
import { RawSocket } from './raw-socket.js'

/** Who shares an execution with whom, who must not, and that nobody pays for somebody else. */

let server: TestServer
let ada: Person
let admin: Person
beforeAll(async () => {
  server = await startTestServer()
  ada = await server.as('RESPONDER', { name: 'Ada' })
  admin = await server.as('ADMIN', { name: 'Root' })
  witness = await admin.subscribe(WITNESS)
})
afterAll(async () => {
  witness.stop()
  await server.stop()
})

const WITNESS = 'subscription Witness { incidentEvents { cursor } }'
let witness: Stream

/** Once it has returned, the event has been handed out: who subscribes from then on hears nothing of it. */
async function declare(input: object = {}) {
  const declared = await ada.do(
    'mutation ($input: IncidentDeclareInput!) { incidentDeclare(input: $input) { incident { id } eventCursor userErrors { code field message } } }',
    { title: 'Something', ...input },
  )
  const { eventCursor } = declared
  await waitFor(async () => witness.received.some(({ data }) => data.incidentEvents.cursor === eventCursor))
  return declared
}

const note = (id: string, body: string) =>
  ada.do(
    'mutation ($input: IncidentNoteAddInput!) { incidentNoteAdd(input: $input) { entry { id } userErrors { code field message } } }',
    { id, body },
  )

/** Runs `work` and answers how often subscriptions were executed in the meantime. */
async function executionsDuring(work: () => Promise<unknown>): Promise<number> {
  const execute = jest.spyOn(Pipeline.prototype, 'execute')
  try {
    await work()
    return execute.mock.calls.filter(
      ([operation]) => (operation.kind as string) === 'subscription' && operation.source !== WITNESS,
    ).length
  } finally {
    execute.mockRestore()
  }
}

/** Everybody in `streams` hears of one new incident. Answers how often it was executed for them. */
const executionsFor = (streams: readonly Stream[], input: object = {}) =>
  executionsDuring(async () => {
    await declare(input)
    for (const stream of streams) await stream.next()
    for (const stream of streams) stream.stop()
  })

const subscribeAll = (
  people: readonly Person[],
  query: string,
  variables: (index: number) => Record<string, unknown> = () => ({}),
) => Promise.all(people.map((person, index) => person.subscribe(query, variables(index))))

const LINKS =
  'cursor type actor { ... on User { name } } incident { id title service { name } team { name } commander { name } }'

describe('an event is told with one execution', () => {
  let people: Person[]
  beforeAll(async () => void (people = await Promise.all(Array.from({ length: 6 }, () => server.as('RESPONDER')))))

  it('to all who ask for the same with the same role', async () => {
    expect(await executionsFor(await subscribeAll(people, `subscription { incidentEvents { ${LINKS} } }`))).toBe(1)
  })

  it('over WebSocket and server-sent events alike', async () => {
    const query = `subscription Alike { incidentEvents { ${LINKS} } }`
    const streams = [
      await people[0]!.subscribe(query, {}, 'webSocket'),
      await people[1]!.subscribe(query, {}, 'eventSource'),
    ]
    const { incident } = await declare() // once it has arrived at both, both are there
    for (const stream of streams) while ((await stream.next()).data.incidentEvents.incident.id !== incident.id);
    expect(await executionsFor(streams)).toBe(1)
  })

  it('though clients have every type named', async () => {
    const query =
      'subscription { __typename incidentEvents { __typename incident { __typename service { __typename id } } } }'
    const [first] = await subscribeAll([people[0]!], query.replace('__typename ', ''))
    const streams = await subscribeAll(people, query.replace('__typename ', ''))
    expect(await executionsFor([first!, ...streams])).toBe(1)
  })

  it('wherever each of them resumes', async () => {
    const cursors = await Promise.all(people.map(async () => (await declare()).eventCursor))
    const query = 'subscription ($from: String) { incidentEvents(after: $from) { cursor incident { id title } } }'
    const streams = await subscribeAll(people, query, (index) => ({ from: cursors[index] }))
    const { incident } = await declare({ title: 'All are there' })
    for (const stream of streams) while ((await stream.next()).data.incidentEvents.incident.id !== incident.id);
    expect(await executionsFor(streams)).toBe(1)
  })
})

describe('an event is told with executions of their own', () => {
  const query = `subscription { incidentEvents { ${LINKS} } }`
  const shared = (people: readonly Person[]) => subscribeAll(people, query)

  it('to people of different roles, scopes and grants', async () => {
    const service = await server.service('Granted to both')
    const other = await server.service('Granted to one')
    const people = [
      await server.as('RESPONDER'),
      await server.as('MANAGER'),
      await server.as('RESPONDER', { scopes: ['READ'] as never }),
      await server.as('PARTNER', { services: [service] }),
      await server.as('PARTNER', { services: [service, other] }),
    ]
    expect(await executionsFor(await shared(people), { serviceId: service })).toBe(people.length)
  })

  it('where the answer depends on the person', async () => {
    const people = [await server.as('RESPONDER'), await server.as('RESPONDER')]
    const personal = 'subscription { incidentEvents { incident { reporter { name email teams { name } } } } }'
    expect(await executionsFor(await subscribeAll(people, personal))).toBe(2)
  })

  it('where fragments hide that', async () => {
    const people = [await server.as('RESPONDER'), await server.as('RESPONDER')]
    const hidden =
      'subscription { incidentEvents { ...A } } fragment A on IncidentEvent { incident { ...B } } fragment B on Incident { reporter { email } }'
    expect(await executionsFor(await subscribeAll(people, hidden))).toBe(2)
  })

  it('where they ask with other variables', async () => {
    const people = [await server.as('RESPONDER'), await server.as('RESPONDER')]
    const varied =
      'subscription ($service: Boolean!) { incidentEvents { incident { id service @include(if: $service) { id } } } }'
    expect(await executionsFor(await subscribeAll(people, varied, (index) => ({ service: index === 0 })))).toBe(2)
  })

  it('where the cursor that one resumes from is used for anything else', async () => {
    const people = [await server.as('RESPONDER'), await server.as('RESPONDER')]
    const { eventCursor } = await declare()
    const twice =
      'subscription ($after: String, $no: String) { incidentEvents(after: $no) { incident { timeline(first: 1, after: $after) { totalCount edges { cursor } } } } }'
    const streams = await subscribeAll(people, twice, (index) => ({ after: index === 0 ? undefined : eventCursor }))
    await declare()
    const [fine, refused] = [await streams[0]!.next(), await streams[1]!.next()]
    expect(fine.errors).toBeUndefined()
    expect(refused.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', field: 'after' } }])
    for (const stream of streams) stream.stop()
  })
})

it('tells whoever may see an event what it leads to, though others of the group may not', async () => {
  const team = await server.team('Insiders')
  const service = await server.service('Internal service', team)
  const outsider = await server.as('RESPONDER')
  const insider = await server.as('RESPONDER', { teams: [team] })
  const query = 'subscription { incidentEvents { entry { body } incident { title service { name } } } }'
  const streams = [await outsider.subscribe(query), await insider.subscribe(query)]
  const grace = await server.as('MANAGER', { name: 'Grace' })
  await grace.do(
    'mutation ($input: IncidentDeclareInput!) { incidentDeclare(input: $input) { userErrors { code field message } } }',
    { title: 'For the team', visibility: 'TEAM', serviceId: service },
  )
  expect((await streams[1]!.next()).data.incidentEvents).toEqual({
    entry: { body: 'Declared' },
    incident: { title: 'For the team', service: { name: 'Internal service' } },
  })
  await declare({ title: 'For all' })
  expect((await streams[0]!.next()).data.incidentEvents.incident.title).toBe('For all')
  for (const stream of streams) stream.stop()
})

it('lets nobody wait for a subscription that takes long to answer', async () => {
  const [slow, quick] = [
    await ada.subscribe('subscription { incidentEvents { type incident { id tasks { title } } } }'),
    await ada.subscribe('subscription { incidentEvents { type incident { id } } }'),
  ]
  const { incident } = await declare({ title: 'First' })
  await Promise.all([slow.next(), quick.next()])
  const release = await holdTasks()
  await note(incident.id, 'One')
  await note(incident.id, 'Two')
  expect((await quick.take(2)).map(({ data }) => data.incidentEvents.type)).toEqual(['NOTE_ADDED', 'NOTE_ADDED'])
  expect(slow.received).toHaveLength(1)
  await release()
  expect((await slow.take(2)).map(({ data }) => data.incidentEvents.incident.tasks)).toEqual([[], []])
  for (const stream of [slow, quick]) stream.stop()
})

it('does not tell late what has become secret in the meantime', async () => {
  const slow = await ada.subscribe('subscription { incidentEvents { type incident { id title tasks { title } } } }')
  const grace = await server.as('RESPONDER', { name: 'Grace' })
  const { incident } = await grace.do(
    'mutation ($input: IncidentDeclareInput!) { incidentDeclare(input: $input) { incident { id } userErrors { code field message } } }',
    { title: 'Not yet secret' },
  )
  await slow.next()
  const release = await holdTasks()
  await admin.do(
    'mutation ($input: IncidentUpdateInput!) { incidentUpdate(input: $input) { userErrors { code field message } } }',
    { id: incident.id, title: 'Told too late' },
  )
  await waitFor(async () => (await server.sql('SELECT 1 FROM pg_locks WHERE NOT granted')).length > 0)
  await server.sql(`UPDATE incidents SET visibility = 'RESTRICTED' WHERE id = $1`, [incident.id])
  await new Promise((resolve) => setTimeout(resolve, 300)) // longer than what is known of an incident counts as fresh
  await release()
  await declare({ title: 'Next' })
  expect((await slow.next()).data.incidentEvents.incident.title).toBe('Next')
  slow.stop()
})

it('cuts a stream of server-sent events that is not read, and nothing is lost to whoever comes back', async () => {
  const { incident, eventCursor } = await declare({ title: 'Large' })
  const query = `subscription ($after: String) { incidentEvents(after: $after, filter: { incidentId: ["${incident.id}"] }) {
    cursor incident { version description } } }`
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers = {
      accept: 'text/event-stream',
      'content-type': 'application/json',
      authorization: `Bearer ${ada.token}`,
    }
    const request = httpRequest(`${server.url}/graphql`, { method: 'POST', headers }, resolve)
    request.on('error', reject)
    request.end(JSON.stringify({ query, variables: { after: eventCursor } }))
  })
  response.pause()
  const count = 600
  const before = await scrape(server.url, 'tocsin_slow_subscribers_total')
  await server.sql(
    `INSERT INTO events (type, subject, incident_id, audience, actor_kind, actor_id, payload, occurred_at)
     SELECT 'incident.updated', $1::text, $1::text, 'PUBLIC', 'SYSTEM', 'system',
            jsonb_build_object('incident', jsonb_build_object('id', $1::text, 'version', n, 'description', repeat('x', 40000))), now()
       FROM generate_series(1, $2::int) n`,
    [incident.id, count],
  )
  await waitFor(async () => (await scrape(server.url, 'tocsin_slow_subscribers_total')) > before)
  let text = ''
  response.on('data', (data) => (text += String(data)))
  response.resume()
  await new Promise((resolve) => response.once('close', resolve))
  expect(text).not.toContain('event: complete')
  const whole = text
    .split('\n\n')
    .slice(0, -1)
    .filter((event) => event.startsWith('event: next'))
  const got = whole.map((event) => JSON.parse(event.slice(event.indexOf('data: ') + 6)).data.incidentEvents)
  expect(got.length).toBeLessThan(count)
  const resumed = await ada.subscribe(query, { after: got.at(-1)?.cursor ?? eventCursor }, 'eventSource')
  const rest = (await resumed.take(count - got.length)).map(({ data }) => data.incidentEvents)
  expect([...got, ...rest].map(({ incident }) => incident.version)).toEqual(
    Array.from({ length: count }, (_, n) => n + 1),
  )
  resumed.stop()
})

/** One figure of the server's metrics. */
async function scrape(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1])
}

describe('an end of access', () => {
  const EVENTS = 'subscription { incidentEvents { incident { title } } }'
  const REVOKE =
    'mutation ($input: TokenRevokeInput!) { tokenRevoke(input: $input) { userErrors { code field message } } }'

  it('by a revoked token ends all that it opened, and nothing else, within a second', async () => {
    const grace = await server.as('RESPONDER', { name: 'Grace' })
    const { token, apiToken } = await grace.do(
      'mutation ($input: TokenCreateInput!) { tokenCreate(input: $input) { token apiToken { id } userErrors { code field message } } }',
      { name: 'Stolen' },
    )
    const thief = new Person(() => server.url, grace.id, 'Thief', token)
    const kept = await grace.subscribe(EVENTS)
    const socket = await thief.subscribe(EVENTS)
    const events = await thief.subscribe(EVENTS, {}, 'eventSource')
    await declare({ title: 'Before' })
    for (const stream of [kept, socket, events]) await stream.next()
    const began = Date.now()
    await grace.do(REVOKE, { id: apiToken.id })
    expect(await socket.ended).toMatchObject({ code: 4403 })
    expect((await events.next()).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
    expect(await events.ended).toBeNull()
    expect(Date.now() - began).toBeLessThan(1_000)
    await declare({ title: 'After' })
    expect((await kept.next()).data.incidentEvents.incident.title).toBe('After')
    expect((await thief.send('{ me { id } }')).status).toBe(401)
    kept.stop()
  })

  it('reaches who was still sending the request for a stream', async () => {
    const grace = await server.as('RESPONDER', { name: 'Grace' })
    const body = JSON.stringify({ query: EVENTS })
    const status = new Promise((resolve, reject) => {
      const request = httpRequest(
        `${server.url}/graphql`,
        {
          method: 'POST',
          headers: {
            accept: 'text/event-stream',
            authorization: `Bearer ${grace.token}`,
            'content-type': 'application/json',
            'content-length': body.length,
          },
        },
        (response) => resolve(response.statusCode),
      )
      request.on('error', reject)
      request.write(body.slice(0, 10), () => {
        void waitFor(
          async () =>
            (await server.sql('SELECT 1 FROM api_tokens WHERE user_id = $1 AND last_used_at IS NOT NULL', [grace.id]))
              .length > 0,
        )
          .then(() =>
            admin.do('mutation ($input: UserUpdateInput!) { userUpdate(input: $input) { userErrors { code } } }', {
              id: grace.id,
              active: false,
            }),
          )
          .then(() => request.end(body.slice(10)), reject)
      })
    })
    expect(await status).toBe(401)
  })

  it('reaches who is just being signed in', async () => {
    const grace = await server.as('RESPONDER', { name: 'Grace' })
    const read = Database.prototype.row
    const slowly = jest.spyOn(Database.prototype, 'row').mockImplementation(async function (
      this: Database,
      text,
      values,
    ) {
      const row = await read.call(this, text, values)
      if (text.includes('FROM api_tokens') && (row as { name?: string } | null)?.name === 'Grace') {
        slowly.mockRestore()
        await admin.do('mutation ($input: UserUpdateInput!) { userUpdate(input: $input) { userErrors { code } } }', {
          id: grace.id,
          active: false,
        })
        await declare() // the end of her access has been handed out, too
      }
      return row as never
    })
    const raw = await RawSocket.open(server.url)
    raw.send({ type: 'connection_init', payload: { authorization: `Bearer ${grace.token}` } })
    expect((await raw.closed)[0]).toBe(4401)
  })

  it('comes before the events that follow it, and does no harm to the server', async () => {
    const people = await Promise.all(Array.from({ length: 5 }, () => server.as('RESPONDER')))
    const streams = await Promise.all(people.map((person) => person.subscribe(EVENTS, {}, 'eventSource')))
    await declare({ title: 'There' })
    for (const stream of streams) await stream.next()
    // One transaction, and so one batch of the log, ends their access and tells of more.
    const ends = people.map(
      ({ id }) => `('access.changed', '${id}', NULL, 'INTERNAL', '{"userId":"${id}","tokenId":null}'::jsonb)`,
    )
    await server.sql(
      `BEGIN;
       INSERT INTO events (type, subject, incident_id, audience, payload, actor_kind, actor_id, occurred_at)
       SELECT v.*, 'SYSTEM', 'system', now() FROM (VALUES ${ends.join(', ')}) v;
       INSERT INTO events (type, subject, incident_id, audience, payload, actor_kind, actor_id, occurred_at)
       SELECT type, subject, incident_id, audience, payload, actor_kind, actor_id, occurred_at
         FROM events WHERE type LIKE 'incident.%' ORDER BY events.xid DESC LIMIT 20;
       COMMIT`,
    )
    for (const stream of streams) {
      expect((await stream.next()).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
      expect(await stream.ended).toBeNull()
      expect(stream.received).toHaveLength(2)
    }
    expect(await ada.run('{ me { name } }')).toEqual({ me: { name: 'Ada' } })
  })
})

it('tells on every node what was done on another, and ends there what was ended here', async () => {
  const node = await startServer(readConfig({ PORT: '0', DATABASE_URL: server.databaseUrl }), {
    log: createLogger('silent'),
    now: server.clock.now,
  })
  const grace = await server.as('RESPONDER', { name: 'Grace' })
  const there = new Person(() => node.url, grace.id, grace.name, grace.token)
  const stream = await there.subscribe('subscription { incidentEvents { incident { title } } }')
  const titles = Array.from({ length: 30 }, (_, n) => `Number ${n}`)
  for (const title of titles) await declare({ title })
  expect((await stream.take(titles.length)).map(({ data }) => data.incidentEvents.incident.title)).toEqual(titles)
  await admin.do(
    'mutation ($input: UserUpdateInput!) { userUpdate(input: $input) { userErrors { code field message } } }',
    { id: grace.id, role: 'AUDITOR' },
  )
  expect(await stream.ended).toMatchObject({ code: 4403 })
  await node.stop()
})

/**
 * Whoever reads tasks waits until they are released. A lock of the table would hold a transaction id, and with it the
 * whole log back; this one does not.
 */
async function holdTasks(): Promise<() => Promise<void>> {
  const blocker = new pg.Client(server.databaseUrl)
  await blocker.connect()
  await blocker.query('SELECT pg_advisory_lock(4711)')
  await server.sql(`
    BEGIN;
    ALTER TABLE tasks RENAME TO held_tasks;
    CREATE FUNCTION released_tasks() RETURNS SETOF held_tasks LANGUAGE plpgsql AS $$ BEGIN
      PERFORM pg_advisory_xact_lock_shared(4711);
      RETURN QUERY SELECT * FROM held_tasks;
    END $$;
    CREATE VIEW tasks AS SELECT * FROM released_tasks();
    COMMIT`)
  return async () => {
    await blocker.end()
    await server.sql('DROP VIEW tasks; DROP FUNCTION released_tasks; ALTER TABLE held_tasks RENAME TO tasks')
  }
}

/** Asks until it is so; the test's own limit ends the wait. */
async function waitFor(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise(setImmediate)
}
