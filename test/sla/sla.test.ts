import { NotificationKind } from '../../src/notifications/notification.js'
import { slaDisclosure } from '../../src/sla/sla-record.notification.js'
import { carryOut, change, declare } from '../incidents/story.js'
import { titles } from '../notifications/fake-channel.js'
import type { Person } from '../support/person.js'
import { HOUR, MINUTE, type Stage, calendar, events, policy, setStage, sla, until } from './story.js'

/** What is promised for incidents, and what comes of it. */

let stage: Stage
let ada: Person
beforeEach(async () => {
  stage = await setStage()
  ada = await stage.server.as('RESPONDER', { name: 'Ada' })
})
afterEach(() => stage.server.stop())

it('is kept when somebody takes the incident and resolves it in time', async () => {
  await policy(stage, { name: 'Gold' })
  const id = await declare(ada)
  expect(await sla(ada, id)).toMatchObject({
    response: { state: 'RUNNING', targetMinutes: 30, policyName: 'Gold', dueAt: '2030-03-04T08:30Z' },
    resolution: { state: 'RUNNING', targetMinutes: 240, dueAt: '2030-03-04T12:00Z', pause: null },
  })
  await stage.server.pass(10 * MINUTE)
  expect((await sla(ada, id)).resolution).toMatchObject({ elapsedSeconds: 600, remainingSeconds: 230 * 60 })
  await change(ada, 'incidentAcknowledge', { id })
  await stage.server.pass(10 * MINUTE)
  await change(ada, 'incidentResolve', { id })
  await stage.server.pass(10 * MINUTE)
  expect(await sla(ada, id)).toMatchObject({
    response: { state: 'MET', metAt: '2030-03-04T08:10Z', elapsedSeconds: 600 },
    resolution: { state: 'MET', metAt: '2030-03-04T08:20Z', elapsedSeconds: 1200 },
  })
  expect(await events(stage, id)).toEqual(['RESPONSE started', 'RESOLUTION started', 'RESPONSE met', 'RESOLUTION met'])
})

it('is at risk and broken by itself, which is told to whoever has the incident, and on its timeline', async () => {
  await policy(stage, { name: 'Gold', responseMinutes: null })
  const id = await declare(ada)
  await change(stage.mia, 'incidentRoleAssign', { id, role: 'COMMANDER', userId: stage.mia.id })
  await stage.server.pass(191 * MINUTE)
  expect((await sla(ada, id)).resolution).toMatchObject({ state: 'RUNNING' })
  await stage.server.pass(MINUTE)
  await until(stage, id, 'AT_RISK')
  expect((await sla(ada, id)).resolution).toMatchObject({ state: 'AT_RISK', atRiskAt: '2030-03-04T11:12Z' })
  const early = await stage.mail.next() // before the other: messages go out side by side
  await stage.server.pass(48 * MINUTE)
  await until(stage, id, 'BREACHED')
  expect((await sla(ada, id)).resolution).toMatchObject({ state: 'BREACHED', breachedAt: '2030-03-04T12:00Z' })
  const mails = [early, await stage.mail.next()]
  expect(mails.map((call) => [call.address, ...titles(call)])).toEqual([
    [`${stage.mia.id}@example.com`, '#1 P3 Resolution target at risk: Checkout is down'],
    [`${stage.mia.id}@example.com`, '#1 P3 Resolution target missed: Checkout is down'],
  ])
  await change(ada, 'incidentResolve', { id })
  expect((await sla(ada, id)).resolution).toMatchObject({ state: 'BREACHED', metAt: null })
  const { timeline } = (
    await ada.run(`query ($id: ID!) { incident(id: $id) { timeline(first: 20) { edges { node { body } } } } }`, { id })
  ).incident
  expect(timeline.edges.map(({ node }: { node: { body: string } }) => node.body)).toEqual(
    expect.arrayContaining([
      'The resolution is at risk to miss its target of 4 h by “Gold”',
      'The resolution has missed its target of 4 h by “Gold”',
    ]),
  )
})

it('is broken at its time though nobody noticed before the incident was resolved', async () => {
  await policy(stage)
  const id = await declare(ada)
  stage.server.clock.advance(5 * HOUR) // no job rings
  await change(ada, 'incidentResolve', { id })
  expect(await sla(ada, id)).toMatchObject({
    response: { state: 'BREACHED', breachedAt: '2030-03-04T08:30Z', stoppedAt: '2030-03-04T13:00Z' },
    resolution: { state: 'BREACHED', breachedAt: '2030-03-04T12:00Z' },
  })
})

