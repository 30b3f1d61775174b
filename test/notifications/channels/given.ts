import { once } from 'node:events'
import { type IncomingHttpHeaders, type RequestListener, type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type ChannelConfig, openChannels } from '../../../src/notifications/channels/index.js'
import {
  type Channel,
  type ChannelKind,
  DeliveryFailure,
  type MessageItem,
  type OutgoingMessage,
} from '../../../src/notifications/channels/channel.js'
import { NotificationKind, NotificationUrgency } from '../../../src/notifications/notification.js'
import { network } from '../../../src/platform/outgoing.js'

/** What the stories about channels begin with: messages, and counterparts on this machine that hear them. */

export const item = (changes: Partial<MessageItem> = {}): MessageItem => ({
  notificationId: 'ntf_01kb0000000000000000000001',
  kind: NotificationKind.PAGE,
  urgency: NotificationUrgency.HIGH,
  subject: 'inc_01kb0000000000000000000142',
  title: '#142 P1 Checkout returns 500',
  body: 'Every **second** request fails.',
  facts: [{ name: 'Service', value: 'checkout' }],
  url: 'https://tocsin.example.com/incidents/142',
  actions: [
    { label: 'Acknowledge', token: 'signed-acknowledge', url: 'https://tocsin.example.com/do/signed-acknowledge' },
  ],
  createdAt: new Date('2026-11-23T03:00:00Z'),
  ...changes,
})

export const message = (...items: Partial<MessageItem>[]): OutgoingMessage => ({
  id: 'msg_01kb0000000000000000000007',
  possibleDuplicate: false,
  items: (items.length > 0 ? items : [{}]).map(item),
})

/** Sixty alerts in a minute. */
export const storm = (): OutgoingMessage =>
  message(
    ...Array.from({ length: 60 }, (_, index) => ({
      subject: `inc_${index}`,
      title: `#${index + 1} Disk ${index + 1} of the warehouse is full`,
      body: 'df says 100 %. '.repeat(1_400),
    })),
  )

export const LOOPBACK = [network('127.0.0.0/8')!]

export function channel(kind: keyof typeof ChannelKind, config: Partial<ChannelConfig> = {}): Channel {
  const channels = openChannels({ outgoingAllow: LOOPBACK, mail: null, slack: null, twilio: null, ...config })
  return channels.get(kind as ChannelKind)!
}

/** What a channel says of a message that does not get through. */
export async function failure(sending: Promise<unknown>): Promise<DeliveryFailure> {
  const outcome = await sending.then(
    () => 'sent',
    (error: unknown) => error,
  )
  expect(outcome).toBeInstanceOf(DeliveryFailure)
  return outcome as DeliveryFailure
}

export interface Heard {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Counterpart {
  readonly url: string
  /** Emits `heard` for each request, once all of it is there. */
  readonly server: Server
  readonly heard: Heard[]
  /** The first that it is sent, when it is. */
  readonly first: Promise<Heard>
  /** What it answers from now on; unless told, 200 and an empty object. */
  answer: RequestListener
  stop(): Promise<void>
}

/** An HTTP server that remembers what it was sent. */
export async function counterpart(answer: RequestListener = (_, to) => to.end('{}')): Promise<Counterpart> {
  const heard: Heard[] = []
  let hear: (first: Heard) => void
  const first = new Promise<Heard>((resolve) => (hear = resolve))
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      heard.push({ path: request.url!, headers: request.headers, body: Buffer.concat(chunks).toString('utf8') })
      hear(heard[0]!)
      server.emit('heard')
      self.answer(request, response)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const self: Counterpart = {
    server,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    first,
    answer,
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return self
}

export const answering =
  (status: number, body = '', headers: Record<string, string> = {}): RequestListener =>
  (_request, response) =>
    response.writeHead(status, headers).end(body)

/** An address on this machine where nobody listens. */
export async function nobody(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
