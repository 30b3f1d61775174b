import { allows } from '../access/rules.js'
import type { Actor, Role } from '../platform/actor.js'
import type { Context } from '../platform/context.js'
import { selectList } from '../platform/database.js'
import { byId, defineKeptLoader, defineLoader } from '../platform/loader.js'
import { type Bind, type Condition, type ForwardArgs, type Listing, type Page, page } from '../platform/paging.js'
import { containing } from './search.js'
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

/** Whoever has no access to the directory finds only themselves there. */
export const mayFindUser = (actor: Actor, userId: string): boolean =>
  userId === actor.id || allows(actor, 'directory.read')

/** The SQL side of `mayFindUser`, in a statement that names the people `u`. */
export const findableUsers =
  (actor: Actor): Condition =>
  (bind) =>
    allows(actor, 'directory.read') ? 'true' : `u.id = ${bind(actor.id)}`

/** For links: whoever sees an incident sees who works on it. Looking people up is `loadFindableUser`. */
export const loadUser = defineKeptLoader(async (ctx, ids: readonly string[]) =>
  byId(await ctx.db.rows<User>(`SELECT ${USER_COLUMNS} FROM users u WHERE u.id = ANY($1::text[])`, [ids])),
)

/** Only whom the viewer may look up; null for the rest. */
export const loadFindableUser = defineLoader(async (ctx, ids: readonly string[]) => {
  const values: unknown[] = [ids]
  const findable = findableUsers(ctx.actor)((value) => `$${values.push(value)}`)
  return byId(
    await ctx.db.rows<User>(`SELECT ${USER_COLUMNS} FROM users u WHERE u.id = ANY($1::text[]) AND ${findable}`, values),
  )
})

export interface UserFilter {
  readonly role?: readonly Role[] | null
  readonly teamId?: readonly string[] | null
  readonly search?: string | null
  readonly active?: boolean | null
}

const BY_NAME: Listing<User> = {
  columns: USER_COLUMNS,
  from: 'users u',
  order: [
    { sql: 'u.name', of: ({ name }) => name, type: 'text' },
    { sql: 'u.id', of: ({ id }) => id, type: 'text' },
  ],
  descending: false,
}

function filterConditions({ role, teamId, search, active }: UserFilter): Condition[] {
  const conditions: Condition[] = []
  if (role) conditions.push((bind) => `u.role = ANY(${bind(role)}::text[])`)
  if (teamId) {
    const member = (bind: Bind) =>
      `u.id IN (SELECT user_id FROM team_members WHERE team_id = ANY(${bind(teamId)}::text[]))`
    conditions.push(member)
  }
  if (search) {
    const pattern = containing(search)
    conditions.push((bind) => `(u.name ILIKE ${bind(pattern)} OR u.email ILIKE ${bind(pattern)})`)
  }
  if (typeof active === 'boolean') conditions.push(() => (active ? 'u.active' : 'NOT u.active'))
  return conditions
}

export const userPage = (ctx: Context, args: ForwardArgs, filter?: UserFilter | null): Promise<Page<User>> =>
  page(ctx, BY_NAME, args, [findableUsers(ctx.actor), ...filterConditions(filter ?? {})])
