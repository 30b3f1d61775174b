import 'reflect-metadata'
import { newId } from '../../src/platform/id.js'
import { type Answer, type Line, TRANSPORTS, firstOf } from '../access/transports.js'
import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'

/** What is wrong is named, nothing is written, and nothing of the server's inside is told, whichever the transport. */

let server: TestServer
let ada: Person
let stranger: string
beforeAll(async () => {
  server = await startTestServer()
  const team = await server.team('Payments')
  ada = await server.as('RESPONDER', { name: 'Ada' })
  const bob = await server.as('RESPONDER', { name: 'Bob', teams: [team] })
  const { incident } = await bob.do(DECLARE, {
    title: 'Not for Ada',
    impact: 'LOW',
    urgency: 'LOW',
    visibility: 'TEAM',
    teamId: team,
  })
  stranger = incident.id
})
afterAll(() => server.stop())

const DECLARE =
  'mutation ($input: IncidentDeclareInput!) { incidentDeclare(input: $input) { incident { id } userErrors { code field message } } }'
const LIST =
  'query ($first: Int!, $after: String, $filter: IncidentFilter) { incidents(first: $first, after: $after, filter: $filter) { totalCount } }'
const INCIDENT = { title: 'Broken', impact: 'LOW', urgency: 'LOW' }
const declared = (changes: object) => ({ input: { ...INCIDENT, ...changes } })

interface Case {
  readonly what: string
  readonly query: string
  readonly variables?: Record<string, unknown>
  readonly code: string
  /** Stands in the message, or is `extensions.field`. */
  readonly names: string
}

const CASES: Case[] = [
  {
    what: 'a NUL in a variable',
    query: DECLARE,
    variables: declared({ title: 'a\0b' }),
    code: 'BAD_USER_INPUT',
    names: 'variables.input.title',
  },
  {
    what: 'a lone surrogate in a variable',
    query: DECLARE,
    variables: declared({ description: 'a\ud800b' }),
    code: 'BAD_USER_INPUT',
    names: 'variables.input.description',
  },
  {
    what: 'a NUL in a list',
    query: LIST,
    variables: { first: 1, filter: { serviceId: ['x', '\0'] } },
    code: 'BAD_USER_INPUT',
    names: 'variables.filter.serviceId.1',
  },
  {
    what: 'a NUL in a literal',
    query: '{ incidents(first: 1, filter: { search: "a\\u0000b" }) { totalCount } }',
    code: 'BAD_USER_INPUT',
    names: 'Text',
  },
  {
    what: 'a NUL in a block string',
    query: '{ incidents(first: 1, filter: { search: """a\0b""" }) { totalCount } }',
    code: 'BAD_USER_INPUT',
    names: 'Text',
  },
  {
    what: 'a lone surrogate in a literal',
    query: '{ incidents(first: 1, filter: { search: "a\\ud800b" }) { totalCount } }',
    code: 'GRAPHQL_PARSE_FAILED',
    names: 'ud800',
  },
  { what: 'text for a number', query: LIST, variables: { first: 'ten' }, code: 'BAD_USER_INPUT', names: '$first' },
  {
    what: 'a number that is too large',
    query: LIST,
    variables: { first: 1e10 },
    code: 'BAD_USER_INPUT',
    names: '$first',
  },
  {
    what: 'a number for text',
    query: DECLARE,
    variables: declared({ title: 7 }),
    code: 'BAD_USER_INPUT',
    names: 'input.title',
  },
  {
    what: 'a value that is none of the enum',
    query: DECLARE,
    variables: declared({ impact: 'TERRIBLE' }),
    code: 'BAD_USER_INPUT',
    names: 'input.impact',
  },
  {
    what: 'an unknown key',
    query: DECLARE,
    variables: declared({ severity: 'HIGH' }),
    code: 'BAD_USER_INPUT',
    names: 'severity',
  },
  {
    what: 'a prototype for a key',
    query: DECLARE,
    variables: { input: JSON.parse('{"title":"x","impact":"LOW","urgency":"LOW","__proto__":{}}') as object },
    code: 'BAD_USER_INPUT',
    names: '__proto__',
  },
  {
    what: 'a missing key',
    query: DECLARE,
    variables: { input: { impact: 'LOW' } },
    code: 'BAD_USER_INPUT',
    names: 'impact',
  },
  { what: 'a missing variable', query: DECLARE, variables: {}, code: 'BAD_USER_INPUT', names: '$input' },
  {
    what: 'an unknown key in a literal',
    query: '{ incidents(first: 1, filter: { colour: "red" }) { totalCount } }',
    code: 'GRAPHQL_VALIDATION_FAILED',
    names: 'colour',
  },
  ...[
    '2026-02-31T00:00:00Z',
    '9999-01-01T00:00:00Z',
    '0001-01-01T00:00:00Z',
    '2026-11-23',
    'yesterday',
    1_764_000_000,
  ].flatMap((date) => [
    {
      what: `the date ${date} in a variable`,
      query: DECLARE,
      variables: declared({ detectedAt: date }),
      code: 'BAD_USER_INPUT',
      names: 'input.detectedAt',
    },
    {
      what: `the date ${date} in a literal`,
      query: `{ incidents(first: 1, filter: { createdSince: ${JSON.stringify(date)} }) { totalCount } }`,
      code: 'GRAPHQL_VALIDATION_FAILED',
      names: 'DateTime',
    },
  ]),
  {
    what: 'a made-up page cursor',
    query: LIST,
    variables: { first: 1, after: 'bm9uc2Vuc2U' },
    code: 'BAD_USER_INPUT',
    names: 'after',
  },
  {
    what: 'a cursor of another list',
    query: LIST,
    variables: { first: 1, after: Buffer.from('["a","b","c"]').toString('base64url') },
    code: 'BAD_USER_INPUT',
    names: 'after',
  },
  ...['+275000-01-01T00:00:00Z', '2026-02-30T00:00:00Z', 'yesterday'].map((date) => ({
    what: `a cursor with the date ${date}`,
    query: LIST,
    variables: { first: 1, after: Buffer.from(JSON.stringify([date, 'x'])).toString('base64url') },
    code: 'BAD_USER_INPUT',
    names: 'after',
  })),
  {
    what: 'a cursor with a NUL',
    query: LIST,
    variables: { first: 1, after: Buffer.from('["2026-11-23T00:00:00.000Z","a\\u0000"]').toString('base64url') },
    code: 'BAD_USER_INPUT',
    names: 'after',
  },
  {
    what: 'a cursor with a lone surrogate',
    query: LIST,
    variables: { first: 1, after: Buffer.from('["2026-11-23T00:00:00.000Z","\\ud800"]').toString('base64url') },
    code: 'BAD_USER_INPUT',
    names: 'after',
  },
  {
    what: 'several operations and no name',
    query: 'query A { me { id } } query B { me { id } }',
    code: 'BAD_REQUEST',
    names: 'operationName',
  },
  { what: 'no operation at all', query: 'fragment A on User { id }', code: 'GRAPHQL_VALIDATION_FAILED', names: 'A' },
  { what: 'types instead of operations', query: 'type A { id: ID }', code: 'GRAPHQL_VALIDATION_FAILED', names: 'A' },
]

