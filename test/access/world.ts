import { newId } from '../../src/platform/id.js'
import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'

/**
 * One organisation for the generated access test: a person of every role in every relation to an incident of every
 * visibility, and on each incident something for every audience. Nothing here knows who may see what.
 */

export const ROLES = ['REQUESTER', 'STAKEHOLDER', 'RESPONDER', 'MANAGER', 'ADMIN', 'AUDITOR', 'PARTNER'] as const
export type RoleName = (typeof ROLES)[number]

export const VISIBILITIES = ['ORGANIZATION', 'TEAM', 'RESTRICTED'] as const
export type VisibilityName = (typeof VISIBILITIES)[number]

/** What ties a person to the incidents that they are tried on. Whoever reports an incident takes part in it. */
export interface Relation {
  readonly name: string
  readonly team: boolean
  readonly participant: boolean
  readonly reporter: boolean
  readonly grantedService: boolean
}

const relation = (name: string): Relation => ({
  name,
  team: name.includes('team member'),
  participant: name.includes('participant') || name.includes('reporter'),
  reporter: name.includes('reporter'),
  grantedService: name.includes('granted'),
})

export const RELATIONS = [
  ...['stranger', 'team member', 'participant', 'reporter'],
  ...['granted service', 'granted service and team member', 'granted service and participant'],
  'granted service and reporter',
].map(relation)

export const AUDIENCES = ['INTERNAL', 'STAKEHOLDER', 'PARTNER', 'PUBLIC'] as const
export type AudienceName = (typeof AUDIENCES)[number]

/** What can be found on an incident. */
export type Kind = 'title' | 'task' | 'impact' | 'alert' | `${'note' | 'update'} ${AudienceName}`

/** A text that stands in one place only: wherever it turns up, it came from there. */
export interface Secret {
  readonly kind: Kind
  readonly text: string
  /** Of the node that holds it. */
  readonly id: string
}

export interface TriedIncident {
  readonly id: string
  readonly title: string
  readonly visibility: VisibilityName
  readonly secrets: readonly Secret[]
  /** Null for the incident of those who reported none. */
  readonly reporter: Someone | null
}

export interface Someone {
  readonly person: Person
  readonly role: RoleName
  readonly relation: Relation
  readonly name: string
}

export interface World {
  readonly server: TestServer
  /** An administrator who takes part in everything, and is tried on nothing. */
  readonly root: Person
  readonly people: readonly Someone[]
  readonly incidents: readonly TriedIncident[]
  /** Seen by everybody: what comes on it ends a stream's test. */
  readonly fence: string
  /** The incidents that the relation of a person is about, one of each visibility. */
  readonly triedOn: (someone: Someone) => readonly TriedIncident[]
}

const NOTE = `mutation ($input: IncidentNoteAddInput!) {
  incidentNoteAdd(input: $input) { entry { id } eventCursor userErrors { code message } }
}`
const TASK = `mutation ($input: IncidentTaskAddInput!) {
  incidentTaskAdd(input: $input) { task { id } userErrors { code message } }
}`
const UPDATE = `mutation ($input: IncidentStatusUpdatePublishInput!) {
  incidentStatusUpdatePublish(input: $input) { statusUpdate { id } userErrors { code message } }
}`
const IMPACT = `mutation ($input: IncidentImpactAssessInput!) {
  incidentImpactAssess(input: $input) { impactAssessment { id } userErrors { code message } }
}`
const DECLARE = `mutation ($input: IncidentDeclareInput!) {
  incidentDeclare(input: $input) { incident { id } userErrors { code message } }
}`

let secrets = 0
/** No secret is part of another one. */
const newSecret = (what: string) => `<${what.toLowerCase()} ${++secrets}>`

