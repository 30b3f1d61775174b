import { allows } from '../access/rules.js'
import type { Actor } from '../platform/actor.js'
import type { Context } from '../platform/context.js'
import { selectList } from '../platform/database.js'
import { byId, defineKeptLoader, defineLoader, groupBy } from '../platform/loader.js'
import { type Condition, type ForwardArgs, type Listing, type Page, page } from '../platform/paging.js'
import type { Team } from './team.entity.js'
import type { User } from './user.entity.js'
import { USER_COLUMNS, findableUsers } from './user.queries.js'

export const TEAM_COLUMNS = selectList('t', ['id', 'name', 'description', 'createdAt'])

/** Whoever has no access to the directory finds only their own teams there. */
const findableTeams =
  (actor: Actor): Condition =>
  (bind) =>
    allows(actor, 'directory.read') ? 'true' : `t.id = ANY(${bind(actor.teamIds)}::text[])`

/** For links: whoever sees an incident or a service sees whose it is. Looking teams up is `loadFindableTeam`. */
export const loadTeam = defineKeptLoader(async (ctx, ids: readonly string[]) =>
  byId(await ctx.db.rows<Team>(`SELECT ${TEAM_COLUMNS} FROM teams t WHERE t.id = ANY($1::text[])`, [ids])),
)

/** Only what the viewer may look up; null for the rest. */
export const loadFindableTeam = defineLoader(async (ctx, ids: readonly string[]) => {
  const values: unknown[] = [ids]
  const findable = findableTeams(ctx.actor)((value) => `$${values.push(value)}`)
  return byId(
    await ctx.db.rows<Team>(`SELECT ${TEAM_COLUMNS} FROM teams t WHERE t.id = ANY($1::text[]) AND ${findable}`, values),
  )
})

export const loadTeamsOfUser = defineLoader(async (ctx, userIds: readonly string[]) =>
  groupBy(
    await ctx.db.rows<Team & { userId: string }>(
      `SELECT ${TEAM_COLUMNS}, m.user_id AS "userId" FROM team_members m JOIN teams t ON t.id = m.team_id
        WHERE m.user_id = ANY($1::text[]) ORDER BY t.name, t.id`,
      [userIds],
    ),
    (team) => team.userId,
  ),
)

/** Only whom the viewer may look up: themselves, if nobody else. */
export const loadMembersOfTeam = defineLoader(async (ctx, teamIds: readonly string[]) => {
  const values: unknown[] = [teamIds]
  const findable = findableUsers(ctx.actor)((value) => `$${values.push(value)}`)
  return groupBy(
    await ctx.db.rows<User & { teamId: string }>(
      `SELECT ${USER_COLUMNS}, m.team_id AS "teamId" FROM team_members m JOIN users u ON u.id = m.user_id
        WHERE m.team_id = ANY($1::text[]) AND ${findable} ORDER BY u.name, u.id`,
      values,
    ),
    (user) => user.teamId,
  )
})

const BY_NAME: Listing<Team> = {
  columns: TEAM_COLUMNS,
  from: 'teams t',
  order: [
    { sql: 't.name', of: ({ name }) => name, type: 'text' },
    { sql: 't.id', of: ({ id }) => id, type: 'text' },
  ],
  descending: false,
}

export const teamPage = (ctx: Context, args: ForwardArgs): Promise<Page<Team>> =>
  page(ctx, BY_NAME, args, [findableTeams(ctx.actor)])
