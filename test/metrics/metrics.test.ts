import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'
import { calendar, policy } from '../sla/story.js'
import { DAY, HOUR, MINUTE, counted, declare, metrics, refusal, total, work } from './story.js'

/** Key figures, as a manager asks for them. */

let server: TestServer
let mia: Person
beforeEach(async () => {
  server = await startTestServer()
  await server.pass(Date.parse('2030-03-04T08:00:00Z') - +server.clock.now())
  mia = await server.as('MANAGER', { name: 'Mia' })
})
afterEach(() => server.stop())

const DURATION = '{ mean p50 p90 count exact excluded { reason count } }'

/** The clock of a test runs on while it is told. */
const minutes = (seconds: number | null) => seconds && Math.round(seconds / 60)

it('tells how long things take, over how many incidents, and which were left out', async () => {
  const [first, second] = [
    await declare(mia, { impactStartedAt: '2030-03-04T07:30:00Z', detectedAt: '2030-03-04T07:40:00Z' }),
    await declare(mia),
  ]
  await server.pass(10 * MINUTE)
  await work(mia, 'incidentAcknowledge', first)
  await server.pass(10 * MINUTE)
  await work(mia, 'incidentAcknowledge', second)
  await server.pass(40 * MINUTE)
  await work(mia, 'incidentResolve', first)

  const told = await total(
    mia,
    `opened backlog mttd ${DURATION} mtta ${DURATION} mttr ${DURATION} openToResolved ${DURATION}`,
  )
  expect(told).toMatchObject({
    ...{ opened: 2, backlog: 1 },
    mttd: { mean: 600, p50: 600, count: 1, exact: true, excluded: [{ reason: 'NOT_APPLICABLE', count: 1 }] },
    mtta: { count: 2, excluded: [] },
    mttr: { count: 1, excluded: [{ reason: 'NOT_APPLICABLE', count: 1 }] },
    openToResolved: { count: 1, excluded: [{ reason: 'PENDING', count: 1 }] },
  })
  expect([told.mtta.mean, told.mtta.p50, told.mtta.p90, told.mttr.mean, told.openToResolved.mean].map(minutes)).toEqual(
    [...[15, 15, 20, 80, 60]],
  )

  await work(mia, 'incidentReopen', first, { reason: 'It did not hold' })
  expect(await total(mia, `backlog openToResolved ${DURATION} reopenRate { value holds count }`)).toMatchObject({
    ...{ backlog: 2, openToResolved: { count: 0, mean: null } },
    reopenRate: { value: 1, holds: 1, count: 1 },
  })
  await work(mia, 'incidentCancel', second, { reason: 'A duplicate' })
  expect(await total(mia, 'backlog documentationQuality { count excluded { reason count } }')).toEqual({
    backlog: 1,
    documentationQuality: {
      count: 0,
      excluded: [
        { reason: 'PENDING', count: 1 },
        { reason: 'NOT_APPLICABLE', count: 1 },
      ],
    },
  })
})

it('counts corrections, whenever they come, and what cannot be', async () => {
  const id = await declare(mia, { impactStartedAt: '2030-03-04T07:00:00Z', detectedAt: '2030-03-04T07:50:00Z' })
  await work(mia, 'incidentResolve', id)
  await server.pass(40 * DAY)
  const mean = async () => (await total(mia, 'mttd { mean }')).mttd.mean
  expect(await mean()).toBe(3_000)
  await work(mia, 'incidentTimesCorrect', id, { detectedAt: '2030-03-04T07:20:00Z', reason: 'The first call' })
  expect(await mean()).toBe(1_200)

  // An import may bring clocks that ran backwards.
  await server.sql(`UPDATE incidents SET acknowledged_at = created_at - interval '1 hour' WHERE id = $1`, [id])
  await work(mia, 'incidentNoteAdd', id, { body: 'Looked at.' })
  expect((await total(mia, `mtta ${DURATION}`)).mtta).toMatchObject({
    ...{ count: 0, mean: null, excluded: [{ reason: 'INVALID', count: 1 }] },
  })
})

