import type { Actor } from './actor.js'
import type { Database } from './database.js'

/** All that a command or a query needs. There is no container: what else is wanted is imported. */
export interface Context {
  readonly actor: Actor
  readonly db: Database
  readonly now: () => Date
}

/**
 * Runs `work` in a transaction; joins (by a savepoint) the one that `ctx` is already in. The inner context shadows the
 * outer one in every caller, so that nothing is written outside by mistake.
 */
export const inTransaction = <T>(ctx: Context, work: (ctx: Context) => Promise<T>): Promise<T> =>
  ctx.db.transaction((db) => work({ ...ctx, db }))
