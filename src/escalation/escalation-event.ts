import type { LogEvent } from '../events/event-log.js'
import type { Incident } from '../incidents/incident.js'
import type { EscalationEntry } from './escalation-entry.js'
import type { Escalation } from './escalation.js'

/**
 * What can happen to an escalation. Each event carries the escalation as it was left, and the entry that explains it. What
 * people want to read beside the incident's other news is on its timeline, too.
 */
export enum EscalationEventType {
  DEFERRED = 'escalation.deferred',
  PAGED = 'escalation.paged',
  ESCALATED = 'escalation.escalated',
  HANDED_OVER = 'escalation.handed_over',
  REASSIGNED = 'escalation.reassigned',
  SNOOZED = 'escalation.snoozed',
  RESUMED = 'escalation.resumed',
  ACKNOWLEDGED = 'escalation.acknowledged',
  ACKNOWLEDGEMENT_EXPIRED = 'escalation.acknowledgement_expired',
  UNREACHED = 'escalation.unreached',
  EXHAUSTED = 'escalation.exhausted',
  ENDED = 'escalation.ended',
}

export interface EscalationEventPayload {
  readonly escalation: Escalation
  readonly entry: EscalationEntry
  /** What filters ask of the incident, as it was. */
  readonly incident: Pick<Incident, 'id' | 'serviceId' | 'teamId' | 'priority'>
}

export type EscalationLogEvent = LogEvent & {
  readonly type: EscalationEventType
  readonly payload: EscalationEventPayload
}

export const isEscalationEvent = (event: LogEvent): event is EscalationLogEvent => event.type.startsWith('escalation.')
