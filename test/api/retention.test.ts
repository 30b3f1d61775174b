import 'reflect-metadata'
import type { DataSource } from 'typeorm'
import { FanOut } from '../../src/api/fan-out.js'
import { type Operation, Pipeline } from '../../src/api/operation.js'
import { buildGraph } from '../../src/api/schema.js'
import { ENTITIES } from '../../src/entities.js'
import { openEventLog, trimEvents } from '../../src/events/event-log.js'
import { EventFollower } from '../../src/events/follower.js'
import { factsOfIncidents } from '../../src/incidents/incident.queries.js'
import { SYSTEM } from '../../src/platform/actor.js'
import { Database, createDataSource } from '../../src/platform/database.js'
import { createLogger } from '../../src/platform/log.js'
import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'

/** The log forgets what is old, and whoever had not read it yet is told so. */

let server: TestServer
let ada: Person
let source: DataSource
let db: Database
const log = createLogger('silent')
beforeEach(async () => {
  server = await startTestServer()
  ada = await server.as('RESPONDER', { name: 'Ada' })
  source = createDataSource({ url: server.databaseUrl, entities: ENTITIES, migrations: [] })
  await source.initialize()
  await openEventLog(source)
  db = Database.of(source)
})
afterEach(async () => {
  await source.destroy()
  await server.stop()
})

const EVENTS = 'subscription ($after: String) { incidentEvents(after: $after) { cursor incident { id version } } }'
const DAY = 86_400_000

const declare = (title: string) =>
  ada.do(
    'mutation ($input: IncidentDeclareInput!) { incidentDeclare(input: $input) { incident { id } eventCursor userErrors { code field message } } }',
    { title },
  )

/** As many events of an incident as a long time brings. */
const addPast = (incidentId: string, count: number, occurredAt: Date) =>
  server.sql(
    `INSERT INTO events (type, subject, incident_id, audience, actor_kind, actor_id, payload, occurred_at)
     SELECT 'incident.updated', $1::text, $1::text, 'PUBLIC', 'SYSTEM', 'system',
            jsonb_build_object('entryId', 'none', 'incident', jsonb_build_object('id', $1::text, 'version', n)), $2
       FROM generate_series(1, $3::int) n`,
    [incidentId, occurredAt, count],
  )
/** Until what comes after the cursor has been told. */
async function told(after: string) {
  const stream = await ada.subscribe(EVENTS, { after })
  await stream.next()
  stream.stop()
}
const kept = async () =>
  Number((await server.sql(`SELECT count(*) FROM events WHERE type <> 'metrics.counted'`))[0]!['count'])
const daysAgo = (days: number) => new Date(server.clock.now().getTime() - days * DAY)

it('forgets what is older than it is to be kept, however much it is', async () => {
  server.clock.advance(-40 * DAY)
  const { incident, eventCursor: old } = await declare('Old')
  await addPast(incident.id, 12_000, server.clock.now())
  const { eventCursor: lastOld } = await declare('The last of the old')
  server.clock.advance(40 * DAY)
  const { eventCursor: young } = await declare('Young')
  await told(lastOld) // the log is trimmed as far as it is told, and other databases of this server may hold that up
  const [old30] = await server.sql('SELECT count(*)::int AS n FROM events WHERE occurred_at < $1', [daysAgo(30)])
  expect(old30!['n']).toBeGreaterThanOrEqual(12_002)
  expect(await trimEvents(db, daysAgo(30))).toBe(old30!['n'])
  expect(await kept()).toBe(1)
  expect(await trimEvents(db, daysAgo(30))).toBe(0)

  for (const transport of ['webSocket', 'eventSource'] as const) {
    const expired = await ada.subscribe(EVENTS, { after: old }, transport)
    const refusal = transport === 'webSocket' ? await expired.ended : (await expired.next()).errors
    expect(refusal).toMatchObject([{ extensions: { code: 'CURSOR_EXPIRED', field: 'after' } }])
    // Whoever has read all that is gone has missed nothing.
    const complete = await ada.subscribe(EVENTS, { after: lastOld }, transport)
    expect((await complete.next()).data.incidentEvents.cursor).toBe(young)
    for (const stream of [expired, complete]) stream.stop()
  }
})

it('does not forget what is young because something after it is dated back', async () => {
  const { eventCursor } = await declare('Young')
  server.clock.advance(-400 * DAY)
  const { incident } = await declare('Imported')
  server.clock.advance(400 * DAY)
  expect(await trimEvents(db, daysAgo(30))).toBe(0)
  const stream = await ada.subscribe(EVENTS, { after: eventCursor })
  expect((await stream.next()).data.incidentEvents.incident.id).toBe(incident.id)
  stream.stop()
})

it('tells a client in the middle of its replay, rather than leave a gap', async () => {
  const { incident, eventCursor } = await declare('Replayed')
  await addPast(incident.id, 6_000, daysAgo(40))
  await server.sql('UPDATE events SET occurred_at = $1', [daysAgo(40)])
  const follower = new EventFollower(source, log)
  const pipeline = new Pipeline(buildGraph(), log, { introspection: true })
  const fanOut = new FanOut({ pipeline, follower, db, now: server.clock.now, factsOf: factsOfIncidents })
  await follower.start()

  const versions: number[] = []
  let read = () => undefined as void
  const reading = new Promise<void>((resolve) => (read = resolve))
  let fail: (errors: unknown) => void
  const failed = new Promise<unknown>((resolve) => (fail = resolve))
  const subscription = await fanOut.open(
    pipeline.prepare({ query: EVENTS }) as Operation,
    { after: eventCursor },
    SYSTEM,
    {
      next: (text) => void versions.push((JSON.parse(text) as Result).data.incidentEvents.incident.version),
      hold: () => undefined,
      release: () => undefined,
      waiting: () => 0,
      drained: async () => {
        if (versions.length === 200) await trimEvents(db, daysAgo(30)).then(read)
        await reading
      },
      fail: (errors) => fail(errors),
      tooSlow: () => fail('too slow'),
    },
  )
  subscription.start()
  expect(await failed).toMatchObject([{ extensions: { code: 'CURSOR_EXPIRED', field: 'after' } }])
  expect(versions).toEqual(Array.from({ length: 200 }, (_, n) => n + 1))
  await follower.stop()
})

interface Result {
  readonly data: { readonly incidentEvents: { readonly incident: { readonly version: number } } }
}
