import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

/** A Relay project compiles against the schema: nodes, connections, pagination, mutations, subscriptions. */

const SOURCES: Record<string, string> = {
  'IncidentCard.ts': `
    import { graphql } from 'relay-runtime'
    export const fragment = graphql\`
      fragment IncidentCard_incident on Incident @argumentDefinitions(entries: { type: "Int", defaultValue: 5 }) {
        id number title status priority version
        service { id name }
        commander { ...PersonName_user }
        timeline(last: $entries) { edges { node { id kind body occurredAt author { ...PersonName_user } } } }
      }\`
  `,
  'PersonName.ts': `
    import { graphql } from 'relay-runtime'
    export const fragment = graphql\`fragment PersonName_user on User { id name }\`
  `,
  'Dashboard.ts': `
    import { graphql } from 'relay-runtime'
    export const query = graphql\`
      query DashboardQuery($first: Int!, $filter: IncidentFilter) {
        me { ...PersonName_user }
        ...Dashboard_incidents @arguments(first: $first, filter: $filter)
      }\`
    export const list = graphql\`
      fragment Dashboard_incidents on Query
      @refetchable(queryName: "DashboardPageQuery")
      @argumentDefinitions(first: { type: "Int!" }, after: { type: "String" }, filter: { type: "IncidentFilter" }) {
        incidents(first: $first, after: $after, filter: $filter) @connection(key: "Dashboard_incidents") {
          totalCount
          edges { node { id ...IncidentCard_incident } }
        }
      }\`
  `,
  'IncidentDetails.ts': `
    import { graphql } from 'relay-runtime'
    export const details = graphql\`
      fragment IncidentDetails_incident on Incident
      @refetchable(queryName: "IncidentDetailsPageQuery")
      @argumentDefinitions(first: { type: "Int", defaultValue: 20 }, after: { type: "String" }) {
        description
        alerts(first: $first, after: $after) @connection(key: "IncidentDetails_alerts") {
          edges { node { id summary status occurrences } }
        }
      }\`
    export const query = graphql\`
      query IncidentDetailsQuery($id: ID!) {
        node(id: $id) { ...IncidentCard_incident @alias(as: "card") ...IncidentDetails_incident @alias(as: "details") }
        nodes(ids: [$id]) { id }
      }\`
  `,
  'AcknowledgeButton.ts': `
    import { graphql } from 'relay-runtime'
    export const mutation = graphql\`
      mutation AcknowledgeButtonMutation($input: IncidentAcknowledgeInput!) @raw_response_type {
        incidentAcknowledge(input: $input) {
          incident { id status acknowledgedAt version }
          eventCursor
          userErrors { code field message }
        }
      }\`
  `,
  'LiveDashboard.ts': `
    import { graphql } from 'relay-runtime'
    export const subscription = graphql\`
      subscription LiveDashboardSubscription($after: String, $filter: IncidentEventFilter) {
        incidentEvents(after: $after, filter: $filter) {
          cursor
          type
          actor { __typename ... on User { ...PersonName_user @alias(as: "person") } ... on System { name } }
          incident { ...IncidentCard_incident }
        }
      }\`
  `,
}

it('compiles', async () => {
  const project = await mkdtemp(join(tmpdir(), 'tocsin-relay-'))
  try {
    await mkdir(join(project, 'src'))
    await cp(resolve('schema/schema.graphql'), join(project, 'schema.graphql'))
    await writeFile(join(project, 'package.json'), '{}')
    await writeFile(
      join(project, 'relay.config.json'),
      JSON.stringify({
        src: './src',
        schema: './schema.graphql',
        language: 'typescript',
        eagerEsModules: true,
        customScalarTypes: { DateTime: 'string', JSON: 'unknown', JSONObject: 'Record<string, unknown>' },
      }),
    )
    for (const [name, source] of Object.entries(SOURCES)) await writeFile(join(project, 'src', name), source)
    const compiler = resolve('node_modules/relay-compiler/cli.js')
    await promisify(execFile)(process.execPath, [compiler], { cwd: project })
    const artifacts = await readdir(join(project, 'src/__generated__'))
    expect(artifacts.sort()).toEqual(
      [
        'AcknowledgeButtonMutation',
        'DashboardPageQuery',
        'DashboardQuery',
        'Dashboard_incidents',
        'IncidentCard_incident',
        'IncidentDetailsPageQuery',
        'IncidentDetailsQuery',
        'IncidentDetails_incident',
        'LiveDashboardSubscription',
        'PersonName_user',
      ].map((name) => `${name}.graphql.ts`),
    )
    // It has understood that an incident is a node, which it fetches again by its id alone.
    const page = await readFile(join(project, 'src/__generated__/IncidentDetailsPageQuery.graphql.ts'), 'utf8')
    expect(page).toContain('node(id: $id)')
  } finally {
    await rm(project, { recursive: true, force: true })
  }
})
