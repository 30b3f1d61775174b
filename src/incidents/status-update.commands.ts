import type { Audience } from '../events/audience.js'
import { notify } from '../notifications/notification.commands.js'
import { ActorKind } from '../platform/actor.js'
import { type Context, inTransaction } from '../platform/context.js'
import { newId } from '../platform/id.js'
import { text } from '../platform/input.js'
import { IncidentEventType, recordIncidentEvent } from './incident-event.js'
import { type IncidentInput, PROSE, lockIncident } from './incident.commands.js'
import { StatusUpdateEntity } from './status-update.entity.js'
import type { StatusUpdate } from './status-update.js'
import { notificationsOf } from './status-update.notification.js'
import { TimelineEntryKind } from './timeline-entry.js'

export interface StatusUpdatePublish extends IncidentInput {
  readonly body: string
  readonly audience: Audience
}

/** Tells an audience how things stand: as a status update, on the timeline and as an event and to the followers, for that audience alone. */
export const publishStatusUpdate = (ctx: Context, input: StatusUpdatePublish) =>
  inTransaction(ctx, async (ctx) => {
    const incident = await lockIncident(ctx, input, 'incident.respond')
    const now = ctx.now()
    const { audience } = input
    const statusUpdate: StatusUpdate = {
      id: newId('statusUpdate', now.getTime()),
      incidentId: incident.id,
      body: text('body', input.body, PROSE),
      audience,
      authorId: ctx.actor.kind === ActorKind.USER ? ctx.actor.id : null,
      publishedAt: now,
    }
    await ctx.db.entities.insert(StatusUpdateEntity, statusUpdate)
    const type = IncidentEventType.STATUS_UPDATE_PUBLISHED
    const kind = TimelineEntryKind.STATUS_UPDATE
    const { eventCursor } = await recordIncidentEvent(ctx, { type, incident, body: statusUpdate.body, kind, audience })
    await notify(ctx, await notificationsOf(ctx, incident, statusUpdate))
    return { statusUpdate, eventCursor }
  })
