import { makeSchedule } from '../oncall/story.js'
import { settle } from '../notifications/story.js'
import { createPoint } from '../notifications/story.js'
import type { Person } from '../support/person.js'
import { MINUTE, type Stage, act, declare, look, route, setStage, step, until } from './story.js'

/** Who hears of pages and escalations, and what of them. */

let stage: Stage
let ada: Person
let bob: Person
beforeAll(async () => {
  stage = await setStage()
  ada = await stage.server.as('RESPONDER', { name: 'Ada' })
  bob = await stage.server.as('RESPONDER', { name: 'Bob' })
})
afterAll(() => stage.server.stop())

const finish = (id: string) => act(stage.manager, 'incidentResolve', id)

const MY_PAGES = `subscription ($after: String) { myPages(after: $after) {
  cursor type page { state user { name } incident { id } because } } }`

it('are followed by whoever is called, and missed by nobody who comes back', async () => {
  await route(stage, [step(ada), step(bob)])
  const stream = await ada.subscribe(MY_PAGES)
  const id = await declare(stage.manager)
  const opened = (await stream.next()).data.myPages
  expect(opened).toMatchObject({ type: 'OPENED', page: { state: 'OPEN', user: { name: 'Ada' }, incident: { id } } })
  stream.stop()
  await stage.server.pass(5 * MINUTE) // Bob is called, too, which is not hers to hear here
  await until(stage, id, 'PAGED', 2)
  await act(ada, 'incidentAcknowledge', id)
  const resumed = await ada.subscribe(MY_PAGES, { after: opened.cursor })
  expect((await resumed.next()).data.myPages).toMatchObject({ type: 'ACKNOWLEDGED', page: { state: 'ACKNOWLEDGED' } })
  resumed.stop()
  const mine = await ada.run(
    `{ myPages(first: 10) { totalCount edges { node { state entry { summary } notification { kind } } } } }`,
  )
  expect(mine.myPages).toMatchObject({
    totalCount: 1,
    edges: [
      {
        node: {
          state: 'ACKNOWLEDGED',
          entry: { summary: expect.stringMatching(/^Paged Ada/) },
          notification: { kind: 'PAGE' },
        },
      },
    ],
  })
  expect((await bob.run('{ myPages(first: 10, open: true) { totalCount } }')).myPages.totalCount).toBe(0)
  expect((await bob.run('{ myPages(first: 10, open: false) { edges { node { state } } } }')).myPages.edges).toEqual([
    { node: { state: 'ENDED' } },
  ])
})

it('are one at a time for each incident: whoever is called anew has one that is open', async () => {
  await route(stage, [step(ada)], { repeat: 1 })
  const id = await declare(stage.manager)
  await until(stage, id, 'PAGED')
  await stage.server.pass(5 * MINUTE)
  await until(stage, id, 'PAGED', 2)
  const { pages } = await look(stage.manager, id)
  expect(pages.edges.map(({ node }: { node: { state: string } }) => node.state)).toEqual(['ENDED', 'OPEN'])
  await finish(id)
})

it('bring in whoever could not take the incident otherwise', async () => {
  const teamId = await stage.server.team('Payments')
  await route(stage, [step(ada)])
  const id = await declare(stage.manager, { teamId, visibility: 'TEAM' })
  await until(stage, id, 'PAGED')
  await act(ada, 'incidentAcknowledge', id)
  expect(await look(ada, id)).toMatchObject({ acknowledgedBy: { name: 'Ada' } })
  const { incident } = await bob.run('query ($id: ID!) { incident(id: $id) { id } }', { id })
  expect(incident).toBeNull()
})

