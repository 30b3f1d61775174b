import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import pg from 'pg'
import { finished, newDataDir, newDatabase, tocsin } from '../cli/command.js'
import { startTestServer } from '../support/server.js'

const HEADER =
  'number,incident_state,sys_mod_count,made_sla,caller_id,opened_at,sys_updated_by,sys_updated_at,impact,urgency,priority,assignment_group,assigned_to,knowledge,problem_id,rfc,resolved_at,closed_at'
/** A row of the log: what a story does not say is as below. */
const row = (number: string, state: string, count: number, at: string, rest: Record<string, string> = {}) =>
  HEADER.split(',')
    .map((column) => {
      const told: Record<string, string> = { number, incident_state: state, sys_mod_count: String(count), ...rest }
      return { ...COMMON, sys_updated_at: at, ...told }[column] ?? '?'
    })
    .join(',')
const COMMON: Record<string, string> = {
  ...{ made_sla: 'true', caller_id: 'Caller 1', opened_at: '1/3/2016 08:00', sys_updated_by: 'Worker 1' },
  ...{ impact: '2 - Medium', urgency: '2 - Medium', priority: '3 - Moderate', assignment_group: 'Group 7' },
}
const STORY = [
  row('INC1', 'New', 0, '1/3/2016 08:05'),
  row('INC1', 'Active', 1, '1/3/2016 09:00', { assigned_to: 'Worker 2' }),
  row('INC1', 'Awaiting Vendor', 2, '1/3/2016 10:00', { assigned_to: 'Worker 2', problem_id: 'PRB9' }),
  row('INC1', 'Resolved', 3, '2/3/2016 10:00', { assigned_to: 'Worker 2', resolved_at: '2/3/2016 10:00' }),
  row('INC1', 'Closed', 4, '7/3/2016 10:00', { resolved_at: '2/3/2016 10:00', closed_at: '7/3/2016 10:00' }),
]

const file = async (name: string, content: string | Buffer) => {
  const path = join(await newDataDir(), name)
  await writeFile(path, content)
  return path
}
const log = (rows: readonly string[], header = HEADER) => [header, ...rows, ''].join('\n')
const into = async (url: string, args: string[]) => finished(['import', 'servicenow', ...args], { DATABASE_URL: url })
const lastLine = ({ out }: { out: string }) => out.trim().split('\n').at(-1)

async function query(url: string, text: string) {
  const client = new pg.Client(url)
  await client.connect()
  const { rows } = await client.query(text)
  await client.end()
  return rows
}

it('brings incidents with their history at its past times, calls nobody, and tells no row twice', async () => {
  const server = await startTestServer()
  const { databaseUrl: url, sql } = server
  const path = await file('log.csv.gz', gzipSync(log(STORY)))
  const admin = await server.as('ADMIN')
  const live = await admin.subscribe('subscription { incidentEvents { type imported occurredAt } }')

  expect(await into(url, [path])).toMatchObject({ code: 0, errors: '' })
  const QUERY = `{ incidents(first: 5) { edges { node {
    title status createdAt acknowledgedAt resolvedAt closedAt team { name } reporter { name active }
    externalReferences { kind key } imported { system number madeSla }
    sla { records { kind source state startedAt stoppedAt metAt policyName targetMinutes } }
    timeline(first: 20) { edges { node { eventType body occurredAt } } } } } } }`
  const { edges } = (await admin.run(QUERY)).incidents
  expect(edges).toHaveLength(1)
  const { timeline, ...incident } = edges[0].node
  expect(incident).toEqual({
    ...{ title: 'INC1', status: 'CLOSED', createdAt: '2016-03-01T08:00:00.000Z' },
    ...{ acknowledgedAt: '2016-03-01T09:00:00.000Z', resolvedAt: '2016-03-02T10:00:00.000Z' },
    ...{ closedAt: '2016-03-07T10:00:00.000Z', team: { name: 'Group 7' } },
    reporter: { name: 'Caller 1', active: false },
    externalReferences: [
      { kind: 'INCIDENT', key: 'INC1' },
      { kind: 'PROBLEM', key: 'PRB9' },
    ],
    imported: { system: 'servicenow', number: 'INC1', madeSla: true },
    sla: {
      records: [
        {
          ...{ kind: 'RESOLUTION', source: 'IMPORT', state: 'MET', startedAt: '2016-03-01T08:00:00.000Z' },
          ...{ stoppedAt: '2016-03-02T10:00:00.000Z', metAt: '2016-03-02T10:00:00.000Z' },
          ...{ policyName: null, targetMinutes: null },
        },
      ],
    },
  })
  const told = timeline.edges.map(({ node }: { node: Record<string, string> }) => [
    node['occurredAt'],
    node['eventType'],
  ])
  expect(told).toEqual([
    ['2016-03-01T08:00:00.000Z', 'TRIGGERED'],
    ['2016-03-01T09:00:00.000Z', 'ROLE_ASSIGNED'],
    ['2016-03-01T09:00:00.000Z', 'STARTED'],
    ['2016-03-01T10:00:00.000Z', 'HELD'],
    ['2016-03-01T10:00:00.000Z', 'UPDATED'],
    ['2016-03-02T10:00:00.000Z', 'RESOLVED'],
    ['2016-03-02T10:00:00.000Z', 'UPDATED'],
    ['2016-03-07T10:00:00.000Z', 'ROLE_UNASSIGNED'],
    ['2016-03-07T10:00:00.000Z', 'CLOSED'],
  ])
  expect((await live.next()).data.incidentEvents).toEqual({
    ...{ type: 'TRIGGERED', imported: true, occurredAt: '2016-03-01T08:00:00.000Z' },
  })
  live.stop()

  // The same again adds nothing; a row more is appended.
  const outcomes = () => sql('SELECT number, kind, state, stopped_at FROM sla_records')
  expect(lastLine(await into(url, [path]))).toBe('0 rows told, of 0 new incidents; 5 were known; 0 were set aside')
  expect(await outcomes()).toHaveLength(1)
  const more = await file('more.csv', log([...STORY, row('INC1', 'Active', 5, '9/3/2016 10:00')]))
  expect(lastLine(await into(url, [more]))).toBe('1 rows told, of 0 new incidents; 5 were known; 0 were set aside')
  expect(await sql('SELECT status, reopen_count, resolved_at FROM incidents')).toEqual([
    { status: 'IN_PROGRESS', reopen_count: 1, resolved_at: null },
  ])
  // While it is open again nothing is decided; in the end it is, once for the whole incident.
  expect(await outcomes()).toEqual([])
  const broken = { made_sla: 'false', resolved_at: '10/3/2016 10:00' }
  await into(url, [await file('end.csv', log([row('INC1', 'Resolved', 6, '10/3/2016 10:05', broken)]))])
  expect(await outcomes()).toEqual([
    { number: 1, kind: 'RESOLUTION', state: 'BREACHED', stopped_at: new Date('2016-03-10T10:00Z') },
  ])
  for (const table of ['escalations', 'pages', 'notifications', 'graphile_worker._private_jobs'])
    expect(await sql(`SELECT * FROM ${table}`)).toEqual([])
  await server.stop()
}, 60_000)

