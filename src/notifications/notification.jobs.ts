/** The names of the tasks behind a notification; what they do is listed in `notification.tasks.ts`. */

/** By the id of a delivery: something is due at its contact point. */
export const DELIVERY_DUE = 'delivery.due'
/** By the id of a message. */
export const MESSAGE_SEND = 'message.send'
/** By the id of a notification: it may be that it reaches nobody. */
export const NOTIFICATION_UNREACHED = 'notification.unreached'
