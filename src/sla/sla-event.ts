import { Audience } from '../events/audience.js'
import { type LogEvent, type NewEvent, recordEvent } from '../events/event-log.js'
import type { Incident } from '../incidents/incident.js'
import { SYSTEM } from '../platform/actor.js'
import type { Context } from '../platform/context.js'
import type { SlaRecord } from './sla-record.js'

/** What can happen to the clocks of an incident. Each event carries the record as it was left. */
export enum SlaEventType {
  STARTED = 'sla.started',
  RESELECTED = 'sla.reselected',
  PAUSED = 'sla.paused',
  RESUMED = 'sla.resumed',
  AT_RISK = 'sla.at_risk',
  BREACHED = 'sla.breached',
  MET = 'sla.met',
  ENDED = 'sla.ended',
  CORRECTED = 'sla.corrected',
}

export interface SlaEventPayload {
  readonly record: SlaRecord
  /** What filters ask of the incident, as it was. */
  readonly incident: Pick<Incident, 'id' | 'serviceId' | 'teamId' | 'priority'>
}

export type SlaLogEvent = LogEvent & { readonly type: SlaEventType; readonly payload: SlaEventPayload }

export const isSlaEvent = (event: LogEvent): event is SlaLogEvent => event.type.startsWith('sla.')

/** Time comes by itself, whoever makes that it is noticed. */
const BY_ITSELF: readonly SlaEventType[] = [SlaEventType.AT_RISK, SlaEventType.BREACHED]

export const slaEvent = (type: SlaEventType, record: SlaRecord, incident: Incident): NewEvent => {
  const { id, serviceId, teamId, priority } = incident
  return {
    ...{ type, subject: record.id, incidentId: id, audience: Audience.INTERNAL },
    payload: { record, incident: { id, serviceId, teamId, priority } } satisfies SlaEventPayload,
    ...(BY_ITSELF.includes(type) && { actor: { kind: SYSTEM.kind, id: SYSTEM.id } }),
  }
}

/** What can happen to policies and calendars. Nobody subscribes to it; it is kept for the audit. */
export enum SlaTermsEventType {
  POLICY_CREATED = 'sla_policy.created',
  POLICY_UPDATED = 'sla_policy.updated',
  POLICY_MOVED = 'sla_policy.moved',
  POLICY_ARCHIVED = 'sla_policy.archived',
  CALENDAR_CREATED = 'business_calendar.created',
  CALENDAR_UPDATED = 'business_calendar.updated',
  CALENDAR_ARCHIVED = 'business_calendar.archived',
}

/** @param payload what was set */
export const recordTermsEvent = (ctx: Context, type: SlaTermsEventType, subject: string, payload: object) =>
  recordEvent(ctx, { type, subject, incidentId: null, audience: Audience.INTERNAL, payload })
