import { type Context, inTransaction } from '../platform/context.js'
import { forgetLoaded } from '../platform/loader.js'
import { ResponderEventType, recordResponderEvent } from '../responders/responder-event.js'
import { loadFollowing } from './follower.queries.js'
import { lockIncident } from './incident.commands.js'

/**
 * Lets the actor be told how an incident goes on, or not any more. Doing it twice is doing it once. It is no event of the
 * incident, which does not change by it. Errors: NOT_FOUND.
 */
export const followIncident = (ctx: Context, { id }: { readonly id: string }, following: boolean) =>
  inTransaction(ctx, async (ctx) => {
    const incident = await lockIncident(ctx, { id }, 'incident.follow')
    const userId = ctx.actor.id
    if (((await loadFollowing(ctx, id)) ?? false) === following) return { incident, eventCursor: null }
    await ctx.db.rows(
      `INSERT INTO incident_follows (incident_id, user_id, following, decided_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (incident_id, user_id) DO UPDATE SET following = $3, decided_at = $4`,
      [id, userId, following, ctx.now()],
    )
    forgetLoaded(ctx)
    const type = following ? ResponderEventType.USER_FOLLOWED : ResponderEventType.USER_UNFOLLOWED
    return { incident, eventCursor: await recordResponderEvent(ctx, type, userId, { incidentId: id }) }
  })
