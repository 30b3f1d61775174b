import { once } from 'node:events'
import { type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'

/** Whoever is called: webhooks that verify what they are sent, and remember it all. */

export interface Received {
  /** The same for every attempt. */
  readonly id: string
  readonly possibleDuplicate: boolean
  readonly notificationIds: readonly string[]
}

interface Payload {
  readonly data: { readonly possibleDuplicate: boolean; readonly items: readonly { readonly id: string }[] }
}

export class Receiver {
  readonly received: Received[] = []
  /** Of each address; set once the contact point has been made. */
  readonly secrets = new Map<string, string>()
  unverified = 0
  private readonly server: Server

  constructor() {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        this.hear(request.url!, Buffer.concat(chunks).toString(), request.headers as Record<string, string>)
        response.writeHead(204).end()
      })
    })
  }

  async start(): Promise<string> {
    this.server.listen(0, '127.0.0.1')
    await once(this.server, 'listening')
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections()
    this.server.close()
    await once(this.server, 'close')
  }

  private hear(path: string, body: string, headers: Record<string, string>): void {
    try {
      const { data } = new Webhook(this.secrets.get(path)!).verify(body, headers) as Payload
      const { possibleDuplicate, items } = data
      this.received.push({ id: headers['webhook-id']!, possibleDuplicate, notificationIds: items.map(({ id }) => id) })
    } catch {
      this.unverified++
    }
  }
}
