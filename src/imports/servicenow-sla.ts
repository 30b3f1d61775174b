import type { IncidentHistory } from '../incidents/incident-history.js'
import { IncidentStatus } from '../incidents/incident.js'
import type { ImportedSla } from '../sla/sla-record.store.js'
import { SlaKind } from '../sla/sla-record.js'

/**
 * What a log says of service levels: one flag for the whole incident, `made_sla`. While an incident is open it only says
 * that nothing has been missed yet, and after a reopening it is decided anew: it is an outcome once the incident is
 * resolved or closed. Which policy it was, and its target, the log does not say.
 */

/** What came of it, by the last row; null while that is open. */
export function slaOutcome({ incident }: IncidentHistory, madeSla: boolean | null): ImportedSla | null {
  const { id, status, createdAt, resolvedAt, closedAt, updatedAt } = incident
  const isOver = status === IncidentStatus.RESOLVED || status === IncidentStatus.CLOSED
  if (madeSla === null || !isOver) return null
  return {
    ...{ incidentId: id, kind: SlaKind.RESOLUTION, met: madeSla, startedAt: createdAt },
    // A log may name no such moment: then it is the one at which it shows the incident as it was left.
    stoppedAt: resolvedAt ?? closedAt ?? updatedAt,
  }
}