/** As a monitoring tool would have reported it; answers its id. */
export async function addAlert(server: TestServer, incident: string, summary: string): Promise<string> {
  const id = newId('alert')
  await server.sql(
    `INSERT INTO alerts (id, integration_id, incident_id, dedup_key, group_key, status, severity, summary, source, first_seen_at, last_seen_at, occurrences)
     VALUES ($1::text, (SELECT id FROM integrations), $2, $1::text, $1::text, 'OPEN', 'ERROR', $3, 'somewhere', $4, $4, 1)`,
    [id, incident, summary, server.clock.now()],
  )
  return id
}

/** Answers the cursor of the event. */
export const writeNote = async (root: Person, id: string, audience: AudienceName, body: string) =>
  (await root.do(NOTE, { id, audience, body })).eventCursor as string

export async function createWorld(): Promise<World> {
  const server = await startTestServer()
  const root = await server.as('ADMIN', { name: 'Root' })
  const team = await server.team('The team')
  const service = await server.service('The service', team)
  const common = await server.service('What every partner has')

  await server.sql(
    `INSERT INTO integrations (id, name, kind, key_hash, key_prefix, auto_resolve, regroup_minutes, created_at, updated_at)
     VALUES ($1, 'Monitoring', 'GENERIC', 'none', 'none', false, 0, now(), now())`,
    [newId('integration')],
  )

  const people: Someone[] = []
  for (const role of ROLES)
    for (const relation of RELATIONS) {
      const person = await server.as(role, {
        teams: relation.team ? [team] : [],
        services: relation.grantedService ? [common, service] : [common],
      })
      people.push({ person, role, relation, name: `${role}, ${relation.name}` })
    }

  const declare = async (title: string, visibility: VisibilityName, serviceId: string): Promise<string> =>
    (await root.do(DECLARE, { title, visibility, serviceId, teamId: team })).incident.id
  const takePart = (incident: string, participants: readonly Someone[]) =>
    server.sql('INSERT INTO incident_participants (incident_id, user_id) SELECT $1, p FROM unnest($2::text[]) p', [
      incident,
      participants.map(({ person }) => person.id),
    ])

  const incidents: TriedIncident[] = []
  const reporters: (Someone | null)[] = [null, ...people.filter(({ relation }) => relation.reporter)]
  for (const visibility of VISIBILITIES)
    for (const reporter of reporters) {
      const title = newSecret('title')
      const id = await declare(title, visibility, service)
      if (reporter) {
        await server.sql('UPDATE incidents SET reporter_id = $2 WHERE id = $1', [id, reporter.person.id])
        await takePart(id, [reporter])
      } else
        await takePart(
          id,
          people.filter(({ relation }) => relation.participant && !relation.reporter),
        )
      incidents.push({ id, title, visibility, reporter, secrets: await fill(server, root, id, title) })
    }

  const fence = await declare('Fence', 'ORGANIZATION', common)
  await takePart(fence, people)

  const triedOn = (someone: Someone) =>
    incidents.filter(({ reporter }) => reporter === (someone.relation.reporter ? someone : null))
  return { server, root, people, incidents, fence, triedOn }
}

/** Something of every kind, for every audience. */
async function fill(server: TestServer, root: Person, incident: string, title: string): Promise<Secret[]> {
  const found: Secret[] = [{ kind: 'title', text: title, id: incident }]
  const put = async (kind: Kind, write: (text: string) => Promise<string>) => {
    const text = newSecret(kind)
    found.push({ kind, text, id: await write(text) })
  }
  const id = incident
  for (const audience of AUDIENCES) {
    await put(`note ${audience}`, async (body) => (await root.do(NOTE, { id, audience, body })).entry.id)
    await put(`update ${audience}`, async (body) => (await root.do(UPDATE, { id, audience, body })).statusUpdate.id)
  }
  await put('task', async (title) => (await root.do(TASK, { id, title })).task.id)
  await put('impact', async (summary) => (await root.do(IMPACT, { id, summary })).impactAssessment.id)
  await put('alert', (summary) => addAlert(server, id, summary))
  return found
}
