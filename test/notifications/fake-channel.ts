import type { Channel, ChannelKind, OutgoingMessage, Sent } from '../../src/notifications/channels/channel.js'
import { badInput } from '../../src/platform/errors.js'

export interface Call {
  readonly message: OutgoingMessage
  readonly address: string
  readonly secret: string | null
}

/** A counterpart that keeps what it is sent, and answers as it is told. */
export class FakeChannel implements Channel {
  /** What the next calls get, one each; after that all is accepted. */
  readonly answers: (() => Promise<Sent>)[] = []
  readonly calls: Call[] = []
  private taken = 0
  private called: () => void = () => undefined

  constructor(
    readonly kind: ChannelKind,
    readonly spacing = 30_000,
  ) {}

  readonly address = (field: string, value: string) => {
    if (!value.includes('@')) throw badInput(field, 'Must have an @.')
    return value.trim().toLowerCase()
  }

  readonly masked = (address: string) => `${address[0]}•••`

  readonly send = async (message: OutgoingMessage, address: string, secret: string | null): Promise<Sent> => {
    this.calls.push({ message, address, secret })
    this.called()
    return (await this.answers.shift()?.()) ?? { providerId: `fake-${this.calls.length}` }
  }

  /** The next call that has not been taken. */
  async next(): Promise<Call> {
    while (this.taken >= this.calls.length) await new Promise<void>((resolve) => (this.called = resolve))
    return this.calls[this.taken++]!
  }

  get untaken(): number {
    return this.calls.length - this.taken
  }
}

export const titles = ({ message }: Call): string[] => message.items.map(({ title }) => title)
