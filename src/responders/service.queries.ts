import { type AccessColumns, NO_FACTS, allows, predicate } from '../access/rules.js'
import { Role } from '../platform/actor.js'
import type { Context } from '../platform/context.js'
import { selectList } from '../platform/database.js'
import { byId, defineKeptLoader, defineLoader, groupBy } from '../platform/loader.js'
import { type Condition, type ForwardArgs, type Listing, type Page, page } from '../platform/paging.js'
import { containing } from './search.js'
import type { Service } from './service.entity.js'

export const SERVICE_COLUMNS = selectList('s', ['id', 'name', 'description', 'teamId', 'createdAt'])

/** A service has a team; it has no visibility, reporter or participants of its own. */
const SERVICE_ACCESS: AccessColumns = {
  visibility: `'ORGANIZATION'`,
  teamId: 's.team_id',
  serviceId: 's.id',
  reporterId: 'NULL::text',
  incidentId: 'NULL::text',
}

const readable = (ctx: Context): Condition => predicate(ctx.actor, 'service.read', SERVICE_ACCESS)

const loadAnyService = defineKeptLoader(async (ctx, ids: readonly string[]) =>
  byId(await ctx.db.rows<Service>(`SELECT ${SERVICE_COLUMNS} FROM services s WHERE s.id = ANY($1::text[])`, [ids])),
)

/** For links, which are followed often: like `loadService`, with the rule asked in memory. */
export const loadLinkedService = (ctx: Context, id: string) =>
  allows(ctx.actor, 'service.read', { ...NO_FACTS, serviceId: id }) ? loadAnyService(ctx, id) : null

/** Only what the viewer may read; null for the rest. */
export const loadService = defineLoader(async (ctx, ids: readonly string[]) => {
  const values: unknown[] = [ids]
  const mayRead = readable(ctx)((value) => `$${values.push(value)}`)
  return byId(
    await ctx.db.rows<Service>(
      `SELECT ${SERVICE_COLUMNS} FROM services s WHERE s.id = ANY($1::text[]) AND ${mayRead}`,
      values,
    ),
  )
})

export const loadServicesOfTeam = defineLoader(async (ctx, teamIds: readonly string[]) => {
  const values: unknown[] = [teamIds]
  const mayRead = readable(ctx)((value) => `$${values.push(value)}`)
  return groupBy(
    await ctx.db.rows<Service & { teamId: string }>(
      `SELECT ${SERVICE_COLUMNS} FROM services s WHERE s.team_id = ANY($1::text[]) AND ${mayRead} ORDER BY s.name, s.id`,
      values,
    ),
    (service) => service.teamId,
  )
})

/** What partners have been granted; nobody else has grants. */
export const loadServicesOfPartner = defineLoader(async (ctx, userIds: readonly string[]) => {
  const values: unknown[] = [userIds, Role.PARTNER]
  const mayRead = readable(ctx)((value) => `$${values.push(value)}`)
  return groupBy(
    await ctx.db.rows<Service & { userId: string }>(
      `SELECT ${SERVICE_COLUMNS}, g.user_id AS "userId"
         FROM service_grants g JOIN users u ON u.id = g.user_id AND u.role = $2 JOIN services s ON s.id = g.service_id
        WHERE g.user_id = ANY($1::text[]) AND ${mayRead} ORDER BY s.name, s.id`,
      values,
    ),
    (service) => service.userId,
  )
})

export interface ServiceFilter {
  readonly teamId?: readonly string[] | null
  readonly search?: string | null
}

const BY_NAME: Listing<Service> = {
  columns: SERVICE_COLUMNS,
  from: 'services s',
  order: [
    { sql: 's.name', of: ({ name }) => name, type: 'text' },
    { sql: 's.id', of: ({ id }) => id, type: 'text' },
  ],
  descending: false,
}

function filterConditions({ teamId, search }: ServiceFilter): Condition[] {
  const conditions: Condition[] = []
  if (teamId) conditions.push((bind) => `s.team_id = ANY(${bind(teamId)}::text[])`)
  if (search) conditions.push((bind) => `s.name ILIKE ${bind(containing(search))}`)
  return conditions
}

export const servicePage = (ctx: Context, args: ForwardArgs, filter?: ServiceFilter | null): Promise<Page<Service>> =>
  page(ctx, BY_NAME, args, [readable(ctx), ...filterConditions(filter ?? {})])
