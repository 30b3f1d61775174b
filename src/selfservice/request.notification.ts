import { allows } from '../access/rules.js'
import { IncidentEventType } from '../incidents/incident-event.js'
import { factsOfIncidents } from '../incidents/incident.queries.js'
import { signedIn } from '../incidents/participant.js'
import { findPeople } from '../incidents/participant.queries.js'
import type { Disclosure } from '../notifications/disclosure.js'
import { type NewNotification, NotificationKind, NotificationUrgency } from '../notifications/notification.js'
import { byId } from '../platform/loader.js'
import { findRequests } from './request.queries.js'
import { type Request, RequestStatus } from './request.js'

/**
 * What whoever reported something is told of it, unless they did it themselves. Status updates are told to everybody who
 * follows the incident, and they do. Nobody has to get up for any of it.
 */

/** What became of the request, by what happened to its incident; null for what is not worth a message. */
function newsOf(type: string, { status }: Request): string | null {
  switch (type) {
    case IncidentEventType.RESOLVED:
      return 'Solved'
    case IncidentEventType.REOPENED:
      return 'Reopened'
    case IncidentEventType.CANCELLED:
      return 'Cancelled'
    case IncidentEventType.NOTE_ADDED:
      return 'New comment'
    case IncidentEventType.HELD:
      return status === RequestStatus.WAITING_FOR_YOU ? 'Your answer is needed' : null
    default:
      return null
  }
}

export function notificationOf(type: string, request: Request, body: string): NewNotification | null {
  const news = newsOf(type, request)
  if (news === null) return null
  const { id, incidentId, reporterId, number, title, status, answerUntil } = request
  const isSolved = status === RequestStatus.SOLVED && answerUntil !== null
  return {
    ...{ userId: reporterId, contactPointId: null, kind: NotificationKind.REQUEST, urgency: NotificationUrgency.LOW },
    ...{ subject: id, incidentId, title: `#${number} ${news}: ${title}`, body },
    facts: isSolved ? [{ name: 'Can be reopened until', value: answerUntil.toISOString() }] : [],
    ...{ url: null, actions: [] },
  }
}

/** Only who may still read what they have reported. */
export const requestDisclosure: Disclosure = {
  kind: NotificationKind.REQUEST,
  mayBeTold: async (ctx, notifications) => {
    const requests = await findRequests(
      ctx.db,
      notifications.map(({ subject }) => subject),
    )
    const all = [...requests.values()]
    const incidents = await factsOfIncidents(
      ctx.db,
      all.map(({ incidentId }) => incidentId),
    )
    const people = byId(
      await findPeople(
        ctx.db,
        all.map(({ reporterId }) => reporterId),
      ),
    )
    return notifications.map(({ subject, userId }) => {
      const request = requests.get(subject)
      const person = request && request.reporterId === userId ? people.get(userId) : undefined
      return Boolean(person?.active && allows(signedIn(person), 'incident.read', incidents.get(request!.incidentId)))
    })
  },
}
