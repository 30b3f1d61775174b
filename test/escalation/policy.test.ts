import { makeSchedule } from '../oncall/story.js'
import { createPoint } from '../notifications/story.js'
import type { Person } from '../support/person.js'
import { readsDuring } from '../support/statements.js'
import { OPENNESS, type Stage, auditOf, carryOut, declare, look, refusal, setStage, step, user } from './story.js'

/** Writing escalation policies, and what is refused of them. */

let stage: Stage
let ada: Person
let mia: Person
beforeAll(async () => {
  stage = await setStage()
  mia = stage.manager
  ada = await stage.server.as('RESPONDER', { name: 'Ada' })
})
afterEach(() => stage.server.sql('DELETE FROM escalation_rules'))
afterAll(() => stage.server.stop())

let made = 0
const named = (input: object = {}) => ({ name: `Policy ${++made}`, steps: [step(ada)], ...input })
const create = async (input: object = {}): Promise<string> =>
  (await carryOut(mia, 'escalationPolicyCreate', 'escalationPolicy { id }', named(input))).escalationPolicy.id
/** A shared contact point. */
const sharePoint = async (name: string): Promise<{ id: string }> =>
  (await createPoint(mia, { kind: 'EMAIL', name, address: 'ops@example.com', userId: null })).contactPoint

const FIELDS = `id name description repeat acknowledgementTimeoutMinutes archived version team { name }
  managementPolicy { name } workingHours { timeZone weekdays from until }
  steps { number delayMinutes condition { priorities hours { from } }
          targets { kind turn incidentRole role user { name } team { name } schedule { name } contactPoint { name } } }`
const OFFICE = { timeZone: 'Europe/Berlin', weekdays: ['FRIDAY', 'MONDAY'], from: '09:00', until: '17:00' }

it('keeps what it is told, every kind of target among it', async () => {
  const teamId = await stage.server.team('Payments')
  const scheduleId = await makeSchedule(mia, { name: 'Primary' })
  const contactPoint = await sharePoint('Ops')
  const managementPolicyId = await create({ name: 'Management' })
  const targets = [
    ...[user(ada), { kind: 'TEAM', id: teamId }, { kind: 'SCHEDULE', id: scheduleId }],
    ...[
      { kind: 'SCHEDULE', id: scheduleId, turn: 'NEXT' },
      { kind: 'INCIDENT_ROLE', incidentRole: 'COMMANDER' },
    ],
    ...[
      { kind: 'ROLE', role: 'MANAGER' },
      { kind: 'CONTACT_POINT', id: contactPoint.id },
    ],
  ]
  const condition = { priorities: ['P2', 'P1'], hours: OFFICE }
  const id = await create({
    ...{ name: 'Checkout', description: 'For the shop', teamId, repeat: 2, acknowledgementTimeoutMinutes: 30 },
    ...{ managementPolicyId, workingHours: OFFICE, steps: [{ targets, delayMinutes: 10, condition }] },
  })
  const read = 'query ($id: ID!) { escalationPolicy(id: $id) { FIELDS } }'.replace('FIELDS', FIELDS)
  const { escalationPolicy } = await ada.run(read, { id })
  const none = {
    turn: null,
    incidentRole: null,
    role: null,
    user: null,
    team: null,
    schedule: null,
    contactPoint: null,
  }
  const target = (kind: string, its: object) => ({ ...none, kind, ...its })
  expect(escalationPolicy).toEqual({
    ...{ id, name: 'Checkout', description: 'For the shop', repeat: 2, acknowledgementTimeoutMinutes: 30 },
    ...{ archived: false, version: 1, team: { name: 'Payments' }, managementPolicy: { name: 'Management' } },
    workingHours: { ...OFFICE, weekdays: ['MONDAY', 'FRIDAY'] },
    steps: [
      {
        ...{ number: 1, delayMinutes: 10 },
        condition: { priorities: ['P1', 'P2'], hours: { from: '09:00' } },
        targets: [
          target('USER', { user: { name: 'Ada' } }),
          target('TEAM', { team: { name: 'Payments' } }),
          target('SCHEDULE', { schedule: { name: 'Primary' }, turn: 'CURRENT' }),
          target('SCHEDULE', { schedule: { name: 'Primary' }, turn: 'NEXT' }),
          target('INCIDENT_ROLE', { incidentRole: 'COMMANDER' }),
          target('ROLE', { role: 'MANAGER' }),
          target('CONTACT_POINT', { contactPoint: { name: 'Ops' } }),
        ],
      },
    ],
  })
  const team = await ada.run('query ($id: ID!) { team(id: $id) { escalationPolicies { name } } }', { id: teamId })
  expect(team.team.escalationPolicies).toEqual([{ name: 'Checkout' }])
})