it('tell a shared channel nothing that not everybody may see', async () => {
  const { contactPoint } = await createPoint(stage.manager, {
    ...{ kind: 'EMAIL', name: 'Everybody', address: 'all@example.com', userId: null },
  })
  await route(stage, [{ targets: [{ kind: 'CONTACT_POINT', id: contactPoint.id }], delayMinutes: 5 }])
  const drain = async () => {
    for (;;) {
      const call = await stage.mail.next()
      if (call.address === 'all@example.com') return call.message.items[0]!
    }
  }
  const open = await declare(stage.manager, { title: 'Checkout is down', description: 'The card processor' })
  expect(await drain()).toMatchObject({ title: expect.stringContaining('Checkout is down'), actions: [] })
  const secret = await declare(stage.manager, {
    ...{ title: 'Stolen keys', description: 'of the vault', visibility: 'RESTRICTED' },
  })
  const told = await drain()
  expect(told).toMatchObject({
    title: expect.stringMatching(/^#\d+ P3 An incident that not everybody may see$/),
    body: '',
    facts: [],
  })
  expect(JSON.stringify(told)).not.toMatch(/keys|vault/)
  const { pages } = await look(
    stage.manager,
    secret,
    'pages(first: 1) { edges { node { user { id } contactPoint { name } } } }',
  )
  expect(pages.edges[0].node).toEqual({ user: null, contactPoint: { name: 'Everybody' } })
  await finish(open)
  await finish(secret)
})

it('are not sent any more to whoever has lost sight of the incident meanwhile', async () => {
  await settle(stage.server)
  const { contactPoints } = (await bob.run('{ me { contactPoints { id } } }')).me
  await bob.do(
    'mutation ($input: NotificationRuleCreateInput!) { notificationRuleCreate(input: $input) { userErrors { message } } }',
    { contactPointId: contactPoints[0].id, urgency: 'HIGH', delayMinutes: 3 },
  )
  await route(stage, [step(bob)])
  const id = await declare(stage.manager)
  await until(stage, id, 'PAGED')
  await stage.server.sql("UPDATE incidents SET visibility = 'RESTRICTED' WHERE id = $1", [id])
  await stage.server.sql('DELETE FROM incident_participants WHERE user_id = $1', [bob.id])
  const before = stage.mail.calls.length
  await stage.server.pass(3 * MINUTE)
  await settle(stage.server)
  expect(stage.mail.calls.length).toBe(before)
  const [delivery] = await stage.server.sql(
    `SELECT d.withdrawn_at FROM deliveries d JOIN notifications n ON n.id = d.notification_id WHERE n.subject = $1`,
    [id],
  )
  expect(delivery!['withdrawn_at']).not.toBeNull()
  await finish(id)
})

describe('escalations', () => {
  const EVENTS = `subscription ($after: String, $filter: EscalationEventFilter) {
    escalationEvents(after: $after, filter: $filter) {
      cursor type incident { id } escalation { state step next { number } } entry { summary pages { user { name } } } } }`

  it('are followed live and resumed, by filters', async () => {
    await route(stage, [step(ada), step(bob)])
    const other = await declare(stage.manager, { impact: 'LOW', urgency: 'LOW' })
    const stream = await bob.subscribe(EVENTS, { filter: { priority: ['P1'] } })
    const id = await declare(stage.manager, { impact: 'HIGH', urgency: 'HIGH' })
    const paged = (await stream.next()).data.escalationEvents
    expect(paged).toMatchObject({
      ...{ type: 'PAGED', incident: { id }, escalation: { state: 'ESCALATING', step: 1, next: { number: 2 } } },
      entry: { pages: [{ user: { name: 'Ada' } }] },
    })
    stream.stop()
    await act(ada, 'incidentAcknowledge', id)
    await finish(id)
    const resumed = await bob.subscribe(EVENTS, { after: paged.cursor, filter: { incidentId: [id] } })
    const types = (await resumed.take(2)).map(({ data }) => data.escalationEvents.type)
    expect(types).toEqual(['ACKNOWLEDGED', 'ENDED'])
    resumed.stop()
    await finish(other)
  })

  it('are nothing for those who do not run incidents', async () => {
    await route(stage, [step(ada)])
    const requester = await stage.server.as('REQUESTER')
    const stakeholder = await stage.server.as('STAKEHOLDER')
    const id = await declare(requester)
    await until(stage, id, 'PAGED')
    expect(await look(requester, id)).toBeNull()
    expect(await look(stakeholder, id)).toBeNull()
    expect(
      (await requester.run('query ($id: ID!) { escalationExplain(incidentId: $id) { summary } }', { id }))
        .escalationExplain,
    ).toBeNull()
    const { timeline } = (
      await requester.run(
        'query ($id: ID!) { incident(id: $id) { timeline(first: 10) { edges { node { body } } } } }',
        { id },
      )
    ).incident
    expect(timeline.edges).toEqual([{ node: { body: 'Declared' } }])
    const [{ id: pageId } = { id: '' }] = await stage.server.sql('SELECT id FROM pages WHERE incident_id = $1', [id])
    const node = 'query ($id: ID!) { node(id: $id) { ... on Page { because } } }'
    expect((await requester.run(node, { id: pageId })).node).toBeNull()
    expect((await bob.run(node, { id: pageId })).node).toEqual({ because: 'Named by the step' })
    const stream = await requester.subscribe(EVENTS, { filter: { incidentId: [id] } })
    const heard = await requester.subscribe(
      'subscription ($filter: IncidentEventFilter) { incidentEvents(filter: $filter) { type } }',
      { filter: { incidentId: [id] } },
    )
    await finish(id)
    expect((await heard.next()).data.incidentEvents.type).toBe('RESOLVED')
    expect(stream.received).toEqual([])
    for (const each of [stream, heard]) each.stop()
  })
})

it('explains why nobody was called', async () => {
  const team = await stage.server.team('Databases')
  await stage.server.sql('UPDATE escalation_rules SET team_ids = ARRAY[$1]', [team])
  const id = await declare(stage.manager)
  const { escalationExplain } = await stage.manager.run(
    'query ($id: ID!) { escalationExplain(incidentId: $id) { summary escalation { state } verdicts { matches reason } } }',
    { id },
  )
  expect(escalationExplain.escalation).toBeNull()
  expect(escalationExplain.summary).toMatch(/^Nobody was called: none of the \d+ rules matches\.$/)
  expect(escalationExplain.verdicts[0]).toEqual({ matches: false, reason: 'its team is none of those of the rule' })
})

it('explains who was called at which minute, and why', async () => {
  const scheduleId = await makeSchedule(stage.manager, {
    name: 'Primary',
    layers: [
      {
        ...{ name: 'Days', participantIds: [ada.id], startsAt: stage.server.clock.now() },
        rotation: { kind: 'DAILY', handoverTime: '09:00' },
      },
    ],
  })
  await route(stage, [{ targets: [{ kind: 'SCHEDULE', id: scheduleId, turn: 'CURRENT' }], delayMinutes: 5 }])
  const id = await declare(stage.manager)
  await until(stage, id, 'PAGED')
  await act(ada, 'incidentAcknowledge', id)
  const { escalationExplain } = await bob.run(
    `query ($id: ID!) { escalationExplain(incidentId: $id) { summary verdicts { matches }
       entries { type reason reasons actor { ... on User { name } ... on System { name } } findings { asked callees { name because } } } } }`,
    { id },
  )
  expect(escalationExplain).toMatchObject({
    summary: 'Somebody has it. Last: Somebody has it: nobody else is called.',
    verdicts: [{ matches: true }],
    entries: [
      {
        ...{ type: 'PAGED', reason: 'Rule 1, “Everything”', reasons: ['Ada: Layer “Days” of “Primary”'] },
        actor: { name: 'Tocsin' },
        findings: [
          {
            asked: 'whoever is on call on “Primary”',
            callees: [{ name: 'Ada', because: 'Layer “Days” of “Primary”' }],
          },
        ],
      },
      { type: 'ACKNOWLEDGED', actor: { name: 'Ada' } },
    ],
  })
  await finish(id)
})
