import { HEARTBEAT_TASK } from './alerts/heartbeat.commands.js'
import { ESCALATION_TASK } from './escalation/escalation.engine.js'
import { ARTICLE_REVIEW_TASK } from './knowledge/review-reminder.js'
import type { Channels } from './notifications/configured-channels.js'
import { notificationTasks } from './notifications/notification.tasks.js'
import { HANDOVER_TASK } from './oncall/handover.js'
import type { Task } from './platform/jobs.js'
import type { Logger } from './platform/log.js'
import { SLA_TASK } from './sla/sla.task.js'
import { REQUEST_CLOSING_TASK } from './selfservice/request.closing.js'

/** Everything that is done at its time rather than when it is asked for. */
export const tasksOf = (channels: Channels, log: Logger): readonly Task[] => [
  ARTICLE_REVIEW_TASK,
  ESCALATION_TASK,
  HANDOVER_TASK,
  HEARTBEAT_TASK,
  SLA_TASK,
  REQUEST_CLOSING_TASK,
  ...notificationTasks(channels, log),
]