it('changes what is named, and leaves the rest', async () => {
  const id = await create({ repeat: 3, workingHours: OFFICE })
  const input = { id, expectedVersion: 1, workingHours: null, steps: [{ ...step(ada), delayMinutes: 7 }] }
  const { escalationPolicy } = await carryOut(mia, 'escalationPolicyUpdate', `escalationPolicy { ${FIELDS} }`, input)
  expect(escalationPolicy).toMatchObject({ repeat: 3, workingHours: null, version: 2, steps: [{ delayMinutes: 7 }] })
  expect(await refusal(mia, 'escalationPolicyUpdate', input)).toMatchObject({
    code: 'CONFLICT',
    field: 'expectedVersion',
  })
})

it('numbers its steps, and those of the copy on an incident, which a change leaves as they were', async () => {
  const id = await create({ steps: [step(ada), step(mia)] })
  await carryOut(mia, 'escalationRuleCreate', 'escalationRule { id }', { name: 'All', policyId: id })
  const incident = await declare(mia)
  const STEPS = 'steps { number targets { user { name } } }'
  const numberedSteps = (...names: string[]) =>
    names.map((name, index) => ({ number: index + 1, targets: [{ user: { name } }] }))
  const update = { id, steps: [step(mia), step(ada), step(mia)] }
  const { escalationPolicy } = await carryOut(mia, 'escalationPolicyUpdate', `escalationPolicy { ${STEPS} }`, update)
  expect(escalationPolicy.steps).toEqual(numberedSteps('Mia', 'Ada', 'Mia'))
  expect((await look(mia, incident, STEPS)).steps).toEqual(numberedSteps('Ada', 'Mia'))
})

it('is not archived while rules lead to it: the first few are named, in their order', async () => {
  const id = await create()
  for (let n = 1; n <= 12; n++)
    await carryOut(mia, 'escalationRuleCreate', 'escalationRule { id }', { name: `R${n}`, policyId: id, position: n })
  expect(await refusal(mia, 'escalationPolicyArchive', { id })).toMatchObject({
    message:
      'It is used by rule 1 “R1”, rule 2 “R2”, rule 3 “R3”, rule 4 “R4”, rule 5 “R5” and 7 more. Change that first.',
  })
  const { escalationPolicy } = await ada.run('query ($id: ID!) { escalationPolicy(id: $id) { rules { position } } }', {
    id,
  })
  expect(escalationPolicy.rules).toHaveLength(12)
})

