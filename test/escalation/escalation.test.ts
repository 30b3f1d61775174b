import type { Person } from '../support/person.js'
import { look as lookAtIncident, timeline } from '../incidents/story.js'
import { settle } from '../notifications/story.js'
import { DeliveryFailure } from '../../src/notifications/channels/channel.js'
import { MINUTE, type Stage, act, carryOut, declare, look, route, setStage, step, summaries, until } from './story.js'

/** Step by step until somebody acknowledges: the story that people trust at three in the morning. */

let stage: Stage
let ada: Person
let bob: Person
let eve: Person
beforeAll(async () => {
  stage = await setStage()
  const { server } = stage
  ada = await server.as('RESPONDER', { name: 'Ada' })
  bob = await server.as('RESPONDER', { name: 'Bob' })
  eve = await server.as('MANAGER', { name: 'Eve' })
})
afterAll(() => stage.server.stop())

afterEach(async () => {
  const { incidents } = await stage.manager.run(
    '{ incidents(first: 100, filter: { open: true }) { edges { node { id } } } }',
  )
  for (const { node } of incidents.edges) await act(stage.manager, 'incidentResolve', node.id)
  await settle(stage.server)
  while (stage.mail.untaken > 0) await stage.mail.next()
})

/** Whom the next e-mail is for. */
async function nextCalled(): Promise<string | undefined> {
  const { address } = await stage.mail.next()
  return [ada, bob, eve].find(({ id }) => address.startsWith(id))?.name
}

/** Lets time pass and everything due be done; nobody has been called. */
async function nobodyIsCalled(milliseconds = 0): Promise<void> {
  await stage.server.pass(milliseconds)
  await settle(stage.server)
  expect(stage.mail.untaken).toBe(0)
}

it('calls one after the other, pass after pass, and tells in the end that nobody has answered', async () => {
  await route(stage, [step(ada), step(bob), step(eve)], { name: 'Checkout', repeat: 1 })
  const id = await declare(stage.manager, { impact: 'HIGH', urgency: 'HIGH' })
  const order = []
  for (let n = 0; n < 6; n++) {
    order.push(await nextCalled())
    await stage.server.pass(5 * MINUTE)
  }
  expect(order).toEqual(['Ada', 'Bob', 'Eve', 'Ada', 'Bob', 'Eve'])
  const exhausted = await until(stage, id, 'EXHAUSTED')
  expect(exhausted).toMatchObject({ state: 'EXHAUSTED', step: 3, pass: 2, escalated: true, dueAt: null, next: null })
  const steps = ['Paged Ada (step 1', 'Paged Bob (step 2', 'Paged Eve (step 3']
  const told = [
    ...steps.map((step) => `${step} of “Checkout”)`),
    ...steps.map((step) => `${step}, pass 2, of “Checkout”)`),
    'Nobody has answered: “Checkout” is at its end',
  ]
  expect(await summaries(stage.manager, id)).toEqual(told)
  expect(await timeline(stage.manager, id)).toEqual(['Declared', ...told])
  await nobodyIsCalled(60 * MINUTE)
})

it('says on the page what it is about, and why it is for whoever reads it', async () => {
  const team = await stage.server.team('Payments')
  const serviceId = await stage.server.service('Checkout', team)
  await route(stage, [step(ada)], { name: 'One' })
  const id = await declare(stage.manager, {
    description: 'It answers **502**.',
    serviceId,
    impact: 'HIGH',
    urgency: 'HIGH',
  })
  const { message } = await stage.mail.next()
  const { number } = await lookAtIncident(stage.manager, id, 'number')
  expect(message.items).toMatchObject([
    {
      ...{
        kind: 'PAGE',
        urgency: 'HIGH',
        subject: id,
        title: `#${number} P1 Checkout is down`,
        body: 'It answers **502**.',
      },
      facts: [
        { name: 'Service', value: 'Checkout' },
        { name: 'Team', value: 'Payments' },
        { name: 'Impact, urgency', value: 'high, high' },
        { name: 'Since', value: expect.stringMatching(/Z$/) },
        { name: 'Why you', value: 'Named by the step' },
      ],
      actions: [{ label: 'Acknowledge', url: expect.stringContaining(`${stage.server.url}/pages/`) }],
    },
  ])
})

