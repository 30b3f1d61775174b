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