const HOURS = { timeZone: 'Europe/Berlin', weekdays: ['MONDAY'], from: '09:00', until: '17:00' }
describe('is refused', () => {
  const steps = (changes: object) => ({ steps: [{ ...step(ada), ...changes }] })
  const targets = (...targets: object[]) => steps({ targets })
  it.each<[string, () => object, string]>([
    ['without steps', () => ({ steps: [] }), 'steps'],
    ['with 21 steps', () => ({ steps: Array.from({ length: 21 }, () => step(ada)) }), 'steps'],
    ['with a step for nobody', () => targets(), 'steps.0.targets'],
    ['with 21 targets', () => targets(...Array.from({ length: 21 }, () => user(ada))), 'steps.0.targets'],
    ['without a delay', () => steps({ delayMinutes: 0 }), 'steps.0.delayMinutes'],
    ['with a delay of -1', () => steps({ delayMinutes: -1 }), 'steps.0.delayMinutes'],
    ['with a delay of a year', () => steps({ delayMinutes: 525_600 }), 'steps.0.delayMinutes'],
    ['with a fault in the second step', () => ({ steps: [step(ada), step()] }), 'steps.1.targets'],
    ['with ten repeats', () => ({ repeat: 10 }), 'repeat'],
    ['with repeats less than none', () => ({ repeat: -1 }), 'repeat'],
    ['with a timeout of a minute', () => ({ acknowledgementTimeoutMinutes: 1 }), 'acknowledgementTimeoutMinutes'],
    ['with a timeout of two days', () => ({ acknowledgementTimeoutMinutes: 2_880 }), 'acknowledgementTimeoutMinutes'],
    ['without a name', () => ({ name: ' ' }), 'name'],
    ['with a name that is too long', () => ({ name: 'x'.repeat(201) }), 'name'],
    ['with a description that is too long', () => ({ description: 'x'.repeat(2_001) }), 'description'],
    ['in an unknown zone', () => ({ workingHours: { ...HOURS, timeZone: 'Mars/Base' } }), 'workingHours.timeZone'],
    ['with hours that are none', () => ({ workingHours: { ...HOURS, from: '25:00' } }), 'workingHours.from'],
    [
      'with a condition in an unknown zone',
      () => steps({ condition: { hours: { ...HOURS, timeZone: 'Mars/Base' } } }),
      'steps.0.condition.hours.timeZone',
    ],
    ['for no priority', () => steps({ condition: { priorities: [] } }), 'steps.0.condition.priorities'],
    ['with a person without an id', () => targets({ kind: 'USER' }), 'steps.0.targets.0.id'],
    ['with a schedule without an id', () => targets({ kind: 'SCHEDULE', turn: 'NEXT' }), 'steps.0.targets.0.id'],
    ['with no role in the response', () => targets({ kind: 'INCIDENT_ROLE' }), 'steps.0.targets.0.incidentRole'],
    ['with no role', () => targets({ kind: 'ROLE' }), 'steps.0.targets.0.role'],
    ['with the id of a role', () => targets({ kind: 'ROLE', role: 'ADMIN', id: ada.id }), 'steps.0.targets.0.id'],
    ['with a turn of a person', () => targets({ ...user(ada), turn: 'NEXT' }), 'steps.0.targets.0.turn'],
    ['with the same twice', () => targets(user(ada), user(ada)), 'steps.0.targets.1'],
    [
      'with a role that does not work on incidents',
      () => targets({ kind: 'ROLE', role: 'STAKEHOLDER' }),
      'steps.0.targets.0.role',
    ],
  ])('%s', async (_, input, field) => {
    const told = { code: 'BAD_USER_INPUT', field }
    expect(await refusal(mia, 'escalationPolicyCreate', named(input()))).toMatchObject(told)
    expect(await refusal(mia, 'escalationPolicyUpdate', { id: await create(), ...input() })).toMatchObject(told)
  })

  it.each<[string, (stage: Stage) => Promise<object>, string, string]>([
    ['a team that is not there', async () => ({ teamId: 'team_x' }), 'NOT_FOUND', 'teamId'],
    ['a team without an id', async () => ({ teamId: '' }), 'NOT_FOUND', 'teamId'],
    [
      'a person who is not there',
      async () => targets({ kind: 'USER', id: 'usr_x' }),
      'NOT_FOUND',
      'steps.0.targets.0.id',
    ],
    [
      'a person who does not work on incidents',
      async ({ server }) => targets(user(await server.as('STAKEHOLDER'))),
      ...(['BAD_USER_INPUT', 'steps.0.targets.0.id'] as const),
    ],
    [
      'a schedule that is not there',
      async () => targets({ kind: 'SCHEDULE', id: 'sch_x' }),
      'NOT_FOUND',
      'steps.0.targets.0.id',
    ],
    [
      'somebody’s own contact point',
      async () => {
        const { me } = await ada.run('{ me { contactPoints { id } } }')
        return targets({ kind: 'CONTACT_POINT', id: me.contactPoints[0].id })
      },
      ...(['NOT_FOUND', 'steps.0.targets.0.id'] as const),
    ],
    [
      'a person who is not active any more',
      async ({ server }) => {
        const gone = await server.as('RESPONDER')
        await server.sql('UPDATE users SET active = false WHERE id = $1', [gone.id])
        return targets(user(gone))
      },
      ...(['BAD_USER_INPUT', 'steps.0.targets.0.id'] as const),
    ],
    [
      'a schedule that is archived',
      async () => {
        const id = await makeSchedule(mia)
        await carryOut(mia, 'scheduleArchive', 'schedule { id }', { id })
        return targets({ kind: 'SCHEDULE', id })
      },
      ...(['BAD_USER_INPUT', 'steps.0.targets.0.id'] as const),
    ],
    [
      'a contact point that is not active',
      async () => {
        const { id } = await sharePoint('Silent')
        await carryOut(mia, 'contactPointUpdate', 'contactPoint { id }', { id, active: false })
        return targets({ kind: 'CONTACT_POINT', id })
      },
      ...(['BAD_USER_INPUT', 'steps.0.targets.0.id'] as const),
    ],
    [
      'a contact point that is deleted',
      async () => {
        const { id } = await sharePoint('Gone')
        await carryOut(mia, 'contactPointDelete', 'contactPoint { id }', { id })
        return targets({ kind: 'CONTACT_POINT', id })
      },
      ...(['NOT_FOUND', 'steps.0.targets.0.id'] as const),
    ],
    [
      'a team that is not there to be called, in the second step',
      async () => ({ steps: [step(ada), { targets: [{ kind: 'TEAM', id: 'team_x' }], delayMinutes: 5 }] }),
      ...(['NOT_FOUND', 'steps.1.targets.0.id'] as const),
    ],
    ['management that is not there', async () => ({ managementPolicyId: 'pol_x' }), 'NOT_FOUND', 'managementPolicyId'],
    [
      'management that is archived',
      async () => {
        const managementPolicyId = await create()
        await carryOut(mia, 'escalationPolicyArchive', 'escalationPolicy { id }', { id: managementPolicyId })
        return { managementPolicyId }
      },
      ...(['BAD_USER_INPUT', 'managementPolicyId'] as const),
    ],
  ])('with %s', async (_, input, code, field) => {
    const terms = await input(stage)
    expect(await refusal(mia, 'escalationPolicyCreate', named(terms))).toMatchObject({ code, field })
    expect(await refusal(mia, 'escalationPolicyUpdate', { id: await create(), ...terms })).toMatchObject({
      code,
      field,
    })
  })

  it('with the name of another', async () => {
    await create({ name: 'Only one' })
    expect(await refusal(mia, 'escalationPolicyCreate', named({ name: 'only ONE' }))).toMatchObject({
      ...{ code: 'CONFLICT', field: 'name' },
    })
  })

  it('when nothing is to change, or nothing is there', async () => {
    expect(await refusal(mia, 'escalationPolicyUpdate', { id: await create() })).toMatchObject({
      ...{ code: 'BAD_USER_INPUT', field: 'id' },
    })
    for (const name of ['escalationPolicyUpdate', 'escalationPolicyArchive'])
      expect(await refusal(mia, name, { id: 'pol_x' })).toMatchObject({ code: 'NOT_FOUND', field: 'id' })
  })
})

