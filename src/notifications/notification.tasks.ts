import type { Task } from '../platform/jobs.js'
import type { Logger } from '../platform/log.js'
import { makeMessages } from './bundling.js'
import type { Channels } from './configured-channels.js'
import { DELIVERY_DUE, MESSAGE_SEND, NOTIFICATION_UNREACHED } from './notification.jobs.js'
import { MessageSender } from './sending.js'
import { reportUndeliverable } from './undeliverable.js'

/** A contact point that has its rest is not late. */
const OVERDUE_DELIVERIES = `
  SELECT d.id, GREATEST(d.due_at, c.next_message_at) AS "dueAt"
    FROM deliveries d JOIN contact_points c ON c.id = d.contact_point_id
   WHERE d.message_id IS NULL AND d.withdrawn_at IS NULL AND d.due_at < $1
     AND (c.next_message_at IS NULL OR c.next_message_at < $1)`

/** What somebody is sending at this moment is not late. */
const OVERDUE_MESSAGES = `
  SELECT id, due_at AS "dueAt" FROM messages
   WHERE due_at < $1 AND (leased_until IS NULL OR leased_until < clock_timestamp())`

/** What happens between a notification and whoever shall read it. */
export function notificationTasks(channels: Channels, log: Logger): readonly Task[] {
  const sender = new MessageSender(channels, log)
  return [
    {
      name: DELIVERY_DUE,
      lane: 'timers',
      run: (ctx, ids) => makeMessages(ctx, channels, ids),
      overdue: OVERDUE_DELIVERIES,
    },
    {
      name: MESSAGE_SEND,
      lane: 'calls',
      overdue: OVERDUE_MESSAGES,
      run: async (ctx, ids) => void (await Promise.all(ids.map((id) => sender.send(ctx, id)))),
    },
    { name: NOTIFICATION_UNREACHED, lane: 'timers', run: reportUndeliverable },
  ]
}