it('tells of promises, escalations, documentation and what was prevented', async () => {
  const stage = { mia }
  await policy(stage, { responseMinutes: 30, resolutionMinutes: 60 })
  const [kept, broken, prevented] = [
    await declare(mia, { description: 'It hangs.' }),
    await declare(mia, { impactStartedAt: '2030-03-04T07:50:00Z' }),
    await declare(mia),
  ]
  for (const id of [kept, broken, prevented]) await work(mia, 'incidentAcknowledge', id)
  await work(mia, 'incidentImpactAssess', prevented, { summary: 'Nobody noticed', usersAffected: 0 })
  await work(mia, 'incidentResolve', kept, { resolution: 'Restarted.' })
  await work(mia, 'incidentResolve', prevented)
  await server.pass(2 * HOUR)
  await work(mia, 'incidentResolve', broken)
  expect(
    await total(
      mia,
      `resolutionRate { value count } slaCompliance { value holds count } escalationRate { value count }
       proactivePrevention { holds count } documentationQuality { value parts { name value } }`,
    ),
  ).toEqual({
    ...{ resolutionRate: { value: 2 / 3, count: 3 }, slaCompliance: { value: 2 / 3, holds: 2, count: 3 } },
    ...{ escalationRate: { value: 0, count: 3 }, proactivePrevention: { holds: 1, count: 3 } },
    documentationQuality: {
      value: expect.closeTo(0.6 * (100 / 3), 2),
      parts: [
        { name: 'Required sections', value: expect.closeTo(100 / 3, 2) },
        { name: 'Linked article', value: 0 },
      ],
    },
  })
})

it('groups by what incidents are and by the weeks of a time zone', async () => {
  const [team, service] = [await server.team('Shop'), await server.service('Checkout')]
  await declare(mia, { teamId: team, serviceId: service, impact: 'HIGH', urgency: 'HIGH' })
  // Sunday in Berlin, and Monday; between them, the clocks go forward.
  await server.pass(Date.parse('2030-03-31T21:30:00Z') - +server.clock.now())
  await declare(mia, { teamId: team })
  await server.pass(HOUR)
  await declare(mia)
  const groupsBy = async (groupBy: string[], timeZone = 'Europe/Berlin') =>
    (await metrics(mia, 'groups { keys { label } from until opened }', { groupBy, timeZone })).groups.map(
      // eslint-disable-next-line @typescript-eslint/no-explicit-any
      ({ keys, opened }: any) => [...keys.map(({ label }: any) => label), opened].join(' '),
    )
  expect(await groupsBy(['WEEK'])).toEqual(['2030-03-04 1', '2030-03-25 1', '2030-04-01 1'])
  expect(await groupsBy(['WEEK'], 'America/New_York')).toEqual(['2030-03-04 1', '2030-03-25 2'])
  expect(await groupsBy(['MONTH', 'TEAM'])).toEqual(['2030-03 Shop 2', '2030-04 None 1'])
  expect(await groupsBy(['SERVICE', 'PRIORITY', 'TYPE'])).toEqual([
    ...['Checkout P1 DECLARATION 1', 'None P3 DECLARATION 2'],
  ])
  expect(await total(mia, 'opened', { filter: { teamId: [team], priority: ['P3'] } })).toEqual({ opened: 1 })
})

