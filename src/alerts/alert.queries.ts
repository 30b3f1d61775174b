import { type AccessColumns, predicate } from '../access/rules.js'
import type { Context } from '../platform/context.js'
import { selectList } from '../platform/database.js'
import { byId, defineLoader } from '../platform/loader.js'
import { definePages } from '../platform/child-pages.js'
import {
  type Condition,
  type ForwardArgs,
  type Listing,
  type OrderColumn,
  type Page,
  oneOf,
  page,
} from '../platform/paging.js'
import { containing } from '../responders/search.js'
import { type Alert, AlertStatus, type Severity } from './alert.js'

export const ALERT_COLUMNS = selectList('a', [
  ...['id', 'integrationId', 'incidentId', 'dedupKey', 'episode', 'groupKey', 'status', 'severity', 'summary'],
  ...['description', 'source', 'labels', 'details', 'links', 'serviceId', 'startedAt', 'firstSeenAt', 'lastSeenAt'],
  ...['endedAt', 'occurrences'],
])

/** An alert is seen as the incident that it is on: `h`, for where this is read within a statement on incidents `i`. */
const FROM = 'alerts a JOIN incidents h ON h.id = a.incident_id'
export const ALERT_ACCESS: AccessColumns = {
  visibility: 'h.visibility',
  teamId: 'h.team_id',
  serviceId: 'h.service_id',
  reporterId: 'h.reporter_id',
  incidentId: 'h.id',
}
const readable = (ctx: Context): Condition => predicate(ctx.actor, 'alert.read', ALERT_ACCESS)

/** Only what the viewer may read; null for the rest. */
export const loadAlert = defineLoader(async (ctx, ids: readonly string[]) => {
  const values: unknown[] = [ids]
  const mayRead = readable(ctx)((value) => `$${values.push(value)}`)
  return byId(
    await ctx.db.rows<Alert>(
      `SELECT ${ALERT_COLUMNS} FROM ${FROM} WHERE a.id = ANY($1::text[]) AND ${mayRead}`,
      values,
    ),
  )
})

export interface AlertFilter {
  readonly status?: readonly AlertStatus[] | null
  readonly severity?: readonly Severity[] | null
  readonly integrationId?: readonly string[] | null
  readonly incidentId?: readonly string[] | null
  readonly serviceId?: readonly string[] | null
  readonly search?: string | null
}

export enum AlertOrder {
  NEWEST = 'NEWEST',
  OLDEST = 'OLDEST',
}

const ORDER: readonly OrderColumn<Alert>[] = [
  { sql: 'a.first_seen_at', of: ({ firstSeenAt }) => firstSeenAt, type: 'timestamptz' },
  { sql: 'a.id', of: ({ id }) => id, type: 'text' },
]
const listing = (descending: boolean): Listing<Alert> => ({
  columns: ALERT_COLUMNS,
  from: FROM,
  order: ORDER,
  descending,
})
const LISTINGS: Record<AlertOrder, Listing<Alert>> = { NEWEST: listing(true), OLDEST: listing(false) }

function filterConditions(filter: AlertFilter): Condition[] {
  const conditions: Condition[] = []
  // Spelt out, not bound, so that PostgreSQL may use a partial index of open alerts.
  if (filter.status?.every((status) => status === AlertStatus.OPEN) && filter.status.length > 0)
    conditions.push(() => `a.status = 'OPEN'`)
  else conditions.push(...oneOf('a.status', filter.status))
  conditions.push(
    ...oneOf('a.severity', filter.severity),
    ...oneOf('a.integration_id', filter.integrationId),
    ...oneOf('a.incident_id', filter.incidentId),
    ...oneOf('a.service_id', filter.serviceId),
  )
  if (filter.search) {
    const pattern = containing(filter.search)
    conditions.push((bind) => `(a.summary ILIKE ${bind(pattern)} OR a.source ILIKE ${bind(pattern)})`)
  }
  return conditions
}

export const alertPage = (
  ctx: Context,
  args: ForwardArgs,
  filter?: AlertFilter | null,
  order?: AlertOrder | null,
): Promise<Page<Alert>> =>
  page(ctx, LISTINGS[order ?? AlertOrder.NEWEST], args, [readable(ctx), ...filterConditions(filter ?? {})])

export const alertsOfIncidentPage = definePages<Alert>({
  ...LISTINGS.NEWEST,
  parent: 'a.incident_id',
  visible: readable,
})