it('pauses for the requester, but not for a vendor', async () => {
  await policy(stage)
  const id = await declare(ada)
  await change(ada, 'incidentStart', { id })
  await stage.server.pass(HOUR)
  await change(ada, 'incidentHold', { id, reason: 'USER_INFORMATION' })
  await stage.server.pass(24 * HOUR)
  expect((await sla(ada, id)).resolution).toMatchObject({
    ...{ state: 'PAUSED', elapsedSeconds: 3600, remainingSeconds: 3 * 3600, dueAt: null },
    pause: { reason: 'ON_HOLD', since: '2030-03-04T09:00Z', until: null },
  })
  await change(ada, 'incidentStart', { id })
  expect((await sla(ada, id)).resolution).toMatchObject({ state: 'RUNNING', dueAt: '2030-03-05T12:00Z' })
  await change(ada, 'incidentHold', { id, reason: 'VENDOR' })
  await stage.server.pass(3 * HOUR)
  await until(stage, id, 'BREACHED')
  expect((await events(stage, id)).slice(2)).toEqual([
    ...['RESPONSE met', 'RESOLUTION paused', 'RESOLUTION resumed', 'RESOLUTION at_risk', 'RESOLUTION breached'],
  ])
})

it('counts business hours only', async () => {
  await policy(stage, { calendarId: await calendar(stage, { holidays: [{ date: '2030-03-05', name: 'Carnival' }] }) })
  await stage.server.pass(7 * HOUR) // 16:00 on Monday
  const id = await declare(ada)
  expect((await sla(ada, id)).resolution).toMatchObject({ dueAt: '2030-03-06T11:00Z' })
  await stage.server.pass(10 * HOUR)
  expect((await sla(ada, id)).resolution).toMatchObject({
    elapsedSeconds: 3599, // it was declared within the first second
    pause: { reason: 'OUTSIDE_HOURS', since: '2030-03-04T16:00Z', until: '2030-03-06T08:00Z' },
  })
})

it('begins anew when the incident is reopened; the first record stays', async () => {
  await policy(stage)
  const id = await declare(ada)
  await change(ada, 'incidentResolve', { id })
  await stage.server.pass(100 * HOUR)
  await change(ada, 'incidentReopen', { id, reason: 'It is back' })
  const { records, resolution } = await sla(ada, id)
  expect(resolution).toMatchObject({ number: 2, state: 'RUNNING', dueAt: '2030-03-08T16:00Z' })
  expect(records.map(({ kind, number, state }: Record<string, unknown>) => [kind, number, state])).toEqual([
    ...[
      ['RESOLUTION', 1, 'MET'],
      ['RESPONSE', 1, 'MET'],
      ['RESOLUTION', 2, 'RUNNING'],
    ],
  ])
})

it('changes with the priority: by the policy that then holds, from the start on', async () => {
  await policy(stage, { name: 'Gold', priorities: ['P1', 'P2'], responseMinutes: 5, resolutionMinutes: 60 })
  await policy(stage, { name: 'Silver', priorities: ['P3', 'P4'], position: 2 })
  const id = await declare(ada, { impact: 'MEDIUM', urgency: 'MEDIUM' })
  await stage.server.pass(20 * MINUTE)
  await change(ada, 'incidentTriage', { id, urgency: 'HIGH' })
  expect(await sla(ada, id)).toMatchObject({
    response: { policyName: 'Gold', state: 'BREACHED', breachedAt: '2030-03-04T08:05Z' },
    resolution: { policyName: 'Gold', state: 'RUNNING', dueAt: '2030-03-04T09:00Z', elapsedSeconds: 1200 },
  })
  await change(ada, 'incidentTriage', { id, impact: 'LOW', urgency: 'LOW' })
  expect(await sla(ada, id)).toMatchObject({ response: { state: 'BREACHED' }, resolution: { state: 'CANCELLED' } })
  await change(ada, 'incidentTriage', { id, impact: 'MEDIUM', urgency: 'LOW' })
  expect(await sla(ada, id)).toMatchObject({
    resolution: { policyName: 'Silver', state: 'RUNNING', dueAt: '2030-03-04T12:00Z' },
  })
})

