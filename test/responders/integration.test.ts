import { compileExpression } from '../../src/responders/integration.mapping.js'
import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'

describe('an expression of a mapping', () => {
  const item = {
    ...{ event: { id: 7, tags: ['a', 'b'], 'the.name': 'x', none: null }, 'a b': 1, empty: '', zero: 0, no: false },
    ...{ title: 'T', $: 'dollar' },
  }
  it.each([
    ['title', 'T'],
    ['event.id', 7],
    ['event.tags.1', 'b'],
    ['event."the.name"', 'x'],
    ['"a b"', 1],
    ['"$"', 'dollar'],
    ["'a text'", 'a text'],
    ["''", undefined],
    ['zero', 0],
    ['no', false],
    ["missing | event.none | empty | 'last'", 'last'],
    ['missing.deeper.still', undefined],
    ['title.length', undefined],
    ['event.tags.length', undefined],
    ['__proto__.constructor', undefined],
    ['constructor', undefined],
    ["'a | b' | title", 'a | b'],
  ])('%s is %j', (text, value) => expect(compileExpression(text)(item)).toEqual(value))

  it('finds the whole as $', () => expect(compileExpression('$')(item)).toBe(item))

  it.each(['', ' ', '.', 'a.', '.a', 'a..b', 'a |', '| a', 'a b', "'a", 'a"b"', '"', '""', "a.'b'"])(
    'is not understood: %j',
    (text) => expect(() => compileExpression(text)).toThrow(/There is no path/),
  )
})

let server: TestServer
let admin: Person
beforeAll(async () => {
  server = await startTestServer()
  admin = await server.as('ADMIN')
})
afterAll(() => server.stop())

const FIELDS = `integration {
  id name kind autoResolve regroupMinutes active keyPrefix url service { name } team { name }
  mapping { items summary } createdAt
}`
const mutation = (name: string, answer = '') =>
  `mutation ($input: ${name[0]!.toUpperCase()}${name.slice(1)}Input!) {
     ${name}(input: $input) { ${FIELDS} ${answer} userErrors { code field message } }
   }`
const create = (input: object) => admin.do(mutation('integrationCreate', 'key url'), { name: 'Mine', ...input })
const update = (input: object) => admin.do(mutation('integrationUpdate'), input)
const refused = async (person: Person, name: string, input: object) =>
  (await person.run(mutation(name), { input }))[name].userErrors

it('is made with what suits its kind, and tells its key once', async () => {
  const { integration, key, url } = await create({ kind: 'ALERTMANAGER' })
  expect(key).toMatch(/^[0-9a-f]{32}$/)
  expect(url).toBe(`${server.url}/intake/alertmanager`)
  expect(integration).toMatchObject({
    ...{ name: 'Mine', autoResolve: true, regroupMinutes: 15, active: true, keyPrefix: key.slice(0, 8), url },
    ...{ service: null, team: null, mapping: null },
  })
  expect((await create({ kind: 'PAGERDUTY' })).url).toBe(`${server.url}/intake/pagerduty/v2/enqueue`)
  expect((await create({ kind: 'GENERIC' })).integration.regroupMinutes).toBe(0)
  const stored = await server.sql('SELECT row_to_json(n)::text AS row FROM integrations n WHERE id = $1', [
    integration.id,
  ])
  const told = await server.sql(
    "SELECT payload::text AS row FROM events WHERE subject = $1 AND type = 'integration.created'",
    [integration.id],
  )
  expect(told).toHaveLength(1)
  for (const { row } of [...stored, ...told]) expect(row).not.toContain(key)
})

it('changes as told, and keeps what is left out', async () => {
  const team = await server.team('Platform')
  const service = await server.service('Search', team)
  const { integration } = await create({ kind: 'GENERIC', serviceId: service, mapping: { summary: 'a.b' } })
  const { id } = integration
  expect(await update({ id, teamId: team, regroupMinutes: 5, autoResolve: false })).toMatchObject({
    integration: {
      ...{ regroupMinutes: 5, autoResolve: false, team: { name: 'Platform' }, service: { name: 'Search' } },
      mapping: { items: null, summary: 'a.b' },
    },
  })
  expect((await update({ id, serviceId: null, mapping: null })).integration).toMatchObject({
    ...{ service: null, mapping: null, team: { name: 'Platform' } },
  })
})

