import 'reflect-metadata'
import { buildClientSchema, getIntrospectionQuery } from 'graphql'
import { LIMITS } from '../../src/api/limits.js'
import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'
import { TRANSPORTS } from '../access/transports.js'

/** What one operation may ask. Every refusal is LIMIT_EXCEEDED and names the limit; nothing has been executed. */

let server: TestServer
let ada: Person
beforeAll(async () => {
  ;(LIMITS as { operationTime: number }).operationTime = 700
  server = await startTestServer()
  ada = await server.as('RESPONDER')
})
afterAll(() => server.stop())

const times = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => text(i)).join(' ')
const nested = (depth: number, open: string, close: string) => open.repeat(depth) + '{ id }' + close.repeat(depth)
const bomb = (fragments: number) =>
  `{ me { ...F0 } } ${times(fragments, (i) => `fragment F${i} on User { ...F${i + 1} ...F${i + 1} }`)}
   fragment F${fragments} on User { id }`

const DECLARE = 'incidentDeclare(input: { title: "Too much", impact: LOW, urgency: LOW }) { incident { id } }'

const EXCESSIVE: [limit: string, what: string, query: string][] = [
  ['depth', 'fields 200 levels deep', `{ me ${nested(100, '{ teams { members ', '} }')} }`],
  ['depth', 'fields 1,600 levels deep', `{ me ${nested(800, '{ teams { members ', '} }')} }`],
  [
    'depth',
    'depth hidden in fragments',
    `{ me { ...A } } ${times(9, (i) => `fragment ${'ABCDEFGHIJ'[i]} on User { teams { members { ...${'ABCDEFGHIJ'[i + 1]} } } }`)} fragment J on User { id }`,
  ],
  ['aliases', '1,000 aliases', `{ ${times(1_000, (i) => `a${i}: __typename`)} }`],
  ['tokens', 'many tokens', `{ me { ${'id '.repeat(6_000)} } }`],
  ['directives', 'many directives', `{ me { ${times(60, () => 'id @include(if: true)')} } }`],
  ['fields', 'fragments that spread into 2^40 fields', bomb(40)],
  [
    'cost',
    'large pages in large pages',
    '{ incidents(first: 100) { edges { node { timeline(first: 100) { edges { node { author { id } } } } } } } }',
  ],
  [
    'cost',
    'many ids with large pages',
    `{ nodes(ids: [${times(100, () => '"x"')}]) { ... on Incident { timeline(first: 100) { edges { node { author { id } } } } } } }`,
  ],
  ['aliases', 'many mutations at once', `mutation { ${times(51, (i) => `a${i}: ${DECLARE}`)} }`],
]

describe.each(Object.keys(TRANSPORTS))('over %s', (transport) => {
  it.each(EXCESSIVE)('the limit of %s refuses %s', async (limit, _, query) => {
    const line = TRANSPORTS[transport]!(ada)
    const { data, errors } = await line
      .run(query)
      .catch((error: unknown) => ({ data: undefined, errors: error as never[] }))
    line.close()
    expect(data ?? null).toBeNull()
    expect(errors).toEqual([
      expect.objectContaining({ extensions: expect.objectContaining({ code: 'LIMIT_EXCEEDED', limit }) }),
    ])
    expect(await server.sql('SELECT 1 FROM incidents')).toEqual([])
  })
})

it('announces the cost of every operation', async () => {
  const cost = async (query: string, variables: object = {}) => (await ada.send(query, variables)).extensions.cost
  expect(await cost('{ me { id } }')).toEqual({ requested: 1, maximum: LIMITS.cost })
  const pages =
    'query ($n: Int!) { incidents(first: $n) { edges { node { timeline(last: 5) { edges { node { id } } } } } } }'
  const { requested: ten } = await cost(pages, { n: 10 })
  const { requested: twenty } = await cost(pages, { n: 20 })
  expect(twenty).toBe(2 * ten - 1)
})

it('prices what was refused', async () => {
  const { errors } = await ada.send(EXCESSIVE.find(([limit]) => limit === 'cost')![2])
  expect(errors![0]!.extensions['cost']).toEqual({ requested: expect.any(Number), maximum: LIMITS.cost })
})

