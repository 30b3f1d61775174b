import { SYSTEM } from '../../src/platform/actor.js'
import { type Context, inTransaction } from '../../src/platform/context.js'
import { Database, createDataSource } from '../../src/platform/database.js'
import { JobRunner, type Task, addJobs, removeJobs } from '../../src/platform/jobs.js'
import { createLogger } from '../../src/platform/log.js'
import { type TestServer, startTestServer } from '../support/server.js'

let server: TestServer
let ctx: Context
let runner: JobRunner
const source = () => ctx.db.source
const done: { task: string; ids: readonly string[] }[] = []
let told: () => void = () => undefined

/** Waits until the tasks have run for these ids, in any order. */
async function until(...ids: string[]) {
  while (!ids.every((id) => done.some((run) => run.ids.includes(id))))
    await new Promise<void>((resolve) => (told = resolve))
}

const task = (name: string, lane: Task['lane'], before?: (ids: readonly string[]) => void): Task => ({
  name,
  lane,
  run: async (_ctx, ids) => {
    before?.(ids)
    done.push({ task: name, ids })
    told()
  },
})

const TASKS = [
  task('ring', 'timers', (ids) => {
    if (ids.includes('bad')) throw new Error('this one fails')
  }),
  task('call', 'calls'),
]

const add = (id: string, inMilliseconds: number, name = 'ring') =>
  inTransaction(ctx, (ctx) => addJobs(ctx, [{ task: name, id, at: new Date(ctx.now().getTime() + inMilliseconds) }]))

beforeAll(async () => {
  server = await startTestServer()
  const source = createDataSource({ url: server.databaseUrl, entities: [], migrations: [] })
  await source.initialize()
  ctx = { actor: SYSTEM, db: Database.of(source), now: server.clock.now }
  runner = new JobRunner(source, () => ctx, TASKS, createLogger('silent'))
  await runner.start()
})
afterAll(async () => {
  await runner.stop()
  await source().destroy()
  await server.stop()
})
beforeEach(() => void done.splice(0))

it('runs a job that is due, in either lane', async () => {
  await add('now', 0)
  await add('outside', 0, 'call')
  await until('now', 'outside')
  expect(done.map(({ task }) => task).sort()).toEqual(['call', 'ring'])
})

it('keeps one job for each task and id: adding it again moves it, and it can be taken away', async () => {
  await add('moved', 3_600_000)
  await add('gone', 3_600_000)
  await inTransaction(ctx, (ctx) => removeJobs(ctx, [{ task: 'ring', id: 'gone' }]))
  expect(await server.sql('SELECT key FROM graphile_worker.jobs')).toEqual([{ key: 'ring:moved' }])
  await add('moved', 0)
  await until('moved')
})

it('rings in its time when the clock moves on', async () => {
  await add('tomorrow', 86_400_000)
  await server.pass(86_400_000)
  await until('tomorrow')
})

it('makes one job of all that a transaction wants at one time', async () => {
  await inTransaction(ctx, async (ctx) => {
    const at = (inHours: number) => new Date(+ctx.now() + inHours * 3_600_000)
    await addJobs(ctx, [
      ...['a', 'b'].map((id) => ({ task: 'ring', id, at: at(1) })),
      ...[
        { task: 'ring', id: 'c', at: at(2) },
        { task: 'call', id: 'd', at: at(1) },
      ],
    ])
  })
  const jobs = await server.sql('SELECT key, payload FROM graphile_worker._private_jobs ORDER BY key NULLS FIRST')
  expect(jobs).toEqual([
    ...[
      { key: null, payload: { ids: ['a', 'b'] } },
      { key: 'call:d', payload: { ids: ['d'] } },
    ],
    { key: 'ring:c', payload: { ids: ['c'] } },
  ])
  await server.pass(2 * 3_600_000)
  await until('a', 'b', 'c', 'd')
})

it('works together on what is due together', async () => {
  const ids = Array.from({ length: 60 }, (_, n) => `many-${n}`)
  await inTransaction(ctx, (ctx) =>
    addJobs(
      ctx,
      ids.map((id) => ({ task: 'ring', id, at: ctx.now() })),
    ),
  )
  await until(...ids)
  expect(done.length).toBeLessThan(ids.length)
  expect(done.flatMap(({ ids }) => ids).sort()).toEqual([...ids].sort())
})

it('does what it can of a batch in which one job fails, and tries that one again', async () => {
  await inTransaction(ctx, (ctx) =>
    addJobs(
      ctx,
      ['good', 'bad', 'better'].map((id) => ({ task: 'ring', id, at: ctx.now() })),
    ),
  )
  await until('good', 'better')
  for (;;) {
    const [bad] = await server.sql(
      `SELECT attempts, locked_at, run_at > now() AS later FROM graphile_worker._private_jobs WHERE (payload->'ids')::jsonb ? 'bad'`,
    )
    if (bad!.locked_at === null && bad!.attempts > 0) {
      expect(bad).toMatchObject({ attempts: 1, later: true })
      break
    }
  }
})

it('takes over the jobs of a node that has died', async () => {
  await server.sql(`INSERT INTO job_pools VALUES ('dead', now() - interval '1 minute', now() - interval '10 seconds')`)
  await server.sql(
    `SELECT graphile_worker.add_job('ring', '{"ids":["orphan"]}', job_key => 'ring:orphan', run_at => now() + interval '1 hour')`,
  )
  await server.sql(
    `UPDATE graphile_worker._private_jobs SET run_at = now(), locked_by = 'dead', locked_at = now() - interval '10 seconds', attempts = 1
      WHERE key = 'ring:orphan'`,
  )
  await until('orphan')
  expect(await server.sql(`SELECT 1 FROM job_pools WHERE id = 'dead'`)).toEqual([])
})

it('goes on when the database has cut its connections', async () => {
  await server.sql(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'tocsin jobs'`,
  )
  await add('after', 0)
  await until('after')
})
