import { type ImportedSla, SLA_DECIDED, SLA_MET, recordImportedSla } from '../../src/sla/sla-record.store.js'
import { SlaKind } from '../../src/sla/sla-record.js'
import { findLateness } from '../../src/platform/lateness.js'
import { SLA_TASK } from '../../src/sla/sla.task.js'
import { change, declare } from '../incidents/story.js'
import { readsDuring } from '../support/statements.js'
import { HOUR, MINUTE, type Stage, policy, setStage, sla, until } from './story.js'

/** What others read and write of clocks: imports, figures, and the watch over timers. */

let stage: Stage
beforeEach(async () => (stage = await setStage()))
afterEach(() => stage.server.stop())

const figures = async () =>
  (
    await stage.server.sql(
      `SELECT r.kind, count(*) FILTER (WHERE ${SLA_DECIDED})::int AS decided, count(*) FILTER (WHERE ${SLA_MET})::int AS met
         FROM sla_records r GROUP BY r.kind ORDER BY r.kind`,
    )
  ).map(({ kind, decided, met }) => [kind, decided, met])

it('an import leaves one record of each clock, however often it comes, and is read like any other', async () => {
  const [met, broken] = [await declare(stage.mia), await declare(stage.mia)]
  const startedAt = new Date('2029-01-01T08:00Z')
  const record = (incidentId: string, met: boolean): ImportedSla => ({
    ...{ incidentId, kind: SlaKind.RESOLUTION, met, startedAt, stoppedAt: new Date('2029-01-02T08:00Z') },
  })
  const load = (...records: ImportedSla[]) => stage.server.act((ctx) => recordImportedSla(ctx, records))
  await load(record(met, false), record(broken, false))
  await load(record(met, true))
  expect(await figures()).toEqual([['RESOLUTION', 2, 1]])
  expect((await sla(stage.mia, met)).resolution).toMatchObject({
    ...{ state: 'MET', startedAt: '2029-01-01T08:00Z', metAt: '2029-01-02T08:00Z', stoppedAt: '2029-01-02T08:00Z' },
    ...{ targetMinutes: null, elapsedSeconds: null, remainingSeconds: null, policyName: null, pause: null },
  })
})

it('figures count what ended or was broken, and not what still runs or was cancelled', async () => {
  await policy(stage, { responseMinutes: null, resolutionMinutes: 60 })
  const ids = await Promise.all([1, 2, 3, 4].map(() => declare(stage.mia)))
  await change(stage.mia, 'incidentResolve', { id: ids[0] })
  await change(stage.mia, 'incidentCancel', { id: ids[1], reason: 'A test' })
  expect(await figures()).toEqual([['RESOLUTION', 1, 1]])
  await stage.server.pass(2 * HOUR)
  await until(stage, ids[2]!, 'BREACHED')
  await until(stage, ids[3]!, 'BREACHED')
  expect(await figures()).toEqual([['RESOLUTION', 3, 1]])
})

it('a timer whose job is lost shows as late, and a restart does not lose one', async () => {
  await policy(stage)
  const id = await declare(stage.mia)
  await stage.server.sql('DELETE FROM graphile_worker._private_jobs')
  stage.server.clock.advance(HOUR)
  const [late] = await stage.server.act((ctx) => findLateness(ctx, [SLA_TASK]))
  expect(Math.floor(late!.seconds / 60)).toBe(36) // since 80 % of half an hour
  await stage.server.act((ctx) => SLA_TASK.run(ctx, [id]))
  await until(stage, id, 'BREACHED')
  await stage.server.restart()
  await stage.server.pass(3 * HOUR + MINUTE)
  await until(stage, id, 'BREACHED', 2)
  expect((await sla(stage.mia, id)).resolution).toMatchObject({ state: 'BREACHED', breachedAt: '2030-03-04T12:00Z' })
})

it('the clocks of a list of incidents are read in one statement, and what is foreseen in another', async () => {
  await policy(stage)
  for (let n = 0; n < 10; n++) await declare(stage.mia)
  const list = (first: number) => {
    const fields = 'sla { response { state remainingSeconds } prediction { probability } }'
    return readsDuring(() => stage.mia.run(`{ incidents(first: ${first}) { edges { node { ${fields} } } } }`))
  }
  const [one, ten] = [await list(1), await list(10)]
  expect(ten.result.incidents.edges.map(({ node }: { node: object }) => node)).toEqual(
    Array.from({ length: 10 }, () => ({
      ...{ sla: { response: { state: 'RUNNING', remainingSeconds: expect.any(Number) }, prediction: null } },
    })),
  )
  expect([one.reads.length, ten.reads.length]).toEqual([3, 3])
})
