import { allows, predicate } from '../access/rules.js'
import { type Database, selectList } from '../platform/database.js'
import { byId, defineLoader, groupBy } from '../platform/loader.js'
import { INCIDENT_ACCESS } from './incident.queries.js'
import type { Task } from './task.js'

const SELECT = `SELECT ${selectList('t', [
  ...['id', 'incidentId', 'title', 'description', 'assigneeId', 'dueAt', 'doneAt', 'createdBy', 'createdAt'],
])} FROM tasks t`

/** Without a look at access: for commands, which ask the rules themselves. */
export const findTask = (db: Database, id: string): Promise<Task | null> => db.row(`${SELECT} WHERE t.id = $1`, [id])

export const findOpenTasks = (db: Database, incidentId: string, assigneeId: string): Promise<Task[]> =>
  db.rows(
    `${SELECT} WHERE t.incident_id = $1 AND t.assignee_id = $2 AND t.done_at IS NULL ORDER BY t.created_at, t.id`,
    [incidentId, assigneeId],
  )

export const countTasks = async (db: Database, incidentId: string): Promise<number> =>
  (await db.row<{ count: number }>('SELECT count(*)::int AS count FROM tasks WHERE incident_id = $1', [incidentId]))!
    .count

/** In the order of their making. None for those who do not read the internal side of incidents. */
export const loadTasks = defineLoader(async (ctx, incidentIds: readonly string[]) =>
  groupBy(
    allows(ctx.actor, 'directory.read')
      ? await ctx.db.rows<Task>(`${SELECT} WHERE t.incident_id = ANY($1::text[]) ORDER BY t.created_at, t.id`, [
          incidentIds,
        ])
      : [],
    ({ incidentId }) => incidentId,
  ),
)

/** One by its id; only what the viewer may read. */
export const loadTask = defineLoader(async (ctx, ids: readonly string[]) => {
  if (!allows(ctx.actor, 'directory.read')) return new Map<string, Task>()
  const values: unknown[] = [ids]
  const readable = predicate(ctx.actor, 'incident.read', INCIDENT_ACCESS)((value) => `$${values.push(value)}`)
  return byId(
    await ctx.db.rows<Task>(
      `${SELECT} JOIN incidents i ON i.id = t.incident_id WHERE t.id = ANY($1::text[]) AND ${readable}`,
      values,
    ),
  )
})
