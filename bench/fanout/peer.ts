import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { GraphQLError, buildSchema } from 'graphql'
import { useServer } from 'graphql-ws/use/ws'
import { WebSocketServer } from 'ws'
import { answerQuestions } from '../support/answers.js'

/** A peer: graphql-ws as its manual shows it. Each subscriber has an iterator, and each event is executed for each of them. */

const schema = buildSchema(`
  scalar DateTime
  type User { id: ID! name: String! }
  type Integration { id: ID! name: String! }
  type System { name: String! }
  union Actor = User | Integration | System
  type Service { id: ID! name: String! }
  enum Status { TRIGGERED ACKNOWLEDGED IN_PROGRESS ON_HOLD RESOLVED CLOSED CANCELLED }
  enum Priority { P1 P2 P3 P4 P5 }
  type Incident {
    id: ID! number: Int! title: String! status: Status! priority: Priority! version: Int! updatedAt: DateTime! service: Service
  }
  type IncidentEvent { cursor: String! type: String! occurredAt: DateTime! actor: Actor! incident: Incident! }
  input IncidentEventFilter { status: [Status!] }
  type Query { none: Boolean }
  type Subscription { incidentEvents(after: String, filter: IncidentEventFilter): IncidentEvent! }
`)

const queues = new Set<(event: object) => void>()

async function* events(): AsyncGenerator<object> {
  const waiting: object[] = []
  let wake: () => void = () => undefined
  const push = (event: object) => {
    waiting.push(event)
    wake()
  }
  queues.add(push)
  try {
    for (;;) {
      for (let event = waiting.shift(); event; event = waiting.shift()) yield { incidentEvents: event }
      await new Promise<void>((resolve) => (wake = resolve))
    }
  } finally {
    queues.delete(push)
  }
}

const server = createServer()
const sockets = new WebSocketServer({ server, path: '/graphql' })
useServer({ schema, roots: { subscription: { incidentEvents: events } } }, sockets)

let event: object | null = null
server.listen(0, '127.0.0.1', () =>
  answerQuestions((server.address() as AddressInfo).port, {
    example: (example: { event: { actor: object } }) => {
      event = { ...example.event, actor: { __typename: 'User', ...example.event.actor } }
    },
    publish: () => {
      if (!event) throw new GraphQLError('There is no example')
      for (const push of queues) push(event)
    },
  }),
)
