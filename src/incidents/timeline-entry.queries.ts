import { heardBy } from '../access/rules.js'
import { byId, defineLoader } from '../platform/loader.js'
import { type Columns, allColumns } from '../platform/look-ahead.js'
import { definePages } from '../platform/child-pages.js'
import type { TimelineEntry } from './timeline-entry.js'

export const TIMELINE: Columns = {
  alias: 'e',
  always: ['id', 'incidentId', 'position', 'actorKind', 'actorId'],
  asked: ['kind', 'eventType', 'body', 'audience', 'occurredAt'],
}

export const TIMELINE_COLUMNS = allColumns(TIMELINE)

export const timelinePage = definePages<TimelineEntry>({
  columns: TIMELINE_COLUMNS,
  from: 'timeline_entries e',
  parent: 'e.incident_id',
  order: [{ sql: 'e.position', of: ({ position }) => String(position), type: 'bigint' }],
  descending: false,
  visible: (ctx) => heardBy(ctx.actor, 'e.audience'),
})

/** Only what is meant for the viewer; that they may see the incident is asked before. */
export const loadTimelineEntry = defineLoader(async (ctx, ids: readonly string[]) => {
  const values: unknown[] = [ids]
  const heard = heardBy(ctx.actor, 'e.audience')((value) => `$${values.push(value)}`)
  return byId(
    await ctx.db.rows<TimelineEntry>(
      `SELECT ${TIMELINE_COLUMNS} FROM timeline_entries e WHERE e.id = ANY($1::text[]) AND ${heard}`,
      values,
    ),
  )
})
