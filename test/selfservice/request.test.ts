import type { Person } from '../support/person.js'
import {
  DAY,
  type Stage,
  carryOut,
  change,
  comments,
  look,
  mailed,
  refusal,
  report,
  setStage,
  solve,
  work,
} from './story.js'

let stage: Stage
let rita: Person
beforeAll(async () => {
  stage = await setStage()
  rita = await stage.server.as('REQUESTER', { name: 'Rita' })
})
afterAll(() => stage.server.stop())
beforeEach(async () => {
  await mailed(stage)
  stage.mail.calls.splice(0)
})

const EVENTS = `subscription ($after: String, $filter: RequestEventFilter) {
  requestEvents(after: $after, filter: $filter) { cursor type request { status rating { score } } comment { body } } }`

it('is reported, followed, solved, reopened, solved again, rated and closed', async () => {
  const reported = await report(stage, rita)
  const { id } = reported
  const stream = await rita.subscribe(EVENTS, { after: reported.eventCursor })
  const heard = async () => (await stream.next()).data.requestEvents

  await work(stage, 'incidentAcknowledge', reported)
  await work(stage, 'incidentStart', reported)
  expect(await heard()).toMatchObject({ type: 'STATUS_CHANGED', request: { status: 'IN_PROGRESS' }, comment: null })

  await work(stage, 'incidentNoteAdd', reported, { body: 'It is the firewall again.' })
  await work(stage, 'incidentTriage', reported, { impact: 'HIGH' })
  await work(stage, 'incidentNoteAdd', reported, { body: 'Have you restarted it?', audience: 'PUBLIC' })
  expect(await heard()).toMatchObject({ type: 'COMMENTED', comment: { body: 'Have you restarted it?' } })
  await mailed(stage) // before the next one: messages go out side by side

  await work(stage, 'incidentResolve', reported, { resolution: 'Update the client.' })
  expect(await heard()).toMatchObject({ type: 'STATUS_CHANGED', request: { status: 'SOLVED' } })
  expect(await mailed(stage)).toEqual(['New comment: VPN drops every hour', 'Solved: VPN drops every hour'])
  expect(await change(rita, 'requestRate', { id, score: 2 }, 'rating { score comment }')).toEqual({
    rating: { score: 2, comment: null },
  })
  expect(await heard()).toMatchObject({ type: 'RATED', request: { rating: { score: 2 } } })

  await stage.server.pass(6 * DAY)
  expect(await change(rita, 'requestReopen', { id, reason: 'It still drops.' }, 'status rating { score }')).toEqual({
    ...{ status: 'IN_PROGRESS', rating: null },
  })
  expect(await heard()).toMatchObject({ type: 'STATUS_CHANGED', request: { status: 'IN_PROGRESS', rating: null } })
  await stage.server.pass(2 * DAY) // what was to be closed before it was reopened is not
  expect(await mailed(stage)).toHaveLength(2)
  expect(await look(rita, id)).toEqual({ status: 'IN_PROGRESS' })

  await work(stage, 'incidentResolve', reported, { resolution: 'Replaced the gateway.' })
  const { eventCursor } = await carryOut(rita, 'requestRate', 'eventCursor', { id, score: 4, comment: ' Good now. ' })
  await change(rita, 'requestRate', { id, score: 5, comment: 'Really.' })
  expect(await look(stage.ada, id, 'resolution rating { score comment } ratings { score }')).toEqual({
    ...{ resolution: 'Replaced the gateway.', rating: { score: 5, comment: 'Really.' } },
    ratings: [{ score: 2 }, { score: 5 }],
  })
  await stage.server.pass(7 * DAY)
  expect((await stream.take(4)).map(({ data }) => data.requestEvents.request.status)).toEqual([
    ...['SOLVED', 'SOLVED', 'SOLVED', 'CLOSED'],
  ])
  stream.stop()
  const again = await rita.subscribe(EVENTS, { after: eventCursor, filter: { requestId: [id] } })
  expect((await again.take(2)).map(({ data }) => data.requestEvents.type)).toEqual(['RATED', 'STATUS_CHANGED'])
  again.stop()
  expect(await mailed(stage)).toHaveLength(3)
})

