import { connect } from 'node:net'
import { startServer } from '../../src/main.js'
import { readConfig } from '../../src/platform/config.js'
import { createLogger } from '../../src/platform/log.js'
import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'
import { RawSocket } from './raw-socket.js'

/** The `graphql-transport-ws` protocol, as clients see it who keep to it, and as those who do not. */

const CONSOLE = 'https://console.example.com'

let server: TestServer
let ada: Person
beforeAll(async () => {
  server = await startTestServer({ ALLOWED_ORIGINS: CONSOLE })
  ada = await server.as('RESPONDER', { name: 'Ada' })
})
afterAll(() => server.stop())

const init = (authorization?: string) => ({ type: 'connection_init', payload: { authorization } })
const lives = async () => expect(await ada.run('{ me { name } }')).toEqual({ me: { name: 'Ada' } })

describe('a connection', () => {
  it('is acknowledged, answers pings, and carries one operation after the other', async () => {
    const raw = await RawSocket.open(server.url)
    raw.send(init(`Bearer ${ada.token}`))
    expect(await raw.next()).toEqual({ type: 'connection_ack' })
    raw.send({ type: 'ping', payload: { at: 1 } })
    expect(await raw.next()).toEqual({ type: 'pong', payload: { at: 1 } })
    for (const id of ['1', '2']) {
      raw.subscribe(id, '{ me { name } }')
      expect(await raw.next()).toMatchObject({ id, type: 'next', payload: { data: { me: { name: 'Ada' } } } })
      expect(await raw.next()).toEqual({ id, type: 'complete' })
    }
    raw.socket.close()
  })

  it('goes on after an operation that is wrong', async () => {
    const raw = await RawSocket.of(ada)
    raw.subscribe('broken', '{ me {')
    expect(await raw.next()).toMatchObject({
      id: 'broken',
      type: 'error',
      payload: [{ extensions: { code: 'GRAPHQL_PARSE_FAILED' } }],
    })
    raw.subscribe('invalid', '{ you }')
    expect(await raw.next()).toMatchObject({
      id: 'invalid',
      type: 'error',
      payload: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' }, locations: [{ line: 1, column: 3 }] }],
    })
    raw.subscribe('failed', '{ incidents(first: 0) { totalCount } }')
    expect(await raw.next()).toMatchObject({
      id: 'failed',
      type: 'next',
      payload: {
        data: null,
        errors: [{ path: ['incidents'], extensions: { code: 'BAD_USER_INPUT', field: 'first' } }],
      },
    })
    expect(await raw.next()).toEqual({ id: 'failed', type: 'complete' })
    raw.subscribe('good', '{ me { name } }')
    expect(await raw.next()).toMatchObject({ id: 'good', type: 'next' })
    raw.socket.close()
  })

  it('carries at most 100 operations at a time', async () => {
    const raw = await RawSocket.of(ada)
    for (let i = 0; i <= 100; i++) raw.subscribe(String(i), 'subscription { incidentEvents { cursor } }')
    expect(await raw.next()).toMatchObject({
      id: '100',
      type: 'error',
      payload: [{ extensions: { code: 'LIMIT_EXCEEDED' } }],
    })
    raw.send({ id: '7', type: 'complete' })
    raw.subscribe('another', '{ me { name } }')
    expect(await raw.next()).toMatchObject({ id: 'another', type: 'next' })
    raw.socket.close()
  })
})

