import type { Task } from '../../src/platform/jobs.js'
import { ringAgain } from '../../src/platform/lateness.js'
import { type TestServer, startTestServer } from '../support/server.js'

let server: TestServer
beforeAll(async () => void (server = await startTestServer()))
afterAll(() => server.stop())

/** What is late, so many. */
const late = (count: number): Task => ({
  name: 'test.late',
  lane: 'timers',
  overdue: `SELECT 'x' || n AS id, $1::timestamptz - n * interval '1 s' AS "dueAt" FROM generate_series(1, ${count}) n`,
  run: async () => undefined,
})

it('is made good where thousands are late and as many jobs wait as a large company has', async () => {
  await server.sql("INSERT INTO graphile_worker._private_tasks (identifier) VALUES ('test.late')")
  await server.sql(
    `INSERT INTO graphile_worker._private_jobs (task_id, payload, run_at, key)
     SELECT t.id, '{}', now() + interval '1 day', CASE WHEN n % 20 > 0 THEN 'test.late:x' || n END
       FROM graphile_worker._private_tasks t, generate_series(1, 100000) n WHERE t.identifier = 'test.late'`,
  )
  await server.sql('ANALYZE graphile_worker._private_jobs')
  expect(await server.act((ctx) => ringAgain(ctx, [late(20_000)], 10))).toBe(1_000)
})

it('leaves what a job is about to ring for, by itself or as one of many', async () => {
  await server.sql('DELETE FROM graphile_worker._private_jobs')
  const again = (count: number) => server.act((ctx) => ringAgain(ctx, [late(count)], 10))
  expect(await again(3)).toBe(3) // which is one job for all three
  expect(await again(5)).toBe(0)
  await server.sql('DELETE FROM graphile_worker._private_jobs')
  expect(await again(1)).toBe(1)
  expect(await again(3)).toBe(2)
})
