import { type GraphQLFormattedError, execute } from 'graphql'
import type { DataSource } from 'typeorm'
import { bearer, connect, post } from '../alerts/story.js'
import { carryOut, declare } from '../incidents/story.js'
import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'
import { MIGRATIONS } from '../../migrations/index.js'
import { SignIn } from '../../src/access/sign-in.js'
import { type Operation, Pipeline } from '../../src/api/operation.js'
import { presentError } from '../../src/api/present-error.js'
import { buildGraph } from '../../src/api/schema.js'
import { ENTITIES } from '../../src/entities.js'
import type { Actor } from '../../src/platform/actor.js'
import { Database, createDataSource } from '../../src/platform/database.js'
import { createLogger } from '../../src/platform/log.js'

/**
 * Queries are compiled (graphql-jit). What they answer is held against graphql-js, which interprets the same documents
 * over the same schema and database: the answers must be the same, to the order of their fields unless
 * `@skip` or `@include` moves them.
 */

const log = createLogger('silent')
let server: TestServer
let source: DataSource
let pipeline: Pipeline
let signIn: SignIn
let responder: Person
let partner: Person
/** What the documents ask for by id. */
let ids: Record<string, string>

beforeAll(async () => {
  server = await startTestServer()
  source = createDataSource({ url: server.databaseUrl, entities: ENTITIES, migrations: MIGRATIONS })
  await source.initialize()
  pipeline = new Pipeline(buildGraph(), log, { introspection: true })
  signIn = new SignIn(Database.of(source), null, server.clock.now)
  await furnish()
})
afterAll(async () => {
  await source.destroy()
  await server.stop()
})

/** Incidents with and without everything that can be null or empty, for everybody and not. */
async function furnish(): Promise<void> {
  const team = await server.team('Storage')
  const service = await server.service('Database', team)
  const other = await server.service('Mail')
  responder = await server.as('RESPONDER', { name: 'Ada', teams: [team] })
  partner = await server.as('PARTNER', { name: 'Pia', services: [service] })
  const admin = await server.as('ADMIN', { name: 'Root' })
  const {
    id: integration,
    key,
    url,
  } = await connect(admin, { kind: 'GENERIC', name: 'Monitoring', serviceId: service })
  await post(url, [{ summary: 'Disk full', id: 'disk', source: 'db-1', labels: { rack: 'a' } }], bearer(key))
  const busy = await declare(responder, { title: 'Busy', serviceId: service, teamId: team, impact: 'HIGH' })
  await declare(admin, { title: 'Bare' })
  const mail = await declare(admin, { title: 'Mail', serviceId: other })
  const restricted = await declare(admin, { title: 'Hidden', visibility: 'RESTRICTED' })
  for (const audience of ['INTERNAL', 'PARTNER', 'PUBLIC'])
    for (const n of [1, 2, 3])
      await carryOut(responder, 'incidentNoteAdd', '__typename', { id: busy, audience, body: `Note ${n} ${audience}` })
  for (const audience of ['PARTNER', 'INTERNAL'])
    await carryOut(responder, 'incidentStatusUpdatePublish', '__typename', { id: busy, audience, body: audience })
  const assigneeId = responder.id
  const { task } = await carryOut(responder, 'incidentTaskAdd', 'task { id }', { id: busy, title: 'Free', assigneeId })
  await carryOut(responder, 'incidentTaskAdd', '__typename', { id: busy, title: 'Unassigned' })
  await carryOut(responder, 'incidentRoleAssign', '__typename', { id: busy, role: 'COMMANDER', userId: responder.id })
  await carryOut(responder, 'incidentRoleAssign', '__typename', { id: busy, role: 'SCRIBE', userId: admin.id })
  await carryOut(responder, 'incidentImpactAssess', '__typename', { id: busy, summary: 'Slow', serviceIds: [other] })
  await carryOut(responder, 'incidentAcknowledge', '__typename', { id: busy })
  const [{ id: alert } = {}] = await server.sql('SELECT id FROM alerts')
  const [{ id: entry } = {}] = await server.sql('SELECT id FROM timeline_entries WHERE incident_id = $1', [busy])
  ids = {
    busy,
    mail,
    restricted,
    service,
    team,
    integration,
    task: task.id,
    alert,
    entry,
    nobody: `${busy.slice(0, -1)}0`,
  }
}

const actorOf = (person: Person): Promise<Actor> => signIn.authenticate(`Bearer ${person.token}`)

