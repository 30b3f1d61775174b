import { allows, predicate } from '../access/rules.js'
import { Audience } from '../events/audience.js'
import { INCIDENT_ACCESS } from '../incidents/incident.queries.js'
import { IncidentEventType } from '../incidents/incident-event.js'
import { type TimelineEntry, TimelineEntryKind } from '../incidents/timeline-entry.js'
import { TIMELINE_COLUMNS } from '../incidents/timeline-entry.queries.js'
import type { Actor } from '../platform/actor.js'
import { definePages } from '../platform/child-pages.js'
import type { Context } from '../platform/context.js'
import { type Database, selectList } from '../platform/database.js'
import { byId, defineLoader, groupBy } from '../platform/loader.js'
import {
  type Condition,
  type ConnectionArgs,
  type ForwardArgs,
  type Listing,
  type Page,
  page,
} from '../platform/paging.js'
import { OPEN_REQUEST_STATUSES, type Request, type RequestRating, type RequestStatus } from './request.js'

const COLUMNS = [
  selectList('r', [
    'id',
    'incidentId',
    'reporterId',
    'status',
    'reach',
    'hindrance',
    'contact',
    'reportedAt',
    'answerUntil',
  ]),
  selectList('i', ['number', 'title', 'description', 'serviceId', 'workaround', 'resolution', 'resolvedAt']),
  selectList('i', ['closedAt', 'reopenCount']),
  `(SELECT json_build_object('score', g.score, 'comment', g.comment, 'ratedAt', g.rated_at) FROM request_ratings g
     WHERE g.request_id = r.id AND g.resolution = i.reopen_count AND i.resolved_at IS NOT NULL) AS rating`,
].join(', ')

const FROM = 'requests r JOIN incidents i ON i.id = r.incident_id'

const own =
  ({ id }: Actor): Condition =>
  (bind) =>
    `r.reporter_id = ${bind(id)}`

/** One's own, and those of others for the people who run incidents; all of incidents that one reads. */
const readable =
  (actor: Actor): Condition =>
  (bind) => {
    const read = predicate(actor, 'incident.read', INCIDENT_ACCESS)(bind)
    return allows(actor, 'directory.read') ? read : `${read} AND ${own(actor)(bind)}`
  }

/** Only what the viewer may read; null for the rest. */
export const loadRequest = defineLoader(async (ctx, ids: readonly string[]) => {
  const values: unknown[] = [ids]
  const visible = readable(ctx.actor)((value) => `$${values.push(value)}`)
  return byId(
    await ctx.db.rows<Request>(`SELECT ${COLUMNS} FROM ${FROM} WHERE r.id = ANY($1::text[]) AND ${visible}`, values),
  )
})

/** Of incidents that the viewer may read; nothing for those who do not run incidents. */
export const loadRequestOfIncident = defineLoader(async (ctx, incidentIds: readonly string[]) =>
  allows(ctx.actor, 'directory.read') ? findRequestsOf(ctx.db, incidentIds) : new Map<string, Request>(),
)

/** Without a look at access, by the incidents behind them: not every incident is a request. */
export const findRequestsOf = async (db: Database, incidentIds: readonly string[]): Promise<Map<string, Request>> =>
  new Map(
    (await db.rows<Request>(`SELECT ${COLUMNS} FROM ${FROM} WHERE r.incident_id = ANY($1::text[])`, [incidentIds])).map(
      (request) => [request.incidentId, request],
    ),
  )

/** The same by their own ids: for commands and jobs, which ask the rules themselves. */
export const findRequests = async (db: Database, ids: readonly string[]): Promise<Map<string, Request>> =>
  byId(await db.rows<Request>(`SELECT ${COLUMNS} FROM ${FROM} WHERE r.id = ANY($1::text[])`, [ids]))

export interface RequestFilter {
  readonly open?: boolean | null
  readonly status?: readonly RequestStatus[] | null
}

const NEWEST_FIRST: Listing<Request> = {
  columns: COLUMNS,
  from: FROM,
  order: [
    { sql: 'r.reported_at', of: ({ reportedAt }) => reportedAt, type: 'timestamptz' },
    { sql: 'r.id', of: ({ id }) => id, type: 'text' },
  ],
  descending: true,
}

/** The viewer's own, newest first. */
export function myRequestPage(ctx: Context, args: ForwardArgs, filter?: RequestFilter | null): Promise<Page<Request>> {
  const conditions = [own(ctx.actor), predicate(ctx.actor, 'incident.read', INCIDENT_ACCESS)]
  const { open, status } = filter ?? {}
  if (typeof open === 'boolean')
    conditions.push((bind) => `(r.status = ANY(${bind(OPEN_REQUEST_STATUSES)}::text[])) = ${open ? 'true' : 'false'}`)
  if (status) conditions.push((bind) => `r.status = ANY(${bind(status)}::text[])`)
  return page(ctx, NEWEST_FIRST, args, conditions)
}

/** What is said on a request: public notes and status updates, and what it was put on hold for. */
const IS_COMMENT = `e.audience = '${Audience.PUBLIC}' AND (e.kind IN ('${TimelineEntryKind.NOTE}', '${TimelineEntryKind.STATUS_UPDATE}')
  OR e.event_type = '${IncidentEventType.HELD}')`

const commentPages = definePages<TimelineEntry>({
  columns: TIMELINE_COLUMNS,
  from: 'timeline_entries e',
  parent: 'e.incident_id',
  order: [{ sql: 'e.position', of: ({ position }) => String(position), type: 'bigint' }],
  descending: false,
  visible: () => () => IS_COMMENT,
})

/** Oldest first. Whether the viewer may read the request is asked before. */
export const commentPage = (ctx: Context, { incidentId }: Pick<Request, 'incidentId'>, args: ConnectionArgs) =>
  commentPages(ctx, { id: incidentId }, args)

/** Null for what is no comment. Whether the viewer may read the request is asked before. */
export const loadComment = defineLoader(async (ctx, ids: readonly string[]) =>
  byId(
    await ctx.db.rows<TimelineEntry>(
      `SELECT ${TIMELINE_COLUMNS} FROM timeline_entries e WHERE e.id = ANY($1::text[]) AND ${IS_COMMENT}`,
      [ids],
    ),
  ),
)

/** Every rating of a request, of the first resolution first. Whether the viewer may read it is asked before. */
export const loadRatings = defineLoader(async (ctx, requestIds: readonly string[]) =>
  groupBy(
    await ctx.db.rows<RequestRating & { requestId: string }>(
      `SELECT g.request_id AS "requestId", g.score, g.comment, g.rated_at AS "ratedAt" FROM request_ratings g
        WHERE g.request_id = ANY($1::text[]) ORDER BY g.request_id, g.resolution`,
      [requestIds],
    ),
    ({ requestId }) => requestId,
  ),
)
