import { HEARTBEAT_TASK } from './alerts/heartbeat.commands.js'
import { HANDOVER_TASK } from './oncall/handover.js'
import type { Task } from './platform/jobs.js'

/** Everything that is done at its time rather than when it is asked for. */
export const TASKS: readonly Task[] = [HANDOVER_TASK, HEARTBEAT_TASK]
