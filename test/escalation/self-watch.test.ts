import pg from 'pg'
import type { Person } from '../support/person.js'
import { MINUTE, type Stage, act, declare, look, route, setStage, step, until } from './story.js'

/** The timers cannot stall silently: what is lost is rung for again, and what is late all the same is an incident itself. */

let stage: Stage
let ada: Person
beforeAll(async () => {
  stage = await setStage()
  ada = await stage.server.as('RESPONDER', { name: 'Ada' })
  await route(stage, [step(ada)], { repeat: 1 })
})
afterAll(() => stage.server.stop())

const readiness = async () => {
  const response = await fetch(`${stage.server.url}/readyz`)
  return { code: response.status, ...((await response.json()) as object) }
}
const metric = async (task: string) => {
  const text = await (await fetch(`${stage.server.url}/metrics`)).text()
  return Number(new RegExp(`tocsin_timer_lateness_seconds\\{task="${task}"\\} (\\S+)`).exec(text)![1])
}

it('takes a step whose job is gone', async () => {
  const id = await declare(stage.manager)
  await stage.mail.next()
  await stage.server.sql("DELETE FROM graphile_worker._private_jobs WHERE key = 'escalation.due:' || $1", [id])
  stage.server.clock.advance(5 * MINUTE + 15_000)
  expect(await metric('escalation.due')).toBeGreaterThanOrEqual(15)
  await stage.mail.next()
  expect(await look(stage.manager, id)).toMatchObject({ pass: 2 })
  await act(stage.manager, 'incidentResolve', id)
  expect(await readiness()).toMatchObject({ code: 200, status: 'ready', timers: 'ok' })
  expect(await metric('escalation.due')).toBe(0)
})

it('opens an incident of its own when something is late for a minute, and resolves it once all is on time', async () => {
  const id = await declare(stage.manager)
  await stage.mail.next()
  const events = await stage.manager.subscribe(
    'subscription { incidentEvents { type incident { id title priority status } } }',
  )
  const inTheWay = new pg.Client(stage.server.databaseUrl)
  await inTheWay.connect()
  await inTheWay.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [id])
  stage.server.clock.advance(5 * MINUTE + 75_000)
  expect(await readiness()).toMatchObject({ code: 503, status: 'not ready', timers: 'late', database: 'ok' })

  const { type, incident } = (await events.next()).data.incidentEvents
  expect([type, incident.priority, incident.title]).toEqual([
    'TRIGGERED',
    'P1',
    expect.stringMatching(/^Tocsin is late/),
  ])
  expect((await stage.mail.next()).message.items[0]!.title).toContain('Tocsin is late') // others are called in time

  await inTheWay.end()
  await until(stage, id, 'PAGED', 2)
  await act(stage.manager, 'incidentResolve', id)
  for (;;) {
    const { type, incident: changed } = (await events.next()).data.incidentEvents
    if (type === 'RESOLVED' && changed.id === incident.id) break
  }
  events.stop()
  expect(await readiness()).toMatchObject({ code: 200, timers: 'ok' })
})
