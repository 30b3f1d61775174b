import type { Person } from '../support/person.js'
import { OPENNESS, type Stage, auditOf, carryOut, refusal, setStage, step } from './story.js'

/** Which policy decides: the first rule that matches. */

let stage: Stage
let mia: Person
let ada: Person
let policyId: string
beforeAll(async () => {
  stage = await setStage()
  mia = stage.manager
  ada = await stage.server.as('RESPONDER', { name: 'Ada' })
  const input = { name: 'Everybody', steps: [step(ada)] }
  policyId = (await carryOut(mia, 'escalationPolicyCreate', 'escalationPolicy { id }', input)).escalationPolicy.id
})
afterAll(() => stage.server.stop())
beforeEach(() => stage.server.sql('DELETE FROM escalation_rules'))

const create = async (name: string, input: object = {}): Promise<string> =>
  (await carryOut(mia, 'escalationRuleCreate', 'escalationRule { id }', { name, policyId, ...input })).escalationRule.id

/** Their names in order; their positions have no gaps. */
async function order(person = ada): Promise<string[]> {
  const { escalationRules } = await person.run('{ escalationRules { name position } }')
  const rules = escalationRules as { name: string; position: number }[]
  expect(rules.map(({ position }) => position)).toEqual(rules.map((_, index) => index + 1))
  return rules.map(({ name }) => name)
}

it('are put in, moved and taken out without leaving gaps', async () => {
  const a = await create('A')
  await create('C')
  const b = await create('B', { position: 2 })
  expect(await order()).toEqual(['A', 'B', 'C'])
  const move = (id: string, position: number) =>
    carryOut(mia, 'escalationRuleMove', 'escalationRule { position }', { id, position })
  await move(a, 3)
  expect(await order()).toEqual(['B', 'C', 'A'])
  await move(a, 1)
  expect(await order()).toEqual(['A', 'B', 'C'])
  await move(b, 2)
  expect(await order()).toEqual(['A', 'B', 'C'])
  await carryOut(mia, 'escalationRuleDelete', 'escalationRule { name }', { id: a })
  expect(await order()).toEqual(['B', 'C'])
})

it('stay a list when many change it at once', async () => {
  await Promise.all(Array.from({ length: 8 }, (_, n) => create(`Rule ${n}`, n % 2 === 0 ? { position: 1 } : {})))
  expect(await order()).toHaveLength(8)
})

it('match by service, team, priority and hours; the first one decides', async () => {
  const teamId = await stage.server.team('Payments')
  const checkout = await stage.server.service('Checkout', teamId)
  const search = await stage.server.service('Search')
  const week = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY']
  const hours = { timeZone: 'Europe/Berlin', weekdays: week, from: '09:00', until: '17:00' }
  await create('Checkout, urgent', { serviceIds: [checkout], condition: { priorities: ['P1', 'P2'] } })
  await create('Office hours', { condition: { hours } })
  await create('Payments', { teamIds: [teamId] })
  const [noon, night] = ['2030-03-04T11:00:00Z', '2030-03-04T23:00:00Z']
  const ruleFor = async (input: object) => {
    const query = `query ($priority: Priority!, $serviceId: ID, $teamId: ID, $at: DateTime) {
      escalationRuleFor(priority: $priority, serviceId: $serviceId, teamId: $teamId, at: $at) { name } }`
    return (await ada.run(query, { priority: 'P3', ...input })).escalationRuleFor?.name ?? null
  }
  expect(await ruleFor({ serviceId: checkout, priority: 'P1', at: noon })).toBe('Checkout, urgent')
  expect(await ruleFor({ serviceId: checkout, at: noon })).toBe('Office hours')
  expect(await ruleFor({ serviceId: checkout, teamId, at: night })).toBe('Payments')
  expect(await ruleFor({ serviceId: search, priority: 'P1', at: night })).toBeNull()
  expect(await ruleFor({ at: noon })).toBe('Office hours')
})

it('change in what is named', async () => {
  const teamId = await stage.server.team('Search')
  const id = await create('Mine', { teamIds: [teamId], condition: { priorities: ['P1'] } })
  const update = async (input: object) =>
    (
      await carryOut(
        ...([mia, 'escalationRuleUpdate'] as const),
        'escalationRule { name teams { name } services { name } condition { priorities } policy { name } }',
        { id, ...input },
      )
    ).escalationRule
  const rest = { services: null, policy: { name: 'Everybody' } }
  expect(await update({ name: 'Ours' })).toEqual({
    ...{ ...rest, name: 'Ours', teams: [{ name: 'Search' }], condition: { priorities: ['P1'] } },
  })
  expect(await update({ teamIds: null, condition: null })).toEqual({
    ...rest,
    name: 'Ours',
    teams: null,
    condition: null,
  })
})