it.each(OPENNESS)('is as open to the role %s as it should be', async (role, code, reads) => {
  const teamId = await stage.server.team(`Team of a ${role}`)
  const id = await create({ teamId })
  const person = await stage.server.as(role, { teams: [teamId] })
  const read = await person.run(
    `query ($id: ID!, $teamId: ID!) {
       escalationPolicy(id: $id) { id } node(id: $id) { id } team(id: $teamId) { escalationPolicies { id } } }`,
    { id, teamId },
  )
  const found = reads ? { id } : null
  expect(read).toEqual({ escalationPolicy: found, node: found, team: { escalationPolicies: reads ? [{ id }] : [] } })
  const { errors } = await person.send('{ escalationPolicies(first: 1) { totalCount } }')
  expect(errors?.[0]!.extensions.code).toBe(reads ? undefined : 'FORBIDDEN')
  if (code === null) await carryOut(person, 'escalationPolicyCreate', 'escalationPolicy { id }', named())
  else expect(await refusal(person, 'escalationPolicyCreate', named())).toMatchObject({ code: 'FORBIDDEN' })
  for (const [name, input] of [
    ['escalationPolicyUpdate', { id, repeat: 1 }],
    ['escalationPolicyArchive', { id }],
  ] as const)
    if (code === null) await carryOut(person, name, 'escalationPolicy { id }', input)
    else expect(await refusal(person, name, input)).toMatchObject({ code })
  const [row] = await stage.server.sql('SELECT version FROM escalation_policies WHERE id = $1', [id])
  expect(row).toEqual({ version: code === null ? 3 : 1 })
})

