import 'reflect-metadata'
import type { AddressInfo } from 'node:net'
import type { DataSource } from 'typeorm'
import { MIGRATIONS } from '../migrations/index.js'
import { SignIn } from './access/sign-in.js'
import { registerIntake } from './alerts/intake/http.js'
import { factsOf } from './api/facts.js'
import { FanOut } from './api/fan-out.js'
import { serveHealth } from './api/health.js'
import { GRAPHQL_PATH, createHttpServer } from './api/http.js'
import { KEPT_FOR } from './api/idempotency.js'
import { LIMITS } from './api/limits.js'
import { Pipeline } from './api/operation.js'
import { buildGraph } from './api/schema.js'
import { Sessions } from './api/session.js'
import { serveWebSocket } from './api/websocket.js'
import { ACCESS_CHANGED, type AccessChange } from './access/access-event.js'
import { DISCLOSURES } from './disclosures.js'
import { ENTITIES } from './entities.js'
import { openEventLog, trimEvents } from './events/event-log.js'
import { EventFollower } from './events/follower.js'
import { installReactions } from './events/reaction.js'
import { servePages } from './escalation/page.http.js'
import { STALLED_AFTER, SelfWatch } from './escalation/self-watch.js'
import { serveSlack } from './escalation/slack.http.js'
import { serveAttachments } from './knowledge/attachment.http.js'
import { tidyUploads } from './knowledge/attachment.upload.js'
import { updateHeadlines } from './metrics/headline.js'
import { MetricsFeeder } from './metrics/feed.js'
import { ViewCounter, foldViews } from './knowledge/article-views.js'
import { tidySearches } from './knowledge/search-log.store.js'
import { openChannels } from './notifications/channels/index.js'
import { type Channels, configureChannels } from './notifications/configured-channels.js'
import { installDisclosures } from './notifications/disclosure.js'
import { serveCalendars } from './oncall/calendar-feed.http.js'
import { type Actor, SYSTEM } from './platform/actor.js'
import type { Config } from './platform/config.js'
import type { Context } from './platform/context.js'
import { Database, createDataSource, migrate } from './platform/database.js'
import { openEmbeddedPostgres } from './platform/embedded-postgres.js'
import { JobRunner } from './platform/jobs.js'
import { findLateness } from './platform/lateness.js'
import type { Logger } from './platform/log.js'
import { servedAt } from './platform/public-url.js'
import { openSealer } from './platform/sealing.js'
import { REACTIONS } from './reactions.js'
import { configureAnswerTime } from './selfservice/answer-time.js'
import { tasksOf } from './tasks.js'

/** Starts and stops the parts, in order. What each of them does is told where it lives. */

export interface RunningServer {
  /** Where clients reach it. */
  readonly url: string
  /** Where it listens; the same unless PUBLIC_URL names another. */
  readonly localUrl: string
  readonly source: DataSource
  stop(): Promise<void>
}

export interface Surroundings {
  readonly log: Logger
  /** The clock; tests put their own. */
  readonly now?: () => Date
  /** By which messages go out; tests put their own. */
  readonly channels?: Channels
  /** Runs when the database is open and nobody is served yet. */
  readonly prepare?: (ctx: Context) => Promise<void>
}

const TIDY_EVERY = 60 * 60 * 1000 // milliseconds

/** Opens and migrates the database that the configuration names: an embedded one when it names none. */
export async function openDatabase(
  config: Config,
  log: Logger,
): Promise<{ source: DataSource; close: () => Promise<void> }> {
  const embedded = config.databaseUrl
    ? null
    : await openEmbeddedPostgres(config.dataDir, { log: (message) => log.info(message) })
  const source = createDataSource({
    url: config.databaseUrl ?? embedded!.url,
    entities: ENTITIES,
    migrations: MIGRATIONS,
    statementTimeout: LIMITS.operationTime,
  })
  const close = async () => {
    if (source.isInitialized) await source.destroy()
    await embedded?.close()
  }
  try {
    await source.initialize()
    for (const name of await migrate(source)) log.info({ migration: name }, 'migrated')
    await openSealer(source, config.secretKey, config.dataDir)
    await openEventLog(source)
    installReactions(REACTIONS)
    installDisclosures(DISCLOSURES)
  } catch (error) {
    await close()
    throw error
  }
  return { source, close }
}

