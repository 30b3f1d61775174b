import { NotificationKind } from '../../src/notifications/notification.js'
import { makeSchedule } from '../oncall/story.js'
import { settle } from '../notifications/story.js'
import type { Person } from '../support/person.js'
import {
  MINUTE,
  type Stage,
  act,
  carryOut,
  declare,
  look,
  route,
  setStage,
  step,
  summaries,
  travelTo,
  until,
} from './story.js'

/** What the terms of a policy do: schedules and their turns, conditions, working hours, timeouts, management. */

const HOUR = 60 * MINUTE
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
  await travelTo(stage)
})
afterAll(() => stage.server.stop())
afterEach(async () => {
  await stage.server.pass(0)
  await settle(stage.server)
  expect(stage.mail.untaken).toBe(0)
})

async function nextPage() {
  const { message, address } = await stage.mail.next()
  return { to: [ada, bob, eve].find(({ id }) => address.startsWith(id))?.name, item: message.items[0]! }
}
const nextCalled = async () => (await nextPage()).to

/** Whoever has acknowledged is left alone. */
const finish = (id: string) => act(stage.manager, 'incidentResolve', id)

it('calls whoever is on call when the step is taken, was before, and will be next', async () => {
  const scheduleId = await makeSchedule(stage.manager, {
    name: 'Primary',
    layers: [
      {
        ...{ name: 'Days', participantIds: [ada.id, bob.id, eve.id], startsAt: '2030-03-01T00:00:00Z' },
        rotation: { kind: 'DAILY', handoverTime: '09:00' },
      },
    ],
  })
  const target = (turn?: string) => ({ targets: [{ kind: 'SCHEDULE', id: scheduleId, turn }], delayMinutes: 5 })
  await route(stage, [target('CURRENT'), target('PREVIOUS'), target('NEXT')])
  const onCall = await stage.manager.run(
    `query ($id: ID!) { schedule(id: $id) { onCall {
       current { user { name } } previous { user { name } } next { user { name } } } } }`,
    { id: scheduleId },
  )
  const names = Object.values(onCall.schedule.onCall as Record<string, { user: { name: string } }[]>).map(
    ([shift]) => shift!.user.name,
  )
  expect(new Set(names).size).toBe(3)
  const id = await declare(stage.manager)
  const called = [await nextCalled()]
  for (let n = 0; n < 2; n++) {
    await stage.server.pass(5 * MINUTE)
    called.push(await nextCalled())
  }
  expect(called).toEqual(names)
  const { pages } = await look(stage.manager, id)
  expect(pages.edges.map(({ node }: { node: { because: string } }) => node.because)).toEqual([
    'Layer “Days” of “Primary”',
    'Layer “Days” of “Primary” (on call before)',
    'Layer “Days” of “Primary” (on call next)',
  ])
  await finish(id)
})

it('tells that nobody is on call, and goes on at once', async () => {
  const id = await makeSchedule(stage.manager, { name: 'Empty' })
  await route(stage, [{ targets: [{ kind: 'SCHEDULE', id }], delayMinutes: 5 }, step(bob)])
  const incident = await declare(stage.manager)
  expect(await nextCalled()).toBe('Bob')
  const { entries } = await look(stage.manager, incident)
  expect(entries.edges[0].node).toMatchObject({
    summary: expect.stringMatching(/^Nobody to page at step 1/),
    reasons: ['whoever is on call on “Empty”: There is nobody'],
  })
  await finish(incident)
})

it('calls who has a role in the response, and who has a role in the team of the incident', async () => {
  const teamId = await stage.server.team('Payments')
  await stage.server.sql('INSERT INTO team_members (team_id, user_id) VALUES ($1, $2)', [teamId, eve.id])
  await route(stage, [
    { targets: [{ kind: 'ROLE', role: 'MANAGER' }], delayMinutes: 5 },
    { targets: [{ kind: 'INCIDENT_ROLE', incidentRole: 'COMMANDER' }], delayMinutes: 5 },
  ])
  const id = await declare(stage.manager, { teamId })
  expect(await nextCalled()).toBe('Eve') // and not Mia, who is a manager elsewhere
  await carryOut(stage.manager, 'incidentRoleAssign', 'incident { id }', { id, role: 'COMMANDER', userId: bob.id })
  await stage.server.pass(5 * MINUTE)
  expect(await nextCalled()).toBe('Bob')
  await finish(id)
})

it('passes over steps whose condition does not hold, by priority and by the time of day', async () => {
  const nights = { timeZone: 'Europe/Berlin', weekdays: WEEK, from: '18:00', until: '09:00' }
  await route(stage, [
    { ...step(ada), condition: { priorities: ['P1', 'P2'] } },
    { ...step(bob), condition: { hours: nights } },
    step(eve),
  ])
  const low = await declare(stage.manager, { impact: 'MEDIUM', urgency: 'MEDIUM' }) // P3, in the morning
  expect(await nextCalled()).toBe('Eve')
  await finish(low)
  const high = await declare(stage.manager, { impact: 'HIGH', urgency: 'HIGH' })
  expect(await nextCalled()).toBe('Ada')
  await stage.server.pass(5 * MINUTE)
  expect(await nextCalled()).toBe('Eve')
  await finish(high)
})