it('does not let a broken argument hide the price of the rest', async () => {
  const rest = EXCESSIVE.find(([limit]) => limit === 'cost')![2].slice(1)
  const { data, errors } = await ada.send(`query ($n: Int = 1) { a: incidents(first: $n) { totalCount } ${rest}`, {
    n: null,
  })
  expect(data).toBeUndefined()
  expect(errors).toHaveLength(1)
})

it.each([0, -1, 101, 2_147_483_647])('refuses a page of %d', async (first) => {
  for (const query of [`{ incidents(first: ${first}) { totalCount } }`, `{ users(first: ${first}) { totalCount } }`]) {
    const { errors } = await ada.send(query)
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', field: 'first' } }])
  }
})

it.each(['{ a '.repeat(2_400), `{ me(a: ${'['.repeat(4_900)}`, `query ($a: ${'['.repeat(4_900)}`])(
  'refuses what no parser can follow (%#)',
  async (query) => {
    const { errors } = await ada.send(query)
    expect(['LIMIT_EXCEEDED', 'GRAPHQL_PARSE_FAILED']).toContain(errors![0]!.extensions.code)
  },
)

it('refuses fragments in a circle', async () => {
  const { errors } = await ada.send('{ me { ...A } } fragment A on User { ...B } fragment B on User { ...A }')
  expect(errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }])
})

it('refuses variables that are nested without end', async () => {
  const deep = '['.repeat(200_000) + ']'.repeat(200_000)
  const { errors } = await ada.post(`{"query":"{ me { id } }","variables":{"a":${deep}}}`)
  expect(errors).toMatchObject([{ extensions: { code: 'LIMIT_EXCEEDED', limit: 'variableDepth' } }])
})

describe('introspection', () => {
  it('is answered to the tools', async () => {
    for (const options of [
      {},
      {
        specifiedByUrl: true,
        directiveIsRepeatable: true,
        schemaDescription: true,
        inputValueDeprecation: true,
        oneOf: true,
      },
    ]) {
      const schema = buildClientSchema(await ada.run(getIntrospectionQuery(options)))
      expect(schema.getType('Incident')).toBeDefined()
    }
  })

  it('is refused where it is switched off, and so are hints', async () => {
    const discreet = await startTestServer({ INTROSPECTION: 'off' })
    const bob = await discreet.as('RESPONDER')
    for (const query of [getIntrospectionQuery(), '{ __type(name: "User") { name } }']) {
      const { errors } = await bob.send(query)
      expect(errors![0]).toMatchObject({ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } })
    }
    expect((await ada.send('{ mee { id } }')).errors![0]!.message).toContain('Did you mean')
    expect((await bob.send('{ mee { id } }')).errors![0]!.message).toBe('Cannot query field "mee" on type "Query".')
    expect(await bob.run('{ __typename me { __typename } }')).toEqual({
      __typename: 'Query',
      me: { __typename: 'User' },
    })
    await discreet.stop()
  })
})

it('ends what takes too long in PostgreSQL, too', async () => {
  const sleeping = `SELECT count(*)::int AS count FROM pg_stat_activity
    WHERE application_name = 'tocsin' AND state = 'active' AND query LIKE '%incidents i%' AND datname = current_database()`
  await server.sql(`
    BEGIN;
    ALTER TABLE incidents RENAME TO slow_incidents;
    CREATE VIEW incidents AS SELECT s.* FROM slow_incidents s, (SELECT pg_sleep(30)) slow;
    COMMIT`)
  const answers = Object.values(TRANSPORTS).map(async (transport) => {
    const line = transport(ada)
    const { errors } = await line.run('{ incidents(first: 1) { totalCount } }')
    line.close()
    return errors
  })
  for (const errors of await Promise.all(answers)) expect(errors).toMatchObject([{ extensions: { code: 'TIMEOUT' } }])
  // The answer may be there a moment before PostgreSQL has ended the statement.
  while ((await server.sql(sleeping))[0]!['count'] > 0) await new Promise(setImmediate)
})
