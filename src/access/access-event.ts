import type { DataSource } from 'typeorm'
import { Audience } from '../events/audience.js'
import { recordEvent } from '../events/event-log.js'
import type { Context } from '../platform/context.js'

/**
 * What somebody may do has changed: a token was revoked, a role, a team or a grant changed. Sign-in forgets what it
 * knew of them, and their streams end so that clients come back under the new rules. Other nodes and the streams learn
 * it from the event log; the sign-in of this node is told with the commit, so that the next request finds it done.
 */
export const ACCESS_CHANGED = 'access.changed'

export interface AccessChange {
  readonly userId: string
  /** Only this token; null for all that the person is signed in with. */
  readonly tokenId: string | null
}

type Listener = (change: AccessChange) => void

const listeners = new WeakMap<DataSource, Set<Listener>>()

/** Calls `listener` for every change that this process commits. */
export function onAccessChange(source: DataSource, listener: Listener): void {
  const known = listeners.get(source)
  if (known) known.add(listener)
  else listeners.set(source, new Set([listener]))
}

export function recordAccessChange(ctx: Context, change: AccessChange): Promise<string> {
  const { source } = ctx.db
  ctx.db.afterCommit(() => listeners.get(source)?.forEach((listener) => listener(change)))
  return recordEvent(ctx, {
    type: ACCESS_CHANGED,
    subject: change.userId,
    incidentId: null,
    audience: Audience.INTERNAL,
    payload: change,
  })
}
