/** The subscription of a dashboard, as the contract has it. */
export const DOCUMENT = `subscription IncidentEvents($after: String, $filter: IncidentEventFilter) {
  incidentEvents(after: $after, filter: $filter) {
    cursor
    type
    occurredAt
    actor { ... on User { id name } ... on Integration { id name } ... on System { name } }
    incident { id number title status priority version updatedAt service { id name } }
  }
}`

/** A message of Tocsin with this operation id, as an example for the others. */
export interface Example {
  /** The whole message. */
  readonly text: string
  /** The event in it. */
  readonly event: object
}