/** What a client would read. Errors have no order of their own. */
function answerOf({ data, errors }: { data?: unknown; errors?: readonly unknown[] }): string {
  const told = (errors ?? []).map((error) => {
    const { message, path, extensions } = error as GraphQLFormattedError
    return { path, message: message.replace(/[0-9a-f-]{36}/, 'an id'), code: extensions?.['code'] }
  })
  return JSON.stringify({ data, errors: told.map((error) => JSON.stringify(error)).sort() }, null, 1)
}

const contextFor = (actor: Actor) => ({ actor, db: Database.of(source), now: server.clock.now })

async function compiled(operation: Operation, variables: object, actor: Actor): Promise<string> {
  return answerOf(await pipeline.execute(operation, { ...variables }, contextFor(actor)))
}

async function interpreted({ document }: Operation, variables: object, actor: Actor): Promise<string> {
  const { schema } = pipeline
  const contextValue = contextFor(actor)
  const { data, errors } = await execute({ schema, document, contextValue, variableValues: { ...variables } })
  return answerOf({ data, errors: (errors ?? []).map((error) => presentError(error, log)) })
}

/** Every combination of the variables' values. */
const combinations = (choices: Record<string, readonly unknown[]>): Record<string, unknown>[] =>
  Object.entries(choices).reduce<Record<string, unknown>[]>(
    (sets, [name, values]) => sets.flatMap((set) => values.map((value) => ({ ...set, [name]: value }))),
    [{}],
  )
const FLAGS = [true, false]

interface Case {
  readonly what: string
  readonly query: string
  /** Values of each variable, tried in every combination. An id stands for what `furnish` calls so. */
  readonly choices?: Record<string, readonly unknown[]>
  /** What the responder's answers must hold, lest two empty answers agree. */
  readonly holds: string
}

const INCIDENTS = 'incidents(first: 10, orderBy: OLDEST)'

