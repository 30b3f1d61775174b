import { CloseCode } from 'graphql-ws'
import pg from 'pg'
import { bearerOf, newDataDir, newDatabase, tocsin } from './command.js'

const DECLARE = `mutation ($input: IncidentDeclareInput!) {
  incidentDeclare(input: $input) { incident { id number } userErrors { message } }
}`
const ACKNOWLEDGE = `mutation ($input: IncidentAcknowledgeInput!) {
  incidentAcknowledge(input: $input) { incident { id status } userErrors { message } }
}`
const RESOLVE = ACKNOWLEDGE.replaceAll('Acknowledge', 'Resolve')
/** A lock that somebody of this database waits for. */
const WAITING = `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
                    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`
const EVENTS = 'subscription { incidentEvents { type incident { title } } }'
const TITLES = '{ incidents(first: 10) { edges { node { title } } } }'
const ME = '{ me { name role } }'

const tokenIn = (text: string) => /\btoc_[0-9a-f]{40}\b/.exec(text)![0]

describe('an installation without a database of its own', () => {
  it('begins with an administrator, whose token is shown once, and keeps its data', async () => {
    const DATA_DIR = await newDataDir()
    const first = tocsin(['serve'], { DATA_DIR })
    const url = await first.ready()
    const administrator = bearerOf(url, tokenIn(first.out)) // printed before anybody is served
    expect(await administrator.run(ME)).toEqual({ me: { name: 'Administrator', role: 'ADMIN' } })
    await administrator.do(DECLARE, { title: 'The lamp is out' })
    expect(await first.stop()).toEqual({ code: 0, signal: null })

    const second = tocsin(['serve'], { DATA_DIR })
    const again = bearerOf(await second.ready(), administrator.token!)
    expect(second.out).not.toContain('toc_')
    expect(await again.run(TITLES)).toEqual({ incidents: { edges: [{ node: { title: 'The lamp is out' } }] } })

    // Killed, with PostgreSQL under it: nothing that was answered is lost, and nothing is in the way of the next start.
    await again.do(DECLARE, { title: 'The lamp smokes' })
    expect(await second.stop('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' })
    const third = tocsin(['serve'], { DATA_DIR })
    const later = bearerOf(await third.ready(), administrator.token!)
    expect((await later.run(TITLES)).incidents.edges).toHaveLength(2)
    expect(await third.stop('SIGINT')).toEqual({ code: 0, signal: null })
  }, 90_000)

  it('lets two nodes start at once on one DATA_DIR, and an event of one reaches the subscribers of the other', async () => {
    const DATA_DIR = await newDataDir()
    const nodes = [tocsin(['serve'], { DATA_DIR }), tocsin(['serve'], { DATA_DIR })] as const
    const [a, b] = await Promise.all(nodes.map((node) => node.ready()))
    const printed = (nodes[0].out + nodes[1].out).match(/^ {4}toc_\w+$/gm)
    expect(printed).toHaveLength(1) // one database, one administrator
    const token = tokenIn(printed![0])
    const stream = await bearerOf(b!, token).subscribe(EVENTS)
    await bearerOf(a!, token).do(DECLARE, { title: 'Seen from the other side' })
    expect((await stream.next()).data.incidentEvents).toEqual({
      type: 'TRIGGERED',
      incident: { title: 'Seen from the other side' },
    })
    stream.stop()
    // The database stays as long as one of them needs it.
    expect(await nodes[0].stop()).toEqual({ code: 0, signal: null })
    expect((await bearerOf(b!, token).run(TITLES)).incidents.edges).toHaveLength(1)
    expect(await nodes[1].stop()).toEqual({ code: 0, signal: null })
  }, 90_000)
})

describe('stopping', () => {
  it('ends streams in a way that clients retry', async () => {
    const server = tocsin(['serve'], { DATABASE_URL: await newDatabase() })
    const url = await server.ready()
    const person = bearerOf(url, tokenIn(server.out))
    const stream = await person.subscribe(EVENTS)
    const events = await person.subscribe(EVENTS, {}, 'eventSource')
    expect(await server.stop()).toEqual({ code: 0, signal: null })
    expect(await stream.ended).toMatchObject({ code: 1012, reason: 'shutting down' })
    expect(Object.values(CloseCode)).not.toContain(1012) // not one of those that tell a client to give up
    expect(await events.ended).toBeInstanceOf(Error) // cut, not completed: there is more to come
  })

  it('lets a request under way finish; a second signal does not wait', async () => {
    const DATABASE_URL = await newDatabase()
    const inTheWay = new pg.Client(DATABASE_URL)
    await inTheWay.connect()
    const hold = (id: string) => inTheWay.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [id])
    const letGo = () => inTheWay.query('SELECT pg_advisory_unlock_all()')
    const somebodyWaits = async () => {
      while ((await inTheWay.query(WAITING)).rowCount === 0);
    }

    const first = tocsin(['serve'], { DATABASE_URL })
    const url = await first.ready()
    const token = tokenIn(first.out)
    const person = bearerOf(url, token)
    const { incident } = await person.do(DECLARE, { title: 'Slow' })
    await hold(incident.id)
    const answer = person.send(ACKNOWLEDGE, { input: { id: incident.id } })
    await somebodyWaits()
    first.process.kill('SIGTERM')
    await first.says(/"stopping/)
    await letGo()
    expect(await answer).toMatchObject({
      status: 200,
      data: { incidentAcknowledge: { incident: { status: 'ACKNOWLEDGED' }, userErrors: [] } },
    })
    expect(await first.ended).toEqual({ code: 0, signal: null })

    const second = tocsin(['serve'], { DATABASE_URL })
    const impatient = bearerOf(await second.ready(), token)
    await hold(incident.id)
    const cut = expect(impatient.send(RESOLVE, { input: { id: incident.id } })).rejects.toThrow('fetch failed')
    await somebodyWaits()
    second.process.kill('SIGTERM')
    await second.says(/"stopping/)
    expect(await second.stop('SIGTERM')).toEqual({ code: 143, signal: null })
    await cut
    await inTheWay.end()
  })
})