const WEEK = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY']
const OFFICE = { timeZone: 'Europe/Berlin', weekdays: WEEK.slice(0, 5), from: '09:00', until: '17:00' }

describe('working hours', () => {
  beforeAll(async () => {
    await travelTo(stage, '2030-03-08T20:00:00Z') // a Friday evening
    await route(stage, [step(ada), step(bob)], { workingHours: OFFICE })
  })

  it('are waited for with what is of low urgency', async () => {
    const id = await declare(stage.manager, { impact: 'LOW', urgency: 'LOW' })
    const deferred = await until(stage, id, 'DEFERRED')
    expect(deferred).toMatchObject({ state: 'DEFERRED', dueAt: '2030-03-11T08:00:00.000Z', next: { number: 1 } })
    await travelTo(stage, '2030-03-11T08:00:01Z')
    const { to, item } = await nextPage()
    expect([to, item.urgency]).toEqual(['Ada', 'LOW'])
    await finish(id)
    await travelTo(stage, '2030-03-11T20:00:00Z')
  })

  it('are not waited for with anything else', async () => {
    const id = await declare(stage.manager, { impact: 'LOW', urgency: 'MEDIUM' })
    expect(await nextCalled()).toBe('Ada')
    await finish(id)
  })

  it('are not waited for any longer once it has become urgent', async () => {
    const id = await declare(stage.manager, { impact: 'LOW', urgency: 'LOW' })
    await until(stage, id, 'DEFERRED')
    await carryOut(stage.manager, 'incidentTriage', 'incident { id }', { id, urgency: 'HIGH' })
    expect(await nextCalled()).toBe('Ada')
    await finish(id)
  })

  it('are waited for between two steps, too', async () => {
    await travelTo(stage, '2030-03-12T15:58:00Z') // two minutes before five
    const id = await declare(stage.manager, { impact: 'LOW', urgency: 'LOW' })
    expect(await nextCalled()).toBe('Ada')
    await stage.server.pass(5 * MINUTE)
    expect(await until(stage, id, 'DEFERRED')).toMatchObject({ dueAt: '2030-03-13T08:00:00.000Z', next: { number: 2 } })
    await travelTo(stage, '2030-03-13T08:00:01Z')
    expect(await nextCalled()).toBe('Bob')
    await finish(id)
  })
})

describe('an acknowledgement that times out', () => {
  beforeAll(() => route(stage, [step(ada), step(bob)], { acknowledgementTimeoutMinutes: 30 }))

  const acknowledged = async () => {
    const id = await declare(stage.manager)
    await nextCalled()
    await act(bob, 'incidentAcknowledge', id)
    expect(await look(bob, id)).toMatchObject({ state: 'ACKNOWLEDGED', next: { number: 1 } })
    await stage.server.pass(30 * MINUTE)
    const { to, item } = await nextPage()
    expect([to, item.kind]).toEqual(['Bob', NotificationKind.ACKNOWLEDGEMENT_EXPIRED])
    expect(item.title).toContain('Do you still have it?')
    return id
  }

  it('asks whoever has it, and leaves them alone for another while when they still do', async () => {
    const id = await acknowledged()
    await act(bob, 'pageAcknowledge', id)
    expect(await look(bob, id)).toMatchObject({ state: 'ACKNOWLEDGED', acknowledgedBy: { name: 'Bob' } })
    await stage.server.pass(29 * MINUTE)
    await finish(id)
  })

  it('begins anew when they do not answer', async () => {
    const id = await acknowledged()
    await stage.server.pass(5 * MINUTE)
    expect(await nextCalled()).toBe('Ada')
    expect(await look(stage.manager, id)).toMatchObject({ state: 'ESCALATING', run: 2, step: 1, acknowledgedBy: null })
    await finish(id)
  })

  it('does not come once work has begun', async () => {
    const id = await declare(stage.manager)
    await nextCalled()
    await act(bob, 'incidentAcknowledge', id)
    await act(bob, 'incidentStart', id)
    expect(await look(bob, id)).toMatchObject({ state: 'ACKNOWLEDGED', dueAt: null, next: null })
    await finish(id)
  })
})

it('goes on to management when everybody was called in vain', async () => {
  const managementPolicyId = await route(stage, [step(eve)], { name: 'Management' })
  await route(stage, [step(ada)], { name: 'Workers', managementPolicyId })
  const id = await declare(stage.manager)
  expect(await nextCalled()).toBe('Ada')
  await stage.server.pass(5 * MINUTE)
  expect(await nextCalled()).toBe('Eve')
  expect(await look(stage.manager, id)).toMatchObject({ policyName: 'Management', run: 2, escalated: true })
  expect(await summaries(stage.manager, id)).toEqual([
    'Paged Ada (step 1 of “Workers”)',
    'Goes on by “Management”: Nobody has answered “Workers”',
    'Paged Eve (step 1 of “Management”)',
  ])
  await finish(id)
  await stage.server.pass(HOUR)
})
