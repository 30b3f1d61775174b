import { Visibility, allows } from '../access/rules.js'
import { type Incident, IncidentStatus, Level } from '../incidents/incident.js'
import { findIncidents } from '../incidents/incident.queries.js'
import { signedIn } from '../incidents/participant.js'
import { findPeople } from '../incidents/participant.queries.js'
import { ChannelKind } from '../notifications/channels/channel.js'
import type { Disclosure } from '../notifications/disclosure.js'
import {
  type Fact,
  type NewNotification,
  type NotificationAction,
  NotificationKind,
  NotificationUrgency,
} from '../notifications/notification.js'
import type { Context } from '../platform/context.js'
import { byId } from '../platform/loader.js'
import { publicUrl } from '../platform/public-url.js'
import { sealerOf } from '../platform/sealing.js'
import { cut } from '../platform/text.js'

/** What a page says, and to whom it may be said. */

/** Pages are answered there; `page.http.ts` serves it. */
export const PAGE_PATH = '/pages'
/** What tokens of pages are signed for. */
export const PAGE_PURPOSE = 'page'

const BODY = 2_000 // characters

/** The names that a page shows beside the ids of an incident. */
export interface Names {
  readonly service: string | null
  readonly team: string | null
}

export async function findNames(ctx: Context, incidents: readonly Incident[]): Promise<Map<string, Names>> {
  const services = [...new Set(incidents.flatMap(({ serviceId }) => serviceId ?? []))]
  const teams = [...new Set(incidents.flatMap(({ teamId }) => teamId ?? []))]
  const names = byId(
    await ctx.db.rows<{ id: string; name: string }>(
      `SELECT id, name FROM services WHERE id = ANY($1::text[]) UNION ALL
       SELECT id, name FROM teams WHERE id = ANY($2::text[])`,
      [services, teams],
    ),
  )
  const nameOf = (id: string | null) => (id && names.get(id)?.name) || null
  return new Map(
    incidents.map(({ id, serviceId, teamId }) => [id, { service: nameOf(serviceId), team: nameOf(teamId) }]),
  )
}

const urgencyOf = ({ urgency }: Incident) =>
  urgency === Level.LOW ? NotificationUrgency.LOW : NotificationUrgency.HIGH

const numbered = ({ number, priority }: Incident) => `#${number} ${priority}`

/** For a person, who answers it by a button or a link. */
export const pageForPerson = (
  ctx: Context,
  incident: Incident,
  names: Names,
  { pageId, userId, because }: { readonly pageId: string; readonly userId: string; readonly because: string },
): Omit<NewNotification, 'id'> => ({
  ...{ userId, contactPointId: null, kind: NotificationKind.PAGE, urgency: urgencyOf(incident) },
  ...{ subject: incident.id, incidentId: incident.id },
  ...{ title: `${numbered(incident)} ${incident.title}`, body: cut(incident.description, BODY) },
  facts: factsOf(incident, names, because),
  url: null,
  actions: [acknowledgement(ctx, pageId)],
})

/**
 * For a shared contact point: who reads it nobody knows, so what not everybody may see is told by its number only. In
 * Slack a button tells who pressed it; elsewhere there is nothing to answer with.
 */
export function pageForContactPoint(
  ctx: Context,
  incident: Incident,
  names: Names,
  page: {
    readonly pageId: string
    readonly contactPoint: { readonly id: string; readonly kind: ChannelKind }
    readonly because: string
  },
): Omit<NewNotification, 'id'> {
  const { id, kind } = page.contactPoint
  const common = {
    ...{ userId: null, contactPointId: id, kind: NotificationKind.PAGE, urgency: urgencyOf(incident) },
    ...{ subject: incident.id, incidentId: incident.id, url: null },
    actions: kind === ChannelKind.SLACK ? [acknowledgement(ctx, page.pageId)] : [],
  }
  return isForEverybody(incident)
    ? {
        ...common,
        ...{ title: `${numbered(incident)} ${incident.title}`, body: cut(incident.description, BODY) },
        facts: factsOf(incident, names, page.because),
      }
    : { ...common, title: discreetTitle(incident), body: '', facts: [] }
}

export const isForEverybody = ({ visibility }: Pick<Incident, 'visibility'>) => visibility === Visibility.ORGANIZATION

const discreetTitle = (incident: Incident) => `${numbered(incident)} An incident that not everybody may see`

const factsOf = (incident: Incident, { service, team }: Names, because: string): Fact[] => [
  ...(service ? [{ name: 'Service', value: service }] : []),
  ...(team ? [{ name: 'Team', value: team }] : []),
  { name: 'Impact, urgency', value: `${incident.impact.toLowerCase()}, ${incident.urgency.toLowerCase()}` },
  { name: 'Since', value: (incident.impactStartedAt ?? incident.createdAt).toISOString() },
  { name: 'Why you', value: because },
]

function acknowledgement(ctx: Context, pageId: string): NotificationAction {
  const token = sealerOf(ctx.db.source).sign(PAGE_PURPOSE, pageId)
  return { label: 'Acknowledge', token, url: publicUrl(ctx.db.source, `${PAGE_PATH}/${token}`) }
}

/** Whoever has an incident is asked whether they still do. The page is theirs, and answers it. */
export const stillThere = (
  ctx: Context,
  incident: Incident,
  names: Names,
  page: { readonly pageId: string; readonly userId: string; readonly because: string },
): Omit<NewNotification, 'id'> => ({
  ...pageForPerson(ctx, incident, names, page),
  ...{
    kind: NotificationKind.ACKNOWLEDGEMENT_EXPIRED,
    title: `${numbered(incident)} Do you still have it? ${incident.title}`,
  },
})

/** Whoever has lost sight of the incident since is not told; nor is anybody once it needs nobody. */
const mayBeTold: Disclosure['mayBeTold'] = async (ctx, notifications) => {
  const incidents = await findIncidents(ctx.db, [...new Set(notifications.map(({ subject }) => subject))])
  const people = byId(
    await findPeople(
      ctx.db,
      notifications.flatMap(({ userId }) => userId ?? []),
    ),
  )
  return notifications.map(({ subject, userId, title }) => {
    const incident = incidents.get(subject)
    if (!incident || OVER.includes(incident.status)) return false
    if (userId === null) return isForEverybody(incident) || title === discreetTitle(incident)
    const person = people.get(userId)
    return Boolean(person?.active && allows(signedIn(person), 'incident.read', incident))
  })
}

const OVER: readonly IncidentStatus[] = [IncidentStatus.RESOLVED, IncidentStatus.CLOSED, IncidentStatus.CANCELLED]

export const PAGE_DISCLOSURES: readonly Disclosure[] = [
  { kind: NotificationKind.PAGE, mayBeTold },
  { kind: NotificationKind.ACKNOWLEDGEMENT_EXPIRED, mayBeTold },
]
