import type { IncidentRole } from '../incidents/assignment.js'
import type { Person } from '../incidents/participant.js'
import { PERSON_COLUMNS, findPeople } from '../incidents/participant.queries.js'
import type { OnCall } from '../oncall/on-call.js'
import { findOnCall } from '../oncall/on-call.queries.js'
import type { Database } from '../platform/database.js'
import { byId, groupBy } from '../platform/loader.js'
import { type Target, TargetKind } from './policy.js'
import { type Ask, type Directory, type Finding, find, onCallKey } from './target.js'

/** Who stands behind the targets, in order: a few statements, however many ask, and none for a kind that nobody asks for. */
export async function findTargets(db: Database, asks: readonly Ask[]): Promise<Finding[]> {
  const directory = await lookUp(db, asks)
  return asks.map((ask) => find(ask, directory))
}

type Of<Kind extends TargetKind> = Ask & { readonly target: Target & { readonly kind: Kind } }

async function lookUp(db: Database, asks: readonly Ask[]): Promise<Directory> {
  const of = <Kind extends TargetKind>(kind: Kind) => asks.filter((ask): ask is Of<Kind> => ask.target.kind === kind)
  const onCall = await findOnCallAt(db, of(TargetKind.SCHEDULE))
  const teams = await findTeams(db, idsOf(of(TargetKind.TEAM)))
  const holders = await findHolders(db, of(TargetKind.INCIDENT_ROLE))
  const byRole = await findByRole(db, of(TargetKind.ROLE))
  const contactPoints = await findContactPoints(db, idsOf(of(TargetKind.CONTACT_POINT)))
  const known = [...byRole.values()].flat()
  const named = [
    ...idsOf(of(TargetKind.USER)),
    ...[...teams.values()].flatMap(({ memberIds }) => memberIds),
    ...[...onCall.values()]
      .flatMap(({ current, previous, next }) => [...current, ...previous, ...next])
      .map(({ userId }) => userId),
    ...[...holders.values()].flat(),
  ]
  const people = named.length > 0 ? await findPeople(db, [...new Set(named)]) : []
  return { people: byId([...known, ...people]), teams, onCall, holders, byRole, contactPoints }
}

const idsOf = (asks: readonly { readonly target: { readonly id: string } }[]): string[] => [
  ...new Set(asks.map(({ target }) => target.id)),
]

async function findOnCallAt(db: Database, asks: readonly Of<TargetKind.SCHEDULE>[]): Promise<Map<string, OnCall>> {
  const found = new Map<string, OnCall>()
  for (const [at, same] of groupBy(asks, ({ at }) => +at))
    for (const [id, onCall] of await findOnCall(db, idsOf(same), new Date(at)))
      found.set(onCallKey(id, new Date(at)), onCall)
  return found
}

async function findTeams(db: Database, ids: readonly string[]): Promise<Directory['teams']> {
  if (ids.length === 0) return new Map()
  return byId(
    await db.rows<{ id: string; name: string; memberIds: string[] }>(
      `SELECT t.id, t.name, ARRAY(SELECT m.user_id::text FROM team_members m JOIN users u ON u.id = m.user_id
                                   WHERE m.team_id = t.id AND u.active ORDER BY u.name, u.id) AS "memberIds"
         FROM teams t WHERE t.id = ANY($1::text[])`,
      [ids],
    ),
  )
}

async function findHolders(
  db: Database,
  asks: readonly Of<TargetKind.INCIDENT_ROLE>[],
): Promise<Map<string, string[]>> {
  if (asks.length === 0) return new Map()
  const rows = await db.rows<{ incidentId: string; role: IncidentRole; userId: string }>(
    `SELECT incident_id AS "incidentId", role, user_id AS "userId" FROM incident_assignments
      WHERE incident_id = ANY($1::text[]) ORDER BY assigned_at, user_id`,
    [[...new Set(asks.map(({ incident }) => incident.id))]],
  )
  const groups = groupBy(rows, ({ incidentId, role }) => `${incidentId} ${role}`)
  return new Map([...groups].map(([key, rows]) => [key, rows.map(({ userId }) => userId)]))
}

async function findByRole(db: Database, asks: readonly Of<TargetKind.ROLE>[]): Promise<Directory['byRole']> {
  if (asks.length === 0) return new Map()
  const people = await db.rows<Person>(
    `SELECT ${PERSON_COLUMNS} FROM users u WHERE u.active AND u.role = ANY($1::text[]) ORDER BY u.name, u.id`,
    [[...new Set(asks.map(({ target }) => target.role))]],
  )
  return groupBy(people, ({ role }) => role)
}

async function findContactPoints(db: Database, ids: readonly string[]): Promise<Directory['contactPoints']> {
  if (ids.length === 0) return new Map()
  return byId(
    await db.rows<{ id: string; name: string; kind: never; active: boolean }>(
      'SELECT id, name, kind, active FROM contact_points WHERE id = ANY($1::text[]) AND user_id IS NULL',
      [ids],
    ),
  )
}
