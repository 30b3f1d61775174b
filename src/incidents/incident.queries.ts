import type { GraphQLResolveInfo } from 'graphql'
import { type AccessColumns, type AccessFacts, predicate } from '../access/rules.js'
import type { Context } from '../platform/context.js'
import type { Database } from '../platform/database.js'
import { byId, defineLoader } from '../platform/loader.js'
import { type Columns, allColumns, argumentsOf, askedColumns, selectedFields } from '../platform/look-ahead.js'
import {
  type Bind,
  type Condition,
  type ForwardArgs,
  type Listing,
  type OrderColumn,
  type Page,
  oneOf,
  page,
} from '../platform/paging.js'
import type { IncidentStatus } from './incident.js'
import { type Incident, OPEN_STATUSES, type Priority } from './incident.js'
import { TIMELINE, timelinePage } from './timeline-entry.queries.js'

const INCIDENT: Columns = {
  alias: 'i',
  always: [
    ...['id', 'number', 'title', 'status', 'visibility', 'impact', 'urgency', 'priority', 'serviceId', 'teamId'],
    ...['commanderId', 'reporterId', 'integrationId', 'createdAt', 'updatedAt', 'version'],
  ],
  asked: [
    ...[
      'description',
      'holdReason',
      'priorityOverridden',
      'drill',
      'groupKey',
      'resolution',
      'workaround',
      'customFields',
    ],
    ...['impactStartedAt', 'detectedAt', 'acknowledgedAt', 'mitigatedAt', 'firstResolvedAt', 'resolvedAt', 'closedAt'],
    ...['reopenCount'],
  ],
}

export const INCIDENT_COLUMNS = allColumns(INCIDENT)

/** Where the access rules find their facts in a statement that names the incidents `i`. */
export const INCIDENT_ACCESS: AccessColumns = {
  visibility: 'i.visibility',
  teamId: 'i.team_id',
  serviceId: 'i.service_id',
  reporterId: 'i.reporter_id',
  incidentId: 'i.id',
}

const PARTICIPANTS = `ARRAY(SELECT user_id::text FROM incident_participants WHERE incident_id = i.id) AS "participantIds"`

/** Without a look at access: for commands, which ask the rules themselves. */
export const findIncident = async (db: Database, id: string): Promise<(Incident & AccessFacts) | null> =>
  (await findIncidents(db, [id])).get(id) ?? null

/** The same for many. */
export const findIncidents = async (
  db: Database,
  ids: readonly string[],
): Promise<Map<string, Incident & AccessFacts>> =>
  byId(
    await db.rows<Incident & AccessFacts>(
      `SELECT ${INCIDENT_COLUMNS}, ${PARTICIPANTS} FROM incidents i WHERE i.id = ANY($1::text[])`,
      [ids],
    ),
  )

/** What the rules look at, as it is now. */
export async function factsOfIncidents(db: Database, ids: readonly string[]): Promise<Map<string, AccessFacts>> {
  return byId(
    await db.rows<AccessFacts & { id: string }>(
      `SELECT i.id, i.visibility, i.team_id AS "teamId", i.service_id AS "serviceId", i.reporter_id AS "reporterId", ${PARTICIPANTS}
         FROM incidents i WHERE i.id = ANY($1::text[])`,
      [ids],
    ),
  )
}

/** Only what the viewer may read; null for the rest. */
export const loadIncident = defineLoader(async (ctx, ids: readonly string[]) => {
  const values: unknown[] = [ids]
  const readable = predicate(ctx.actor, 'incident.read', INCIDENT_ACCESS)((value) => `$${values.push(value)}`)
  return byId(
    await ctx.db.rows<Incident>(
      `SELECT ${INCIDENT_COLUMNS} FROM incidents i WHERE i.id = ANY($1::text[]) AND ${readable}`,
      values,
    ),
  )
})

/** For links from what is only seen by those who see the incident: nobody is asked again, so everybody may share it. */
export const loadLinkedIncident = defineLoader(async (ctx, ids: readonly string[]) =>
  byId(await ctx.db.rows<Incident>(`SELECT ${INCIDENT_COLUMNS} FROM incidents i WHERE i.id = ANY($1::text[])`, [ids])),
)

