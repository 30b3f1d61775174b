import { wholeNumber } from '../platform/input.js'
import type { NotificationUrgency } from './notification.js'

/** How a person wants to be reached: what is of this urgency goes to this contact point, after so long. */
export interface NotificationRule {
  id: string
  userId: string
  contactPointId: string
  urgency: NotificationUrgency
  delayMinutes: number
  createdAt: Date
}

/** Of a person. */
export const MAXIMUM_RULES = 40

/** A day at most. Errors: BAD_USER_INPUT. */
export const delay = (field: string, minutes: number): number =>
  wholeNumber(field, minutes, { minimum: 0, maximum: 1_440 })
