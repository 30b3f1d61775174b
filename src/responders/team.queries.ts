import { selectList } from '../platform/database.js'
import { byId, defineLoader, groupBy } from '../platform/loader.js'
import type { Team } from './team.entity.js'
import type { User } from './user.entity.js'
import { USER_COLUMNS } from './user.queries.js'

export const TEAM_COLUMNS = selectList('t', ['id', 'name', 'description', 'createdAt'])

export const loadTeam = defineLoader(async (ctx, ids: readonly string[]) =>
  byId(await ctx.db.rows<Team>(`SELECT ${TEAM_COLUMNS} FROM teams t WHERE t.id = ANY($1::text[])`, [ids])),
)

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

export const loadMembersOfTeam = defineLoader(async (ctx, teamIds: readonly string[]) =>
  groupBy(
    await ctx.db.rows<User & { teamId: string }>(
      `SELECT ${USER_COLUMNS}, m.team_id AS "teamId" FROM team_members m JOIN users u ON u.id = m.user_id
        WHERE m.team_id = ANY($1::text[]) ORDER BY u.name, u.id`,
      [teamIds],
    ),
    (user) => user.teamId,
  ),
)