export interface IncidentFilter {
  readonly open?: boolean | null
  readonly number?: readonly number[] | null
  readonly status?: readonly IncidentStatus[] | null
  readonly priority?: readonly Priority[] | null
  readonly serviceId?: readonly string[] | null
  readonly teamId?: readonly string[] | null
  readonly mine?: boolean | null
  readonly drill?: boolean | null
  readonly search?: string | null
  readonly createdSince?: Date | null
  readonly createdUntil?: Date | null
}

export enum IncidentOrder {
  NEWEST = 'NEWEST',
  OLDEST = 'OLDEST',
  RECENTLY_UPDATED = 'RECENTLY_UPDATED',
  PRIORITY = 'PRIORITY',
}

const ID: OrderColumn<Incident> = { sql: 'i.id', of: ({ id }) => id, type: 'text' }
const CREATED: OrderColumn<Incident> = { sql: 'i.created_at', of: ({ createdAt }) => createdAt, type: 'timestamptz' }

const listing = (order: readonly OrderColumn<Incident>[], descending: boolean): Listing<Incident> => ({
  columns: INCIDENT_COLUMNS,
  from: 'incidents i',
  order,
  descending,
})

const LISTINGS: Record<IncidentOrder, Listing<Incident>> = {
  NEWEST: listing([CREATED, ID], true),
  OLDEST: listing([CREATED, ID], false),
  RECENTLY_UPDATED: listing([{ sql: 'i.updated_at', of: ({ updatedAt }) => updatedAt, type: 'timestamptz' }, ID], true),
  PRIORITY: listing([{ sql: 'i.priority', of: ({ priority }) => priority, type: 'text' }, CREATED, ID], false),
}

const quoted = (statuses: readonly IncidentStatus[]) => statuses.map((status) => `'${status}'`).join(', ')
// Spelt out, not bound, so that PostgreSQL may use the partial index of open incidents.
export const OPEN = `i.status IN (${quoted(OPEN_STATUSES)})`

export function filterConditions(ctx: Context, filter: IncidentFilter): Condition[] {
  const conditions: Condition[] = []
  if (typeof filter.open === 'boolean') conditions.push(() => (filter.open ? OPEN : `NOT ${OPEN}`))
  if (filter.number) conditions.push((bind) => `i.number = ANY(${bind(filter.number)}::integer[])`)
  conditions.push(
    ...oneOf('i.status', filter.status),
    ...oneOf('i.priority', filter.priority),
    ...oneOf('i.service_id', filter.serviceId),
    ...oneOf('i.team_id', filter.teamId),
  )
  if (typeof filter.drill === 'boolean') conditions.push(() => `i.drill = ${filter.drill ? 'true' : 'false'}`)
  if (filter.mine) {
    const mine = (bind: Bind) =>
      `(i.reporter_id = ${bind(ctx.actor.id)} OR i.id IN (SELECT incident_id FROM incident_participants WHERE user_id = ${bind(ctx.actor.id)}))`
    conditions.push(mine)
  }
  if (filter.search) {
    const pattern = `%${filter.search.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`
    conditions.push((bind) => `i.title ILIKE ${bind(pattern)}`)
  }
  if (filter.createdSince) conditions.push((bind) => `i.created_at >= ${bind(filter.createdSince)}`)
  if (filter.createdUntil) conditions.push((bind) => `i.created_at < ${bind(filter.createdUntil)}`)
  return conditions
}

const timelineColumns = (info: GraphQLResolveInfo) => askedColumns(info, 'edges.node.timeline.edges.node', TIMELINE)

/** With `info`, what the operation wants of the incidents is read along with them. */
export const incidentPage = (
  ctx: Context,
  args: ForwardArgs,
  filter?: IncidentFilter | null,
  order?: IncidentOrder | null,
  info?: GraphQLResolveInfo,
): Promise<Page<Incident>> =>
  page(
    ctx,
    LISTINGS[order ?? IncidentOrder.NEWEST],
    args,
    [predicate(ctx.actor, 'incident.read', INCIDENT_ACCESS), ...filterConditions(ctx, filter ?? {})],
    info && {
      columns: askedColumns(info, 'edges.node', INCIDENT),
      withCount: selectedFields(info, 'totalCount').length > 0,
      along: selectedFields(info, 'edges.node.timeline').flatMap(
        (node) => timelinePage.along(ctx, 'i.id', argumentsOf(info, 'Incident', node), timelineColumns(info)) ?? [],
      ),
    },
  )
