import type { Task } from '../platform/jobs.js'
import type { Logger } from '../platform/log.js'
import { makeMessages } from './bundling.js'
import type { Channels } from './configured-channels.js'
import { DELIVERY_DUE, MESSAGE_SEND, NOTIFICATION_UNREACHED } from './notification.jobs.js'
import { MessageSender } from './sending.js'
import { reportUndeliverable } from './undeliverable.js'

/** What happens between a notification and whoever shall read it. */
export function notificationTasks(channels: Channels, log: Logger): readonly Task[] {
  const sender = new MessageSender(channels, log)
  return [
    { name: DELIVERY_DUE, lane: 'timers', run: (ctx, ids) => makeMessages(ctx, channels, ids) },
    {
      name: MESSAGE_SEND,
      lane: 'calls',
      run: async (ctx, ids) => void (await Promise.all(ids.map((id) => sender.send(ctx, id)))),
    },
    { name: NOTIFICATION_UNREACHED, lane: 'timers', run: reportUndeliverable },
  ]
}
