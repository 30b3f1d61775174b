import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { SLA_DECIDED, SLA_MET } from '../../src/sla/sla-record.store.js'
import { finished, newDatabase } from '../cli/command.js'

/** The figures of a real log, from our tables. The log is no part of the repository. */
const DATA = join(__dirname, '../../../shared/data')
const LOG = join(DATA, 'servicenow_incident_log_sample.csv.gz')
const FIGURES = join(DATA, 'servicenow_incident_log_sample.figures.json')
const PRIORITIES = { P1: '1 - Critical', P2: '2 - High', P3: '3 - Moderate', P4: '4 - Low' }

const test = existsSync(LOG) && existsSync(FIGURES) ? it : it.skip
test('imports the sample whole (skipped where ../shared/data is absent)', async () => {
  const url = await newDatabase()
  const { code, out } = await finished(['import', 'servicenow', LOG], { DATABASE_URL: url })
  const figures = JSON.parse(readFileSync(FIGURES, 'utf8'))
  expect(code).toBe(0)
  expect(out).toContain(`${figures.events} rows told, of ${figures.incidents} new incidents`)

  const client = new pg.Client(url)
  await client.connect()
  const { rows } = await client.query(`
    SELECT i.priority, i.reopen_count > 0 AS reopened, m.made_sla, m.knowledge, m.reassignment_count > 0 AS reassigned,
           ${SLA_DECIDED} AS sla_decided, ${SLA_MET} AS sla_met,
           extract(epoch FROM i.resolved_at - i.created_at)::float8 / 3600 AS resolved,
           extract(epoch FROM i.closed_at - i.created_at)::float8 / 3600 AS closed, i.status
      FROM incidents i JOIN imported_incidents m ON m.incident_id = i.id
      LEFT JOIN sla_records r ON r.incident_id = i.id`)
  await client.end()
  const many = (holds: (row: (typeof rows)[number]) => boolean) => rows.filter(holds).length
  expect(rows).toHaveLength(figures.incidents)
  expect(many(({ status }) => status === 'CLOSED')).toBe(figures['final state'].Closed)
  expect(many(({ reassigned }) => reassigned)).toBe(figures['reassigned (count>0) n,%'][0])
  expect(many(({ reopened }) => reopened)).toBe(figures['reopened n,%'][0])
  expect(many(({ made_sla }) => made_sla)).toBe(figures['made_sla true (final event) n,%'][0])
  expect(many(({ sla_decided }) => sla_decided)).toBe(figures.incidents)
  expect(many(({ sla_met }) => sla_met)).toBe(figures['made_sla true (final event) n,%'][0])
  expect(many(({ knowledge }) => knowledge)).toBe(
    figures['knowledge true final n,%']?.[0] ?? figures['knowledge true final'][0],
  )
  expect(spread(rows.map(({ resolved }) => resolved))).toEqual(asFigures(figures['opened->resolved h']))
  expect(spread(rows.map(({ closed }) => closed))).toEqual(asFigures(figures['opened->closed h']))
  for (const [priority, name] of Object.entries(PRIORITIES)) {
    const its = rows.filter((row) => row.priority === priority)
    const expected = figures[`by ${name}`]
    expect(its).toHaveLength(expected.incidents)
    expect(its.filter(({ sla_met }) => sla_met)).toHaveLength(expected.sla_met)
    expect(spread(its.map(({ resolved }) => resolved))).toEqual(asFigures(expected))
  }
}, 180_000)

/** Hours to four decimals; the 90th percentile by nearest rank. */
function spread(values: (number | null)[]) {
  const hours = values.filter((value) => value !== null).toSorted((a, b) => a - b)
  const n = hours.length
  const median = (hours[Math.floor((n - 1) / 2)]! + hours[Math.floor(n / 2)]!) / 2
  const mean = hours.reduce((sum, value) => sum + value, 0) / n
  return { n, mean: round(mean), median: round(median), p90: round(hours[Math.ceil(0.9 * n) - 1]!) }
}

const round = (value: number) => expect.closeTo(value, 3)
const asFigures = (told: Record<string, number>) => ({
  n: told['n'],
  mean: told['mean'],
  median: told['median'],
  p90: told['p90(nearest-rank)'],
})