const CASES: readonly Case[] = [
  {
    what: 'fragments in fragments',
    query: `query { ${INCIDENTS} { ...Page } }
      fragment Page on IncidentConnection { totalCount pageInfo { ...Info } edges { cursor node { ...Card } } }
      fragment Info on PageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      fragment Card on Incident { id ...Title commander { ...Name } service { team { members { ...Name } } } }
      fragment Title on Incident { number title ...Times }
      fragment Times on Incident { createdAt acknowledgedAt resolvedAt }
      fragment Name on User { id name role }`,
    holds: '"Busy"',
  },
  {
    what: 'the same field, from several places, merged',
    query: `query { ${INCIDENTS} { edges { node { service { id } ...A ...B service { team { id } } } } } }
      fragment A on Incident { service { name team { name } } title }
      fragment B on Incident { title service { description team { description services { name } } } id }`,
    holds: '"Database"',
  },
  {
    what: 'a union by inline fragments',
    query: `query ($id: ID!) { incident(id: $id) { timeline(first: 50) { edges { node {
        kind eventType body audience
        actor { __typename ... on User { id name email } ... on Integration { name kind keyPrefix } ... on System { name } }
        author { name }
      } } } } }`,
    choices: { id: ['busy', 'mail'] },
    holds: '"Note 3 INTERNAL"',
  },
  {
    what: 'a union by named fragments that overlap with an interface',
    query: `query { ${INCIDENTS} { edges { node { timeline(last: 3) { edges { node {
        actor { ...Anybody ...Person ...Tool ... on Node { id __typename } }
      } } } } } } }
      fragment Anybody on Actor { ... on Node { id } ... on System { id name } __typename }
      fragment Person on User { name teams { name } ...Again }
      fragment Again on User { name role ... { timeZone } }
      fragment Tool on Integration { name kind }`,
    holds: '"Integration"',
  },
  {
    what: 'nodes of every type by their ids',
    query: `query ($ids: [ID!]!) { nodes(ids: $ids) {
        __typename id
        ... on Incident { title status tasks { title } service { ...Named } }
        ... on Alert { summary severity labels details links { url } incident { title } }
        ... on Task { title done assignee { name } incident { number } }
        ... on TimelineEntry { body actor { ... on User { name } } }
        ... on User { name teams { name } }
        ...Named
      } }
      fragment Named on Node { ... on Service { name team { ...TeamName } } ...TeamName ... on Integration { name } }
      fragment TeamName on Team { name }`,
    choices: { ids: [['busy', 'alert', 'task', 'entry', 'service', 'team', 'integration', 'nobody', 'restricted']] },
    holds: '"Disk full"',
  },
  {
    what: 'one node',
    query: `query ($id: ID!) { node(id: $id) { id ... on Incident { title } ... on Team { name members { name } } } }`,
    choices: { id: ['busy', 'team', 'restricted', 'nobody', 'partner'] },
    holds: '"Busy"',
  },
  {
    what: 'aliases, with other arguments',
    query: `query ($id: ID!) { one: incident(id: $id) { a: title b: title
        oldest: timeline(first: 2) { edges { n: node { text: body } } pageInfo { hasNextPage hasPreviousPage } }
        newest: timeline(last: 2) { edges { n: node { text: body } } pageInfo { hasNextPage hasPreviousPage } }
        title
      } two: incident(id: $id) { id } me { title: name } }`,
    choices: { id: ['busy', 'restricted'] },
    holds: '"text"',
  },
  {
    what: 'pages by variables, their absence and null',
    query: `query ($first: Int! = 2, $filter: IncidentFilter, $order: IncidentOrder, $last: Int) {
        incidents(first: $first, filter: $filter, orderBy: $order) {
          totalCount edges { node { title status timeline(last: $last) { edges { node { body } } } } } }
      }`,
    choices: {
      first: [undefined, 1, 3],
      filter: [undefined, null, { open: true, status: ['ACKNOWLEDGED'] }],
      order: [undefined, 'OLDEST', 'NEWEST'],
      last: [1, 4],
    },
    holds: '"ACKNOWLEDGED"',
  },
  {
    what: 'pages by literals',
    query: `{ incidents(first: 5, filter: { status: [ACKNOWLEDGED, TRIGGERED], search: "b", number: null }, orderBy: OLDEST) {
        edges { node { title impactAssessments(first: 1) { totalCount edges { node { services { name } author { name } } } } } } } }`,
    holds: '"Mail"',
  },
  {
    what: 'variables in literal objects and lists, their absence and null',
    query: `query ($open: Boolean, $status: IncidentStatus!, $search: String, $number: [Int!]) {
        incidents(first: 5, filter: { open: $open, status: [$status, RESOLVED], search: $search, number: $number }) {
          totalCount edges { node { title status } } } }`,
    choices: {
      open: [undefined, null, true, false],
      status: ['TRIGGERED', 'ACKNOWLEDGED'],
      search: [undefined, null, 'b'],
      number: [undefined, null, [1, 2, 3]],
    },
    holds: '"ACKNOWLEDGED"',
  },
  {
    what: '@skip and @include on fields',
    query: `query ($a: Boolean!, $b: Boolean!) { me @include(if: $a) { name @skip(if: $b) role }
        ${INCIDENTS} { totalCount @skip(if: $a) edges @include(if: $b) { node { title @include(if: $a) @skip(if: $b) id } } } }`,
    choices: { a: FLAGS, b: FLAGS },
    holds: '"me"',
  },
  {
    what: '@skip and @include around fragments and in them',
    query: `query ($a: Boolean!, $b: Boolean!, $c: Boolean! = false) { ${INCIDENTS} { edges { node {
        id
        ...Card @include(if: $a)
        ... on Incident @skip(if: $b) { status ...Card team { id @include(if: $c) name } }
        ... @include(if: $c) { team { description } priority }
      } } } }
      fragment Card on Incident { title @skip(if: $c) team { name @include(if: $b) ...Team @skip(if: $c) } }
      fragment Team on Team { description members @include(if: $a) { name } }`,
    choices: { a: FLAGS, b: FLAGS, c: [undefined, ...FLAGS] },
    holds: '"Storage"',
  },
  {
    what: '@skip and @include on the members of a union',
    query: `query ($a: Boolean!, $b: Boolean!) { ${INCIDENTS} { edges { node { timeline(first: 3) { edges { node { actor {
        ... on User @include(if: $a) { name email @skip(if: $b) }
        ... on Integration @skip(if: $a) { name }
        ...Tool @include(if: $b)
        __typename @skip(if: $b)
      } } } } } } } }
      fragment Tool on Integration { kind name @skip(if: $a) }`,
    choices: { a: FLAGS, b: FLAGS },
    holds: '"Ada"',
  },
  {
    what: 'the same field kept by one place and skipped by another',
    query: `query ($a: Boolean!, $b: Boolean!) {
        me { name @skip(if: $a) name @include(if: $b) ...Me teams @include(if: $b) { id } }
        ...Root @skip(if: $b)
      }
      fragment Me on User { name @include(if: $a) teams @include(if: $a) { name ... on Team @skip(if: $b) { description } } }
      fragment Root on Query { me { role teams { createdAt @include(if: $a) } } services(first: 2) { totalCount } }`,
    choices: { a: FLAGS, b: FLAGS },
    holds: '"Storage"',
  },
  {
    what: 'one fragment on several conditions',
    query: `query ($a: Boolean!, $b: Boolean!) { me { id ...Me @skip(if: $a) ...Me @include(if: $b) } }
      fragment Me on User { name teams { name } }`,
    choices: { a: FLAGS, b: FLAGS },
    holds: '"Storage"',
  },
  {
    what: 'constant @skip and @include',
    query: `{ me { name @skip(if: true) id @include(if: false) role @include(if: true) ... @skip(if: true) { email } } }`,
    holds: '"RESPONDER"',
  },
  {
    what: '__typename everywhere',
    query: `{ __typename q: __typename ${INCIDENTS} { __typename pageInfo { __typename } edges { __typename node { __typename t: __typename
        assignments { __typename role user { __typename } } affectedServices { __typename name } } } } }`,
    holds: '"COMMANDER"',
  },
  {
    what: 'errors that leave null behind, in lists and below',
    query: `query ($many: Int!) { me { name } ${INCIDENTS} { edges { node { title timeline(first: $many) { totalCount } } } }
        node(id: "${'x'.repeat(50)}") { id } }`,
    choices: { many: [1, 0, 101] },
    holds: '"BAD_USER_INPUT"'.replaceAll('"', '\\"'),
  },
  {
    what: 'errors below a field that may be null',
    query: `query ($id: ID!, $first: Int) { me { name } incident(id: $id) { title timeline(first: $first, last: 1) { totalCount } } }`,
    choices: { id: ['busy', 'nobody'], first: [1, null] },
    holds: '"incident": null',
  },
  {
    what: 'cursors that were made up',
    query: `query ($id: ID!, $after: String) { incident(id: $id) { id alerts(first: 1, after: $after) { edges { cursor } } }
        users(first: 2, after: $after) { edges { node { name } } } }`,
    choices: { id: ['busy'], after: [undefined, 'made up', ''] },
    holds: 'This is no cursor',
  },
  {
    what: 'what only some roles may read',
    query: `{ tokens(first: 5) { totalCount edges { node { name scopes expiresAt user { name } } } }
        users(first: 5) { totalCount edges { node { name email services { name } } } }
        customFields { key } alerts(first: 5) { totalCount edges { node { summary occurrences integration { name } incident { title } } } } }`,
    holds: '"Disk full"',
  },
  {
    what: 'the schema itself',
    query: `{ __schema { queryType { name } types { kind name fields(includeDeprecated: true) { name args { name defaultValue type { ...Type } } }
        possibleTypes { name } enumValues { name description } inputFields { name defaultValue } } directives { name locations } }
      __type(name: "Incident") { name description interfaces { name } } }
      fragment Type on __Type { kind name ofType { kind name ofType { name } } }`,
    holds: '"IncidentConnection"',
  },
]

