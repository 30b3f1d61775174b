import 'reflect-metadata'
import { addNote } from '../../src/incidents/timeline-entry.commands.js'
import { openEventLog } from '../../src/events/event-log.js'
import { type Actor, ActorKind, Role, TokenScope } from '../../src/platform/actor.js'
import type { Context } from '../../src/platform/context.js'
import { Database } from '../../src/platform/database.js'
import { answerQuestions } from '../support/answers.js'
import { openSource } from '../support/postgres.js'
import { INCIDENTS, PEOPLE, incidentId, userId } from '../support/company.js'

/**
 * Somebody who works on incidents in another process than the server, as with two nodes: each event is a command in a
 * transaction of its own, and the doorbell goes through the database.
 */

const source = await openSource(process.env['DATABASE_URL']!, 8)
await openEventLog(source)
const db = Database.of(source)

const person = (number: number): Actor => ({
  kind: ActorKind.USER,
  id: userId(number),
  name: `Person Number ${number}`,
  role: Role.RESPONDER,
  teamIds: [],
  serviceIds: [],
  scopes: Object.values(TokenScope),
  tokenId: null,
  expiresAt: null,
})

const monotonic = () => Number(process.hrtime.bigint()) / 1e6

let written = 0

async function write(): Promise<[cursor: string, at: number]> {
  const number = written++
  const ctx: Context = { actor: person(1 + (number % PEOPLE)), db, now: () => new Date() }
  const { eventCursor } = await addNote(ctx, {
    id: incidentId(1 + (number % INCIDENTS)),
    body: 'The error rate is falling; watching the dashboard.',
  })
  return [eventCursor, monotonic()]
}

answerQuestions(null, {
  /** Writes `count` events, one every so many milliseconds; answers when each commit returned. */
  write: async ({ count, every }: { count: number; every: number }) => {
    const writes: Promise<[string, number]>[] = []
    const start = monotonic()
    for (let index = 0; index < count; index++) {
      const wait = start + index * every - monotonic()
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
      writes.push(write())
    }
    return Promise.all(writes)
  },
})
