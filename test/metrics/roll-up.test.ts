import { Chance } from '../../src/demo/chance.js'
import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'
import { DAY, counted, declare, metrics, total, work } from './story.js'

/** Many incidents are counted from roll-ups. They hold what a count of every incident holds, whatever happens and when. */

// Half a year of incidents, and a hundred changes, take their time.
jest.setTimeout(180_000)

let server: TestServer
let mia: Person
let teams: string[]
beforeAll(async () => {
  server = await startTestServer()
  await server.pass(Date.parse('2030-03-04T08:00:00Z') - +server.clock.now())
  mia = await server.as('MANAGER', { name: 'Mia' })
  teams = [await server.team('A'), await server.team('B')]
  await past(8_000)
})
afterAll(() => server.stop())

/** Incidents of half a year, of all sorts, that have been there before anybody counted. */
async function past(count: number): Promise<void> {
  await server.sql(
    `INSERT INTO incidents (id, title, description, resolution, status, visibility, impact, urgency, priority, drill, team_id,
                            created_at, acknowledged_at, resolved_at, first_resolved_at, detected_at, updated_at, version)
     SELECT 'inc_p' || n, 't', CASE WHEN n % 3 = 0 THEN 'd' ELSE '' END, 'r',
            CASE WHEN n % 10 = 0 THEN 'TRIGGERED' ELSE 'RESOLVED' END,
            CASE n % 7 WHEN 0 THEN 'RESTRICTED' WHEN 1 THEN 'TEAM' ELSE 'ORGANIZATION' END, 'LOW', 'LOW',
            'P' || (1 + n % 5), n % 50 = 0, CASE n % 3 WHEN 0 THEN NULL ELSE ($2::text[])[n % 3] END,
            at, at + took * interval '0.1 s', CASE WHEN n % 10 > 0 THEN at + took * interval '1 s' END,
            CASE WHEN n % 10 > 0 THEN at + took * interval '1 s' END, CASE WHEN n % 4 > 0 THEN at END, at, 1
       FROM generate_series(1, $3::int) n,
            LATERAL (SELECT $1::timestamptz - (n * 32417 % 15552000) * interval '1 s' AS at, exp(3 + (n * 7919 % 1000) / 100.0) AS took) r`,
    [server.clock.now(), teams, count],
  )
  await server.sql('UPDATE metric_feed SET version = 0') // as after an update to other definitions
  await declare(mia, { drill: true })
  await counted(server)
}

/** What stands in the roll-ups. */
const cells = () => server.sql(`SELECT key, opened, ended, tally FROM metric_cells ORDER BY key`)

const RANGE = { from: '2029-09-01T00:00:00Z', until: '2030-09-01T00:00:00Z', timeZone: 'Asia/Kolkata' }

/** The same figures, counted by PostgreSQL from every incident that a condition lets pass. */
async function plain(condition: string, group: string) {
  const percentile = (share: number) =>
    `percentile_disc(${share}) WITHIN GROUP (ORDER BY extract(epoch FROM i.resolved_at - i.created_at))`
  return server.sql(
    `SELECT ${group} AS label, count(*)::int AS opened, count(i.resolved_at)::int AS count,
            avg(extract(epoch FROM i.resolved_at - i.created_at))::float8 AS mean,
            ${percentile(0.5)}::float8 AS p50, ${percentile(0.9)}::float8 AS p90, ${percentile(0.99)}::float8 AS p99
       FROM incidents i
      WHERE i.created_at >= '${RANGE.from}' AND i.created_at < '${RANGE.until}' AND NOT i.drill AND ${condition}
      GROUP BY 1 ORDER BY 1`,
  )
}

