import type { Audience } from '../events/audience.js'
import type { ActorKind } from '../platform/actor.js'

/** The story of an incident: every event of it, and what people wrote down. */

export enum TimelineEntryKind {
  EVENT = 'EVENT',
  NOTE = 'NOTE',
  DECISION = 'DECISION',
  STATUS_UPDATE = 'STATUS_UPDATE',
}

export interface TimelineEntry {
  id: string
  incidentId: string
  /** Order of recording; no number of an incident is given twice. */
  position: string
  kind: TimelineEntryKind
  eventType: string
  body: string
  audience: Audience
  actorKind: ActorKind
  actorId: string
  occurredAt: Date
}
