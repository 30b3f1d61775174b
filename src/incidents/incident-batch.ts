import type { Context } from '../platform/context.js'
import { Recordset } from '../platform/recordset.js'
import type { Incident } from './incident.js'

/** Many incidents in one statement: what intake opens and changes. Commands on one incident save it themselves. */

const OPENED = new Recordset<Incident>([
  ...(['id', 'title', 'description', 'status', 'holdReason', 'visibility', 'impact', 'urgency', 'priority'] as const),
  ...(['priorityOverridden', 'drill', 'serviceId', 'teamId', 'commanderId', 'reporterId', 'integrationId'] as const),
  ...(['groupKey', 'resolution', 'workaround', 'customFields', 'impactStartedAt', 'detectedAt', 'createdAt'] as const),
  ...(['acknowledgedAt', 'mitigatedAt', 'firstResolvedAt', 'resolvedAt', 'closedAt', 'reopenCount'] as const),
  ...(['updatedAt', 'version'] as const),
])

/** What the lifecycle and triage change. */
const CHANGED = new Recordset<Incident>([
  ...(['id', 'status', 'holdReason', 'impact', 'urgency', 'priority', 'acknowledgedAt', 'firstResolvedAt'] as const),
  ...(['resolvedAt', 'resolution', 'mitigatedAt', 'closedAt', 'reopenCount', 'updatedAt', 'version'] as const),
])

/** Stores new incidents; answers the number that each has got. */
export async function insertIncidents(ctx: Context, incidents: readonly Incident[]): Promise<Map<string, number>> {
  if (incidents.length === 0) return new Map()
  const numbers = await ctx.db.rows<{ id: string; number: number }>(
    `INSERT INTO incidents (${OPENED.columns})
     SELECT ${OPENED.columns} FROM json_populate_recordset(null::incidents, $1) RETURNING id, number`,
    [OPENED.encode(incidents)],
  )
  return new Map(numbers.map(({ id, number }) => [id, number]))
}

export async function updateIncidents(ctx: Context, incidents: readonly Incident[]): Promise<void> {
  if (incidents.length === 0) return
  await ctx.db.rows(
    `UPDATE incidents i SET ${CHANGED.assignments} FROM json_populate_recordset(null::incidents, $1) n WHERE i.id = n.id`,
    [CHANGED.encode(incidents)],
  )
}
