import { Audience } from '../events/audience.js'
import { mayHear } from '../incidents/follower.js'
import { IncidentEventType } from '../incidents/incident-event.js'
import { type Incident, Level } from '../incidents/incident.js'
import { factsOfIncidents } from '../incidents/incident.queries.js'
import { findPeople } from '../incidents/participant.queries.js'
import type { Disclosure } from '../notifications/disclosure.js'
import { type NewNotification, NotificationKind, NotificationUrgency } from '../notifications/notification.js'
import type { Context } from '../platform/context.js'
import { byId, groupBy } from '../platform/loader.js'
import { inHours } from './duration.js'
import { type SlaRecord, SlaState } from './sla-record.js'

/** Who is told that what was promised is at risk or broken: the commander and whoever has a role; else whoever takes part. */

export interface Alarm {
  readonly incident: Incident
  readonly record: SlaRecord
  readonly breached: boolean
}

const nounOf = ({ kind }: SlaRecord) => kind.toLowerCase()

/** For the timeline. */
export const inWords = (record: SlaRecord, type: IncidentEventType.SLA_AT_RISK | IncidentEventType.SLA_BREACHED) => {
  const target = `${inHours(record.targetMinutes!)} by “${record.terms!.policyName}”`
  return type === IncidentEventType.SLA_BREACHED
    ? `The ${nounOf(record)} has missed its target of ${target}`
    : `The ${nounOf(record)} is at risk to miss its target of ${target}`
}

export async function alarmsFor(ctx: Context, alarms: readonly Alarm[]): Promise<NewNotification[]> {
  if (alarms.length === 0) return []
  const ids = [...new Set(alarms.map(({ incident }) => incident.id))]
  const known = await ctx.db.rows<{ incidentId: string; userId: string; inCharge: boolean }>(
    `SELECT incident_id AS "incidentId", user_id AS "userId", true AS "inCharge" FROM incident_assignments
      WHERE incident_id = ANY($1::text[])
      UNION SELECT incident_id, user_id, false FROM incident_participants WHERE incident_id = ANY($1::text[])`,
    [ids],
  )
  const around = groupBy(known, ({ incidentId }) => incidentId)
  const people = byId(await findPeople(ctx.db, [...new Set(known.map(({ userId }) => userId))]))
  const facts = await factsOfIncidents(ctx.db, ids)
  return alarms.flatMap((alarm) => {
    const its = around.get(alarm.incident.id) ?? []
    const inCharge = its.filter(({ inCharge }) => inCharge)
    const told = new Set((inCharge.length > 0 ? inCharge : its).map(({ userId }) => userId))
    return [...told]
      .filter((id) => mayHear(people.get(id)!, facts.get(alarm.incident.id)!, Audience.INTERNAL))
      .map((userId) => notificationFor(userId, alarm))
  })
}

function notificationFor(userId: string, { incident, record, breached }: Alarm): NewNotification {
  const { number, priority, title, urgency } = incident
  const news = breached ? `${record.kind} target missed` : `${record.kind} target at risk`
  return {
    ...{ userId, contactPointId: null, kind: NotificationKind.SLA, url: null, actions: [] },
    ...{ subject: incident.id, incidentId: incident.id },
    urgency: urgency === Level.LOW ? NotificationUrgency.LOW : NotificationUrgency.HIGH,
    title: `#${number} ${priority} ${sentence(news)}: ${title}`,
    body: '',
    facts: [
      { name: 'Target', value: `${inHours(record.targetMinutes!)} by “${record.terms!.policyName}”` },
      ...(record.dueAt ? [{ name: 'Due', value: record.dueAt.toISOString() }] : []),
    ],
  }
}

const sentence = (text: string) => `${text[0]}${text.slice(1).toLowerCase()}`

/** Whoever has lost sight of the incident since is not told; nor is anybody once nothing of it is at risk or missed. */
export const slaDisclosure: Disclosure = {
  kind: NotificationKind.SLA,
  mayBeTold: async (ctx, notifications) => {
    const ids = [...new Set(notifications.map(({ subject }) => subject))]
    const alarming = new Set(
      (
        await ctx.db.rows<{ id: string }>(
          `SELECT incident_id AS id FROM sla_records
            WHERE incident_id = ANY($1::text[]) AND stopped_at IS NULL AND state = ANY($2::text[])`,
          [ids, [SlaState.AT_RISK, SlaState.BREACHED]],
        )
      ).map(({ id }) => id),
    )
    const incidents = await factsOfIncidents(ctx.db, ids)
    const people = byId(
      await findPeople(
        ctx.db,
        notifications.flatMap(({ userId }) => userId ?? []),
      ),
    )
    return notifications.map(({ subject, userId }) => {
      const person = userId && people.get(userId)
      const incident = incidents.get(subject)
      return Boolean(person && incident && alarming.has(subject) && mayHear(person, incident, Audience.INTERNAL))
    })
  },
}