/** How many were open at each month's end, by priority. */
async function mustAgreeOnBacklog(): Promise<void> {
  const { groups } = await metrics(mia, 'groups { keys { value } backlog }', {
    ...RANGE,
    groupBy: ['PRIORITY', 'MONTH'],
  })
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  const told = groups.map(({ keys, backlog }: any) => [...keys.map(({ value }: any) => value), backlog].join(' '))
  const expected = await server.sql(
    `SELECT i.priority || ' ' || to_char(month, 'YYYY-MM') || ' ' || count(*) AS line
       FROM generate_series(timestamp '2029-09-01', timestamp '2030-09-01', interval '1 month') AS month,
            LATERAL (SELECT least((month + interval '1 month') AT TIME ZONE 'Asia/Kolkata', '${RANGE.until}') AS until) m
       CROSS JOIN incidents i WHERE i.created_at < m.until
        AND (i.status NOT IN ('RESOLVED', 'CLOSED', 'CANCELLED')
             OR coalesce(i.resolved_at, i.closed_at, i.updated_at) >= m.until)
        AND NOT i.drill AND i.visibility <> 'RESTRICTED' GROUP BY i.priority, month ORDER BY 1`,
  )
  expect(told.filter((line: string) => !line.endsWith(' 0'))).toEqual(expected.map(({ line }) => line))
}

const FIELDS = 'groups { keys { label } opened openToResolved { count mean p50 p90 p99 exact } }'

/** Means are exact, percentiles within two percent. */
async function mustAgree(person: Person, condition: string, groupBy: string, group: string, input: object = {}) {
  const answer = await metrics(person, FIELDS, { ...RANGE, ...input, groupBy: [groupBy] })
  const expected = await plain(condition, group)
  expect(answer.groups).toHaveLength(expected.length)
  for (const [index, { label, opened, count, mean, p50, p90, p99 }] of expected.entries()) {
    const told = answer.groups[index]
    expect(told).toMatchObject({ keys: [{ label }], opened, openToResolved: { count, exact: false } })
    const off = (value: number, from: number) => Math.abs(value / from - 1)
    expect(off(told.openToResolved.mean, mean)).toBeLessThan(1e-9)
    for (const [name, value] of Object.entries({ p50, p90, p99 }))
      expect(off(told.openToResolved[name], value)).toBeLessThanOrEqual(0.02)
  }
}

const IN_KOLKATA = `to_char(i.created_at AT TIME ZONE 'Asia/Kolkata', 'YYYY-MM')`
const BY_DAY = `to_char(i.created_at AT TIME ZONE 'Asia/Kolkata', 'YYYY-MM-DD')`

it('tells the same as a count of every incident, by whatever it is grouped', async () => {
  const all = `i.visibility <> 'RESTRICTED'`
  await mustAgree(mia, all, 'MONTH', IN_KOLKATA)
  await mustAgree(mia, all, 'DAY', BY_DAY)
  await mustAgree(mia, all, 'PRIORITY', 'i.priority')
  await mustAgreeOnBacklog()
})

it('counts for each only what they may see', async () => {
  const [stakeholder, requester] = [await server.as('STAKEHOLDER'), await server.as('REQUESTER')]
  const responder = await server.as('RESPONDER', { teams: [teams[0]!] })
  await mustAgree(stakeholder, `i.visibility = 'ORGANIZATION'`, 'PRIORITY', 'i.priority')
  await server.sql(
    `INSERT INTO incident_participants (incident_id, user_id) SELECT 'inc_p' || n, $1 FROM unnest('{7,14,21}'::int[]) n`,
    [responder.id],
  )
  const theirs = `(i.visibility = 'ORGANIZATION' OR i.visibility = 'TEAM' AND i.team_id = '${teams[0]}' OR i.id IN ('inc_p7', 'inc_p14', 'inc_p21'))`
  await mustAgree(responder, theirs, 'PRIORITY', 'i.priority')
  expect(await total(requester, 'opened', RANGE)).toEqual({ opened: 0 })
  await declare(requester)
  expect(await total(requester, 'opened', RANGE)).toEqual({ opened: 1 })
})