describe('a connection is closed', () => {
  // In bytes, because Node's own client gives up by itself when a server takes no subprotocol that it offers.
  it.each(['graphql-ws', 'soap', undefined])('with 4406 for the subprotocol %s', async (protocol) => {
    const received = await converse(handshake('/graphql', protocol))
    const closeFrame = received.subarray(received.indexOf('\r\n\r\n') + 4)
    expect(received.toString()).toMatch(/^HTTP\/1.1 101 /)
    expect([closeFrame[0], closeFrame.readUInt16BE(2)]).toEqual([0x88, 4406])
  })

  it('with 4408 when it never says who it is', async () => {
    const raw = await RawSocket.open(server.url)
    expect(await raw.closed).toEqual([4408, 'Connection initialisation timeout'])
  })

  it('with 4429 when it says so twice', async () => {
    const raw = await RawSocket.of(ada)
    raw.send(init(`Bearer ${ada.token}`))
    expect((await raw.closed)[0]).toBe(4429)
  })

  it('with 4401 when it asks before it is acknowledged', async () => {
    const raw = await RawSocket.open(server.url)
    raw.subscribe('1', '{ me { id } }')
    expect((await raw.closed)[0]).toBe(4401)
  })

  it.each([
    ['made up', { authorization: 'Bearer toc_made_up' }],
    ['missing', {}],
    ['no text', { authorization: { bearer: 'x' } }],
    ['of another scheme', { authorization: 'Basic YTpi' }],
    ['no JWT that is taken here', { authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' }],
  ])('with 4401 for a token that is %s', async (_, payload) => {
    const raw = await RawSocket.open(server.url)
    raw.send({ type: 'connection_init', payload })
    expect((await raw.closed)[0]).toBe(4401)
  })

  it('with 4401 without a payload', async () => {
    const raw = await RawSocket.open(server.url)
    raw.send({ type: 'connection_init' })
    expect((await raw.closed)[0]).toBe(4401)
  })

  it('with 4409 for two operations of one id', async () => {
    const raw = await RawSocket.of(ada)
    raw.subscribe('1', 'subscription { incidentEvents { cursor } }')
    raw.subscribe('1', '{ me { id } }')
    expect((await raw.closed)[0]).toBe(4409)
  })

  it.each([
    ['half a message', '{"type":"subscr'],
    ['a message of no type', '{}'],
    ['a message of an unknown type', '{"type":"start"}'],
    ['a list', '[]'],
    ['null', 'null'],
    ['variables that are a list', '{"id":"1","type":"subscribe","payload":{"query":"{ __typename }","variables":[]}}'],
    ['a query that is no text', '{"id":"1","type":"subscribe","payload":{"query":7}}'],
    ['no id', '{"type":"subscribe","payload":{"query":"{ __typename }"}}'],
  ])('with 4400 for %s', async (_, message) => {
    const raw = await RawSocket.of(ada)
    raw.send(message)
    expect((await raw.closed)[0]).toBe(4400)
  })

  it('with 1007 for invalid UTF-8, with 1009 for a message that is too large', async () => {
    const nonsense = await RawSocket.of(ada)
    nonsense.send(Buffer.from([0x7b, 0xff, 0x7d]))
    expect((await nonsense.closed)[0]).toBe(1007)
    const large = await RawSocket.of(ada)
    large.send('x'.repeat(1_100_000))
    expect((await large.closed)[0]).toBe(1009)
    await lives()
  })
})

describe('an upgrade', () => {
  it.each([
    ['https://elsewhere.example.com', 403],
    ['null', 403],
    ['http://127.0.0.1:1', 403],
    ['nonsense', 403],
    [CONSOLE, 101],
    [undefined, 101],
  ])('from the origin %s is answered with %d', async (origin, status) => {
    const headers = origin === undefined ? {} : { origin }
    const attempt = RawSocket.open(server.url, { headers })
    if (status === 101) (await attempt).socket.close()
    else await expect(attempt).rejects.toThrow(`Unexpected server response: ${status}`)
  })

  it('from its own origin is taken, and from the one that clients know', async () => {
    const same = await RawSocket.open(server.url, { headers: { origin: server.url } })
    same.socket.close()
    const PUBLIC_URL = 'https://tocsin.example.com'
    const config = readConfig({ PORT: '0', DATABASE_URL: server.databaseUrl, PUBLIC_URL })
    const proxied = await startServer(config, { log: createLogger('silent') })
    const known = await RawSocket.open(proxied.localUrl, { headers: { origin: PUBLIC_URL } })
    known.socket.close()
    await proxied.stop()
  })

  it.each(['/elsewhere', '//', '*', '/graphql/../x', 'http://['])(
    'to %s is refused, and the server lives on',
    async (path) => {
      const text = (await converse(handshake(path))).toString()
      expect(text).toMatch(/^HTTP\/1.1 40[04] /)
      await lives()
    },
  )

  it('that is given up while it is refused does no harm', async () => {
    const { port } = new URL(server.url)
    for (let i = 0; i < 20; i++)
      await new Promise<void>((resolve) => {
        const socket = connect(Number(port), '127.0.0.1', () => {
          socket.write(handshake('/elsewhere'), () => socket.resetAndDestroy())
        })
        socket.on('error', () => undefined)
        socket.on('close', () => resolve())
      })
    await lives()
  })
})

const handshake = (path: string, protocol?: string) =>
  `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: upgrade\r\nupgrade: websocket\r\n` +
  `sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n` +
  `${protocol ? `sec-websocket-protocol: ${protocol}\r\n` : ''}\r\n`

/** All that the server says until it closes, or has said a WebSocket's last word. */
const converse = (request: string) =>
  new Promise<Buffer>((resolve) => {
    let received = Buffer.alloc(0)
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => socket.write(request))
    socket.on('data', (data) => {
      received = Buffer.concat([received, data])
      if (received.includes(Buffer.from('\r\n\r\n\x88', 'latin1'))) socket.destroy()
    })
    socket.on('close', () => resolve(received))
    socket.on('error', () => undefined)
  })
