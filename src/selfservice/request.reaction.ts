import { Audience } from '../events/audience.js'
import { type NewEvent, type RecordedEvent, recordEvents } from '../events/event-log.js'
import type { Reaction } from '../events/reaction.js'
import { IncidentEventType, type IncidentEventPayload } from '../incidents/incident-event.js'
import { notify } from '../notifications/notification.commands.js'
import type { NewNotification } from '../notifications/notification.js'
import type { Context } from '../platform/context.js'
import { addJobs } from '../platform/jobs.js'
import { byId } from '../platform/loader.js'
import { Recordset } from '../platform/recordset.js'
import { answerUntil } from './answer-time.js'
import type { RequestEntity } from './request.entity.js'
import { RequestEventType, requestEvent } from './request-event.js'
import { notificationOf } from './request.notification.js'
import { findRequestsOf } from './request.queries.js'
import { type Request, RequestStatus, requestStatus } from './request.js'

/**
 * A request follows its incident: what happens to the incident changes the request, is recorded as an event of it where
 * it shows there, and is told to whoever reported it, all in the transaction that changes the incident.
 */

/** Rings when a solved request is to be closed; `request.closing.ts` looks. */
export const REQUEST_CLOSING = 'request.closing'

const { STATUS_CHANGED, DETAILS_CHANGED, COMMENTED } = RequestEventType

/** What of an incident shows in a request. */
const SHOWN: Readonly<Partial<Record<string, RequestEventType>>> = {
  [IncidentEventType.ACKNOWLEDGED]: STATUS_CHANGED,
  [IncidentEventType.STARTED]: STATUS_CHANGED,
  [IncidentEventType.HELD]: STATUS_CHANGED,
  [IncidentEventType.RESUMED]: STATUS_CHANGED,
  [IncidentEventType.RESOLVED]: STATUS_CHANGED,
  [IncidentEventType.REOPENED]: STATUS_CHANGED,
  [IncidentEventType.CLOSED]: STATUS_CHANGED,
  [IncidentEventType.CANCELLED]: STATUS_CHANGED,
  [IncidentEventType.UPDATED]: DETAILS_CHANGED,
  [IncidentEventType.WORKAROUND_CHANGED]: DETAILS_CHANGED,
  [IncidentEventType.NOTE_ADDED]: COMMENTED,
  [IncidentEventType.STATUS_UPDATE_PUBLISHED]: COMMENTED,
}

export const REQUEST_REACTION: Reaction = {
  to: Object.keys(SHOWN),
  react: async (ctx, events) => {
    const reported = events.filter(({ payload, audience }) => {
      const { incident } = payload as IncidentEventPayload
      return incident.reporterId !== null && audience === Audience.PUBLIC
    })
    if (reported.length === 0) return
    const requests = await findRequestsOf(ctx.db, [...new Set(reported.map(({ incidentId }) => incidentId!))])
    if (requests.size === 0) return
    const before = new Map(requests)
    const recorded: NewEvent[] = []
    const news: { readonly event: RecordedEvent; readonly request: Request }[] = []
    for (const event of reported) {
      const known = requests.get(event.incidentId!)
      if (!known) continue
      const request = followed(ctx, known, event)
      requests.set(event.incidentId!, request)
      const type = SHOWN[event.type]!
      // Taken and begun is one thing to who waits, and so are two sorts of waiting for others.
      if (type === STATUS_CHANGED && request.status === known.status) continue
      const { entryId } = event.payload as IncidentEventPayload
      recorded.push({ ...requestEvent(type, request, entryId), actor: event.actor })
      if (event.actor.id !== request.reporterId) news.push({ event, request })
    }
    await save(
      ctx,
      [...requests.values()].filter((request) => request !== before.get(request.incidentId)),
    )
    if (recorded.length > 0) await recordEvents(ctx, recorded)
    await tell(ctx, news)
  },
}

/** The request after what happened to its incident; the very same when nothing that is kept of it changes. */
function followed(ctx: Context, request: Request, { type, payload }: RecordedEvent): Request {
  const { incident } = payload as IncidentEventPayload
  const status = requestStatus(incident)
  if (type === IncidentEventType.RESOLVED)
    return { ...request, status, answerUntil: answerUntil(ctx.db.source, incident.resolvedAt!) }
  if (type === IncidentEventType.REOPENED) return { ...request, status, answerUntil: null }
  return status === request.status ? request : { ...request, status }
}

const FOLLOWED = new Recordset<Pick<RequestEntity, 'id' | 'status' | 'answerUntil' | 'closesAt'>>([
  ...(['id', 'status', 'answerUntil', 'closesAt'] as const),
])

async function save(ctx: Context, requests: readonly Request[]): Promise<void> {
  if (requests.length === 0) return
  const rows = requests.map(({ id, status, answerUntil }) => {
    return { id, status, answerUntil, closesAt: status === RequestStatus.SOLVED ? answerUntil : null }
  })
  await ctx.db.rows(
    `UPDATE requests r SET ${FOLLOWED.assignments} FROM json_populate_recordset(null::requests, $1) n WHERE r.id = n.id`,
    [FOLLOWED.encode(rows)],
  )
  await addJobs(
    ctx,
    rows.flatMap(({ id, closesAt }) => (closesAt ? [{ task: REQUEST_CLOSING, id, at: closesAt }] : [])),
  )
}

async function tell(ctx: Context, news: readonly { event: RecordedEvent; request: Request }[]): Promise<void> {
  if (news.length === 0) return
  const entryIdOf = ({ payload }: RecordedEvent) => (payload as IncidentEventPayload).entryId
  const entries = byId(
    await ctx.db.rows<{ id: string; body: string }>(
      'SELECT id, body FROM timeline_entries WHERE id = ANY($1::text[])',
      [news.map(({ event }) => entryIdOf(event))],
    ),
  )
  const told = news.map(({ event, request }): NewNotification | null =>
    notificationOf(event.type, request, entries.get(entryIdOf(event))!.body),
  )
  await notify(
    ctx,
    told.filter((notification) => notification !== null),
  )
}
