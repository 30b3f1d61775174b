import { type Hours, nextOutside } from '../platform/hours.js'
import { NotificationUrgency } from './notification.js'

/**
 * That a notification shall reach a contact point at a certain time. What is due at a contact point goes into one
 * message; what became of a delivery is told by its message, unless it was withdrawn.
 */

export enum DeliveryState {
  PENDING = 'PENDING',
  SENDING = 'SENDING',
  SENT = 'SENT',
  WITHDRAWN = 'WITHDRAWN',
  UNDELIVERABLE = 'UNDELIVERABLE',
}

/** One way by which a person wants to be reached. */
export interface Way {
  readonly contactPointId: string
  readonly urgency: NotificationUrgency
  readonly delayMinutes: number
}

export interface Recipient {
  /** By their rules, as far as these lead to contact points that are in use. */
  readonly ways: readonly Way[]
  /** Stands for the e-mail address of their account. */
  readonly accountPointId: string
  readonly quietHours: Hours | null
}

export interface PlannedDelivery {
  readonly contactPointId: string
  readonly dueAt: Date
}

/** Whoever says nothing of an urgency is reached at the address of their account at once. */
export function planDeliveries(
  { ways, accountPointId, quietHours }: Recipient,
  urgency: NotificationUrgency,
  now: Date,
): PlannedDelivery[] {
  const matching = ways.filter((way) => way.urgency === urgency)
  const chosen = matching.length > 0 ? matching : [{ contactPointId: accountPointId, delayMinutes: 0 }]
  return chosen.map(({ contactPointId, delayMinutes }) => {
    const at = new Date(now.getTime() + delayMinutes * 60_000)
    const waits = urgency === NotificationUrgency.LOW && quietHours
    return { contactPointId, dueAt: (waits && nextOutside(quietHours, at)) || at }
  })
}
