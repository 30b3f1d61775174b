import type { Person } from '../support/person.js'
import { settle } from '../notifications/story.js'
import {
  MINUTE,
  type Stage,
  act,
  carryOut,
  declare,
  look,
  refusal,
  route,
  setStage,
  step,
  summaries,
  user,
} from './story.js'

/** What people do themselves: move an escalation on, give the incident to others, let it rest. */

let stage: Stage
let ada: Person
let bob: Person
let eve: Person
let policyId: string
let managementPolicyId: string
beforeAll(async () => {
  stage = await setStage()
  const { server } = stage
  ada = await server.as('RESPONDER', { name: 'Ada' })
  bob = await server.as('RESPONDER', { name: 'Bob' })
  eve = await server.as('MANAGER', { name: 'Eve' })
  managementPolicyId = await route(stage, [step(eve)], { name: 'Management' })
  policyId = await route(stage, [step(ada), step(bob)], { name: 'Workers', managementPolicyId })
})
afterAll(() => stage.server.stop())
afterEach(async () => {
  await stage.server.pass(0)
  await settle(stage.server)
  expect(stage.mail.untaken).toBe(0)
})

async function nextCalled(): Promise<string | undefined> {
  const { address } = await stage.mail.next()
  return [ada, bob, eve].find(({ id }) => address.startsWith(id))?.name
}

/** An incident that Ada has been called for. */
async function called(): Promise<string> {
  const id = await declare(stage.manager)
  expect(await nextCalled()).toBe('Ada')
  return id
}

const finish = (id: string) => act(stage.manager, 'incidentResolve', id)
const escalate = (person: Person, id: string, input: object = {}) =>
  carryOut(person, 'incidentEscalate', 'escalation { state step run policyName escalated } eventCursor', {
    id,
    ...input,
  })

describe('escalating', () => {
  it('takes the next step at once', async () => {
    const id = await called()
    const { escalation, eventCursor } = await escalate(ada, id, { reason: 'I cannot reach the database' })
    expect(escalation).toEqual({ state: 'ESCALATING', step: 2, run: 1, policyName: 'Workers', escalated: true })
    expect(eventCursor).toEqual(expect.any(String))
    expect(await nextCalled()).toBe('Bob')
    expect(await summaries(stage.manager, id)).toEqual([
      'Paged Ada (step 1 of “Workers”)',
      'Escalated: I cannot reach the database',
      'Paged Bob (step 2 of “Workers”)',
    ])
    await finish(id)
  })

  it('brings in others though somebody has it', async () => {
    const id = await called()
    await act(ada, 'incidentAcknowledge', id)
    expect((await escalate(ada, id)).escalation).toMatchObject({ state: 'ESCALATING', step: 2 })
    expect(await nextCalled()).toBe('Bob')
    await act(bob, 'pageAcknowledge', id)
    expect(await look(stage.manager, id)).toMatchObject({ state: 'ACKNOWLEDGED', acknowledgedBy: { name: 'Bob' } })
    await finish(id)
  })

  it('goes to management at once, or by another policy', async () => {
    const id = await called()
    expect((await escalate(ada, id, { toManagement: true })).escalation).toMatchObject({
      policyName: 'Management',
      run: 2,
    })
    expect(await nextCalled()).toBe('Eve')
    expect((await escalate(ada, id, { policyId })).escalation).toMatchObject({ policyName: 'Workers', run: 3, step: 1 })
    expect(await nextCalled()).toBe('Ada')
    await finish(id)
  })

  it('begins anew where it has come to its end, and where nobody has been called yet', async () => {
    await stage.server.sql('DELETE FROM escalation_rules')
    const id = await declare(stage.manager)
    expect(await refusal(stage.manager, 'incidentEscalate', { id })).toMatchObject({
      ...{ code: 'BAD_USER_INPUT', field: 'policyId' },
    })
    await escalate(stage.manager, id, { policyId: managementPolicyId })
    expect(await nextCalled()).toBe('Eve')
    await stage.server.pass(5 * MINUTE)
    await settle(stage.server)
    expect(await look(stage.manager, id)).toMatchObject({ state: 'EXHAUSTED' })
    expect((await escalate(stage.manager, id)).escalation).toMatchObject({ state: 'ESCALATING', run: 2, step: 1 })
    expect(await nextCalled()).toBe('Eve')
    await finish(id)
    await stage.server.sql(
      `INSERT INTO escalation_rules (id, position, name, policy_id, created_at) VALUES ('rul_1', 1, 'All', $1, now())`,
      [policyId],
    )
  })

  it('begins anew for whoever has it and asks for help after the last step', async () => {
    await route(stage, [step(bob)], { name: 'Alone' })
    const id = await declare(stage.manager)
    expect(await nextCalled()).toBe('Bob')
    await act(ada, 'incidentAcknowledge', id)
    expect((await escalate(ada, id)).escalation).toMatchObject({ state: 'ESCALATING', run: 2, step: 1 })
    expect(await nextCalled()).toBe('Bob')
    await finish(id)
    await stage.server.sql('UPDATE escalation_rules SET policy_id = $1', [policyId])
  })

  it('does not wait for working hours when a person wants it', async () => {
    const now = stage.server.clock.now()
    const clock = (hours: number) => new Date(+now + hours * 60 * MINUTE).toISOString().slice(11, 16)
    const week = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY']
    const workingHours = { timeZone: 'UTC', weekdays: week, from: clock(2), until: clock(3) }
    await route(stage, [step(bob)], { workingHours })
    const id = await declare(stage.manager, { urgency: 'LOW' })
    await settle(stage.server)
    expect(await look(stage.manager, id)).toMatchObject({ state: 'DEFERRED' })
    await escalate(stage.manager, id)
    expect(await nextCalled()).toBe('Bob')
    await finish(id)
    await stage.server.sql('UPDATE escalation_rules SET policy_id = $1', [policyId])
  })
})

