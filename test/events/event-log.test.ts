import pg from 'pg'
import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'

let server: TestServer
let ada: Person
beforeAll(async () => {
  server = await startTestServer()
  ada = await server.as('RESPONDER', { name: 'Ada' })
})
afterAll(() => server.stop())

const DECLARE = `mutation ($input: IncidentDeclareInput!) {
  incidentDeclare(input: $input) { incident { id number } eventCursor userErrors { code field message } }
}`
const NOTE = `mutation ($input: IncidentNoteAddInput!) {
  incidentNoteAdd(input: $input) { entry { body } eventCursor userErrors { code field message } }
}`
const EVENTS = `subscription ($after: String, $filter: IncidentEventFilter) {
  incidentEvents(after: $after, filter: $filter) { cursor type entry { body } incident { id version } }
}`

const declare = (title: string) => ada.do(DECLARE, { title })
const note = (id: string, body: string) => ada.do(NOTE, { id, body })

/** Another client of the same database, that writes events as a slow transaction of another node would. */
async function transaction() {
  const client = new pg.Client(server.databaseUrl)
  await client.connect()
  await client.query('BEGIN')
  return {
    write: (incidentId: string, entryId = 'tle_00000000000000000000000000') =>
      client.query(
        `INSERT INTO events (type, subject, incident_id, audience, actor_kind, actor_id, payload, occurred_at)
         SELECT 'incident.updated', $1::text, $1::text, 'PUBLIC', 'SYSTEM', 'system',
                jsonb_build_object('entryId', $2::text, 'incident', jsonb_build_object('id', $1::text, 'version', 99)), now()`,
        [incidentId, entryId],
      ),
    end: async (how: 'COMMIT' | 'ROLLBACK') => {
      await client.query(how)
      await client.end()
    },
  }
}

it('shows what a slow transaction did after what was committed before it began, and loses neither', async () => {
  const { incident, eventCursor } = await declare('Slow')
  const stream = await ada.subscribe(EVENTS, { after: eventCursor, filter: { incidentId: [incident.id] } })
  const slow = await transaction()
  await slow.write(incident.id) // it has the lower transaction id, and is not committed
  await note(incident.id, 'Fast') // committed, but must not be handed out yet: the slow one comes before it
  await slow.end('COMMIT')
  const [first, second] = await stream.take(2)
  expect(first.data.incidentEvents).toMatchObject({ type: 'UPDATED', incident: { version: 99 } })
  expect(second.data.incidentEvents).toMatchObject({ type: 'NOTE_ADDED', entry: { body: 'Fast' } })
  stream.stop()
})

it('never shows what was rolled back', async () => {
  const { incident, eventCursor } = await declare('Rolled back')
  const stream = await ada.subscribe(EVENTS, { after: eventCursor, filter: { incidentId: [incident.id] } })
  const undone = await transaction()
  await undone.write(incident.id)
  await undone.end('ROLLBACK')
  await note(incident.id, 'After')
  expect((await stream.next()).data.incidentEvents).toMatchObject({ type: 'NOTE_ADDED', entry: { body: 'After' } })
  stream.stop()
})

it('tells the changes of each incident in the order in which they were made, under many writers', async () => {
  const incidents = await Promise.all(Array.from({ length: 4 }, (_, n) => declare(`Contended ${n}`)))
  const { eventCursor: after } = await declare('From here on')
  const ids = incidents.map(({ incident }) => incident.id as string)
  const live = await ada.subscribe(EVENTS, { after, filter: { incidentId: ids } })
  const each = 12
  await Promise.all(
    Array.from({ length: 16 }, async (_, writer) => {
      for (let n = 0; n < each; n++) await note(ids[(writer + n) % ids.length]!, `${writer}/${n}`)
    }),
  )
  const seen = (await live.take(16 * each)).map(({ data }) => data.incidentEvents)
  const late = await ada.subscribe(EVENTS, { after, filter: { incidentId: ids } }, 'eventSource')
  const replayed = (await late.take(16 * each)).map(({ data }) => data.incidentEvents)
  for (const id of ids) {
    // The timeline numbers entries under the incident's lock: that is the order in which things were done.
    const done = await server.sql(
      `SELECT body FROM timeline_entries WHERE incident_id = $1 AND kind = 'NOTE' ORDER BY position`,
      [id],
    )
    const told = (events: typeof seen) => events.filter(({ incident }) => incident.id === id).map(({ entry }) => entry)
    expect(told(seen)).toEqual(done)
    expect(told(replayed)).toEqual(done)
  }
  live.stop()
  late.stop()
})