/** Replaces the names of ids by what they stand for. */
function meant(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(meant)
  return typeof value === 'string' && value in ids ? ids[value] : value === 'partner' ? partner.id : value
}

it.each(CASES)('answers $what as graphql-js does', async ({ query, choices = {}, holds }) => {
  const operation = pipeline.prepare({ query })
  if (!('kind' in operation)) throw new Error(JSON.stringify(operation))
  const conditional = query.includes('@')
  if (!conditional) expect(operation.compiled).not.toBeNull()
  const answers: string[] = []
  for (const person of [responder, partner]) {
    const actor = await actorOf(person)
    for (const choice of combinations(choices)) {
      const variables = Object.fromEntries(
        Object.entries(choice).flatMap(([name, value]) => (value === undefined ? [] : [[name, meant(value)]])),
      )
      const expected = await interpreted(operation, variables, actor)
      const given = await compiled(operation, variables, actor)
      // Only conditions may move fields, and only where they are asked for in several places.
      const comparable = conditional ? (answer: string): unknown => JSON.parse(answer) : (answer: string) => answer
      const asked = { person: person.name, variables }
      expect({ ...asked, answer: comparable(given) }).toEqual({ ...asked, answer: comparable(expected) })
      if (person === responder) answers.push(expected)
    }
  }
  expect(answers.join('\n')).toContain(holds)
})