describe.each(Object.keys(TRANSPORTS))('over %s', (name) => {
  let line: Line
  beforeAll(() => void (line = TRANSPORTS[name]!(ada)))
  afterAll(() => line.close())

  /** Over WebSocket an error before execution is thrown by the client. */
  const run = async (query: string, variables: Record<string, unknown> = {}): Promise<Answer> =>
    line.run(query, variables).catch((errors: unknown) => {
      if (!Array.isArray(errors)) throw errors
      return { errors } as Answer
    })

  it.each(CASES.map((one) => [one.what, one] as const))('%s is named', async (_, { query, variables, code, names }) => {
    const before = await server.sql('SELECT count(*) FROM incidents')
    const { data, errors } = (await run(query, variables)) as {
      data?: unknown
      errors: { message: string; extensions: Record<string, unknown> }[]
    }
    expect(data ?? null).toBeNull()
    expect(errors[0]!.extensions['code']).toBe(code)
    expect(`${errors[0]!.message} ${String(errors[0]!.extensions['field'])}`).toContain(names)
    expect(JSON.stringify(errors)).not.toMatch(/node_modules|\.ts:|\.js:|stacktrace|at Object\./)
    expect(await server.sql('SELECT count(*) FROM incidents')).toEqual(before)
  })

  it('an operation that is not there is named', async () => {
    // Only what carries an operationName can name a wrong one.
    const { status, errors } = await ada.post(JSON.stringify({ query: 'query A { me { id } }', operationName: 'B' }))
    expect([status, errors![0]!.extensions.code]).toEqual([400, 'BAD_REQUEST'])
    expect(errors![0]!.message).toContain('"B"')
  })

  it.each([
    ['somebody else’s incident', () => stranger],
    ['an incident that is not there', () => newId('incident')],
    ['the id of a user', () => ada.id],
    ['no id', () => 'x'.repeat(10_000)],
    ['an empty id', () => ''],
  ])('%s is not found', async (_, id) => {
    expect((await run('query ($id: ID!) { incident(id: $id) { id title } }', { id: id() })).data).toEqual({
      incident: null,
    })
    const { data } = await run(
      'mutation ($input: IncidentAcknowledgeInput!) { incidentAcknowledge(input: $input) { incident { id } userErrors { code field message } } }',
      { input: { id: id() } },
    )
    expect(data.incidentAcknowledge).toEqual({
      incident: null,
      userErrors: [{ code: 'NOT_FOUND', field: 'id', message: 'No such incident.' }],
    })
  })
})

