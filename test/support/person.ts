import { type Client as WebSocketClient, createClient } from 'graphql-ws'
import { createClient as createSseClient } from 'graphql-sse'
import WebSocket from 'ws'

/** What the server answered, as it stood on the wire. */
export interface Reply {
  readonly status: number
  readonly headers: Headers
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into answers of any shape
  readonly data?: any
  readonly errors?: {
    message: string
    path?: (string | number)[]
    extensions: { code: string; [key: string]: unknown }
  }[]
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly extensions?: any
}

/** Somebody with a token, who speaks to the server over any transport. */
export class Person {
  constructor(
    private readonly address: () => string,
    readonly id: string,
    readonly name: string,
    readonly token: string | null,
  ) {}

  get url(): string {
    return this.address()
  }

  private get authorization(): Record<string, string> {
    return this.token ? { authorization: `Bearer ${this.token}` } : {}
  }

  /** Sends an operation over HTTP and answers whatever comes. */
  async send(query: string, variables: object = {}, headers: Record<string, string> = {}): Promise<Reply> {
    return this.post(JSON.stringify({ query, variables }), headers)
  }

  async post(body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): Promise<Reply> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...this.authorization, ...headers },
      body,
    })
    const text = await response.text()
    const answer = text.startsWith('{') ? (JSON.parse(text) as object) : {}
    return { status: response.status, headers: response.headers, ...answer }
  }

  /** Sends an operation that must succeed; answers its data. Fails on top-level errors. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  async run(query: string, variables: object = {}): Promise<any> {
    const { data, errors, status } = await this.send(query, variables)
    if (errors || !data) throw new Error(`${status}: ${JSON.stringify(errors)}`)
    return data
  }

  /** Runs a mutation that must succeed: fails on `userErrors`, too. Answers the payload of its one field. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  async do(query: string, input: object): Promise<any> {
    const [payload] = Object.values(await this.run(query, { input })) as { userErrors: object[] }[]
    if (payload!.userErrors.length > 0) throw new Error(JSON.stringify(payload!.userErrors))
    return payload
  }

  /** A real graphql-ws client. */
  webSocket(options: Partial<Parameters<typeof createClient>[0]> = {}): WebSocketClient {
    return createClient({
      url: `${this.url.replace(/^http/, 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: this.authorization,
      retryAttempts: 0,
      ...options,
    })
  }

  /** A real graphql-sse client. */
  eventSource() {
    return createSseClient({ url: `${this.url}/graphql`, headers: this.authorization, retryAttempts: 0 })
  }

  /** Subscribes over WebSocket and collects what arrives; resolves once the server has accepted the connection. */
  async subscribe(
    query: string,
    variables: Record<string, unknown> = {},
    over: 'webSocket' | 'eventSource' = 'webSocket',
  ) {
    const stream = new Stream()
    const client = over === 'webSocket' ? this.webSocket() : this.eventSource()
    const connected = new Promise<void>((resolve, reject) => {
      if (over === 'webSocket') (client as WebSocketClient).on('connected', () => resolve())
      else resolve()
      stream.ended.then(() => resolve(), reject)
    })
    const unsubscribe = client.subscribe({ query, variables }, stream.sink)
    stream.stop = () => {
      unsubscribe()
      void client.dispose()
    }
    await connected
    // A round trip on the same connection: the subscription was opened before it was answered.
    if (over === 'webSocket')
      await (client as WebSocketClient)
        .iterate({ query: '{ __typename }' })
        .next()
        .catch(() => undefined)
    return stream
  }
}

/** What a subscription brings, in order. */
export class Stream {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly received: any[] = []
  stop: () => void = () => undefined
  readonly ended: Promise<unknown>
  private taken = 0
  private arrived: () => void = () => undefined
  readonly sink

  constructor() {
    let end: (reason: unknown) => void = () => undefined
    this.ended = new Promise((resolve) => (end = resolve))
    this.sink = {
      next: (result: unknown) => {
        this.received.push(result)
        this.arrived()
      },
      error: (error: unknown) => end(error),
      complete: () => end(null),
    }
  }

  /** The next result that has not been taken, however long it takes (the test's own limit ends the wait). */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  async next(): Promise<any> {
    while (this.taken >= this.received.length) await new Promise<void>((resolve) => (this.arrived = resolve))
    return this.received[this.taken++]
  }

  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  async take(count: number): Promise<any[]> {
    const results = []
    for (let i = 0; i < count; i++) results.push(await this.next())
    return results
  }
}
