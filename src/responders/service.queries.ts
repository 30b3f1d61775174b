import { selectList } from '../platform/database.js'
import { byId, defineLoader } from '../platform/loader.js'
import type { Service } from './service.entity.js'

export const SERVICE_COLUMNS = selectList('s', ['id', 'name', 'description', 'teamId', 'createdAt'])

export const loadService = defineLoader(async (ctx, ids: readonly string[]) =>
  byId(await ctx.db.rows<Service>(`SELECT ${SERVICE_COLUMNS} FROM services s WHERE s.id = ANY($1::text[])`, [ids])),
)