const EVENTS =
  'subscription ($after: String, $n: Int = 1) { incidentEvents(after: $after) { cursor incident { timeline(first: $n) { totalCount } } } }'
const CHANGED = 'subscription ($id: ID!) { incidentChanged(id: $id) { id } }'

describe.each(['webSocket', 'eventSource'] as const)('a subscription over %s', (transport) => {
  const refusal = async (query: string, variables: Record<string, unknown>) => {
    const answer = await firstOf(await ada.subscribe(query, variables, transport))
    return JSON.stringify(answer)
  }

  it.each([
    ['a made-up cursor', EVENTS, { after: 'made up' }, '"code":"BAD_USER_INPUT","field":"after"'],
    ['a cursor of a list', EVENTS, { after: 'WyIyMDI2Il0' }, '"code":"BAD_USER_INPUT","field":"after"'],
    ['a cursor that is no text', EVENTS, { after: 7 }, '$after'],
    [
      'a cursor of another history',
      EVENTS,
      { after: cursor('00000000', 5, 5) },
      '"code":"CURSOR_EXPIRED","field":"after"',
    ],
    ['an incident that is not there', CHANGED, { id: 'x' }, '"code":"NOT_FOUND"'],
    ['a missing variable', CHANGED, {}, '$id'],
    ['a field that is not there', 'subscription { incidentEvents { colour } }', {}, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'two fields',
      'subscription { incidentEvents { cursor } alertEvents { cursor } }',
      {},
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'a field in a fragment',
      'subscription { ...F } fragment F on Subscription { incidentEvents { cursor } }',
      {},
      'BAD_USER_INPUT',
    ],
    ['the name of the type alone', 'subscription { __typename }', {}, 'GRAPHQL_VALIDATION_FAILED'],
  ])('is refused for %s', async (_, query, variables, told) => {
    expect(await refusal(query, variables)).toContain(told)
  })

  it('is refused for a cursor of the future, and for somebody else’s incident', async () => {
    const [log] = await server.sql('SELECT epoch FROM event_log')
    const future = cursor(log!['epoch'] as string, 999_999_999_999, 1)
    expect(await refusal(EVENTS, { after: future })).toContain('"code":"CURSOR_EXPIRED"')
    expect(await refusal(CHANGED, { id: stranger })).toContain('"code":"NOT_FOUND"')
  })
})

function cursor(epoch: string, xid: number, id: number): string {
  return Buffer.from(`${epoch}.${xid}.${id}`).toString('base64url')
}

describe('a fault of the server', () => {
  afterAll(() => server.sql('ALTER TABLE hidden RENAME TO timeline_entries'))

  it('is told by an id and nothing else', async () => {
    const { incident } = await ada.do(DECLARE, INCIDENT)
    await server.sql('ALTER TABLE timeline_entries RENAME TO hidden')
    for (const transport of Object.values(TRANSPORTS)) {
      const line = transport(ada)
      const answers = [
        await line.run('query ($id: ID!) { incident(id: $id) { timeline(first: 1) { totalCount } } }', {
          id: incident.id,
        }),
        await line.run(DECLARE, { input: INCIDENT }),
      ]
      line.close()
      for (const { errors } of answers) {
        expect(errors).toEqual([
          expect.objectContaining({
            extensions: { code: 'INTERNAL_SERVER_ERROR', errorId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
          }),
        ])
        expect(JSON.stringify(errors)).not.toMatch(/timeline_entries|relation|SELECT|INSERT/)
      }
    }
    expect(await server.sql('SELECT id FROM incidents WHERE title = $1', [INCIDENT.title])).toEqual([
      { id: incident.id },
    ])
  })
})

it.each([
  ...['incidents', 'alerts', 'users', 'services', 'deadLetters', 'teams', 'tokens', 'integrations'],
  'escalationPolicies',
])('%s takes null for what may be left out', async (list) => {
  const admin = await server.as('ADMIN')
  const { fields } = (await admin.run('{ __type(name: "Query") { fields { name args { name type { kind } } } } }'))
    .__type
  const { args } = fields.find(({ name }: { name: string }) => name === list)
  const optional = args.filter(({ type }: { type: { kind: string } }) => type.kind !== 'NON_NULL')
  const nothing = optional.map(({ name }: { name: string }) => `, ${name}: null`).join('')
  expect(await admin.run(`{ ${list}(first: 1${nothing}) { totalCount } }`)).toEqual({
    [list]: { totalCount: expect.any(Number) },
  })
})
