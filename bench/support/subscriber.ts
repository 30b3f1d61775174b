import { randomUUID } from 'node:crypto'
import { type Socket, connect } from 'node:net'

/**
 * A `graphql-transport-ws` client that does no more than it must, so that thousands fit beside the server on a small
 * machine: frames are taken apart by hand, and only who asks for a message's text gets one.
 */

export interface SubscriberOptions {
  readonly port: number
  readonly token: string
  readonly query: string
  readonly variables: object
  /** A message of type `next`. */
  readonly onNext: (message: Buffer) => void
  /** The connection has ended, however it did: with the close code, if there was one. */
  readonly onEnd: (code: number | null, reason: string) => void
}

export interface Subscriber {
  /** The server has accepted the sign-in, and the subscription has been sent. */
  readonly connected: Promise<void>
  /** Cuts the connection without a word. */
  cut(): void
}

const HEAD_END = Buffer.from('\r\n\r\n')
const [TEXT, CLOSE, PING, PONG] = [1, 8, 9, 10]
const NEXT = 'n'.charCodeAt(0)

export function subscribe(options: SubscriberOptions): Subscriber {
  const { port, token, query, variables, onNext, onEnd } = options
  const id = randomUUID()
  /** Where the type of a message about the operation begins: `{"id":"…","type":"next",…`. */
  const typeAt = `{"id":"${id}","type":"`.length
  const socket: Socket = connect(port, '127.0.0.1')
  socket.setNoDelay(true)
  let rest: Buffer | null = null
  let upgraded = false
  let accepted = false
  let close: { code: number | null; reason: string } = { code: null, reason: '' }
  let connectedNow: () => void = () => undefined
  let refused: (error: Error) => void = () => undefined
  const connected = new Promise<void>((resolve, reject) => {
    connectedNow = resolve
    refused = reject
  })
  connected.catch(() => undefined)

  socket.on('connect', () =>
    socket.write(
      `GET /graphql HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nupgrade: websocket\r\nconnection: upgrade\r\n` +
        `sec-websocket-key: ${Buffer.alloc(16).toString('base64')}\r\nsec-websocket-version: 13\r\nsec-websocket-protocol: graphql-transport-ws\r\n\r\n`,
    ),
  )
  socket.on('error', () => undefined) // 'close' follows
  socket.on('close', () => {
    refused(new Error(`The connection was closed: ${close.code} ${close.reason}`))
    onEnd(close.code, close.reason)
  })

  const onMessage = (message: Buffer) => {
    if (accepted) {
      if (message[typeAt] === NEXT) return onNext(message)
      close = { code: null, reason: message.toString() }
      return socket.destroy()
    }
    accepted = true // the first message is `connection_ack`; a refusal is a close frame
    socket.write(frame(TEXT!, JSON.stringify({ id, type: 'subscribe', payload: { query, variables } })))
    connectedNow()
  }
  const onFrame = (code: number, payload: Buffer) => {
    if (code === TEXT) onMessage(payload)
    else if (code === PING) socket.write(frame(PONG!, payload))
    else if (code === CLOSE) {
      close = { code: payload.length >= 2 ? payload.readUInt16BE(0) : null, reason: payload.toString('utf8', 2) }
      socket.destroy()
    }
  }
  socket.on('data', (chunk) => {
    let data = rest ? Buffer.concat([rest, chunk]) : chunk
    rest = null
    if (!upgraded) {
      const end = data.indexOf(HEAD_END)
      if (end === -1) return void (rest = data)
      const status = data.toString('latin1', 9, 12)
      if (status !== '101') {
        close = { code: null, reason: `HTTP ${status}` }
        return void socket.destroy()
      }
      upgraded = true
      data = data.subarray(end + HEAD_END.length)
      const authorization = { authorization: `Bearer ${token}` }
      socket.write(frame(TEXT!, JSON.stringify({ type: 'connection_init', payload: authorization })))
    }
    let at = 0
    while (data.length - at >= 2 && !socket.destroyed) {
      const short = data[at + 1]! & 127
      const header = short === 126 ? 4 : short === 127 ? 10 : 2
      if (data.length - at < header) break
      const length =
        short === 126 ? data.readUInt16BE(at + 2) : short === 127 ? Number(data.readBigUInt64BE(at + 2)) : short
      const end = at + header + length
      if (data.length < end) break
      onFrame(data[at]! & 15, data.subarray(at + header, end))
      at = end
    }
    if (at < data.length) rest = at === 0 ? data : data.subarray(at)
  })
  return { connected, cut: () => void socket.destroy() }
}

/** Clients must mask what they send; a mask of zeros leaves it as it is. */
function frame(code: number, payload: string | Buffer): Buffer {
  const body = Buffer.from(payload)
  const short = body.length < 126
  const head = Buffer.alloc(short ? 6 : 8)
  head[0] = 128 | code
  head[1] = 128 | (short ? body.length : 126)
  if (!short) head.writeUInt16BE(body.length, 2)
  return Buffer.concat([head, body])
}

const CURSOR = Buffer.from('"cursor":"')

/** The cursor of an event, without parsing the rest of the message. */
export function cursorOf(message: Buffer): string {
  const from = message.indexOf(CURSOR) + CURSOR.length
  return message.toString('latin1', from, message.indexOf(34, from)) // 34: the quotation mark
}
