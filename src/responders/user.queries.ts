import { selectList } from '../platform/database.js'
import { byId, defineLoader } from '../platform/loader.js'
import type { User } from './user.entity.js'

export const USER_COLUMNS = selectList('u', [
  'id',
  'name',
  'email',
  'role',
  'timeZone',
  'active',
  'createdAt',
  'updatedAt',
])

export const loadUser = defineLoader(async (ctx, ids: readonly string[]) =>
  byId(await ctx.db.rows<User>(`SELECT ${USER_COLUMNS} FROM users u WHERE u.id = ANY($1::text[])`, [ids])),
)