it('goes on waiting for the requester when another policy, or none, comes to hold meanwhile', async () => {
  await policy(stage, { name: 'Gold', priorities: ['P1'], responseMinutes: null, resolutionMinutes: 60 })
  const id = await declare(ada, { impact: 'HIGH', urgency: 'HIGH' })
  await change(ada, 'incidentStart', { id })
  await change(ada, 'incidentHold', { id, reason: 'USER_INFORMATION' })
  await change(ada, 'incidentTriage', { id, urgency: 'LOW' })
  expect((await sla(ada, id)).resolution).toMatchObject({ state: 'CANCELLED' })
  await change(ada, 'incidentTriage', { id, urgency: 'HIGH' })
  await stage.server.pass(5 * HOUR)
  expect((await sla(ada, id)).resolution).toMatchObject({ state: 'PAUSED', breachedAt: null })
  await change(ada, 'incidentStart', { id })
  expect((await sla(ada, id)).resolution).toMatchObject({ state: 'RUNNING', dueAt: '2030-03-04T14:00Z' })
})

it('changes back with the priority, though the response is over by then', async () => {
  await policy(stage, { name: 'Gold', priorities: ['P1'], resolutionMinutes: 60 })
  await policy(stage, { name: 'Silver', position: 2 })
  const id = await declare(ada, { impact: 'HIGH', urgency: 'HIGH' })
  await change(ada, 'incidentAcknowledge', { id })
  for (const [urgency, policyName] of [
    ['LOW', 'Silver'],
    ['HIGH', 'Gold'],
    ['MEDIUM', 'Silver'],
  ] as const) {
    await change(ada, 'incidentTriage', { id, urgency })
    expect(await sla(ada, id)).toMatchObject({
      response: { policyName: 'Gold', state: 'MET' },
      resolution: { policyName, state: 'RUNNING' },
    })
  }
})

it('goes on by its copy when the policy changes, also when something else of the incident does', async () => {
  const policyId = await policy(stage, { name: 'Gold' })
  const id = await declare(ada)
  await carryOut(stage.mia, 'slaPolicyUpdate', 'slaPolicy { id }', { id: policyId, resolutionMinutes: 60 })
  await change(ada, 'incidentUpdate', { id, title: 'Everything is down' })
  expect((await sla(ada, id)).resolution).toMatchObject({ targetMinutes: 240 })
  expect((await sla(ada, await declare(ada))).resolution).toMatchObject({ targetMinutes: 60 })
})

it('is told anew when the times are corrected', async () => {
  await policy(stage)
  const id = await declare(ada)
  await stage.server.pass(HOUR)
  await change(ada, 'incidentAcknowledge', { id })
  await change(ada, 'incidentResolve', { id })
  expect((await sla(ada, id)).response).toMatchObject({ state: 'BREACHED' })
  const correction = { id, acknowledgedAt: '2030-03-04T08:20:00Z', reason: 'By telephone' }
  await change(stage.mia, 'incidentTimesCorrect', correction)
  expect((await sla(ada, id)).response).toMatchObject({ state: 'MET', metAt: '2030-03-04T08:20Z', breachedAt: null })
  expect((await events(stage, id)).at(-1)).toBe('RESPONSE corrected')
})

it('ends without an outcome when the incident is cancelled, and is not promised for drills', async () => {
  await policy(stage)
  const id = await declare(ada)
  await change(ada, 'incidentCancel', { id, reason: 'A test' })
  expect((await sla(ada, id)).resolution).toMatchObject({ state: 'CANCELLED', metAt: null })
  expect(await sla(ada, await declare(ada, { drill: true }))).toBeNull()
})

it('is for those who run incidents', async () => {
  await policy(stage)
  const rosa = await stage.server.as('REQUESTER')
  const id = await declare(rosa)
  expect(await sla(rosa, id)).toBeNull()
  expect((await rosa.run('{ slaRecords(first: 10) { edges { node { id } } } }')).slaRecords.edges).toEqual([])
  const { slaRecords } = await ada.run(
    '{ slaRecords(first: 10, filter: { kind: [RESPONSE] }) { totalCount edges { node { id kind } } } }',
  )
  expect(slaRecords).toMatchObject({ totalCount: 1, edges: [{ node: { kind: 'RESPONSE' } }] })
  const node = `query ($id: ID!) { node(id: $id) { id } }`
  const { id: record } = slaRecords.edges[0].node
  expect((await rosa.run(node, { id: record })).node).toBeNull()
  expect((await ada.run(node, { id: record })).node).toEqual({ id: record })
})

