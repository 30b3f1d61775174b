import { Audience } from '../events/audience.js'
import { type LogEvent, recordEvent } from '../events/event-log.js'
import type { Context } from '../platform/context.js'
import type { OnCall } from './on-call.js'

/** What can happen to schedules. It is kept for the audit; streams tell who is on call. */
export enum ScheduleEventType {
  CREATED = 'schedule.created',
  UPDATED = 'schedule.updated',
  ARCHIVED = 'schedule.archived',
  LAYER_ADDED = 'schedule.layer_added',
  LAYER_UPDATED = 'schedule.layer_updated',
  LAYER_REMOVED = 'schedule.layer_removed',
  LAYERS_REORDERED = 'schedule.layers_reordered',
  OVERRIDE_CREATED = 'schedule.override_created',
  OVERRIDE_DELETED = 'schedule.override_deleted',
  SWAP_REQUESTED = 'schedule.swap_requested',
  SWAP_ACCEPTED = 'schedule.swap_accepted',
  SWAP_DECLINED = 'schedule.swap_declined',
  SWAP_WITHDRAWN = 'schedule.swap_withdrawn',
  TIME_OFF_CREATED = 'schedule.time_off_created',
  TIME_OFF_DELETED = 'schedule.time_off_deleted',
  CALENDAR_FEED_CREATED = 'schedule.calendar_feed_created',
  CALENDAR_FEED_REVOKED = 'schedule.calendar_feed_revoked',
}

/**
 * @param subject the schedule; the person, for what is theirs on all schedules
 * @param payload what was set
 */
export const recordScheduleEvent = (ctx: Context, type: ScheduleEventType, subject: string, payload: object) =>
  recordEvent(ctx, { type, subject, incidentId: null, audience: Audience.INTERNAL, payload })

/** Others are on call on a schedule than before: it was handed over, or changed. The subject is the schedule. */
export const ON_CALL_CHANGED = 'oncall.changed'

export interface OnCallChange {
  readonly onCall: OnCall
  /** Who was not on call on it before. */
  readonly joinedIds: readonly string[]
  /** Rises by one with each change of who is on call on the schedule. */
  readonly count: number
}

export type OnCallLogEvent = LogEvent & { readonly payload: OnCallChange }

export const isOnCallEvent = (event: LogEvent): event is OnCallLogEvent => event.type === ON_CALL_CHANGED
