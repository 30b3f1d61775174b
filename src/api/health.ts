import type { FastifyInstance } from 'fastify'
import type { DataSource } from 'typeorm'
import { poolOf } from '../platform/database.js'
import { type Lateness, worst } from '../platform/lateness.js'
import { registry } from '../platform/metrics.js'

/** What operators and their tools ask: is it alive, is it ready, how is it doing. */

export interface HealthParts {
  readonly source: DataSource
  readonly state: { stopping: boolean }
  /** Brings the figures up to now that take a look at the database. */
  readonly figures: () => Promise<void>
  /** How late what is due is. */
  readonly lateness: () => Promise<readonly Lateness[]>
  /** Seconds beyond which a server is not ready. */
  readonly tooLate: number
}

export function serveHealth(app: FastifyInstance, { source, state, figures, lateness, tooLate }: HealthParts): void {
  app.get('/healthz', async () => ({ status: 'ok' }))

  app.get('/readyz', async (_request, reply) => {
    const checks = {
      database: 'ok',
      migrations: 'ok',
      timers: 'ok',
      oldestTimerLateSeconds: 0,
      stopping: state.stopping,
    }
    try {
      await poolOf(source).query('SELECT 1')
      if (await source.showMigrations()) checks.migrations = 'pending'
      else {
        checks.oldestTimerLateSeconds = Math.round(worst(await lateness()).seconds)
        if (checks.oldestTimerLateSeconds > tooLate) checks.timers = 'late'
      }
    } catch {
      checks.database = 'unreachable'
    }
    const { database, migrations, timers } = checks
    const ready = [database, migrations, timers].every((check) => check === 'ok') && !state.stopping
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready', ...checks })
  })

  app.get('/metrics', async (_request, reply) => {
    await Promise.allSettled([lateness(), figures()]) // what fails is as it was
    return reply.type(registry.contentType).send(await registry.metrics())
  })
}