it('replays more than is kept in memory while writing goes on, without a gap or a repetition', async () => {
  const { incident, eventCursor } = await declare('Long ago')
  // As many events as a busy day writes, in one statement, as a restored node would find them.
  const past = 11_000
  await server.sql(
    `INSERT INTO events (type, subject, incident_id, audience, actor_kind, actor_id, payload, occurred_at)
     SELECT 'incident.updated', $1::text, $1::text, 'PUBLIC', 'SYSTEM', 'system',
            jsonb_build_object('entryId', 'tle_00000000000000000000000000', 'incident', jsonb_build_object('id', $1::text, 'version', n)), now()
       FROM generate_series(1, ${past}) n`,
    [incident.id],
  )
  const stream = await ada.subscribe(EVENTS, { after: eventCursor, filter: { incidentId: [incident.id] } })
  const during = 40
  for (let n = 0; n < during; n++) await note(incident.id, `during ${n}`)
  const events = (await stream.take(past + during)).map(({ data }) => data.incidentEvents)
  expect(events.slice(0, past).map((event) => event.incident.version)).toEqual(
    Array.from({ length: past }, (_, n) => n + 1),
  )
  expect(events.slice(past).map((event) => event.entry.body)).toEqual(
    Array.from({ length: during }, (_, n) => `during ${n}`),
  )
  expect(new Set(events.map(({ cursor }) => cursor)).size).toBe(past + during)
  stream.stop()
})

describe('a cursor', () => {
  it('that was made up is refused by name', async () => {
    for (const after of ['nonsense', '', Buffer.from('abcdefgh.-1.5').toString('base64url')]) {
      const stream = await ada.subscribe(EVENTS, { after })
      expect(await stream.ended).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', field: 'after' } }])
      stream.stop()
    }
  })

  it('of another history has expired, over every transport', async () => {
    const after = Buffer.from('00000000.5.5').toString('base64url')
    const stream = await ada.subscribe(EVENTS, { after })
    expect(await stream.ended).toMatchObject([{ extensions: { code: 'CURSOR_EXPIRED' } }])
    stream.stop()
    const sse = await ada.subscribe(EVENTS, { after }, 'eventSource')
    expect((await sse.next()).errors).toMatchObject([{ extensions: { code: 'CURSOR_EXPIRED' } }])
    sse.stop()
  })

  it('expires when the events after it have been trimmed', async () => {
    const { eventCursor: before } = await declare('Trimmed')
    await declare('Trimmed, too')
    await server.sql(
      `UPDATE event_log SET (trimmed_xid, trimmed_id) = (SELECT xid, id FROM events ORDER BY xid DESC, id DESC LIMIT 1)`,
    )
    const { eventCursor: later } = await declare('Kept')
    const expired = await ada.subscribe(EVENTS, { after: before })
    expect(await expired.ended).toMatchObject([{ extensions: { code: 'CURSOR_EXPIRED' } }])
    const good = await ada.subscribe(EVENTS, { after: later })
    const { incident } = await declare('After')
    expect((await good.next()).data.incidentEvents.incident.id).toBe(incident.id)
    expired.stop()
    good.stop()
  })

  it('outlives a restart of the server', async () => {
    const { eventCursor } = await declare('Before the restart')
    const { incident } = await declare('Missed')
    await server.restart()
    const stream = await ada.subscribe(EVENTS, { after: eventCursor })
    expect((await stream.next()).data.incidentEvents.incident.id).toBe(incident.id)
    stream.stop()
  })
})
