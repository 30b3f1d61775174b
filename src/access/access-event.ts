import { Audience } from '../events/audience.js'
import { recordEvent } from '../events/event-log.js'
import type { Context } from '../platform/context.js'

/**
 * What somebody may do has changed: a token was revoked, a role, a team or a grant changed. Sign-in forgets what it
 * knew of them, and their streams end so that clients come back under the new rules.
 */
export const ACCESS_CHANGED = 'access.changed'

export interface AccessChange {
  readonly userId: string
  /** Only this token; null for all that the person is signed in with. */
  readonly tokenId: string | null
}

export const recordAccessChange = (ctx: Context, change: AccessChange): Promise<string> =>
  recordEvent(ctx, {
    type: ACCESS_CHANGED,
    subject: change.userId,
    incidentId: null,
    audience: Audience.INTERNAL,
    payload: change,
  })
