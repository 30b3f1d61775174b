import { makeSchedule } from '../oncall/story.js'
import { settle } from '../notifications/story.js'
import type { Person } from '../support/person.js'
import { type Stage, carryOut, declare, refusal, setStage, step, travelTo } from './story.js'

/** Asking what a policy would do, before it has to. */

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

let made = 0
const create = async (input: object): Promise<string> =>
  (
    await carryOut(stage.manager, 'escalationPolicyCreate', 'escalationPolicy { id }', {
      ...{ name: `Policy ${++made}`, ...input },
    })
  ).escalationPolicy.id

async function simulate(policyId: string, input: object = {}) {
  const query = `query ($policyId: ID!, $at: DateTime, $incidentId: ID, $priority: Priority, $urgency: Level) {
    escalationSimulate(policyId: $policyId, at: $at, incidentId: $incidentId, priority: $priority, urgency: $urgency) {
      at type policyName pass step passedOver summary reasons dueAt } }`
  return (await ada.run(query, { policyId, ...input })).escalationSimulate as Record<string, never>[]
}

it('looks up who is on call for the moment of each step, and calls nobody', async () => {
  const id = await makeSchedule(stage.manager, {
    name: 'Primary',
    layers: [
      {
        ...{ name: 'Days', participantIds: [ada.id, bob.id], startsAt: '2030-03-04T08:00:00Z' },
        rotation: { kind: 'DAILY', handoverTime: '09:00' },
      },
    ],
  })
  const target = { targets: [{ kind: 'SCHEDULE', id }], delayMinutes: 10 }
  const managementPolicyId = await create({ name: 'Management', steps: [step(eve)] })
  const policyId = await create({ name: 'Workers', steps: [target, target], managementPolicyId })
  const steps = await simulate(policyId, { at: '2030-03-05T07:55:00Z' }) // five minutes before the hand-over
  expect(steps.map(({ at, type, summary, reasons }) => [at, type, summary, reasons])).toEqual([
    ['2030-03-05T07:55:00.000Z', 'PAGED', 'Paged Ada (step 1 of “Workers”)', ['Ada: Layer “Days” of “Primary”']],
    ['2030-03-05T08:05:00.000Z', 'PAGED', 'Paged Bob (step 2 of “Workers”)', ['Bob: Layer “Days” of “Primary”']],
    ['2030-03-05T08:15:00.000Z', 'HANDED_OVER', 'Goes on by “Management”', []],
    ['2030-03-05T08:15:00.000Z', 'PAGED', 'Paged Eve (step 1 of “Management”)', ['Eve: Named by the step']],
    ['2030-03-05T08:20:00.000Z', 'EXHAUSTED', 'Nobody has answered: “Management” is at its end', []],
  ])
  expect(steps.at(-1)).toMatchObject({ dueAt: null, step: null })
  await settle(stage.server)
  expect(stage.mail.calls).toEqual([])
})

it('tells of conditions, working hours and passes', async () => {
  const week = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY']
  const workingHours = { timeZone: 'Europe/Berlin', weekdays: week, from: '09:00', until: '17:00' }
  const steps = [{ ...step(eve), condition: { priorities: ['P1'] } }, step(ada)]
  const policyId = await create({ steps, repeat: 1, workingHours })
  const friday = '2030-03-08T20:00:00Z'
  const low = await simulate(policyId, { at: friday, priority: 'P5', urgency: 'LOW' })
  expect(low.map(({ at, type, pass, step, passedOver }) => ({ at, type, pass, step, passedOver }))).toEqual([
    { at: '2030-03-08T20:00:00.000Z', type: 'DEFERRED', pass: 1, step: null, passedOver: [] },
    { at: '2030-03-11T08:00:00.000Z', type: 'PAGED', pass: 1, step: 2, passedOver: [1] },
    { at: '2030-03-11T08:05:00.000Z', type: 'PAGED', pass: 2, step: 2, passedOver: [1] },
    { at: '2030-03-11T08:10:00.000Z', type: 'EXHAUSTED', pass: 2, step: null, passedOver: [] },
  ])
  const urgent = await simulate(policyId, { at: friday })
  expect(urgent.map(({ type, step }) => [type, step])).toEqual([
    ...[
      ['PAGED', 1],
      ['PAGED', 2],
      ['PAGED', 1],
      ['PAGED', 2],
      ['EXHAUSTED', null],
    ],
  ])
})

it('goes by the roles and the team of an incident', async () => {
  const policyId = await create({
    steps: [{ targets: [{ kind: 'INCIDENT_ROLE', incidentRole: 'COMMANDER' }], delayMinutes: 5 }],
  })
  const incidentId = await declare(stage.manager)
  await carryOut(stage.manager, 'incidentRoleAssign', 'incident { id }', {
    id: incidentId,
    role: 'COMMANDER',
    userId: bob.id,
  })
  expect((await simulate(policyId, { incidentId }))[0]).toMatchObject({
    reasons: ['Bob: Is commander of the incident'],
  })
  expect((await simulate(policyId))[0]).toMatchObject({ reasons: ['commander: There is nobody'] })
})

it('is nothing for those who do not read the directory, and of what is not there', async () => {
  const policyId = await create({ steps: [step(ada)] })
  const query =
    'query ($policyId: ID!, $incidentId: ID) { escalationSimulate(policyId: $policyId, incidentId: $incidentId) { at } }'
  const code = async (person: Person, variables: object) =>
    (await person.send(query, variables)).errors![0]!.extensions.code
  expect(await code(await stage.server.as('REQUESTER'), { policyId })).toBe('NOT_FOUND')
  expect(await code(ada, { policyId: 'pol_x' })).toBe('NOT_FOUND')
  expect(await code(ada, { policyId, incidentId: 'inc_x' })).toBe('NOT_FOUND')
  expect(await refusal(ada, 'incidentEscalate', { id: 'inc_x' })).toMatchObject({ code: 'NOT_FOUND', field: 'id' })
})