it('leaves an event each time, for the audit only', async () => {
  const id = await create({ name: 'Watched' })
  await carryOut(mia, 'escalationPolicyUpdate', 'escalationPolicy { id }', { id, repeat: 1 })
  for (let n = 0; n < 2; n++) await carryOut(mia, 'escalationPolicyArchive', 'escalationPolicy { id }', { id })
  expect(await auditOf(stage, id)).toEqual([
    ['escalation_policy.created', expect.objectContaining({ name: 'Watched', repeat: 0 })],
    ['escalation_policy.updated', { repeat: 1 }],
    ['escalation_policy.archived', {}],
  ])
})

it('costs the same number of statements, however many there are, with all that their steps name', async () => {
  for (let n = 0; n < 12; n++) {
    const person = await stage.server.as('RESPONDER')
    const teamId = await stage.server.team(`Counted ${n}`)
    const [point, scheduleId] = [await sharePoint(`Counted ${n}`), await makeSchedule(mia, { name: `Counted ${n}` })]
    const targets = [
      ...[user(person), { kind: 'TEAM', id: teamId }, { kind: 'SCHEDULE', id: scheduleId }],
      { kind: 'CONTACT_POINT', id: point.id },
    ]
    const terms = { targets, delayMinutes: 5 }
    const policyId = await create({
      ...{ name: `Counted ${n}`, teamId, steps: [terms, terms, terms] },
      managementPolicyId: await create(),
    })
    const rule = { name: 'Counted', policyId, teamIds: [teamId], serviceIds: [await stage.server.service(`Svc ${n}`)] }
    await carryOut(mia, 'escalationRuleCreate', 'escalationRule { id }', rule)
  }
  const query = `query ($first: Int!) { escalationPolicies(first: $first, filter: { search: "Counted" }) { edges { node {
    team { name } managementPolicy { name } rules { name services { name } teams { name } policy { name } }
    steps { number targets { kind user { name } team { name } schedule { name } contactPoint { name } } } } } } }`
  const readsOf = async (first: number) => {
    await stage.server.restart() // names are kept for a moment: a new server has kept none
    await ada.run('{ __typename }') // signed in
    const { reads, result } = await readsDuring(() => ada.run(query, { first }))
    expect(result.escalationPolicies.edges).toHaveLength(first)
    for (const { node } of result.escalationPolicies.edges)
      expect(node.steps[2].targets[3].contactPoint).toEqual({ name: expect.stringMatching(/^Counted/) })
    return reads
  }
  const one = await readsOf(1)
  expect((await readsOf(12)).length).toBe(one.length)
  // The policies, those of management and of the rules; the rules; services, teams, people, schedules, contact points.
  expect(one.length).toBeLessThanOrEqual(10)
})