it('stops when somebody acknowledges: whoever was called need not answer, nobody else is called', async () => {
  await route(stage, [step(ada, eve), step(bob)])
  const id = await declare(stage.manager)
  expect([await nextCalled(), await nextCalled()].sort()).toEqual(['Ada', 'Eve'])
  const before = await look(ada, id)
  expect(before).toMatchObject({
    state: 'ESCALATING',
    step: 1,
    escalated: false,
    next: { number: 2, at: before.dueAt },
  })
  await act(ada, 'incidentAcknowledge', id)
  const after = await look(ada, id)
  expect(after).toMatchObject({ state: 'ACKNOWLEDGED', acknowledgedBy: { name: 'Ada' }, next: null, dueAt: null })
  const pages = after.pages.edges.map(({ node }: { node: { user: { name: string }; state: string } }) => node)
  expect(pages.map(({ user, state }: (typeof pages)[0]) => `${user.name} ${state}`).sort()).toEqual([
    ...['Ada ACKNOWLEDGED', 'Eve ENDED'],
  ])
  await nobodyIsCalled(60 * MINUTE)
})

it.each([
  ['incidentStart', {}, 'ACKNOWLEDGED'],
  ['incidentResolve', {}, 'ENDED'],
  ['incidentCancel', { reason: 'It was none' }, 'ENDED'],
])('stops with %s', async (mutation, input, state) => {
  await route(stage, [step(ada), step(bob)])
  const id = await declare(stage.manager)
  await nextCalled()
  await act(stage.manager, mutation, id, input)
  expect(await look(stage.manager, id)).toMatchObject({ state, dueAt: null, next: null })
  await nobodyIsCalled(60 * MINUTE)
})

it('takes back what was to reach people later', async () => {
  const { contactPoints } = (await bob.run('{ me { contactPoints { id } } }')).me
  for (const delayMinutes of [0, 3])
    await bob.do(
      'mutation ($input: NotificationRuleCreateInput!) { notificationRuleCreate(input: $input) { userErrors { message } } }',
      { contactPointId: contactPoints[0].id, urgency: 'HIGH', delayMinutes },
    )
  await route(stage, [step(bob)])
  const id = await declare(stage.manager)
  expect(await nextCalled()).toBe('Bob')
  await act(stage.manager, 'incidentAcknowledge', id)
  await nobodyIsCalled(10 * MINUTE)
  await stage.server.sql('DELETE FROM notification_rules')
})

it('takes the next step at once where nobody is found, and writes down why', async () => {
  const empty = await stage.server.team('Empty')
  await route(stage, [
    { targets: [{ kind: 'TEAM', id: empty }], delayMinutes: 5 },
    {
      targets: [
        { kind: 'INCIDENT_ROLE', incidentRole: 'COMMANDER' },
        { kind: 'USER', id: eve.id },
      ],
      delayMinutes: 5,
    },
    step(bob),
  ])
  await stage.server.sql('UPDATE users SET active = false WHERE id = $1', [eve.id])
  const id = await declare(stage.manager)
  expect(await nextCalled()).toBe('Bob')
  const { entries, escalated } = await look(stage.manager, id)
  expect(entries.edges.map(({ node }: { node: { reasons: string[] } }) => node.reasons)).toEqual([
    ['team “Empty”: There is nobody'],
    ['commander: There is nobody', 'Eve: Not active, or not at work on incidents: Eve'],
    ['Bob: Named by the step'],
  ])
  expect(escalated).toBe(true)
  await stage.server.sql('UPDATE users SET active = true WHERE id = $1', [eve.id])
})

it('does not go round and round when there is nobody at all', async () => {
  const empty = await stage.server.team('Nobody')
  const nobody = { targets: [{ kind: 'TEAM', id: empty }], delayMinutes: 5 }
  await route(stage, [nobody, nobody], { repeat: 9 })
  const id = await declare(stage.manager)
  expect((await until(stage, id, 'EXHAUSTED')).entries.edges).toHaveLength(3)
})

it('calls everybody once, however many targets lead to them', async () => {
  const team = await stage.server.team('Both')
  await stage.server.sql('INSERT INTO team_members (team_id, user_id) VALUES ($1, $2), ($1, $3)', [
    team,
    ada.id,
    bob.id,
  ])
  await route(stage, [
    {
      targets: [
        { kind: 'USER', id: ada.id },
        { kind: 'TEAM', id: team },
      ],
      delayMinutes: 5,
    },
  ])
  const id = await declare(stage.manager)
  expect([await nextCalled(), await nextCalled()].sort()).toEqual(['Ada', 'Bob'])
  expect((await look(stage.manager, id)).pages.edges).toHaveLength(2)
  await nobodyIsCalled()
})

