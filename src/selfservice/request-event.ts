import { Audience } from '../events/audience.js'
import type { LogEvent, NewEvent } from '../events/event-log.js'
import type { Request } from './request.js'

/**
 * What can happen to a request. The events of the incident behind it are for those who work on it; these are its
 * reporter's, and each carries the request as it was left. What does not show in a request is no event of it.
 */
export enum RequestEventType {
  REPORTED = 'request.reported',
  STATUS_CHANGED = 'request.status_changed',
  DETAILS_CHANGED = 'request.details_changed',
  COMMENTED = 'request.commented',
  RATED = 'request.rated',
}

export interface RequestEventPayload {
  readonly request: Request
  /** The entry on the incident's timeline that tells it; null where there is none. */
  readonly entryId: string | null
}

export type RequestLogEvent = LogEvent & { readonly type: RequestEventType; readonly payload: RequestEventPayload }

export const isRequestEvent = (event: LogEvent): event is RequestLogEvent => event.type.startsWith('request.')

export const requestEvent = (type: RequestEventType, request: Request, entryId: string | null = null): NewEvent => ({
  type,
  subject: request.id,
  incidentId: request.incidentId,
  audience: Audience.PUBLIC,
  payload: { request, entryId } satisfies RequestEventPayload,
})