describe('the way to management', () => {
  it('cannot lead back to where it began', async () => {
    const third = await create({ name: 'Board' })
    const second = await create({ name: 'Directors', managementPolicyId: third })
    const first = await create({ name: 'Workers', managementPolicyId: second })
    expect(await refusal(mia, 'escalationPolicyUpdate', { id: third, managementPolicyId: first })).toEqual({
      ...{ code: 'BAD_USER_INPUT', field: 'managementPolicyId' },
      message: 'A policy cannot lead to itself: it goes by “Workers”, “Directors” back to itself.',
    })
    expect(await refusal(mia, 'escalationPolicyUpdate', { id: first, managementPolicyId: first })).toMatchObject({
      ...{ field: 'managementPolicyId', message: 'A policy cannot lead to itself.' },
    })
  })

  it('cannot be bent into a circle by two who change it at the same time', async () => {
    for (let n = 0; n < 5; n++) {
      const [a, b] = [await create(), await create()]
      const lead = (id: string, managementPolicyId: string) =>
        mia.run(
          'mutation ($input: EscalationPolicyUpdateInput!) { escalationPolicyUpdate(input: $input) { userErrors { field } } }',
          { input: { id, managementPolicyId } },
        )
      const both = await Promise.all([lead(a, b), lead(b, a)])
      const refused = both.flatMap(({ escalationPolicyUpdate }) => escalationPolicyUpdate.userErrors)
      expect(refused).toEqual([{ field: 'managementPolicyId' }])
    }
  })
})

it('is archived once nothing needs it', async () => {
  const id = await create({ name: 'Old' })
  const above = await create({ name: 'Above', managementPolicyId: id })
  const { escalationRule } = await carryOut(mia, 'escalationRuleCreate', 'escalationRule { id }', {
    name: 'All',
    policyId: id,
  })
  expect(await refusal(mia, 'escalationPolicyArchive', { id })).toMatchObject({
    ...{ code: 'CONFLICT', field: 'id', message: 'It is used by policy “Above”, rule 1 “All”. Change that first.' },
  })
  await carryOut(mia, 'escalationRuleDelete', 'escalationRule { id }', { id: escalationRule.id })
  await carryOut(mia, 'escalationPolicyUpdate', 'escalationPolicy { id }', { id: above, managementPolicyId: null })
  for (let n = 0; n < 2; n++)
    expect(
      (
        await carryOut(mia, 'escalationPolicyArchive', 'escalationPolicy { archived version }', {
          id,
          expectedVersion: 1,
        })
      ).escalationPolicy,
    ).toEqual({ archived: true, version: 2 })
  const list = async (filter: object) => {
    const query =
      'query ($filter: EscalationPolicyFilter) { escalationPolicies(first: 100, filter: $filter) { edges { node { name } } } }'
    const { escalationPolicies } = await ada.run(query, { filter })
    return escalationPolicies.edges.map(({ node }: { node: { name: string } }) => node.name)
  }
  expect(await list({ search: 'old' })).toEqual([])
  expect(await list({ search: 'old', archived: true })).toEqual(['Old'])
  expect(await refusal(mia, 'escalationPolicyUpdate', { id, repeat: 1 })).toMatchObject({
    code: 'CONFLICT',
    field: 'id',
  })
  expect(await refusal(mia, 'escalationRuleCreate', { name: 'All', policyId: id })).toMatchObject({ field: 'policyId' })
  await create({ name: 'Old' }) // the name is free again
})
