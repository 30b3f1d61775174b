import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Cluster } from './cluster.js'

/** People at work on a cluster whose nodes die: what gets no answer is asked again, of any node, as the same request. */

interface Answer {
  readonly data?: Record<string, Payload> | null
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[]
}

export interface Payload {
  readonly userErrors: readonly { readonly code: string; readonly message: string }[]
  readonly incident?: { readonly id: string } | null
  readonly contactPoint?: { readonly id: string } | null
  readonly escalationPolicy?: { readonly id: string } | null
  readonly secret?: string | null
}

const PATIENCE = 60_000 // milliseconds

export class Person {
  constructor(
    private readonly cluster: Cluster,
    private readonly token: string,
  ) {}

  /** @param selection of the payload, beside its errors */
  async mutate(name: string, input: object, selection = ''): Promise<Payload> {
    const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input!`
    const query = `mutation ($input: ${type}) { ${name}(input: $input) { ${selection} userErrors { code message } } }`
    const key = randomUUID()
    const until = Date.now() + PATIENCE
    for (;;) {
      const answer = await this.send(query, { input }, key)
      if (answer?.data) return answer.data[name]!
      const refused = answer?.errors?.find(({ extensions }) => !['UNAVAILABLE', 'TIMEOUT'].includes(extensions.code))
      if (refused) throw new Error(`${name}: ${refused.message}`)
      if (Date.now() > until) throw new Error(`${name}: no answer in ${PATIENCE} ms`)
      await delay(100)
    }
  }

  /** Null when there is no answer. */
  private async send(query: string, variables: object, key: string): Promise<Answer | null> {
    try {
      const response = await fetch(`${this.cluster.anyUrl}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${this.token}`, 'idempotency-key': key },
        body: JSON.stringify({ query, variables }),
        signal: AbortSignal.timeout(10_000),
      })
      return (await response.json()) as Answer
    } catch {
      return null
    }
  }
}
