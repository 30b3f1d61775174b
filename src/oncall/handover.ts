import { Audience } from '../events/audience.js'
import { recordEvents } from '../events/event-log.js'
import { type Context, inTransaction } from '../platform/context.js'
import { type Job, type Task, addJobs } from '../platform/jobs.js'
import { HORIZON } from './final-schedule.js'
import { findOnCall } from './on-call.queries.js'
import type { OnCall } from './on-call.js'
import { ON_CALL_CHANGED, type OnCallChange } from './schedule-event.js'

/**
 * Tells of each change of who is on call, at the time of the hand-over and with each edit that makes one. The truth is
 * computed whenever somebody asks (`findOnCall`) and waits for nothing here; this only notices, and rings again when
 * it will next change.
 */

export const HANDOVER = 'oncall.handover'

/** Looks again at these schedules as soon as the transaction has committed. */
export const lookAgain = (ctx: Context, scheduleIds: readonly string[]): Promise<void> =>
  addJobs(
    ctx,
    scheduleIds.map((id) => ({ task: HANDOVER, id, at: ctx.now() })),
  )

/** Tells what has changed on these schedules, which the transaction has locked, and rings at the next change. */
export async function followOnCall(ctx: Context, scheduleIds: readonly string[]): Promise<void> {
  const onCalls = [...(await findOnCall(ctx.db, scheduleIds, ctx.now())).values()]
  const people = onCalls.map(({ scheduleId, current }) => ({
    id: scheduleId,
    userIds: current.map(({ userId }) => userId).sort(),
  }))
  const changed = await ctx.db.rows<{ id: string; count: number; before: string[] }>(
    `UPDATE schedules s SET told_user_ids = n."userIds", told_count = s.told_count + 1
       FROM json_to_recordset($1) AS n(id text, "userIds" text[]) JOIN schedules old ON old.id = n.id
      WHERE s.id = n.id AND s.told_user_ids <> n."userIds"
      RETURNING s.id, s.told_count AS count, old.told_user_ids::text[] AS before`,
    [JSON.stringify(people)],
  )
  const changeOf = new Map(changed.map((change) => [change.id, change]))
  const events = onCalls.flatMap((onCall) => {
    const change = changeOf.get(onCall.scheduleId)
    if (!change) return []
    const joinedIds = onCall.current.map(({ userId }) => userId).filter((id) => !change.before.includes(id))
    const payload: OnCallChange = { onCall, joinedIds, count: change.count }
    return [
      { type: ON_CALL_CHANGED, subject: onCall.scheduleId, incidentId: null, audience: Audience.INTERNAL, payload },
    ]
  })
  if (events.length > 0) await recordEvents(ctx, events)
  await addJobs(ctx, onCalls.map(nextLook))
}

/** When others can be on call next. */
function nextLook({ scheduleId, at, current, next }: OnCall): Job {
  const changes = [...current.map(({ endsAt }) => endsAt), ...next.map(({ startsAt }) => startsAt)].map(Number)
  return { task: HANDOVER, id: scheduleId, at: new Date(Math.min(...changes, +at + HORIZON)) }
}

export const HANDOVER_TASK: Task = {
  name: HANDOVER,
  lane: 'timers',
  run: (ctx, ids) =>
    inTransaction(ctx, async (ctx) => {
      await ctx.db.lock(...ids)
      await followOnCall(ctx, ids)
    }),
}
