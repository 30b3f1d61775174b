import { selectList } from '../platform/database.js'
import { byId, defineLoader } from '../platform/loader.js'
import type { Integration } from './integration.entity.js'

export const INTEGRATION_COLUMNS = selectList('n', [
  ...['id', 'name', 'kind', 'keyPrefix', 'serviceId', 'teamId', 'mapping', 'autoResolve', 'regroupMinutes', 'active'],
  ...['createdAt', 'updatedAt'],
])

export const loadIntegration = defineLoader(async (ctx, ids: readonly string[]) =>
  byId(
    await ctx.db.rows<Integration>(`SELECT ${INTEGRATION_COLUMNS} FROM integrations n WHERE n.id = ANY($1::text[])`, [
      ids,
    ]),
  ),
)
