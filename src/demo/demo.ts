import { type RunningServer, startServer } from '../main.js'
import type { Config } from '../platform/config.js'
import { SYSTEM } from '../platform/actor.js'
import { Database } from '../platform/database.js'
import type { Logger } from '../platform/log.js'
import { Activity } from './activity.js'
import { Cast } from './cast.js'
import { demoChannels } from './mailbox.js'
import { seed } from './seed.js'
import { type SignIn, signInTokens } from './sign-in-tokens.js'
import { tell } from './terminal.js'

/** The server with a company in it that has incidents, and goes on having them. */
export interface RunningDemo {
  readonly url: string
  readonly signIns: readonly SignIn[]
  stop(): Promise<void>
}

export async function startDemo(config: Config, log: Logger): Promise<RunningDemo> {
  const where = config.databaseUrl ? 'DATABASE_URL names a database' : `DATA_DIR is ${config.dataDir}`
  const server: RunningServer = await startServer(config, {
    log,
    channels: demoChannels(config, tell),
    prepare: (ctx) => seed(ctx, where, log),
  })
  const ctx = { actor: SYSTEM, db: Database.of(server.source), now: () => new Date() }
  const cast = await Cast.read(ctx.db)
  const signIns = await signInTokens(ctx, cast, config.dataDir)
  const activity = new Activity(server, cast, log, tell)
  activity.start()
  return {
    url: server.url,
    signIns,
    stop: async () => {
      await activity.stop()
      await server.stop()
    },
  }
}
