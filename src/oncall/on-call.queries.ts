import type { Database } from '../platform/database.js'
import type { OnCall } from './on-call.js'

/** Who is on call on these schedules at a moment. A schedule that is not there is missing from the answer. */
export async function findOnCall(
  _db: Database,
  _scheduleIds: readonly string[],
  _at: Date,
): Promise<Map<string, OnCall>> {
  return new Map()
}
