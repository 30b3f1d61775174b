import type { Reaction } from './events/reaction.js'

/** What follows from events in the transaction that records them. */
export const REACTIONS: readonly Reaction[] = []