it('asks in words that everybody understands how urgent it is', async () => {
  const levels = async (input: object) => {
    const { incidentId } = await report(stage, rita, input)
    const query = 'query ($id: ID!) { incident(id: $id) { impact urgency priority reporter { id } visibility } }'
    return (await rita.run(query, { id: incidentId })).incident
  }
  const own = { reporter: { id: rita.id }, visibility: 'ORGANIZATION' }
  expect(await levels({})).toEqual({ impact: 'LOW', urgency: 'MEDIUM', priority: 'P4', ...own })
  expect(await levels({ reach: 'MANY_PEOPLE', hindrance: 'CANNOT_WORK' })).toMatchObject({ priority: 'P1' })
  expect(await levels({ reach: 'MY_TEAM', hindrance: 'CAN_WAIT' })).toMatchObject({ priority: 'P4', impact: 'MEDIUM' })
})

it('goes on when the answer comes that it waited for', async () => {
  const reported = await report(stage, rita)
  const { id } = reported
  await work(stage, 'incidentStart', reported)
  await work(stage, 'incidentHold', reported, { reason: 'VENDOR' })
  expect(await look(rita, id)).toEqual({ status: 'WAITING_FOR_OTHERS' })
  await change(rita, 'requestComment', { id, body: 'Any news?' })
  expect(await look(rita, id)).toEqual({ status: 'WAITING_FOR_OTHERS' })

  await work(stage, 'incidentStart', reported)
  await work(stage, 'incidentHold', reported, { reason: 'USER_INFORMATION', note: 'Which version?' })
  expect(await look(rita, id)).toEqual({ status: 'WAITING_FOR_YOU' })
  expect(await mailed(stage)).toEqual(['Your answer is needed: VPN drops every hour'])
  expect(await change(rita, 'requestComment', { id, body: '5.1' })).toEqual({ id, status: 'IN_PROGRESS' })
  expect(await comments(rita, id)).toEqual([
    ...['On hold, waiting for vendor', 'Any news?'],
    ...['On hold, waiting for user information: Which version?', '5.1'],
  ])
})

it('shows no comment that is meant for others', async () => {
  const reported = await report(stage, rita)
  for (const audience of ['INTERNAL', 'STAKEHOLDER', 'PARTNER', 'PUBLIC'])
    await work(stage, 'incidentNoteAdd', reported, { body: audience, audience })
  for (const reader of [rita, stage.ada, await stage.server.as('ADMIN')])
    expect(await comments(reader, reported.id)).toEqual(['PUBLIC'])
  expect(await mailed(stage)).toEqual(['New comment: VPN drops every hour'])
  const told = JSON.stringify(await stage.server.sql(`SELECT payload FROM events WHERE type LIKE 'request.%'`))
  expect(told).not.toMatch(/INTERNAL|PARTNER|STAKEHOLDER|priority|teamId|impact/)
})

it('is reopened in time, and after that refused with the bound', async () => {
  const reported = await report(stage, rita)
  const { id } = reported
  expect(await refusal(rita, 'requestReopen', { id, reason: 'No' })).toMatchObject({
    ...{ code: 'INVALID_TRANSITION', field: 'id', message: 'It is not solved yet.' },
  })
  await solve(stage, reported)
  const { answerUntil, resolvedAt } = await look(rita, id, 'answerUntil resolvedAt')
  expect(Date.parse(answerUntil) - Date.parse(resolvedAt)).toBe(7 * DAY)
  await stage.server.pass(7 * DAY + 1)
  await mailed(stage)
  expect(await look(rita, id, 'status closedAt')).toEqual({ status: 'CLOSED', closedAt: expect.any(String) })
  const within = `within 7 days of its resolution, until ${answerUntil}.`
  expect(await refusal(rita, 'requestReopen', { id, reason: 'No' })).toMatchObject({
    ...{ code: 'INVALID_TRANSITION', message: `It could be reopened ${within} Report it anew.` },
  })
  expect(await refusal(rita, 'requestRate', { id, score: 3 })).toMatchObject({
    ...{ code: 'INVALID_TRANSITION', message: `It could be rated ${within}` },
  })
  expect(await refusal(rita, 'requestComment', { id, body: 'Hello?' })).toMatchObject({ code: 'INVALID_TRANSITION' })
  expect(await refusal(rita, 'requestCancel', { id })).toMatchObject({ code: 'INVALID_TRANSITION' })
})

