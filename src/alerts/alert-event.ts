import { Audience } from '../events/audience.js'
import type { LogEvent, NewEvent } from '../events/event-log.js'
import type { Alert } from './alert.js'

/** What can happen to an alert. Each event carries the alert as it was left by the change. */
export enum AlertEventType {
  TRIGGERED = 'alert.triggered',
  REPEATED = 'alert.repeated',
  ENDED = 'alert.ended',
}

export interface AlertEventPayload {
  readonly alert: Alert
}

export type AlertLogEvent = LogEvent & { readonly type: AlertEventType; readonly payload: AlertEventPayload }

export const isAlertEvent = (event: LogEvent): event is AlertLogEvent => event.type.startsWith('alert.')

/** Whoever reads alerts hears of them: partners, too, of the services granted to them. */
export const alertEvent = (type: AlertEventType, alert: Alert, actor: NewEvent['actor']): NewEvent => ({
  type,
  subject: alert.id,
  incidentId: alert.incidentId,
  audience: Audience.PARTNER,
  payload: { alert } satisfies AlertEventPayload,
  actor,
})
