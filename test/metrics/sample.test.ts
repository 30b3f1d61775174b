import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { finished } from '../cli/command.js'
import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'
import { counted, metrics } from './story.js'

/**
 * The figures of a real log: what the API tells of it, once imported, against what was counted from its rows by another
 * program. The log is no part of the repository.
 */
const DATA = join(__dirname, '../../../shared/data')
const LOG = join(DATA, 'servicenow_incident_log_sample.csv.gz')
const FIGURES = join(DATA, 'servicenow_incident_log_sample.figures.json')
const isHere = existsSync(LOG) && existsSync(FIGURES)

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- figures of any shape
const figures: any = isHere ? JSON.parse(readFileSync(FIGURES, 'utf8')) : {}
const PRIORITIES = { P1: '1 - Critical', P2: '2 - High', P3: '3 - Moderate', P4: '4 - Low' }
const RANGE = { from: '2016-01-01T00:00:00Z', until: '2018-01-01T00:00:00Z' }

const DURATION = '{ count mean p50 p90 exact excluded { reason count } }'
const FIELDS = `opened backlog openToResolved ${DURATION} openToClosed ${DURATION} reopenRate { holds count }
  slaCompliance { holds count }`

describe('the sample (skipped where ../shared/data is absent)', () => {
  const test = isHere ? it : it.skip
  let server: TestServer
  let mia: Person
  beforeAll(async () => {
    if (!isHere) return
    server = await startTestServer()
    mia = await server.as('MANAGER', { name: 'Mia' })
    const { code } = await finished(['import', 'servicenow', LOG], { DATABASE_URL: server.databaseUrl })
    expect(code).toBe(0)
    await counted(server)
  }, 180_000)
  afterAll(() => server?.stop())

  test('tells of all together what was counted from its rows', async () => {
    const { total } = await metrics(mia, `total { ${FIELDS} }`, RANGE)
    const { n } = figures['opened->resolved h']
    expect(total).toMatchObject({
      ...{ opened: figures.incidents, backlog: 0 },
      openToResolved: {
        ...hours(figures['opened->resolved h']),
        excluded: [{ reason: 'NOT_APPLICABLE', count: figures.incidents - n }],
      },
      openToClosed: { ...hours(figures['opened->closed h']), excluded: [] },
      reopenRate: { holds: figures['reopened n,%'][0], count: figures.incidents },
    })
  })

  test('and of each priority', async () => {
    const { groups } = await metrics(mia, `groups { keys { value } ${FIELDS} }`, { ...RANGE, groupBy: ['PRIORITY'] })
    expect(groups).toMatchObject(
      Object.entries(PRIORITIES).map(([priority, name]) => ({
        keys: [{ value: priority }],
        opened: figures[`by ${name}`].incidents,
        openToResolved: hours(figures[`by ${name}`]),
      })),
    )
  })

  test('says how many were opened in each month', async () => {
    const { groups } = await metrics(mia, 'groups { keys { value } opened }', { ...RANGE, groupBy: ['MONTH'] })
    const months = Object.fromEntries(
      groups.map(({ keys, opened }: { keys: { value: string }[]; opened: number }) => [keys[0]!.value, opened]),
    )
    // Of the log without incidents of which it tells only the end.
    for (const [month, [retained]] of Object.entries<[number]>(figures['breach by opened month (retained)']))
      expect(months[month]).toBeGreaterThanOrEqual(retained)
    expect(Object.values<number>(months).reduce((sum, opened) => sum + opened, 0)).toBe(figures.incidents)
  })

  test('tells for how many everything was kept that was promised', async () => {
    const { total, groups } = await metrics(mia, `total { ${FIELDS} } groups { slaCompliance { holds count } }`, {
      ...{ ...RANGE, groupBy: ['PRIORITY'] },
    })
    const [kept] = figures['made_sla true (final event) n,%']
    expect(total.slaCompliance).toEqual({ holds: kept, count: figures.incidents })
    expect(groups).toEqual(
      Object.values(PRIORITIES).map((name) => ({
        slaCompliance: { holds: figures[`by ${name}`].sla_met, count: figures[`by ${name}`].incidents },
      })),
    )
  })
})

/** Hours to four decimals, told in seconds. */
const hours = (told: Record<string, number>) => ({
  ...{ count: told['n'], exact: true, mean: inSeconds(told['mean']!) },
  ...{ p50: inSeconds(told['median']!), p90: inSeconds(told['p90(nearest-rank)']!) },
})
const inSeconds = (value: number) => expect.closeTo(value * 3_600, 0)
