import { checkNode, judgeHorizon } from '../../src/cli/examination.js'
import { finished, newDataDir, newDatabase, tocsin } from './command.js'

const doctor = async (settings: Record<string, string>) => {
  const { code, out } = await finished(['doctor', '--json'], settings)
  const { ok, checks } = JSON.parse(out) as { ok: boolean; checks: { check: string; state: string; found: string }[] }
  return { code, ok, states: Object.fromEntries(checks.map(({ check, state }) => [check, state])), checks }
}

const WELL = {
  node: 'OK',
  configuration: 'OK',
  database: 'OK',
  migrations: 'OK',
  'event log': 'OK',
  horizon: 'OK',
  clock: 'OK',
  doorbell: 'OK',
}

it('finds nothing wrong beside a running server, and says so in a line per check', async () => {
  const settings = { DATABASE_URL: await newDatabase() }
  const server = tocsin(['serve'], settings)
  await server.ready()
  expect(await doctor(settings)).toMatchObject({ code: 0, ok: true, states: WELL })
  const { out } = await finished(['doctor'], settings)
  expect(out.trim().split('\n')).toHaveLength(Object.keys(WELL).length)
  expect(out).toMatch(/^OK {4}database {7}PostgreSQL \d+.*, of DATABASE_URL$/m)
  await server.stop()
})

it('examines the embedded database, and changes nothing in it', async () => {
  const settings = { DATA_DIR: await newDataDir() }
  const before = { 'data directory': 'OK', database: 'OK', migrations: 'WARN', 'event log': 'WARN', doorbell: 'OK' }
  expect(await doctor(settings)).toMatchObject({ code: 0, states: before })
  expect(await doctor(settings)).toMatchObject({ code: 0, states: before })
}, 60_000)

it('fails where the database is away, and does not go on', async () => {
  const { code, ok, checks } = await doctor({ DATABASE_URL: 'postgres://127.0.0.1:1/tocsin' })
  expect({ code, ok }).toEqual({ code: 1, ok: false })
  expect(checks.at(-1)).toEqual({
    check: 'database',
    state: 'FAIL',
    found: expect.stringContaining('ECONNREFUSED'),
    advice: 'DATABASE_URL must lead to a PostgreSQL that can be used.',
  })
})

it('fails on a bad setting, and names it', async () => {
  const { code, checks } = await doctor({ PORT: 'eighty' })
  expect(code).toBe(1)
  expect(checks.at(-1)).toMatchObject({
    check: 'configuration',
    state: 'FAIL',
    found: expect.stringMatching(/^PORT is "eighty"/),
  })
})

it.each([
  ['18.20.0', 'FAIL'],
  ['20.18.3', 'FAIL'],
  ['20.19.0', 'OK'],
  ['22.1.0', 'OK'],
])('judges Node.js %s: %s', (version, state) => expect(checkNode(version).state).toBe(state))

it.each([
  [0.2, 'OK'],
  [6, 'WARN'],
  [61, 'FAIL'],
])('judges a transaction that has run for %d seconds: %s', (seconds, state) => {
  const result = judgeHorizon({ seconds, who: 'psql (process 7, active)', end: 'SELECT pg_terminate_backend(7)' })
  expect(result.state).toBe(state)
  if (state !== 'OK') expect(`${result.found} ${result.advice}`).toMatch(/psql \(process 7.*pg_terminate_backend\(7\)/)
})