it('goes on by the policy as it was when it began', async () => {
  const policyId = await route(stage, [step(ada), step(bob)])
  await declare(stage.manager)
  expect(await nextCalled()).toBe('Ada')
  await stage.manager.do(
    'mutation ($input: EscalationPolicyUpdateInput!) { escalationPolicyUpdate(input: $input) { userErrors { message } } }',
    { id: policyId, steps: [step(eve)] },
  )
  await stage.server.pass(5 * MINUTE)
  expect(await nextCalled()).toBe('Bob')
  await declare(stage.manager)
  expect(await nextCalled()).toBe('Eve')
})

it('calls nobody for what no rule matches', async () => {
  await stage.server.sql('DELETE FROM escalation_rules')
  const id = await declare(stage.manager)
  await nobodyIsCalled()
  expect(await look(stage.manager, id)).toBeNull()
})

it('does not wait for people whom no way reaches: the next one is called at once', async () => {
  await route(stage, [step(ada), step(bob)])
  stage.mail.answers.push(() => Promise.reject(new DeliveryFailure('no such mailbox', { permanent: true })))
  const id = await declare(stage.manager)
  expect([await nextCalled(), await nextCalled()]).toEqual(['Ada', 'Bob'])
  expect(await summaries(stage.manager, id)).toEqual([
    expect.stringMatching(/^Paged Ada/),
    'Could not be reached: Ada',
    expect.stringMatching(/^Paged Bob/),
  ])
})

it('does not wait for them either while somebody of an earlier step may still answer', async () => {
  await route(stage, [step(ada), step(bob), step(eve)])
  const id = await declare(stage.manager)
  expect(await nextCalled()).toBe('Ada')
  stage.mail.answers.push(() => Promise.reject(new DeliveryFailure('no such mailbox', { permanent: true })))
  await stage.server.pass(5 * MINUTE)
  expect([await nextCalled(), await nextCalled()]).toEqual(['Bob', 'Eve'])
  expect((await summaries(stage.manager, id)).slice(1)).toEqual([
    expect.stringMatching(/^Paged Bob/),
    'Could not be reached: Bob',
    expect.stringMatching(/^Paged Eve/),
  ])
})

it('calls again when an alert comes back after the incident was resolved', async () => {
  const { key } = await carryOut(await stage.server.as('ADMIN'), 'integrationCreate', 'key', {
    ...{ kind: 'ALERTMANAGER', name: 'Prometheus' },
  })
  await route(stage, [step(ada)])
  const startsAt = stage.server.clock.now()
  const fire = (startsAt: Date, endsAt?: Date) => report(stage.server, key, 'DiskFull', startsAt, endsAt)
  await fire(startsAt)
  expect(await nextCalled()).toBe('Ada')
  const [{ id } = { id: '' }] = await stage.server.sql('SELECT id FROM incidents ORDER BY number DESC LIMIT 1')
  await fire(startsAt, stage.server.clock.now())
  expect((await until(stage, id, 'ENDED')).state).toBe('ENDED')
  await fire(stage.server.clock.now())
  expect(await nextCalled()).toBe('Ada')
  expect(await look(stage.manager, id)).toMatchObject({ state: 'ESCALATING', run: 2, step: 1 })
})

/** As Alertmanager tells of one alert. */
async function report(server: Stage['server'], key: string, alertname: string, startsAt: Date, endsAt?: Date) {
  const status = endsAt ? 'resolved' : 'firing'
  const labels = { alertname, severity: 'critical' }
  const ends = endsAt?.toISOString() ?? '0001-01-01T00:00:00Z'
  const response = await fetch(`${server.url}/intake/alertmanager`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({
      ...{ version: '4', receiver: 'tocsin', status, groupKey: alertname, truncatedAlerts: 0, externalURL: '' },
      ...{ groupLabels: labels, commonLabels: labels, commonAnnotations: {} },
      alerts: [
        {
          ...{ status, labels, annotations: {}, startsAt: startsAt.toISOString(), endsAt: ends },
          ...{ generatorURL: '', fingerprint: alertname },
        },
      ],
    }),
  })
  expect(response.status).toBe(200)
}