it('may be rated when it was closed early, not reopened; taken back while open only', async () => {
  const reported = await report(stage, rita)
  const { id } = reported
  await solve(stage, reported)
  await work(stage, 'incidentClose', reported)
  expect(await refusal(rita, 'requestReopen', { id, reason: 'No' })).toMatchObject({
    message: 'It has been closed for good; report it anew.',
  })
  expect(await change(rita, 'requestRate', { id, score: 1 }, 'rating { score }')).toEqual({ rating: { score: 1 } })
  const other = await report(stage, rita)
  expect(await change(rita, 'requestCancel', { id: other.id, reason: 'Works again.' })).toMatchObject({
    status: 'CANCELLED',
  })
  expect(await mailed(stage)).toEqual(['Solved: VPN drops every hour'])
})

it.each([
  ['requestReport', { title: 'x'.repeat(10_000) }, 'title'],
  ['requestReport', { title: '   ' }, 'title'],
  ['requestReport', { title: 'VPN', description: 'x'.repeat(20_001) }, 'description'],
  ['requestReport', { title: 'VPN', contact: 'x'.repeat(301) }, 'contact'],
  ['requestRate', { score: 0 }, 'score'],
  ['requestRate', { score: 6 }, 'score'],
  ['requestRate', { score: -1 }, 'score'],
  ['requestRate', { score: 3, comment: 'x'.repeat(2_001) }, 'comment'],
  ['requestComment', { body: '' }, 'body'],
  ['requestComment', { body: 'x'.repeat(20_001) }, 'body'],
  ['requestReopen', { reason: '' }, 'reason'],
])('%s refuses bad input by its field, and writes nothing', async (name, input, field) => {
  const reported = await report(stage, rita)
  await solve(stage, reported)
  const count = async () =>
    (await stage.server.sql("SELECT count(*)::int AS n FROM events WHERE type <> 'metrics.counted'"))[0]!['n']
  const before = await count()
  const id = name === 'requestReport' ? {} : { id: reported.id }
  expect(await refusal(rita, name, { ...id, ...input })).toMatchObject({ code: 'BAD_USER_INPUT', field })
  expect(await count()).toBe(before)
})

it('refuses to rate what is not solved, and a service that is none', async () => {
  const { id } = await report(stage, rita)
  expect(await refusal(rita, 'requestRate', { id, score: 5 })).toMatchObject({
    ...{ code: 'INVALID_TRANSITION', message: 'Only what is solved can be rated.' },
  })
  expect(await refusal(rita, 'requestReport', { title: 'VPN', serviceId: 'svc_none' })).toMatchObject({
    ...{ code: 'NOT_FOUND', field: 'serviceId' },
  })
})

it('is listed by status, newest first, with its own only', async () => {
  const sam = await stage.server.as('REQUESTER')
  const first = await report(stage, sam)
  const second = await report(stage, sam)
  await solve(stage, first)
  const ids = async (filter: object | null) =>
    (
      await sam.run(
        'query ($filter: RequestFilter) { myRequests(first: 10, filter: $filter) { totalCount edges { node { id } } } }',
        { filter },
      )
    ).myRequests.edges.map(({ node }: { node: { id: string } }) => node.id)
  expect(await ids(null)).toEqual([second.id, first.id])
  expect(await ids({ open: true })).toEqual([second.id])
  expect(await ids({ open: false })).toEqual([first.id])
  expect(await ids({ status: ['SOLVED'] })).toEqual([first.id])
})