it('is foreseen by how long incidents like it took', async () => {
  await policy(stage)
  const serviceId = await stage.server.service('Checkout')
  const prediction = `prediction { probability sampleSize exceeding basis expectedResolvedAt explanation }`
  const foresee = async (id: string) =>
    (await ada.run(`query ($id: ID!) { incident(id: $id) { sla { ${prediction} } } }`, { id })).incident.sla.prediction
  const hours = [1, 2, 3, 5, 6, 7]
  const ids = await Promise.all(hours.map(() => declare(ada, { serviceId })))
  expect(await foresee(ids[0]!)).toBeNull()
  for (const [index, id] of ids.entries()) {
    await stage.server.pass((hours[index]! - (hours[index - 1] ?? 0)) * HOUR)
    await change(ada, 'incidentResolve', { id })
  }
  const id = await declare(ada, { serviceId })
  expect(await foresee(id)).toEqual({
    ...{ probability: 0.5, sampleSize: 6, exceeding: 3, basis: 'SERVICE_AND_PRIORITY' },
    expectedResolvedAt: expect.stringMatching(/^2030-03-04T18:00/),
    explanation:
      'Of 6 incidents of priority P3 of the same service that were still open after 0 min, 3 took longer than the 4 h that this one may take by the clock on the wall.',
  })
  await stage.server.pass(1.5 * HOUR)
  expect(await foresee(id)).toMatchObject({ probability: 0.571, sampleSize: 5, exceeding: 3 })
  await change(ada, 'incidentResolve', { id })
  expect(await foresee(id)).toBeNull()
})

it('streams to those who run the incident, once and in order, and to nobody else', async () => {
  await policy(stage, { responseMinutes: null })
  const rosa = await stage.server.as('REQUESTER')
  const query = `subscription ($filter: SlaEventFilter) { slaEvents(filter: $filter) {
    type actor { ... on User { name } } incident { title } record { kind state remainingSeconds } } }`
  const mine = await ada.subscribe(query)
  const others = await rosa.subscribe(query)
  const risks = await ada.subscribe(query, { filter: { type: ['AT_RISK'] } })
  const id = await declare(rosa)
  await stage.server.pass(200 * MINUTE)
  await until(stage, id, 'AT_RISK')
  await change(ada, 'incidentResolve', { id })
  const streamed = (await mine.take(3)).map(({ data }) => data.slaEvents)
  expect(streamed.map(({ type, record }) => `${type} ${record.state}`)).toEqual([
    ...['STARTED RUNNING', 'AT_RISK AT_RISK', 'MET MET'],
  ])
  expect(streamed[2]).toMatchObject({ actor: { name: 'Ada' }, incident: { title: 'Checkout is down' } })
  expect(Math.ceil(streamed[2].record.remainingSeconds / 60)).toBe(40)
  expect((await risks.next()).data.slaEvents.type).toBe('AT_RISK')
  // What comes later has come, so what came before was withheld.
  const declared = await rosa.subscribe('subscription { incidentEvents { type } }')
  await declare(rosa)
  await declared.next()
  expect(others.received).toEqual([])
})

it('is not told any more to whoever has lost sight of the incident, nor when it has become good', async () => {
  const told = [{ kind: NotificationKind.SLA, userId: ada.id, contactPointId: null, title: 'x' }]
  const mayBeTold = (subject: string) =>
    stage.server.act((ctx) =>
      slaDisclosure.mayBeTold(
        ctx,
        told.map((one) => ({ ...one, subject })),
      ),
    )
  await policy(stage, { responseMinutes: null, resolutionMinutes: 10 })
  const id = await declare(stage.mia)
  await stage.server.pass(9 * MINUTE)
  await until(stage, id, 'AT_RISK')
  expect(await mayBeTold(id)).toEqual([true])
  await change(stage.mia, 'incidentVisibilityChange', { id, visibility: 'RESTRICTED', reason: 'Secret' })
  expect(await mayBeTold(id)).toEqual([false])
  await change(stage.mia, 'incidentVisibilityChange', { id, visibility: 'ORGANIZATION', reason: 'No secret' })
  await change(stage.mia, 'incidentResolve', { id })
  expect(await mayBeTold(id)).toEqual([false])
  expect(await mayBeTold('inc_x')).toEqual([false])
})