it('holds what a count of everything holds, after all that can happen to incidents', async () => {
  const chance = new Chance(11)
  const open: string[] = []
  const resolved: string[] = []
  const take = (from: string[]) => from.splice(Math.floor(chance.next() * from.length), 1)[0]!
  for (let n = 0; n < 100; n++) {
    await server.pass(chance.between(0, DAY / 2))
    const step = chance.next()
    if (step < 0.4 || open.length === 0) open.push(await declare(mia, { teamId: chance.pick([...teams, null]) }))
    else if (step < 0.5) await work(mia, 'incidentTriage', chance.pick(open), { impact: chance.pick(['HIGH', 'LOW']) })
    else if (step < 0.6) await work(mia, 'incidentUpdate', chance.pick(open), { teamId: chance.pick(teams) })
    else if (step < 0.65)
      await work(mia, 'incidentVisibilityChange', chance.pick(open), {
        visibility: 'TEAM',
        reason: 'Not for all',
      }).catch(() => undefined)
    else if (step < 0.8) {
      const id = take(open)
      await work(mia, 'incidentResolve', id)
      resolved.push(id)
    } else if (step < 0.85) await work(mia, 'incidentCancel', take(open), { reason: 'None' })
    else if (step < 0.93 && resolved.length > 0) {
      const id = take(resolved)
      await work(mia, 'incidentReopen', id, { reason: 'Again' })
      open.push(id)
    } else if (resolved.length > 0) {
      const detectedAt = new Date(+server.clock.now() - 20 * DAY).toISOString()
      await work(mia, 'incidentTimesCorrect', chance.pick(resolved), { detectedAt, reason: 'Seen earlier' })
    }
    if (n % 40 === 20) await server.restart()
    // What has not been fed yet is counted, too.
    if (n % 10 === 0) await mustAgree(mia, `i.visibility <> 'RESTRICTED'`, 'PRIORITY', 'i.priority')
    if (n % 30 === 0) await mustAgreeOnBacklog()
  }
  // Retention takes old ones away.
  await server.sql(`DELETE FROM incident_participants WHERE incident_id LIKE 'inc_p1%'`)
  await server.sql(
    `WITH gone AS (DELETE FROM incidents WHERE id LIKE 'inc_p1%' RETURNING id)
     INSERT INTO events (type, subject, incident_id, audience, actor_kind, actor_id, payload, occurred_at)
     SELECT 'retention.deleted', id, id, 'INTERNAL', 'SYSTEM', 'system', '{}', now() FROM gone`,
  )
  await counted(server)
  await mustAgree(mia, `i.visibility <> 'RESTRICTED'`, 'PRIORITY', 'i.priority')
  await mustAgreeOnBacklog()
  const drill = await declare(mia, { drill: true })
  await counted(server)
  const fed = await cells()
  expect(fed.length).toBeGreaterThan(500)
  await server.sql('UPDATE metric_feed SET version = 0')
  await work(mia, 'incidentNoteAdd', drill, { body: 'To wake it' })
  await counted(server)
  expect(await cells()).toEqual(fed)
})

it('is told again when something changes, without being asked', async () => {
  const stream = await mia.subscribe(
    'subscription ($input: MetricsInput!) { metricsChanged(input: $input) { total { opened } } }',
    { input: RANGE },
  )
  const before = (await stream.next()).data.metricsChanged.total.opened
  await declare(mia)
  for (;;) {
    const { opened } = (await stream.next()).data.metricsChanged.total
    if (opened === before + 1) break
    expect(opened).toBe(before)
  }
  stream.stop()
})

it('tells each subscriber their own figures, though all ask the same', async () => {
  const declareForA = async () => {
    const id = await declare(mia, { teamId: teams[0] })
    await work(mia, 'incidentVisibilityChange', id, { visibility: 'TEAM', reason: 'Not for all' })
  }
  const people = [
    await server.as('RESPONDER', { teams: [teams[0]!] }),
    await server.as('RESPONDER', { teams: [teams[1]!] }),
  ]
  const opened = () =>
    Promise.all(people.map(async (person) => (await total(person, 'opened', RANGE)).opened as number))
  for (let [a, b] = await opened(); a! < b! + 5;) {
    await declareForA()
    ;[a, b] = await opened()
  }
  await counted(server)
  const before = await opened()
  const query = `subscription ($input: MetricsInput!) { metricsChanged(input: $input) { total { opened } groups { opened } } }`
  const streams = await Promise.all(people.map((person) => person.subscribe(query, { input: RANGE })))
  await declare(mia)
  for (const [index, stream] of streams.entries()) {
    for (let told = -1; told !== before[index]! + 1;) {
      const { total: all, groups } = (await stream.next()).data.metricsChanged
      expect(groups).toEqual([all])
      told = all.opened
      expect([before[index], before[index]! + 1]).toContain(told)
    }
    stream.stop()
  }
})
