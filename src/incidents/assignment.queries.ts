import type { Database } from '../platform/database.js'
import { selectList } from '../platform/database.js'
import { defineLoader, groupBy } from '../platform/loader.js'
import type { Assignment } from './assignment.js'

const SELECT = `SELECT ${selectList('a', ['incidentId', 'role', 'userId', 'assignedAt'])} FROM incident_assignments a`
const ORDER = 'ORDER BY a.assigned_at, a.role, a.user_id'

/** The roles of an incident as they are held now: for commands. */
export const findAssignments = (db: Database, incidentId: string): Promise<Assignment[]> =>
  db.rows<Assignment>(`${SELECT} WHERE a.incident_id = $1 ${ORDER}`, [incidentId])

export const loadAssignments = defineLoader(async (ctx, incidentIds: readonly string[]) =>
  groupBy(
    await ctx.db.rows<Assignment>(`${SELECT} WHERE a.incident_id = ANY($1::text[]) ${ORDER}`, [incidentIds]),
    ({ incidentId }) => incidentId,
  ),
)
