import type { Disclosure } from '../notifications/disclosure.js'
import { type NewNotification, NotificationKind, NotificationUrgency } from '../notifications/notification.js'
import type { Context } from '../platform/context.js'
import { byId } from '../platform/loader.js'
import { mayHear } from './follower.js'
import { findFollowers } from './follower.queries.js'
import type { LockedIncident } from './incident.commands.js'
import { factsOfIncidents } from './incident.queries.js'
import { findPeople } from './participant.queries.js'
import type { StatusUpdate } from './status-update.js'

/**
 * Status updates go to the followers whom they are meant for; what is heard of an incident otherwise is a page, which is
 * not theirs. They are of low urgency whatever the incident's: nobody has to get up for reading them.
 */
export async function notificationsOf(
  ctx: Context,
  incident: LockedIncident,
  { id, body, audience, authorId }: StatusUpdate,
): Promise<NewNotification[]> {
  const followers = await findFollowers(ctx.db, incident.id)
  return followers
    .filter((person) => person.id !== authorId && mayHear(person, incident, audience))
    .map((person) => ({
      userId: person.id,
      contactPointId: null,
      kind: NotificationKind.STATUS_UPDATE,
      urgency: NotificationUrgency.LOW,
      subject: id,
      incidentId: incident.id,
      title: `#${incident.number} ${incident.priority} ${incident.title}`,
      body,
      facts: [
        { name: 'Status', value: incident.status.toLowerCase().replace('_', ' ') },
        { name: 'Published by', value: ctx.actor.name },
      ],
      url: null,
      actions: [],
    }))
}

/** Who has lost sight of the incident since, or does not belong to the audience any more, is not told. */
export const statusUpdateDisclosure: Disclosure = {
  kind: NotificationKind.STATUS_UPDATE,
  mayBeTold: async (ctx, notifications) => {
    const updates = byId(
      await ctx.db.rows<Pick<StatusUpdate, 'id' | 'incidentId' | 'audience'>>(
        'SELECT id, incident_id AS "incidentId", audience FROM status_updates WHERE id = ANY($1::text[])',
        [notifications.map(({ subject }) => subject)],
      ),
    )
    const people = byId(
      await findPeople(
        ctx.db,
        notifications.flatMap(({ userId }) => userId ?? []),
      ),
    )
    const incidents = await factsOfIncidents(
      ctx.db,
      [...updates.values()].map(({ incidentId }) => incidentId),
    )
    return notifications.map(({ subject, userId }) => {
      const update = updates.get(subject)
      const person = userId && people.get(userId)
      return Boolean(update && person && mayHear(person, incidents.get(update.incidentId)!, update.audience))
    })
  },
}
