/** The dashboard's query, and its answer without what only GraphQL has: what every side must agree on. */

export const FIRST = 20
export const LAST = 5

export const DOCUMENT = `query OpenIncidents($first: Int!) {
  incidents(first: $first, filter: { open: true }) {
    pageInfo { hasNextPage endCursor }
    edges {
      node {
        id number title status impact urgency priority createdAt acknowledgedAt resolvedAt version
        service { id name }
        commander { id name }
        timeline(last: ${LAST}) { edges { node { id kind body occurredAt author { id name } } } }
      }
    }
  }
}`

interface Edges<T> {
  readonly edges: readonly { readonly node: T }[]
}

export interface Answer {
  readonly data?: { readonly incidents: Edges<{ readonly timeline: Edges<object> }> }
  readonly errors?: readonly object[]
}

/** The incidents of an answer in one canonical text: moments in UTC, connections as lists, names in one order. */
export function canonical(text: string): string {
  const answer = JSON.parse(text) as Answer | object[]
  if (!Array.isArray(answer) && answer.errors) throw new Error(JSON.stringify(answer.errors))
  const incidents = Array.isArray(answer) ? answer : answer.data!.incidents.edges.map(({ node }) => node)
  return JSON.stringify(incidents.map(plain))
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (value === null || typeof value !== 'object') return value
  if ('edges' in value) return (value as Edges<object>).edges.map(({ node }) => plain(node))
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([name, item]) => [name, /At$/.test(name) && item ? new Date(item as string).toISOString() : plain(item)]),
  )
}
