import { Audience } from '../events/audience.js'
import { recordEvent } from '../events/event-log.js'
import type { Context } from '../platform/context.js'

/**
 * What can happen to contact points, rules and messages by people's hands. Nobody subscribes to it; it is kept for the
 * audit. An ordinary delivery is no event: its attempts tell of it.
 */
export enum NotificationEventType {
  CONTACT_POINT_CREATED = 'contact_point.created',
  CONTACT_POINT_UPDATED = 'contact_point.updated',
  CONTACT_POINT_DELETED = 'contact_point.deleted',
  CONTACT_POINT_SECRET_ROTATED = 'contact_point.secret_rotated',
  NOTIFICATION_RULE_CREATED = 'notification_rule.created',
  NOTIFICATION_RULE_UPDATED = 'notification_rule.updated',
  NOTIFICATION_RULE_DELETED = 'notification_rule.deleted',
  QUIET_HOURS_SET = 'quiet_hours.set',
  MESSAGE_REPLAYED = 'message.replayed',
}

/** @param payload what was set; no addresses and no secrets */
export const recordNotificationEvent = (ctx: Context, type: NotificationEventType, subject: string, payload: object) =>
  recordEvent(ctx, { type, subject, incidentId: null, audience: Audience.INTERNAL, payload })