it('sets aside what it does not understand, with line and reason, and goes on', async () => {
  const url = await newDatabase()
  const path = await file(
    'broken.csv',
    log([
      row('INC1', 'New', 0, '1/3/2016 08:05'),
      row('INC1', 'Dreaming', 1, '1/3/2016 08:06'),
      row('INC1', 'Active', 2, '31/2/2016 08:07'),
      'INC1,Active',
      row('INC1', 'Resolved', 3, '1/3/2016 09:00', { resolved_at: '1/3/2016 07:00' }), // before it was opened: kept
    ]),
  )
  const report = join(await newDataDir(), 'report.tsv')
  const { code, errors } = await into(url, [path])
  expect(code).toBe(2)
  expect(errors.trim().split('\n')).toEqual([
    'line 3: The state "Dreaming" is unknown: a mapping file can say what it is.',
    'line 4: sys_updated_at is "31/2/2016 08:07", no DAY_FIRST date and time.',
    'line 5: It has 2 columns, not 18.',
  ])
  expect((await into(url, [path, '--report', report])).errors).toBe('')
  expect(await query(url, 'SELECT line, row FROM import_set_aside ORDER BY line')).toMatchObject([
    { line: 3, row: expect.stringContaining('Dreaming') },
    { line: 4 },
    { line: 5, row: 'INC1,Active' },
  ])
  expect(await query(url, 'SELECT status, resolved_at < created_at AS backwards FROM incidents')).toEqual([
    { status: 'RESOLVED', backwards: true },
  ])
}, 60_000)

it('reads other columns, dates, states and zones by a mapping file, and refuses a wrong one', async () => {
  const url = await newDatabase()
  const theirs = log([row('INC1', 'Dreaming', 0, '2016-07-01 12:00:00', { opened_at: '2016-07-01 12:00:00' })])
  const path = await file('theirs.csv', theirs.replace('number', 'Ticket').replaceAll(',', ';'))
  const mapping = await file(
    'mapping.yaml',
    'system: acme\ndelimiter: ";"\ncolumns: { number: Ticket }\ndates: YEAR_FIRST\ntimeZone: Europe/Berlin\nstates: { Dreaming: ON_HOLD EVIDENCE }',
  )
  expect(await into(url, [path, '--mapping', mapping])).toMatchObject({ code: 0 })
  const [incident] = await query(url, 'SELECT status, hold_reason, created_at FROM incidents')
  expect(incident).toEqual({ status: 'ON_HOLD', hold_reason: 'EVIDENCE', created_at: new Date('2016-07-01T10:00Z') })
  const wrong = await file('wrong.yaml', 'dates: SOMETIMES')
  expect(await into(url, [path, '--mapping', wrong])).toMatchObject({
    ...{ code: 1, errors: 'tocsin: dates must be one of DAY_FIRST, MONTH_FIRST, YEAR_FIRST, not SOMETIMES.\n' },
  })
}, 60_000)

it('goes on where it was killed', async () => {
  const url = await newDatabase()
  const rows = Array.from({ length: 20_000 }, (_, n) =>
    row(`INC${n >> 1}`, n % 2 ? 'Resolved' : 'New', n % 2, '1/3/2016 09:00'),
  )
  const path = await file('long.csv', log(rows))
  const first = tocsin(['import', 'servicenow', path], { DATABASE_URL: url })
  await first.says(/^[1-9]\d* rows read/m)
  expect((await first.stop('SIGKILL')).signal).toBe('SIGKILL')
  const second = await into(url, [path])
  expect(second.code).toBe(0)
  expect(second.out).toMatch(/^[1-9]\d* rows read/) // not from the beginning
  expect(lastLine(second)).toBe('20000 rows told, of 10000 new incidents; 0 were known; 0 were set aside')
  const [counted] = await query(
    url,
    'SELECT (SELECT count(*)::int FROM incidents) AS incidents, (SELECT count(*)::int FROM sla_records) AS outcomes',
  )
  expect(counted).toEqual({ incidents: 10_000, outcomes: 10_000 })
}, 120_000)
