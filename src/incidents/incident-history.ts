import { authorise } from '../access/rules.js'
import { type Context, inTransaction } from '../platform/context.js'
import { Recordset } from '../platform/recordset.js'
import { IncidentRole } from './assignment.js'
import { insertIncidents } from './incident-batch.js'
import { type PastHappening, recordIncidentHistory } from './incident-event.js'
import type { Incident } from './incident.js'

/**
 * What became of an incident before it was known here, or while it was kept elsewhere. It is written down as it was:
 * the lifecycle is not asked whether it could have been so, and no moment is made up.
 */
export interface IncidentHistory {
  /** As the history leaves it. The number of a new one is given here. */
  readonly incident: Incident
  readonly isNew: boolean
  /** In order; each with the incident as it was then. */
  readonly happenings: readonly PastHappening[]
  readonly participantIds: readonly string[]
}

/** What history may change of an incident that is here already. */
const RETOLD = new Recordset<Incident>([
  ...(['id', 'status', 'holdReason', 'impact', 'urgency', 'priority', 'priorityOverridden', 'serviceId'] as const),
  ...(['teamId', 'commanderId', 'reporterId', 'acknowledgedAt', 'firstResolvedAt', 'resolvedAt', 'closedAt'] as const),
  ...(['reopenCount', 'updatedAt', 'version'] as const),
])

/** Stores many histories in a few statements. The incidents that are here already have been locked. */
export const recordHistories = (ctx: Context, histories: readonly IncidentHistory[]) =>
  inTransaction(ctx, async (ctx) => {
    authorise(ctx.actor, 'configure')
    if (histories.length === 0) return
    const incidents = histories.filter(({ isNew }) => isNew).map(({ incident }) => incident)
    const numbers = await insertIncidents(ctx, incidents)
    const changed = histories.filter(({ isNew }) => !isNew).map(({ incident }) => incident)
    if (changed.length > 0)
      await ctx.db.rows(
        `UPDATE incidents i SET ${RETOLD.assignments} FROM json_populate_recordset(null::incidents, $1) n WHERE i.id = n.id`,
        [RETOLD.encode(changed)],
      )
    await saveResponders(ctx, histories)
    await recordIncidentHistory(
      ctx,
      histories.flatMap(({ happenings }) =>
        happenings.map((happening) => {
          const { incident } = happening
          return { ...happening, incident: { ...incident, number: numbers.get(incident.id) ?? incident.number } }
        }),
      ),
    )
  })

/** Who took part, and who has it now. */
async function saveResponders(ctx: Context, histories: readonly IncidentHistory[]): Promise<void> {
  const taking = histories.flatMap(({ incident, participantIds }) =>
    participantIds.map((userId) => ({ incidentId: incident.id, userId })),
  )
  await ctx.db.rows(
    `INSERT INTO incident_participants (incident_id, user_id) SELECT * FROM unnest($1::text[], $2::text[])
     ON CONFLICT DO NOTHING`,
    [taking.map(({ incidentId }) => incidentId), taking.map(({ userId }) => userId)],
  )
  const known = histories.filter(({ isNew }) => !isNew).map(({ incident }) => incident.id)
  if (known.length > 0)
    await ctx.db.rows('DELETE FROM incident_assignments WHERE role = $2 AND incident_id = ANY($1::text[])', [
      known,
      IncidentRole.COMMANDER,
    ])
  const commanded = histories.map(({ incident }) => incident).filter(({ commanderId }) => commanderId)
  await ctx.db.rows(
    `INSERT INTO incident_assignments (incident_id, role, user_id, assigned_at)
     SELECT i, $4, u, at FROM unnest($1::text[], $2::text[], $3::timestamptz[]) n(i, u, at)`,
    [
      commanded.map(({ id }) => id),
      commanded.map(({ commanderId }) => commanderId),
      commanded.map(({ updatedAt }) => updatedAt),
      IncidentRole.COMMANDER,
    ],
  )
}
