import { Audience } from '../events/audience.js'
import type { LogEvent, NewEvent } from '../events/event-log.js'
import type { Alert } from './alert.js'

/**
 * What can happen to an alert. Each event carries the alert as it was left by the change, but for its details: they can be
 * large, are written anew with each repeat, and are read from the alert where somebody asks for them.
 */
export enum AlertEventType {
  TRIGGERED = 'alert.triggered',
  REPEATED = 'alert.repeated',
  ENDED = 'alert.ended',
}

export interface AlertEventPayload {
  readonly alert: Omit<Alert, 'details'>
}

export type AlertLogEvent = LogEvent & { readonly type: AlertEventType; readonly payload: AlertEventPayload }

export const isAlertEvent = (event: LogEvent): event is AlertLogEvent => event.type.startsWith('alert.')

/** Whoever reads alerts hears of them: partners, too, of the services granted to them. */
export function alertEvent(type: AlertEventType, alert: Alert, actor: NewEvent['actor']): NewEvent {
  const { details: _, ...told } = alert
  const payload: AlertEventPayload = { alert: told }
  return { type, subject: alert.id, incidentId: alert.incidentId, audience: Audience.PARTNER, payload, actor }
}
