import { Audience } from '../events/audience.js'
import { recordEvent } from '../events/event-log.js'
import type { Context } from '../platform/context.js'
import { forgetKept } from '../platform/loader.js'

/**
 * What can happen to people, teams, services and integrations. Nobody subscribes to it; it is kept for the audit. Changes of what
 * somebody may see are recorded besides, as a change of access.
 */
export enum ResponderEventType {
  USER_CREATED = 'user.created',
  USER_UPDATED = 'user.updated',
  USER_FOLLOWED = 'user.followed',
  USER_UNFOLLOWED = 'user.unfollowed',
  TEAM_CREATED = 'team.created',
  TEAM_UPDATED = 'team.updated',
  TEAM_MEMBER_ADDED = 'team.member_added',
  TEAM_MEMBER_REMOVED = 'team.member_removed',
  SERVICE_CREATED = 'service.created',
  SERVICE_UPDATED = 'service.updated',
  SERVICE_GRANT_ADDED = 'service.grant_added',
  SERVICE_GRANT_REMOVED = 'service.grant_removed',
  INTEGRATION_CREATED = 'integration.created',
  INTEGRATION_UPDATED = 'integration.updated',
  INTEGRATION_KEY_ROTATED = 'integration.key_rotated',
}

/** @param payload what was set */
export function recordResponderEvent(ctx: Context, type: ResponderEventType, subject: string, payload: object) {
  ctx.db.afterCommit(() => forgetKept(ctx)) // names are kept for a second
  return recordEvent(ctx, { type, subject, incidentId: null, audience: Audience.INTERNAL, payload })
}
