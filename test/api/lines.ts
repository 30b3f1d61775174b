import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client'
import { GraphQLWsLink } from '@apollo/client/link/subscriptions'
import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { type DocumentNode, OperationTypeNode, getOperationAST, print } from 'graphql'
import type { Person } from '../support/person.js'

/** The ways to speak to the server, each with the client that people use for it. */

export interface Line {
  /** Sends a query or mutation that must succeed; answers its data. */
  send<Data, Variables extends object>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): Promise<Data>
  /** Follows a subscription; ends when the loop over it does. */
  follow<Data, Variables extends object>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): AsyncIterable<Data>
  close(): void
}

type Result = { readonly data?: unknown; readonly errors?: unknown; readonly error?: unknown }

function dataOf<Data>({ data, errors, error }: Result): Data {
  if (errors || error || !data) throw new Error(JSON.stringify(errors ?? error ?? 'no data'))
  return data as Data
}

const plain = (variables: object) => ({ ...variables }) as Record<string, unknown>

const neverFollows = () => {
  throw new Error('This transport carries no subscriptions')
}

const authorization = (person: Person) => ({ authorization: `Bearer ${person.token}` })

interface Iterating {
  iterate(payload: { query: string; variables: Record<string, unknown> }): AsyncIterable<Result>
}

const throughIterator = (client: Iterating, close: () => void): Line => ({
  close,
  async send(document, variables) {
    for await (const result of client.iterate({ query: print(document), variables: plain(variables) }))
      return dataOf(result)
    throw new Error('It ended without an answer')
  },
  async *follow(document, variables) {
    for await (const result of client.iterate({ query: print(document), variables: plain(variables) }))
      yield dataOf(result)
  },
})

const post = (person: Person): Line => ({
  send: async (document, variables) => dataOf(await person.send(print(document), { ...variables })),
  follow: neverFollows,
  close: () => undefined,
})

/** Queries go by GET; the rest has to be posted. */
const get = (person: Person): Line => ({
  ...post(person),
  async send(document, variables) {
    if (getOperationAST(document)!.operation !== OperationTypeNode.QUERY) return post(person).send(document, variables)
    const url = new URL(`${person.url}/graphql`)
    url.searchParams.set('query', print(document))
    url.searchParams.set('variables', JSON.stringify(variables))
    const response = await fetch(url, { headers: { ...authorization(person), 'apollo-require-preflight': 'yes' } })
    return dataOf((await response.json()) as Result)
  },
})

const webSocket = (person: Person): Line => {
  const client = person.webSocket()
  return throughIterator(client, () => void client.dispose())
}

const eventSource = (person: Person): Line => {
  const client = person.eventSource()
  return throughIterator(client as unknown as Iterating, () => client.dispose())
}

const apolloClient = (link: HttpLink | GraphQLWsLink, close: () => void): Line => {
  const client = new ApolloClient({
    link,
    cache: new InMemoryCache(),
    defaultOptions: { query: { fetchPolicy: 'no-cache' } },
  })
  return {
    async send<Data, Variables extends object>(document: TypedDocumentNode<Data, Variables>, variables: Variables) {
      const asked = { variables: variables as Record<string, unknown> }
      return getOperationAST(document)!.operation === OperationTypeNode.QUERY
        ? dataOf<Data>(await client.query({ query: document as DocumentNode, ...asked }))
        : dataOf<Data>(await client.mutate({ mutation: document as DocumentNode, ...asked }))
    },
    async *follow<Data, Variables extends object>(document: TypedDocumentNode<Data, Variables>, variables: Variables) {
      const arrived: Result[] = []
      let wake = () => undefined as void
      const subscription = client
        .subscribe({ query: document as DocumentNode, variables: variables as Record<string, unknown> })
        .subscribe((result) => {
          arrived.push(result)
          wake()
        })
      try {
        for (;;) {
          while (arrived.length > 0) yield dataOf<Data>(arrived.shift()!)
          await new Promise<void>((resolve) => (wake = resolve))
        }
      } finally {
        subscription.unsubscribe()
      }
    },
    close,
  }
}

const apolloOverHttp = (person: Person): Line =>
  apolloClient(new HttpLink({ uri: `${person.url}/graphql`, headers: authorization(person) }), () => undefined)

const apolloOverWebSocket = (person: Person): Line => {
  const client = person.webSocket()
  return apolloClient(new GraphQLWsLink(client), () => void client.dispose())
}

export const LINES: Readonly<Record<string, (person: Person) => Line>> = {
  POST: post,
  GET: get,
  WebSocket: webSocket,
  'server-sent events': eventSource,
  'Apollo Client over HTTP': apolloOverHttp,
  'Apollo Client over WebSocket': apolloOverWebSocket,
}

/** Those that carry subscriptions. */
export const STREAMING = ['WebSocket', 'server-sent events', 'Apollo Client over WebSocket'] as const
