import type { Person } from '../support/person.js'
import { type Stage, carryOut, refusal, setStage, step } from './story.js'

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
  ['at the place 0', { position: 0 }, 'BAD_USER_INPUT', 'position'],
  ['at a place beyond the end', { position: 7 }, 'BAD_USER_INPUT', 'position'],
])('is refused %s', async (_, input, code, field) => {
  expect(await refusal(mia, 'escalationRuleCreate', { name: 'Rule', policyId, ...input })).toMatchObject({
    code,
    field,
  })
})

it('are configured by managers and administrators, and read by who runs incidents', async () => {
  const id = await create('Rule')
  expect(await refusal(ada, 'escalationRuleDelete', { id })).toMatchObject({ code: 'FORBIDDEN' })
  const admin = await stage.server.as('ADMIN')
  await carryOut(admin, 'escalationRuleUpdate', 'escalationRule { id }', { id, name: 'Renamed' })
  expect(await order(await stage.server.as('AUDITOR'))).toEqual(['Renamed'])
  for (const role of ['REQUESTER', 'STAKEHOLDER', 'PARTNER'] as const) {
    const outsider = await stage.server.as(role)
    const { errors } = await outsider.send('{ escalationRules { name } }')
    expect(errors![0]!.extensions.code).toBe('FORBIDDEN')
    expect(await refusal(outsider, 'escalationRuleDelete', { id })).toMatchObject({ code: 'NOT_FOUND' })
    expect((await outsider.run('query ($id: ID!) { node(id: $id) { id } }', { id })).node).toBeNull()
  }
})
