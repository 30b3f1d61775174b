import { heardBy, predicate } from '../access/rules.js'
import { selectList } from '../platform/database.js'
import { byId, defineLoader } from '../platform/loader.js'
import { definePages } from '../platform/child-pages.js'
import { INCIDENT_ACCESS } from './incident.queries.js'
import type { StatusUpdate } from './status-update.js'

const COLUMNS = selectList('u', ['id', 'incidentId', 'position', 'body', 'audience', 'authorId', 'publishedAt'])

/** Newest first; only what is meant for the viewer. */
export const statusUpdatePage = definePages<StatusUpdate & { position: string }>({
  columns: COLUMNS,
  from: 'status_updates u',
  parent: 'u.incident_id',
  order: [{ sql: 'u.position', of: ({ position }) => String(position), type: 'bigint' }],
  descending: true,
  visible: (ctx) => heardBy(ctx.actor, 'u.audience'),
})

/** One by its id; only what is meant for the viewer, of incidents that they may read. */
export const loadStatusUpdate = defineLoader(async (ctx, ids: readonly string[]) => {
  const values: unknown[] = [ids]
  const bind = (value: unknown) => `$${values.push(value)}`
  const readable = predicate(ctx.actor, 'incident.read', INCIDENT_ACCESS)(bind)
  return byId(
    await ctx.db.rows<StatusUpdate>(
      `SELECT ${COLUMNS} FROM status_updates u JOIN incidents i ON i.id = u.incident_id
        WHERE u.id = ANY($1::text[]) AND ${readable} AND ${heardBy(ctx.actor, 'u.audience')(bind)}`,
      values,
    ),
  )
})