describe('reassigning', () => {
  it('calls others and nobody who was before; management follows all the same', async () => {
    const id = await called()
    const targets = [user(bob)]
    const { escalation } = await carryOut(ada, 'incidentReassign', 'escalation { state run policyName }', {
      ...{ id, targets, reason: 'It is the network' },
    })
    expect(escalation).toMatchObject({ state: 'ESCALATING', run: 2, policyName: 'Reassignment by Ada' })
    expect(await nextCalled()).toBe('Bob')
    const { pages } = await look(stage.manager, id)
    expect(pages.edges.map(({ node }: { node: { state: string } }) => node.state)).toEqual(['ENDED', 'OPEN'])
    await stage.server.pass(15 * MINUTE)
    expect(await nextCalled()).toBe('Eve')
    await finish(id)
  })

  it('goes by another policy', async () => {
    const id = await called()
    await carryOut(ada, 'incidentReassign', 'escalation { state }', { id, policyId: managementPolicyId })
    expect(await nextCalled()).toBe('Eve')
    await finish(id)
  })
})

describe('snoozing', () => {
  it('calls nobody until then, and begins anew after it', async () => {
    const id = await called()
    const until = new Date(+stage.server.clock.now() + 60 * MINUTE).toISOString()
    const { escalation } = await carryOut(ada, 'incidentSnooze', 'escalation { state dueAt next { at number } }', {
      id,
      until,
    })
    expect(escalation).toEqual({ state: 'SNOOZED', dueAt: until, next: { at: until, number: 1 } })
    await stage.server.pass(59 * MINUTE)
    await settle(stage.server)
    expect(stage.mail.untaken).toBe(0)
    await stage.server.pass(MINUTE)
    expect(await nextCalled()).toBe('Ada')
    expect(await look(stage.manager, id)).toMatchObject({ state: 'ESCALATING', run: 2 })
    await finish(id)
  })

  it('ends with an acknowledgement', async () => {
    const id = await called()
    const until = new Date(+stage.server.clock.now() + 60 * MINUTE).toISOString()
    await carryOut(ada, 'incidentSnooze', 'escalation { state }', { id, until })
    await act(bob, 'incidentAcknowledge', id)
    await stage.server.pass(2 * 60 * MINUTE)
    await settle(stage.server)
    expect(stage.mail.untaken).toBe(0)
    await finish(id)
  })
})

it('is refused with the field at fault', async () => {
  const id = await called()
  const ago = (minutes: number) => new Date(+stage.server.clock.now() - minutes * MINUTE).toISOString()
  const refused = async (mutation: string, input: object) => {
    const { code, field } = await refusal(ada, mutation, { id, ...input })
    return `${code} ${field}`
  }
  expect(await refused('incidentSnooze', { until: ago(1) })).toBe('BAD_USER_INPUT until')
  expect(await refused('incidentSnooze', { until: ago(-8 * 24 * 60) })).toBe('BAD_USER_INPUT until')
  expect(await refused('incidentReassign', {})).toBe('BAD_USER_INPUT targets')
  expect(await refused('incidentReassign', { targets: [user(bob)], policyId })).toBe('BAD_USER_INPUT targets')
  expect(await refused('incidentReassign', { targets: [] })).toBe('BAD_USER_INPUT targets')
  expect(await refused('incidentReassign', { targets: [{ kind: 'USER', id: 'usr_nobody' }] })).toBe(
    'NOT_FOUND targets.0.id',
  )
  expect(await refused('incidentEscalate', { policyId: 'pol_nothing' })).toBe('NOT_FOUND policyId')
  expect(await refused('incidentEscalate', { policyId, toManagement: true })).toBe('BAD_USER_INPUT toManagement')
  expect(await refused('incidentEscalate', { reason: 'x'.repeat(2_001) })).toBe('BAD_USER_INPUT reason')
  expect(await refused('incidentEscalate', { expectedVersion: 99 })).toBe('CONFLICT expectedVersion')
  await finish(id)
  expect(await refused('incidentEscalate', {})).toBe('INVALID_TRANSITION id')
  expect(await refused('pageAcknowledge', {})).toBe('INVALID_TRANSITION id')
})

it('is for those who work on the incident', async () => {
  const id = await called()
  const stakeholder = await stage.server.as('STAKEHOLDER')
  const requester = await stage.server.as('REQUESTER')
  expect(await refusal(stakeholder, 'incidentEscalate', { id })).toMatchObject({ code: 'FORBIDDEN' })
  expect(await refusal(requester, 'incidentEscalate', { id })).toMatchObject({ code: 'NOT_FOUND' })
  await finish(id)
})
