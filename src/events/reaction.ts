import type { Context } from '../platform/context.js'
import type { RecordedEvent } from './event-log.js'

/**
 * What must hold together with an event is done by a reaction, in the transaction that records it: an incident cannot be
 * committed without its escalation, an acknowledgement not without the end of the paging. What came before in the house
 * knows nothing of it; `src/reactions.ts` lists all of them.
 *
 * A reaction reads and writes; it takes no locks of its own and never waits for the outside world. The command has
 * locked the incident already.
 */
export interface Reaction {
  /** The types of event that it is for. */
  readonly to: readonly string[]
  /** @param events those of its types that were recorded together, in order */
  readonly react: (ctx: Context, events: readonly RecordedEvent[]) => Promise<void>
}

let reactions: readonly Reaction[] = []

/** Set once, before anything is recorded. */
export const installReactions = (all: readonly Reaction[]): void => void (reactions = all)

export async function react(ctx: Context, events: readonly RecordedEvent[]): Promise<void> {
  for (const { to, react } of reactions) {
    const its = events.filter(({ type }) => to.includes(type))
    if (its.length > 0) await react(ctx, its)
  }
}
