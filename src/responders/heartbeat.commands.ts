import type { Context } from '../platform/context.js'
import { badInput } from '../platform/errors.js'
import { wholeNumber } from '../platform/input.js'
import { addJobs, removeJobs } from '../platform/jobs.js'
import { HeartbeatEntity } from './heartbeat.entity.js'
import {
  HEARTBEAT_BOUNDS,
  HEARTBEAT_TIMER,
  type HeartbeatTerms,
  awaited,
  isWatched,
  switchedOff,
  withTerms,
} from './heartbeat.js'
import { IntegrationKind } from './integration.entity.js'

/** The part of an integration that is its heartbeat. All of it happens under the lock of the integration. */

/** Errors: BAD_USER_INPUT below `heartbeat`, also when an integration of another kind is given one. */
export function heartbeatTerms(kind: IntegrationKind, given: HeartbeatTerms | null | undefined): HeartbeatTerms | null {
  if (kind !== IntegrationKind.HEARTBEAT) {
    if (given) throw badInput('heartbeat', 'Only an integration of kind HEARTBEAT has one.')
    return null
  }
  if (!given) throw badInput('heartbeat', 'Say how often the job reports in, and how late it may be.')
  return {
    everySeconds: wholeNumber('heartbeat.everySeconds', given.everySeconds, HEARTBEAT_BOUNDS),
    graceSeconds: wholeNumber('heartbeat.graceSeconds', given.graceSeconds, HEARTBEAT_BOUNDS),
  }
}

export const createHeartbeat = (ctx: Context, integrationId: string, terms: HeartbeatTerms) =>
  ctx.db.entities.insert(HeartbeatEntity, awaited(integrationId, terms))

/** @param terms null: as they are */
export async function changeHeartbeat(
  ctx: Context,
  integrationId: string,
  terms: HeartbeatTerms | null,
  active: boolean,
): Promise<void> {
  const before = await ctx.db.entities.findOneByOrFail(HeartbeatEntity, { integrationId })
  const changed = withTerms(before, terms ?? before)
  const heartbeat = active ? changed : switchedOff(changed)
  await ctx.db.entities.update(HeartbeatEntity, { integrationId }, heartbeat)
  const job = { task: HEARTBEAT_TIMER, id: integrationId }
  if (isWatched(heartbeat)) await addJobs(ctx, [{ ...job, at: heartbeat.expectedBy! }])
  else await removeJobs(ctx, [job])
}
