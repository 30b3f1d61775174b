import { allows } from '../access/rules.js'
import type { Context } from '../platform/context.js'
import { selectList } from '../platform/database.js'
import { defineLoader } from '../platform/loader.js'
import type { Heartbeat } from './heartbeat.js'

export const HEARTBEAT_COLUMNS = selectList('h', [
  ...['integrationId', 'everySeconds', 'graceSeconds', 'status', 'lastBeatAt', 'expectedBy'],
])

const loadHeartbeat = defineLoader(async (ctx, ids: readonly string[]) => {
  const rows = await ctx.db.rows<Heartbeat>(
    `SELECT ${HEARTBEAT_COLUMNS} FROM heartbeats h WHERE h.integration_id = ANY($1::text[])`,
    [ids],
  )
  return new Map(rows.map((row) => [row.integrationId, row]))
})

/** Null for an integration of another kind, and unless the viewer may read the configuration. */
export const findHeartbeat = async (ctx: Context, integration: { readonly id: string }): Promise<Heartbeat | null> =>
  allows(ctx.actor, 'configuration.read') ? loadHeartbeat(ctx, integration.id) : null
