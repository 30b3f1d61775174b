import { once } from 'node:events'
import WebSocket from 'ws'
import type { Person } from '../support/person.js'

/** A WebSocket without a client library: it sends what no library would, and shows every message and the close. */
export class RawSocket {
  readonly closed: Promise<[code: number, reason: string]>
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- messages of any shape
  private readonly arrived: any[] = []
  private wake: () => void = () => undefined

  private constructor(readonly socket: WebSocket) {
    this.closed = new Promise((resolve) =>
      socket.once('close', (code, reason) => {
        resolve([code, String(reason)])
        this.wake()
      }),
    )
    socket.on('message', (data) => {
      this.arrived.push(JSON.parse(String(data)))
      this.wake()
    })
  }

  static async open(
    url: string,
    { protocols = ['graphql-transport-ws'], headers = {} }: { protocols?: string[]; headers?: object } = {},
  ): Promise<RawSocket> {
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/graphql`, protocols, { headers: { ...headers } })
    const raw = new RawSocket(socket)
    await once(socket, 'open')
    return raw
  }

  /** Signed in and acknowledged. */
  static async of(person: Person): Promise<RawSocket> {
    const raw = await RawSocket.open(person.url)
    raw.send({ type: 'connection_init', payload: { authorization: `Bearer ${person.token}` } })
    await raw.next()
    return raw
  }

  send(message: object | string | Buffer, binary = false): void {
    const plain = typeof message === 'string' || Buffer.isBuffer(message)
    this.socket.send(plain ? message : JSON.stringify(message), { binary })
  }

  subscribe(id: string, query: string, variables: object = {}): void {
    this.send({ id, type: 'subscribe', payload: { query, variables } })
  }

  /** The next message that has not been taken. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  async next(): Promise<any> {
    while (this.arrived.length === 0) {
      if (this.socket.readyState === WebSocket.CLOSED) throw new Error('The socket has closed')
      await new Promise<void>((resolve) => (this.wake = resolve))
    }
    return this.arrived.shift()
  }
}
