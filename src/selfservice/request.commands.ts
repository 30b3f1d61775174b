import { authorise } from '../access/rules.js'
import { Audience } from '../events/audience.js'
import { lastCursor, recordEvent } from '../events/event-log.js'
import {
  PROSE,
  REASON,
  cancelIncident,
  declareIncident,
  reopenIncident,
  startIncident,
} from '../incidents/incident.commands.js'
import { addNote } from '../incidents/timeline-entry.commands.js'
import { factsOfIncidents } from '../incidents/incident.queries.js'
import { type Context, inTransaction } from '../platform/context.js'
import { notFound } from '../platform/errors.js'
import { newId } from '../platform/id.js'
import { optionalText, text, wholeNumber } from '../platform/input.js'
import { reportAfterSearch } from './deflection.commands.js'
import { RequestEntity } from './request.entity.js'
import { RequestEventType, requestEvent } from './request-event.js'
import { findRequests, loadRequest } from './request.queries.js'
import {
  IMPACT,
  type Request,
  RequestHindrance,
  RequestReach,
  RequestStatus,
  URGENCY,
  mayBeCommented,
  mayBeRated,
  mayBeReopened,
} from './request.js'

/** What whoever reports something does with it. Each is done to the incident by the incident's own commands. */

const CONTACT = { maximum: 300 }

export interface RequestReport {
  readonly title: string
  readonly description?: string | null
  readonly serviceId?: string | null
  readonly reach?: RequestReach | null
  readonly hindrance?: RequestHindrance | null
  readonly contact?: string | null
  /** The search that has not helped. */
  readonly searchId?: string | null
}

/** Opens an incident for whoever reports it. Errors: those of `declareIncident`. */
export const reportRequest = (ctx: Context, input: RequestReport) =>
  inTransaction(ctx, async (ctx) => {
    const { title, description, serviceId } = input
    const reach = input.reach ?? RequestReach.ONLY_ME
    const hindrance = input.hindrance ?? RequestHindrance.HINDERED
    const contact = optionalText('contact', input.contact, CONTACT)
    const { incident } = await declareIncident(
      ctx,
      {
        ...{ title, description, serviceId },
        ...{ impact: IMPACT[reach], urgency: URGENCY[hindrance] },
      },
      'request.report',
    )
    const id = newId('request', ctx.now().getTime())
    await ctx.db.entities.insert(RequestEntity, {
      ...{ id, incidentId: incident.id, reporterId: ctx.actor.id, status: RequestStatus.RECEIVED },
      ...{ reach, hindrance, contact, reportedAt: ctx.now(), answerUntil: null, closesAt: null },
    })
    if (input.searchId) await reportAfterSearch(ctx, input.searchId, id)
    return recorded(ctx, RequestEventType.REPORTED, id)
  })

/** Records what happened to the request itself rather than to its incident. */
async function recorded(ctx: Context, type: RequestEventType, id: string) {
  const request = (await findRequests(ctx.db, [id])).get(id)!
  return { request, eventCursor: await recordEvent(ctx, requestEvent(type, request)) }
}

interface RequestInput {
  readonly id: string
}

/**
 * What the commands on a request share: their reporter's own, and locked. Errors: NOT_FOUND, FORBIDDEN for those who may
 * read it but did not report it.
 */
const onOwnRequest = <T>(ctx: Context, { id }: RequestInput, work: (ctx: Context, request: Request) => Promise<T>) =>
  inTransaction(ctx, async (ctx) => {
    const seen = await loadRequest(ctx, id)
    if (!seen) throw notFound('request')
    await ctx.db.lock(seen.incidentId)
    const facts = await factsOfIncidents(ctx.db, [seen.incidentId])
    authorise(ctx.actor, 'request.own', facts.get(seen.incidentId))
    return work(ctx, (await findRequests(ctx.db, [id])).get(id)!)
  })

/** Such a command that changes the incident, which the request follows. */
const byIncident = (
  ctx: Context,
  input: RequestInput,
  work: (ctx: Context, request: Request) => Promise<unknown>,
): Promise<{ request: Request; eventCursor: string }> =>
  onOwnRequest(ctx, input, async (ctx, request) => {
    await work(ctx, request)
    const { id } = request
    return { request: (await findRequests(ctx.db, [id])).get(id)!, eventCursor: await lastCursor(ctx) }
  })

/** An answer that work waits for lets it go on. Errors: INVALID_TRANSITION once it is closed or cancelled. */
export const commentRequest = (ctx: Context, input: RequestInput & { readonly body: string }) =>
  byIncident(ctx, input, async (ctx, request) => {
    const id = request.incidentId
    mayBeCommented(request)
    await addNote(ctx, { id, body: text('body', input.body, PROSE), audience: Audience.PUBLIC })
    if (request.status === RequestStatus.WAITING_FOR_YOU) await startIncident(ctx, { id }, 'request.own')
  })

/** Errors: INVALID_TRANSITION when it is not solved, or not any more to be reopened. */
export const reopenRequest = (ctx: Context, input: RequestInput & { readonly reason: string }) =>
  byIncident(ctx, input, (ctx, request) => {
    mayBeReopened(request, ctx.now())
    return reopenIncident(ctx, { id: request.incidentId, reason: input.reason }, 'request.own')
  })

/** Errors: INVALID_TRANSITION when nobody works on it any more. */
export const cancelRequest = (ctx: Context, input: RequestInput & { readonly reason?: string | null }) =>
  byIncident(ctx, input, (ctx, { incidentId }) => {
    const reason = optionalText('reason', input.reason, REASON) ?? 'whoever reported it needs it no more'
    return cancelIncident(ctx, { id: incidentId, reason }, 'request.own')
  })

/** Once for each resolution; rating it again changes the rating. Errors: INVALID_TRANSITION when it is not to be rated. */
export const rateRequest = (
  ctx: Context,
  input: RequestInput & { readonly score: number; readonly comment?: string | null },
) =>
  onOwnRequest(ctx, input, async (ctx, request) => {
    const score = wholeNumber('score', input.score, { minimum: 1, maximum: 5 })
    const comment = optionalText('comment', input.comment, REASON)
    mayBeRated(request, ctx.now())
    await ctx.db.rows(
      `INSERT INTO request_ratings (request_id, resolution, score, comment, rated_at) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (request_id, resolution) DO UPDATE SET score = $3, comment = $4, rated_at = $5`,
      [request.id, request.reopenCount, score, comment, ctx.now()],
    )
    return recorded(ctx, RequestEventType.RATED, request.id)
  })
