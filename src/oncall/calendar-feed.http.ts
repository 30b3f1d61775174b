import type { FastifyInstance } from 'fastify'
import type { DataSource } from 'typeorm'
import { SYSTEM } from '../platform/actor.js'
import { Database } from '../platform/database.js'
import { CALENDAR_PATH } from './calendar-feed.commands.js'
import { readCalendar } from './calendar-feed.queries.js'

/** Serves calendars to whoever knows their address. A wrong one is answered like any address at which nothing is served. */
export function serveCalendars(app: FastifyInstance, { source, now }: { source: DataSource; now: () => Date }): void {
  const db = Database.of(source)
  app.get<{ Params: { file: string } }>(`${CALENDAR_PATH}/:file`, async ({ params: { file } }, reply) => {
    const secret = /^([\w-]+)\.ics$/.exec(file)?.[1]
    const text = secret ? await readCalendar({ actor: SYSTEM, db, now }, secret) : null
    if (text === null) return reply.callNotFound()
    return reply.type('text/calendar; charset=utf-8').header('cache-control', 'private, max-age=60').send(text)
  })
}
