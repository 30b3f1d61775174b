import { type Socket, connect } from 'node:net'

/**
 * Sends the same request again and again over kept connections, one at a time on each: the next as soon as the answer
 * is there. It reads only what it needs of an answer, so that the machine is left to the server.
 */

export interface HttpRequest {
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface Load {
  readonly answered: number
  /** Seconds. */
  readonly elapsed: number
  /** Milliseconds of every answer. */
  readonly latencies: readonly number[]
}

export interface LoadOptions {
  readonly port: number
  readonly connections: number
  readonly seconds: number
  /** The request that is sent as number `index`. */
  readonly request: (index: number) => Buffer
  /** Ends after so many requests, if that is sooner. */
  readonly wanted?: number
  /** Looks at an answer; throws when it is not what was asked for. */
  readonly check?: (status: number, body: string) => void
}

export function encodeRequest({ path, headers = {}, body }: HttpRequest): Buffer {
  const lines = [`${body === undefined ? 'GET' : 'POST'} ${path} HTTP/1.1`, 'host: 127.0.0.1']
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`)
  if (body !== undefined) lines.push(`content-length: ${Buffer.byteLength(body)}`)
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body ?? ''}`)
}

export async function load({ port, connections, seconds, request, wanted, check }: LoadOptions): Promise<Load> {
  const latencies: number[] = []
  const started = performance.now()
  const until = started + seconds * 1000
  let sent = 0
  const next = () => (performance.now() < until && sent < (wanted ?? Infinity) ? request(sent++) : null)
  await Promise.all(
    Array.from({ length: connections }, () => converse(port, next, (time) => latencies.push(time), check)),
  )
  return { answered: latencies.length, elapsed: (performance.now() - started) / 1000, latencies }
}

/** One request and its answer. */
export async function send(port: number, request: HttpRequest): Promise<string> {
  let answer = ''
  let sent = false
  const once = () => (sent ? null : ((sent = true), encodeRequest(request)))
  await converse(
    port,
    once,
    () => undefined,
    (status, body) => {
      if (status !== 200) throw new Error(`${status}: ${body}`)
      answer = body
    },
  )
  return answer
}

const HEAD_END = Buffer.from('\r\n\r\n')

function converse(
  port: number,
  next: () => Buffer | null,
  answered: (milliseconds: number) => void,
  check: LoadOptions['check'],
): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(port, '127.0.0.1')
    socket.setNoDelay(true)
    let received: Buffer[] = []
    let size = 0
    /** Bytes of the whole answer; -1 until its head is there. */
    let expected = -1
    let headSize = 0
    let since = 0
    const ask = () => {
      const request = next()
      if (!request) return socket.end(() => resolve())
      since = performance.now()
      socket.write(request)
    }
    socket.on('connect', ask)
    socket.on('error', reject)
    socket.on('close', () => {
      if (expected !== -1 || size > 0) reject(new Error('The server closed the connection within an answer'))
      else resolve()
    })
    socket.on('data', (chunk) => {
      received.push(chunk)
      size += chunk.length
      if (expected === -1) {
        const all = received.length === 1 ? chunk : Buffer.concat(received)
        const end = all.indexOf(HEAD_END)
        if (end === -1) return
        const length = /content-length: *(\d+)/i.exec(all.toString('latin1', 0, end))?.[1]
        if (length === undefined) return socket.destroy(new Error('The answer tells no content-length'))
        headSize = end + HEAD_END.length
        expected = headSize + Number(length)
      }
      if (size < expected) return
      answered(performance.now() - since)
      if (check) {
        const all = Buffer.concat(received)
        try {
          check(Number(all.toString('latin1', 9, 12)), all.toString('utf8', headSize))
        } catch (error) {
          return socket.destroy(error as Error)
        }
      }
      received = []
      size = 0
      expected = -1
      ask()
    })
  })
}