export async function startServer(
  config: Config,
  { log, now = () => new Date(), channels = openChannels(config), prepare }: Surroundings,
): Promise<RunningServer> {
  const { source, close } = await openDatabase(config, log)
  const db = Database.of(source)
  const contextFor = (actor: Actor): Context => ({ actor, db, now })
  configureChannels(source, channels)
  configureAnswerTime(source, config.requestReopenDays)
  await prepare?.(contextFor(SYSTEM))

  const follower = new EventFollower(source, log)
  const signIn = new SignIn(db, config.oidc, now)
  const sessions = new Sessions(now)
  follower.onBatch((events) => {
    for (const event of events) if (event.type === ACCESS_CHANGED) signIn.forget(event.payload as AccessChange)
    sessions.onEvents(events)
  })
  const pipeline = new Pipeline(buildGraph(), log, { introspection: config.introspection })
  const fanOut = new FanOut({ pipeline, follower, db, now, factsOf })
  await follower.start()
  const feeder = new MetricsFeeder(contextFor(SYSTEM), follower, log)
  await feeder.start()
  const views = new ViewCounter(db, log)
  views.start()

  const state = { stopping: false }
  const { publicUrl } = config
  const allowedOrigins = [...config.allowedOrigins, ...(publicUrl ? [new URL(publicUrl).origin] : [])]
  const app = await createHttpServer({ pipeline, fanOut, signIn, sessions, log, contextFor, allowedOrigins })
  const tasks = tasksOf(channels, log)
  serveHealth(app, {
    ...{ source, state, tooLate: STALLED_AFTER },
    figures: () => updateHeadlines(db, now()),
    lateness: () => findLateness(contextFor(SYSTEM), tasks),
  })
  serveCalendars(app, { source, now })
  await servePages(app, { source, now })
  await serveAttachments(app, { source, now, allowedOrigins })
  await serveSlack(app, { source, now, log, signingSecret: config.slack?.signingSecret ?? null })
  await registerIntake(app, { source, now, log })
  const webSocket = serveWebSocket(app.server, GRAPHQL_PATH, {
    pipeline,
    fanOut,
    signIn,
    sessions,
    contextFor,
    mayConnect: (origin, host) =>
      allowedOrigins.includes(origin) || (URL.canParse(origin) && new URL(origin).host === host?.toLowerCase()),
  })

  const tidy = setInterval(() => {
    const before = (milliseconds: number) => new Date(now().getTime() - milliseconds)
    trimEvents(db, before(config.eventRetentionDays * 86_400_000))
      .then(() => db.rows('DELETE FROM idempotency_keys WHERE created_at < $1', [before(KEPT_FOR)]))
      .then(() => tidyUploads(contextFor(SYSTEM)))
      .then(() => foldViews({ db, now }))
      .then(() => tidySearches(db, before(config.eventRetentionDays * 86_400_000)))
      .catch((error: unknown) => log.warn({ err: error }, 'tidying failed; it is tried again in an hour'))
  }, TIDY_EVERY)
  tidy.unref()

  await app.listen({ host: config.host, port: config.port })
  const { port } = app.server.address() as AddressInfo
  const localUrl = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`
  const url = config.publicUrl ?? localUrl
  servedAt(source, url)
  // Now that links lead somewhere.
  const jobs = new JobRunner(source, () => contextFor(SYSTEM), tasks, log)
  await jobs.start()
  const watch = new SelfWatch(() => contextFor(SYSTEM), tasks, log)
  watch.start()
  log.info({ url: `${url}${GRAPHQL_PATH}` }, `ready: ${url}${GRAPHQL_PATH}`)

  return {
    url,
    localUrl,
    source,
    stop: async () => {
      state.stopping = true
      clearInterval(tidy)
      sessions.endAll()
      await watch.stop()
      await jobs.stop()
      for (const channel of channels.values()) channel.close?.()
      await webSocket.close()
      await app.close()
      await feeder.stop()
      await views.stop()
      await follower.stop()
      await close()
    },
  }
}