it('compares with the time before, counts drills where asked, and business hours', async () => {
  const drill = await declare(mia, { drill: true })
  await work(mia, 'incidentResolve', drill)
  const id = await declare(mia, { serviceId: await server.service('Mail') })
  await server.pass(10 * HOUR) // 09:00 in Berlin, until 19:00; the office closes at 17:00
  await work(mia, 'incidentAcknowledge', id)
  expect(await total(mia, 'opened')).toEqual({ opened: 1 })
  expect(await total(mia, 'opened', { drills: true })).toEqual({ opened: 2 })

  const businessCalendarId = await calendar({ mia })
  const { mtta } = await total(mia, 'mtta { mean }', { businessCalendarId })
  expect(minutes(mtta.mean)).toBe(8 * 60)

  await server.pass(7 * DAY)
  await declare(mia)
  await declare(mia)
  const day = { from: '2030-03-11T00:00:00Z', until: '2030-03-18T00:00:00Z' }
  expect(await total(mia, 'opened previous { opened mtta { count } }', { ...day, comparePrevious: true })).toEqual({
    ...{ opened: 2, previous: { opened: 1, mtta: { count: 1 } } },
  })
  const { groups } = await metrics(mia, 'groups { keys { label } previous { opened } }', {
    ...{ ...day, comparePrevious: true, groupBy: ['SERVICE'] },
  })
  expect(groups).toEqual([{ keys: [{ label: 'None' }], previous: null }])
})

it('is a table that spreadsheets read, and that runs nothing in them', async () => {
  const serviceId = await server.service('=HYPERLINK("http://example.com")')
  await work(mia, 'incidentResolve', await declare(mia, { serviceId }))
  const { csv } = await metrics(mia, 'csv', { groupBy: ['SERVICE'] })
  const [header, row, end] = csv.split('\r\n')
  expect(header).toMatch(/^service,opened,backlog,mttd_count,mttd_mean,.*,documentation_quality$/)
  expect(row).toMatch(/^"'=HYPERLINK\(""http:\/\/example.com""\)",1,0,0,,/)
  expect(row.split(',')).toHaveLength(header.split(',').length)
  expect(end).toBe('')
})

it('refuses what it cannot answer, and says what it can', async () => {
  expect(await refusal(mia, { until: '2028-01-01T00:00:00Z' })).toMatchObject({
    code: 'BAD_USER_INPUT',
    field: 'until',
  })
  expect(await refusal(mia, { until: '2039-01-01T00:00:00Z' })).toMatchObject({
    ...{ field: 'until', message: 'A range is at most five years long.' },
  })
  expect(await refusal(mia, { timeZone: 'Mars/Olympus' })).toMatchObject({ field: 'timeZone' })
  expect(await refusal(mia, { groupBy: ['TEAM', 'TEAM'] })).toMatchObject({ field: 'groupBy' })
  expect(await refusal(mia, { groupBy: ['DAY', 'WEEK'] })).toMatchObject({ field: 'groupBy' })
  expect(await refusal(mia, { groupBy: ['TEAM', 'SERVICE', 'PRIORITY', 'TYPE'] })).toMatchObject({ field: 'groupBy' })
  expect(await refusal(mia, { groupBy: ['WEEK'], comparePrevious: true })).toMatchObject({ field: 'comparePrevious' })
  expect(await refusal(mia, { businessCalendarId: 'bcl_none' })).toMatchObject({ code: 'NOT_FOUND' })
  await server.sql(
    `INSERT INTO services (id, name, created_at) SELECT 'svc_' || n, 'Service ' || n, now() FROM generate_series(1, 2001) n`,
  )
  await server.sql(
    `INSERT INTO incidents (id, title, description, status, visibility, impact, urgency, priority, drill, service_id, created_at, updated_at, version)
     SELECT 'inc_' || n, 't', '', 'TRIGGERED', 'ORGANIZATION', 'LOW', 'LOW', 'P5', false, 'svc_' || n, $1, $1, 1 FROM generate_series(1, 2001) n`,
    [server.clock.now()],
  )
  await server.sql('UPDATE metric_feed SET version = 0')
  await declare(mia)
  await counted(server)
  expect(await refusal(mia, { groupBy: ['SERVICE'] })).toMatchObject({
    ...{ field: 'groupBy', message: expect.stringContaining('more than 2,000 groups') },
  })
})
