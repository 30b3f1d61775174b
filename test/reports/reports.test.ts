import { change, carryOut, declare } from '../incidents/story.js'
import { HOUR, MINUTE, type Stage, policy, setStage } from '../sla/story.js'
import type { Person } from '../support/person.js'

/** Reports: as far as each may read. They begin in 2030, on Monday, 4 March, 09:00 in Berlin. */

let stage: Stage
let ada: Person
beforeEach(async () => {
  stage = await setStage()
  ada = await stage.server.as('RESPONDER', { name: 'Ada' })
})
afterEach(() => stage.server.stop())

const REPORT = `incident { title } durations { status times seconds } people { name roles pages }
  sla { kind state } statusUpdates { by body } timeline { by body } timelineTruncated markdown html`
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into answers of any shape
const reportOf = async (person: Person, id: string): Promise<any> =>
  (await person.run(`query ($id: ID!) { incidentReport(id: $id) { ${REPORT} } }`, { id })).incidentReport

const EVIL = '<script>alert(1)</script> | [x](javascript:1) & "q"\n# Not a heading\n</blockquote><img src=x onerror=1>'

it('an incident is told whole: how long, who, what was promised and what was said', async () => {
  await policy(stage, { name: 'Gold' })
  const id = await declare(ada)
  await stage.server.pass(10 * MINUTE)
  await change(ada, 'incidentStart', { id })
  await change(ada, 'incidentRoleAssign', { id, role: 'COMMANDER', userId: stage.mia.id })
  await stage.server.pass(20 * MINUTE)
  await change(ada, 'incidentHold', { id, reason: 'VENDOR' })
  await stage.server.pass(30 * MINUTE)
  await change(ada, 'incidentStart', { id })
  await carryOut(ada, 'incidentStatusUpdatePublish', 'statusUpdate { id }', {
    id,
    body: 'It works.',
    audience: 'PUBLIC',
  })
  await change(ada, 'incidentResolve', { id, resolution: 'Switched **it** off' })
  await stage.server.pass(HOUR)
  await change(ada, 'incidentReopen', { id, reason: 'Again' })
  await change(ada, 'incidentResolve', { id })
  const report = await reportOf(ada, id)
  const minutes = report.durations.map(({ status, times, seconds }: Record<string, number>) => [
    ...[status, times, Math.floor(seconds! / 60)],
  ])
  expect(minutes).toEqual([
    ...[
      ['TRIGGERED', 1, 10],
      ['IN_PROGRESS', 3, 20],
      ['ON_HOLD', 1, 30],
      ['RESOLVED', 2, 60],
    ],
  ])
  expect(report.people).toEqual([
    { name: 'Ada', roles: [], pages: 0 },
    { name: 'Mia', roles: ['COMMANDER'], pages: 0 },
  ])
  expect(report.sla.map(({ kind, state }: Record<string, string>) => `${kind} ${state}`)).toEqual([
    ...['RESOLUTION MET', 'RESPONSE MET', 'RESOLUTION MET'],
  ])
  expect(report.statusUpdates).toEqual([{ by: 'Ada', body: 'It works.' }])
  expect(report.timeline.map(({ body }: { body: string }) => body)).toEqual(
    expect.arrayContaining(['Declared', 'On hold, waiting for vendor', 'Reopened: Again']),
  )
  expect(report.markdown).toMatch(/^# Incident \\#1\\: Checkout is down\n/)
  expect(report.markdown).toContain('| in progress | 3 | 20 min |')
  expect(report.html).toContain('<td>on hold</td><td>1</td><td>30 min</td>')
})

it('is told to each as far as they may read it', async () => {
  await policy(stage)
  const rosa = await stage.server.as('REQUESTER', { name: 'Rosa' })
  const id = await declare(rosa)
  await carryOut(ada, 'incidentNoteAdd', 'entry { id }', { id, body: 'Root password is in use', audience: 'INTERNAL' })
  const update = { id, body: 'For partners', audience: 'PARTNER' }
  await carryOut(ada, 'incidentStatusUpdatePublish', 'statusUpdate { id }', update)
  const report = await reportOf(rosa, id)
  expect(report).toMatchObject({ people: [], sla: [], statusUpdates: [] })
  for (const text of [report.markdown, report.html, JSON.stringify(report.timeline)])
    for (const secret of ['Root password', 'For partners', 'Ada']) expect(text).not.toContain(secret)
  expect((await reportOf(ada, id)).html).toContain('Root password is in use')
  expect(await reportOf(await stage.server.as('PARTNER'), id)).toBeNull()
  await change(stage.mia, 'incidentVisibilityChange', { id, visibility: 'RESTRICTED', reason: 'Secret' })
  expect(await reportOf(await stage.server.as('RESPONDER'), id)).toBeNull()
})

it('takes what people wrote as text, in Markdown and in HTML', async () => {
  const id = await declare(ada, { title: EVIL.split('\n')[0] })
  await carryOut(ada, 'incidentNoteAdd', 'entry { id }', { id, body: EVIL, audience: 'INTERNAL' })
  await carryOut(ada, 'incidentStatusUpdatePublish', 'statusUpdate { id }', { id, body: EVIL, audience: 'PUBLIC' })
  const { html, markdown } = await reportOf(ada, id)
  expect(html).not.toMatch(/<script|<img|<a |<\/blockquote><img/i)
  expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
  expect(markdown).not.toMatch(/(^|[^\\])<script|(^|[^\\])\[x\]/)
  expect(markdown.match(/^#+ .*/gm)!.filter((line: string) => line.includes('Not a heading'))).toEqual([])
})

const SUMMARY = `from until teamName opened resolved open reopened secondsToAcknowledge secondsToResolve
  byPriority { priority opened resolved } byService { service opened } byDay { day opened resolved }
  sla { kind decided met compliance } markdown html`
// eslint-disable-next-line @typescript-eslint/no-explicit-any
const summaryOf = async (person: Person, args: object = {}): Promise<any> => {
  const query = `query ($period: SummaryPeriod!, $start: String!, $timeZone: String!, $teamId: ID) {
    summaryReport(period: $period, start: $start, timeZone: $timeZone, teamId: $teamId) { ${SUMMARY} } }`
  const given = { period: 'WEEK', start: '2030-03-04', timeZone: 'Europe/Berlin', ...args }
  const { data, errors } = await person.send(query, given)
  return errors ? errors[0] : data.summaryReport
}

it('a week is summed up: of what the viewer may read, by day of their zone', async () => {
  await policy(stage, { responseMinutes: 30, resolutionMinutes: 60 })
  const teamId = await stage.server.team('Payments')
  const serviceId = await stage.server.service('Checkout <b>', teamId)
  const [first, second] = [await declare(ada, { serviceId }), await declare(stage.mia, { visibility: 'RESTRICTED' })]
  await declare(ada, { drill: true })
  await stage.server.pass(10 * MINUTE)
  for (const id of [first, second]) await change(stage.mia, 'incidentAcknowledge', { id })
  await stage.server.pass(20 * MINUTE)
  await change(stage.mia, 'incidentResolve', { id: first })
  await stage.server.pass(15 * HOUR) // half past midnight in Berlin, still Monday in UTC
  await change(stage.mia, 'incidentResolve', { id: second })
  await declare(ada)
  const whole = await summaryOf(stage.mia)
  expect(whole).toMatchObject({
    ...{ from: '2030-03-03T23:00:00.000Z', until: '2030-03-10T23:00:00.000Z', teamName: null },
    ...{ opened: 3, resolved: 2, open: 1, reopened: 0 },
    sla: [
      { kind: 'RESPONSE', decided: 2, met: 2, compliance: 1 },
      { kind: 'RESOLUTION', decided: 2, met: 1, compliance: 0.5 },
    ],
  })
  expect(Math.floor(whole.secondsToAcknowledge / 60)).toBe(10)
  expect(whole.byDay.slice(0, 3)).toEqual([
    { day: '2030-03-04', opened: 2, resolved: 1 },
    { day: '2030-03-05', opened: 1, resolved: 1 },
    { day: '2030-03-06', opened: 0, resolved: 0 },
  ])
  expect(whole.byDay).toHaveLength(7)
  expect(whole.html.match(/<svg /g)).toHaveLength(2)
  expect(whole.html).not.toMatch(/<script|<b>/)
  expect(whole.html).toContain('Checkout &lt;b&gt;')
  expect(await summaryOf(ada)).toMatchObject({ opened: 2, resolved: 1, sla: [{ decided: 1 }, { decided: 1, met: 1 }] })
  expect(await summaryOf(ada, { teamId })).toMatchObject({ teamName: 'Payments', opened: 1 })
  expect(await summaryOf(await stage.server.as('STAKEHOLDER'))).toMatchObject({ opened: 2, sla: [] })
  const february = await summaryOf(ada, { period: 'MONTH', start: '2030-01-31' })
  expect(february).toMatchObject({ opened: 0, secondsToResolve: null, until: '2030-02-27T23:00:00.000Z' })
})

it.each([
  ['a day that does not exist', { start: '2030-02-31' }, 'start'],
  ['no day', { start: 'yesterday' }, 'start'],
  ['an unknown zone', { timeZone: 'Mars/Base' }, 'timeZone'],
  ['a team that is not there', { teamId: 'team_x' }, 'team'],
])('a summary is refused for %s', async (_, input, named) => {
  const error = await summaryOf(ada, input)
  expect(['BAD_USER_INPUT', 'NOT_FOUND']).toContain(error.extensions.code)
  expect(JSON.stringify(error)).toContain(named)
})
