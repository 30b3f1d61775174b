import type { FastifyInstance } from 'fastify'
import type { DataSource } from 'typeorm'
import { poolOf } from '../platform/database.js'
import { registry } from '../platform/metrics.js'

/** What operators and their tools ask: is it alive, is it ready, how is it doing. */
export function serveHealth(app: FastifyInstance, source: DataSource, state: { stopping: boolean }): void {
  app.get('/healthz', async () => ({ status: 'ok' }))

  app.get('/readyz', async (_request, reply) => {
    const checks = { database: 'ok', migrations: 'ok', stopping: state.stopping }
    try {
      await poolOf(source).query('SELECT 1')
      if (await source.showMigrations()) checks.migrations = 'pending'
    } catch {
      checks.database = 'unreachable'
    }
    const ready = checks.database === 'ok' && checks.migrations === 'ok' && !state.stopping
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready', ...checks })
  })

  app.get('/metrics', async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()))
}
