import type { Context } from '../platform/context.js'
import type { NewNotification, NotificationKind } from './notification.js'

/**
 * Writes notifications and plans their deliveries, in the transaction of what they tell. Answers their ids, in order.
 * Whom no rule and no address reaches is told nothing: the notification is there, with no delivery.
 */
export async function notify(_ctx: Context, _notifications: readonly NewNotification[]): Promise<string[]> {
  return []
}

/** Takes back what has not been sent yet: after the commit of this transaction none of it is sent any more. */
export async function withdraw(
  _ctx: Context,
  _subjects: readonly string[],
  _kinds: readonly NotificationKind[],
): Promise<void> {}