it('gets another key', async () => {
  const { integration, key } = await create({ kind: 'GENERIC' })
  const rotated = await admin.do(mutation('integrationKeyRotate', 'key url'), { id: integration.id })
  expect(rotated.key).not.toBe(key)
  const own = 'a-key-that-senders-have'
  expect((await admin.do(mutation('integrationKeyRotate', 'key'), { id: integration.id, key: own })).key).toBe(own)
  expect(await refused(admin, 'integrationCreate', { name: 'Other', kind: 'GENERIC', key: own })).toMatchObject([
    { code: 'CONFLICT', field: 'key' },
  ])
})

it.each([
  ['name', { name: ' ' }],
  ['name', { name: 'x'.repeat(101) }],
  ['key', { key: 'fifteen-letters' }],
  ['key', { key: 'with a space in between' }],
  ['regroupMinutes', { regroupMinutes: -1 }],
  ['regroupMinutes', { regroupMinutes: 10_081 }],
  ['serviceId', { serviceId: 'svc_nonsense' }],
  ['teamId', { teamId: 'team_nonsense' }],
  ['mapping', { kind: 'PAGERDUTY', mapping: { summary: 'a' } }],
  ['mapping.summary', { mapping: { summary: 'a..b' } }],
  ['mapping.items', { mapping: { items: 'x'.repeat(501) } }],
])('names %s when it is wrong', async (field, input) => {
  const [error, ...others] = await refused(admin, 'integrationCreate', { name: 'Mine', kind: 'GENERIC', ...input })
  expect(others).toEqual([])
  expect(error).toMatchObject({ field, code: expect.stringMatching(/BAD_USER_INPUT|NOT_FOUND/) })
})

it('is set up by administrators, looked at by auditors, and only known by name to others', async () => {
  const { integration } = await create({ kind: 'GENERIC', name: 'Backups', mapping: { summary: 'a' } })
  const { id } = integration
  const ONE = 'query ($id: ID!) { integration(id: $id) { name keyPrefix url mapping { summary } } }'
  const auditor = await server.as('AUDITOR')
  expect((await auditor.run(ONE, { id })).integration).toMatchObject({ name: 'Backups', mapping: { summary: 'a' } })
  const list = '{ integrations(first: 50) { totalCount edges { node { id } } } }'
  expect((await auditor.run(list)).integrations.edges.map(({ node }: { node: object }) => node)).toContainEqual({ id })
  for (const role of ['REQUESTER', 'STAKEHOLDER', 'RESPONDER', 'MANAGER', 'PARTNER'] as const) {
    const person = await server.as(role)
    expect(await person.run(ONE, { id })).toEqual({ integration: null })
    expect((await person.send(list)).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
    for (const [name, input] of [
      ['integrationCreate', { name: 'Mine', kind: 'GENERIC' }],
      ['integrationUpdate', { id, name: 'Mine' }],
      ['integrationKeyRotate', { id }],
    ] as const)
      expect(await refused(person, name, input)).toMatchObject([{ code: 'FORBIDDEN' }])
  }
  const { key, url } = await create({ kind: 'GENERIC', name: 'Monitor', mapping: { summary: 'what' } })
  await fetch(`${url}?key=${key}`, { method: 'POST', body: '{"what": "Disk"}' })
  const responder = await server.as('RESPONDER')
  const { alerts } = await responder.run(
    '{ alerts(first: 1) { edges { node { summary integration { name kind keyPrefix url mapping { summary } } } } } }',
  )
  expect(alerts.edges[0].node).toEqual({
    summary: 'Disk',
    integration: { name: 'Monitor', kind: 'GENERIC', keyPrefix: null, url: null, mapping: null },
  })
})
