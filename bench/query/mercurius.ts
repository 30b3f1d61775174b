import DataLoader from 'dataloader'
import { fastify } from 'fastify'
import { GraphQLScalarType } from 'graphql'
import { mercurius } from 'mercurius'
import pg from 'pg'
import { answerQuestions } from '../support/answers.js'

/**
 * A peer: Mercurius with graphql-jit and plain rows of prepared statements. Links are DataLoaders: Mercurius's own loaders
 * turn every parent row into a text key, and are slower. No sign-in, no rules.
 */

const SCHEMA = `
  scalar DateTime
  type User { id: ID! name: String! }
  type Service { id: ID! name: String! }
  type PageInfo { hasNextPage: Boolean! endCursor: String }
  type TimelineEntry { id: ID! kind: String! body: String! occurredAt: DateTime! author: User }
  type TimelineEntryEdge { node: TimelineEntry! }
  type TimelineEntryConnection { edges: [TimelineEntryEdge!]! }
  type Incident {
    id: ID! number: Int! title: String! status: String! impact: String! urgency: String! priority: String!
    createdAt: DateTime! acknowledgedAt: DateTime resolvedAt: DateTime version: Int!
    service: Service commander: User timeline(last: Int!): TimelineEntryConnection!
  }
  type IncidentEdge { node: Incident! }
  type IncidentConnection { pageInfo: PageInfo! edges: [IncidentEdge!]! }
  input IncidentFilter { open: Boolean }
  type Query { incidents(first: Int!, filter: IncidentFilter): IncidentConnection! }
`

interface Named {
  readonly id: string
  readonly name: string
}
interface IncidentRow {
  readonly id: string
  readonly createdAt: Date
  readonly serviceId: string | null
  readonly commanderId: string | null
}
interface EntryRow {
  readonly incidentId: string
  readonly actorKind: string
  readonly actorId: string
}

const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 10 })
const rows = async <T extends pg.QueryResultRow>(name: string, text: string, values: unknown[]) =>
  (await pool.query<T>({ name, text, values })).rows

const byId = (table: 'users' | 'services') =>
  new DataLoader<string, Named | null>(async (ids) => {
    const found = await rows<Named>(table, `SELECT id, name FROM ${table} WHERE id = ANY($1::text[])`, [ids])
    const byId = new Map(found.map((row) => [row.id, row]))
    return ids.map((id) => byId.get(id) ?? null)
  })

const timelines = (last: number) =>
  new DataLoader<string, { edges: { node: EntryRow }[] }>(async (incidentIds) => {
    const found = await rows<EntryRow>(
      'timeline',
      `SELECT e.* FROM unnest($1::text[]) AS parent(id) CROSS JOIN LATERAL (
         SELECT id, incident_id AS "incidentId", kind, body, occurred_at AS "occurredAt", actor_kind AS "actorKind", actor_id AS "actorId"
           FROM timeline_entries WHERE incident_id = parent.id ORDER BY position DESC LIMIT $2
       ) e`,
      [incidentIds, last],
    )
    const byIncident = new Map<string, { node: EntryRow }[]>()
    for (const node of found) {
      const edges = byIncident.get(node.incidentId)
      if (edges) edges.unshift({ node })
      else byIncident.set(node.incidentId, [{ node }])
    }
    return incidentIds.map((id) => ({ edges: byIncident.get(id) ?? [] }))
  })

function newLoaders() {
  const timelineOf = new Map<number, ReturnType<typeof timelines>>()
  return {
    user: byId('users'),
    service: byId('services'),
    timeline: (last: number) => {
      const known = timelineOf.get(last) ?? timelines(last)
      timelineOf.set(last, known)
      return known
    },
  }
}
type Loaders = ReturnType<typeof newLoaders>

const resolvers = {
  DateTime: new GraphQLScalarType<Date, string>({
    name: 'DateTime',
    serialize: (value) => (value as Date).toISOString(),
  }),
  Query: {
    incidents: async (_: unknown, { first, filter }: { first: number; filter?: { open?: boolean } }) => {
      const open = filter?.open ? `WHERE status IN ('TRIGGERED', 'ACKNOWLEDGED', 'IN_PROGRESS', 'ON_HOLD')` : ''
      const found = await rows<IncidentRow>(
        filter?.open ? 'open incidents' : 'incidents',
        `SELECT id, number, title, status, impact, urgency, priority, created_at AS "createdAt",
                acknowledged_at AS "acknowledgedAt", resolved_at AS "resolvedAt", version,
                service_id AS "serviceId", commander_id AS "commanderId"
           FROM incidents ${open} ORDER BY created_at DESC, id DESC LIMIT $1`,
        [first + 1],
      )
      const edges = found.slice(0, first).map((node) => ({ node }))
      const last = edges.at(-1)?.node
      const endCursor = last ? Buffer.from(JSON.stringify([last.createdAt, last.id])).toString('base64url') : null
      return { pageInfo: { hasNextPage: found.length > first, endCursor }, edges }
    },
  },
  Incident: {
    service: ({ serviceId }: IncidentRow, _: unknown, { service }: Loaders) => serviceId && service.load(serviceId),
    commander: ({ commanderId }: IncidentRow, _: unknown, { user }: Loaders) => commanderId && user.load(commanderId),
    timeline: ({ id }: IncidentRow, { last }: { last: number }, loaders: Loaders) => loaders.timeline(last).load(id),
  },
  TimelineEntry: {
    author: ({ actorKind, actorId }: EntryRow, _: unknown, { user }: Loaders) =>
      actorKind === 'USER' ? user.load(actorId) : null,
  },
}

const app = fastify()
await app.register(mercurius, {
  schema: SCHEMA,
  resolvers: resolvers as never,
  context: () => ({ ...newLoaders() }),
  jit: 1,
})
await app.listen({ host: '127.0.0.1', port: 0 })
answerQuestions((app.server.address() as { port: number }).port)