it.each<[string, object, string, string]>([
  ['without a name', { name: '' }, 'BAD_USER_INPUT', 'name'],
  ['for no service', { serviceIds: [] }, 'BAD_USER_INPUT', 'serviceIds'],
  ['for a service that is not there', { serviceIds: ['svc_x'] }, 'NOT_FOUND', 'serviceIds.0'],
  ['for a team that is not there', { teamIds: ['team_x'] }, 'NOT_FOUND', 'teamIds.0'],
  ['for no priority', { condition: { priorities: [] } }, 'BAD_USER_INPUT', 'condition.priorities'],
  ['by a policy that is not there', { policyId: 'pol_x' }, 'NOT_FOUND', 'policyId'],
  ['by a policy without an id', { policyId: '' }, 'NOT_FOUND', 'policyId'],
  ['for no team', { teamIds: [] }, 'BAD_USER_INPUT', 'teamIds'],
  ['with a name that is too long', { name: 'x'.repeat(201) }, 'BAD_USER_INPUT', 'name'],
  [
    'in an unknown zone',
    { condition: { hours: { timeZone: 'Mars/Base', weekdays: ['MONDAY'], from: '09:00', until: '17:00' } } },
    ...(['BAD_USER_INPUT', 'condition.hours.timeZone'] as const),
  ],
  ['at the place 0', { position: 0 }, 'BAD_USER_INPUT', 'position'],
  ['at a place beyond the end', { position: 7 }, 'BAD_USER_INPUT', 'position'],
])('is refused %s', async (_, input, code, field) => {
  expect(await refusal(mia, 'escalationRuleCreate', { name: 'Rule', policyId, ...input })).toMatchObject({
    ...{ code, field },
  })
  const change = field === 'position' ? 'escalationRuleMove' : 'escalationRuleUpdate'
  expect(await refusal(mia, change, { id: await create('Rule'), ...input })).toMatchObject({ code, field })
  expect(await order()).toEqual(['Rule'])
})

it('are refused what is not there, and a change that changes nothing', async () => {
  const id = await create('Rule')
  const serviceIds = [await stage.server.service('There'), 'svc_x']
  expect(await refusal(mia, 'escalationRuleUpdate', { id, serviceIds })).toMatchObject({
    ...{ code: 'NOT_FOUND', field: 'serviceIds.1' },
  })
  expect(await refusal(mia, 'escalationRuleUpdate', { id })).toMatchObject({ code: 'BAD_USER_INPUT', field: 'id' })
  for (const [name, input] of [
    ['escalationRuleUpdate', { name: 'Other' }],
    ['escalationRuleMove', { position: 1 }],
    ['escalationRuleDelete', {}],
  ] as const)
    expect(await refusal(mia, name, { id: 'rul_x', ...input })).toMatchObject({ code: 'NOT_FOUND', field: 'id' })
})

it('are 500 at most', async () => {
  await stage.server.sql(
    `INSERT INTO escalation_rules (id, position, name, policy_id, created_at)
     SELECT 'rul_' || n, n, 'Rule ' || n, $1, now() FROM generate_series(1, 499) n`,
    [policyId],
  )
  await create('The last one')
  expect(await refusal(mia, 'escalationRuleCreate', { name: 'One too many', policyId })).toMatchObject({
    ...{ code: 'BAD_USER_INPUT', message: 'There are at most 500 rules.' },
  })
})

it('leave an event each time, for the audit only', async () => {
  const id = await create('Rule')
  await create('First', { position: 1 })
  await carryOut(mia, 'escalationRuleUpdate', 'escalationRule { id }', { id, name: 'Renamed' })
  await carryOut(mia, 'escalationRuleMove', 'escalationRule { id }', { id, position: 1 })
  await carryOut(mia, 'escalationRuleDelete', 'escalationRule { id }', { id })
  expect(await auditOf(stage, id)).toEqual([
    ['escalation_rule.created', expect.objectContaining({ name: 'Rule', position: 1 })],
    ['escalation_rule.updated', { name: 'Renamed' }],
    ['escalation_rule.moved', { position: 1 }],
    ['escalation_rule.deleted', expect.objectContaining({ name: 'Renamed', position: 1 })],
  ])
})

it.each(OPENNESS)('are as open to the role %s as they should be', async (role, code, reads) => {
  const id = await create('Rule')
  const person = await stage.server.as(role)
  const changes = [
    ['escalationRuleUpdate', { id, name: 'Renamed' }],
    ['escalationRuleMove', { id, position: 1 }],
    ['escalationRuleDelete', { id }],
  ] as const
  const input = { name: 'Another', policyId }
  if (code === null) await carryOut(person, 'escalationRuleCreate', 'escalationRule { id }', input)
  else expect(await refusal(person, 'escalationRuleCreate', input)).toMatchObject({ code: 'FORBIDDEN' })
  const { node } = await person.run('query ($id: ID!) { node(id: $id) { id } }', { id })
  expect(node).toEqual(reads ? { id } : null)
  for (const query of ['{ escalationRules { name } }', '{ escalationRuleFor(priority: P1) { name } }']) {
    const { errors } = await person.send(query)
    expect(errors?.[0]!.extensions.code).toBe(reads ? undefined : 'FORBIDDEN')
  }
  for (const [name, input] of changes)
    if (code === null) await carryOut(person, name, 'escalationRule { id }', input)
    else expect(await refusal(person, name, input)).toMatchObject({ code })
  expect(await order()).toEqual([code === null ? 'Another' : 'Rule'])
})
