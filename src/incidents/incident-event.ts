import { Audience } from '../events/audience.js'
import { type LogEvent, type NewEvent, recordEvents, recordHistory } from '../events/event-log.js'
import type { Context } from '../platform/context.js'
import { newId } from '../platform/id.js'
import type { Incident } from './incident.js'
import { type TimelineEntry, TimelineEntryKind } from './timeline-entry.js'
import { TIMELINE_COLUMNS } from './timeline-entry.queries.js'

/**
 * What can happen to an incident. Each event carries the incident as it was left by the change, so that a stream tells
 * every state and not only the latest, and has an entry on the timeline, written in the same transaction.
 */
export enum IncidentEventType {
  TRIGGERED = 'incident.triggered',
  ACKNOWLEDGED = 'incident.acknowledged',
  STARTED = 'incident.started',
  HELD = 'incident.held',
  RESUMED = 'incident.resumed',
  MITIGATED = 'incident.mitigated',
  RESOLVED = 'incident.resolved',
  CLOSED = 'incident.closed',
  REOPENED = 'incident.reopened',
  CANCELLED = 'incident.cancelled',
  UPDATED = 'incident.updated',
  TRIAGED = 'incident.triaged',
  PRIORITY_OVERRIDDEN = 'incident.priority_overridden',
  VISIBILITY_CHANGED = 'incident.visibility_changed',
  TIMES_CORRECTED = 'incident.times_corrected',
  ROLE_ASSIGNED = 'incident.role_assigned',
  ROLE_UNASSIGNED = 'incident.role_unassigned',
  PARTICIPANT_ADDED = 'incident.participant_added',
  PARTICIPANT_REMOVED = 'incident.participant_removed',
  TASK_ADDED = 'incident.task_added',
  TASK_UPDATED = 'incident.task_updated',
  NOTE_ADDED = 'incident.note_added',
  DECISION_RECORDED = 'incident.decision_recorded',
  STATUS_UPDATE_PUBLISHED = 'incident.status_update_published',
  IMPACT_ASSESSED = 'incident.impact_assessed',
  WORKAROUND_CHANGED = 'incident.workaround_changed',
  CUSTOM_FIELDS_CHANGED = 'incident.custom_fields_changed',
  ALERT_ADDED = 'incident.alert_added',
  ARTICLE_LINKED = 'incident.article_linked',
  ARTICLE_UNLINKED = 'incident.article_unlinked',
  PAGED = 'incident.paged',
  PAGING_DEFERRED = 'incident.paging_deferred',
  ESCALATED = 'incident.escalated',
  REASSIGNED = 'incident.reassigned',
  SNOOZED = 'incident.snoozed',
  ACKNOWLEDGEMENT_EXPIRED = 'incident.acknowledgement_expired',
  UNREACHED = 'incident.unreached',
  UNANSWERED = 'incident.unanswered',
  SLA_AT_RISK = 'incident.sla_at_risk',
  SLA_BREACHED = 'incident.sla_breached',
}

export interface IncidentEventPayload {
  readonly incident: Incident
  /** The timeline entry that tells it. */
  readonly entryId: string
  /** Told only now, out of the history of another system: nobody is to act on it. */
  readonly imported?: boolean
}

export type IncidentLogEvent = LogEvent & { readonly payload: IncidentEventPayload }

export const isIncidentEvent = (event: LogEvent): event is IncidentLogEvent => event.type.startsWith('incident.')

export interface IncidentHappening {
  readonly type: IncidentEventType
  readonly incident: Incident
  /** What the timeline says. */
  readonly body: string
  readonly kind?: TimelineEntryKind
  /** PUBLIC unless told: everyone who sees the incident. */
  readonly audience?: Audience
  /** Who did it, where that is not the context's actor. */
  readonly actor?: NewEvent['actor']
}

/** Something that happened to it before it was known here. */
export type PastHappening = IncidentHappening & { readonly occurredAt: Date }

export interface Recorded {
  readonly entries: TimelineEntry[]
  readonly eventCursor: string
}

/** A locked incident knows its participants, too: they are no part of its state. */
const stateOf = ({ participantIds: _, ...state }: Incident & { participantIds?: unknown }): Incident => state

/** Records what happened to incidents, in order: events and timeline entries. `others` are recorded after them. */
export async function recordIncidentEvents(
  ctx: Context,
  happenings: readonly IncidentHappening[],
  others: readonly NewEvent[] = [],
): Promise<Recorded> {
  const told = tell(ctx, happenings)
  const entries = await writeTimeline(ctx, told)
  const events = told.map(({ occurredAt: _, ...happening }) => eventOf(happening))
  return { entries, eventCursor: await recordEvents(ctx, [...events, ...others]) }
}

/** Records what happened to incidents long ago: as above, at their own times, and nothing follows from it. */
export async function recordIncidentHistory(ctx: Context, happenings: readonly PastHappening[]): Promise<void> {
  if (happenings.length === 0) return
  const told = tell(ctx, happenings)
  await writeTimeline(ctx, told)
  await recordHistory(
    ctx,
    told.map((happening) => {
      const event = eventOf(happening)
      return { ...event, payload: { ...event.payload, imported: true }, occurredAt: happening.occurredAt }
    }),
  )
}

const tell = (ctx: Context, happenings: readonly (IncidentHappening & { readonly occurredAt?: Date })[]) => {
  const now = ctx.now()
  return happenings.map((happening) => ({
    kind: TimelineEntryKind.EVENT,
    audience: Audience.PUBLIC,
    occurredAt: now,
    ...happening,
    entryId: newId('timelineEntry', now.getTime()),
  }))
}

type Told = ReturnType<typeof tell>[number]

const writeTimeline = (ctx: Context, told: readonly Told[]): Promise<TimelineEntry[]> =>
  ctx.db.rows<TimelineEntry>(
    `INSERT INTO timeline_entries AS e (id, incident_id, kind, event_type, body, audience, actor_kind, actor_id, occurred_at)
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                          $9::timestamptz[])
     RETURNING ${TIMELINE_COLUMNS}`,
    [
      told.map(({ entryId }) => entryId),
      told.map(({ incident }) => incident.id),
      told.map(({ kind }) => kind),
      told.map(({ type }) => type),
      told.map(({ body }) => body),
      told.map(({ audience }) => audience),
      told.map(({ actor = ctx.actor }) => actor.kind),
      told.map(({ actor = ctx.actor }) => actor.id),
      told.map(({ occurredAt }) => occurredAt),
    ],
  )

const eventOf = ({ type, incident, audience, actor, entryId }: Omit<Told, 'occurredAt'>) => ({
  type,
  actor,
  subject: incident.id,
  incidentId: incident.id,
  audience,
  payload: { incident: stateOf(incident), entryId } satisfies IncidentEventPayload,
})

export async function recordIncidentEvent(ctx: Context, happening: IncidentHappening) {
  const { entries, eventCursor } = await recordIncidentEvents(ctx, [happening])
  return { entry: entries[0]!, eventCursor }
}
