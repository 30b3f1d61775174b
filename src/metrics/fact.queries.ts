import { type AccessColumns, impersonalPredicate, personalPredicates, predicate } from '../access/rules.js'
import { IncidentStatus } from '../incidents/incident.js'
import { OPEN } from '../incidents/incident.queries.js'
import type { Actor } from '../platform/actor.js'
import { type Database, selectList } from '../platform/database.js'
import { type Condition, allOf } from '../platform/paging.js'
import { Recordset } from '../platform/recordset.js'
import { SlaKind, SlaState } from '../sla/sla-record.js'
import { type IncidentFact, IncidentType, Outcome } from './fact.js'
import type { Period } from './period.js'

/** Facts as they were counted, and as they would be counted now. */

const PROPERTIES = [
  ...['incidentId', 'visibility', 'teamId', 'serviceId', 'reporterId', 'priority', 'type', 'drill', 'createdAt'],
  ...['impactStartedAt', 'detectedAt', 'acknowledgedAt', 'resolvedAt', 'closedAt', 'endedAt', 'cancelled', 'reopened'],
  ...['escalated', 'harmless', 'resolution', 'promises', 'sections', 'hasArticle'],
] as readonly (keyof IncidentFact)[]

const FACT_COLUMNS = selectList('f', PROPERTIES)

/** What came of promises: broken, if one was; else kept, once all are over. */
const outcomeOf = (condition: string) => `
  CASE WHEN bool_or(state = '${SlaState.BREACHED}') FILTER (WHERE ${condition}) THEN '${Outcome.BREACHED}'
       WHEN bool_or(state <> '${SlaState.MET}') FILTER (WHERE ${condition}) THEN '${Outcome.RUNNING}'
       WHEN count(*) FILTER (WHERE ${condition}) > 0 THEN '${Outcome.MET}' END`

/** What incidents, and what hangs on them, tell now; in the columns of the facts. */
const PRESENT = `
  SELECT i.id AS incident_id, i.visibility, i.team_id, i.service_id, i.reporter_id, i.priority,
         CASE WHEN m.incident_id IS NOT NULL THEN '${IncidentType.IMPORT}' WHEN q.id IS NOT NULL THEN '${IncidentType.REQUEST}'
              WHEN i.integration_id IS NOT NULL THEN '${IncidentType.ALERT}' ELSE '${IncidentType.DECLARATION}' END AS type,
         i.drill, i.created_at, i.impact_started_at, i.detected_at, i.acknowledged_at, i.resolved_at, i.closed_at,
         CASE WHEN NOT ${OPEN}
              THEN coalesce(i.resolved_at, i.closed_at, i.updated_at) END AS ended_at,
         i.status = '${IncidentStatus.CANCELLED}' AS cancelled, i.reopen_count > 0 AS reopened,
         coalesce(e.escalated, false) AS escalated, coalesce(a.users_affected = 0, false) AS harmless,
         s.resolution, s.promises,
         (i.description <> '')::int + (a.id IS NOT NULL)::int
           + (coalesce(i.resolution, '') <> '')::int AS sections,
         EXISTS (SELECT FROM article_links WHERE incident_id = i.id) AS has_article
    FROM incidents i
    LEFT JOIN imported_incidents m ON m.incident_id = i.id
    LEFT JOIN requests q ON q.incident_id = i.id
    LEFT JOIN escalations e ON e.incident_id = i.id
    LEFT JOIN LATERAL (SELECT id, users_affected FROM impact_assessments WHERE incident_id = i.id
                        ORDER BY position DESC LIMIT 1) a ON true
    LEFT JOIN LATERAL (SELECT ${outcomeOf(`kind = '${SlaKind.RESOLUTION}'`)} AS resolution, ${outcomeOf('true')} AS promises
                         FROM sla_records WHERE incident_id = i.id AND state <> '${SlaState.CANCELLED}') s ON true`

/** Where the access rules find what they look at in facts named `f`. */
const FACT_ACCESS: AccessColumns = {
  visibility: 'f.visibility',
  teamId: 'f.team_id',
  serviceId: 'f.service_id',
  reporterId: 'f.reporter_id',
  incidentId: 'f.incident_id',
}

export const readableFacts = (actor: Actor): Condition => predicate(actor, 'incident.read', FACT_ACCESS)

/** Those that are counted in cells that the viewer may read. */
export const readableInCells = (actor: Actor): Condition => impersonalPredicate(actor, 'incident.read', FACT_ACCESS)

export const inRange =
  (from: Date, until: Date): Condition =>
  (bind) =>
    `f.created_at >= ${bind(from)} AND f.created_at < ${bind(until)}`

export const ofIncidents =
  (ids: readonly string[]): Condition =>
  (bind) =>
    `f.incident_id = ANY(${bind(ids)}::text[])`

/** Any of the moments lies within one of the stretches. */
const within =
  (...moments: readonly ('created_at' | 'ended_at')[]) =>
  (stretches: readonly Period[]): Condition =>
  (bind) => {
    const [from, until] = [stretches.map(({ from }) => new Date(from)), stretches.map(({ until }) => new Date(until))]
    const [since, before] = [`${bind(from)}::timestamptz[]`, `${bind(until)}::timestamptz[]`]
    const found = moments.map(
      (moment) =>
        `SELECT incident_id FROM unnest(${since}, ${before}) AS e(since, before)
           JOIN incident_facts ON ${moment} >= e.since AND ${moment} < e.before`,
    )
    return `f.incident_id IN (${found.join(' UNION ')})`
  }

export const openedWithin = within('created_at')
export const openedOrEndedWithin = within('created_at', 'ended_at')

const find = (db: Database, from: string, conditions: readonly Condition[]): Promise<IncidentFact[]> => {
  const values: unknown[] = []
  const where = allOf(conditions)((value) => `$${values.push(value)}`)
  return db.rows(`SELECT ${FACT_COLUMNS} FROM ${from} f WHERE ${where}`, values)
}

/** As they were counted. */
export const findFacts = (db: Database, conditions: readonly Condition[]) => find(db, 'incident_facts', conditions)

/** Those that the viewer reads by who they are, and that are in no cell which they may read. */
export async function findPersonalFacts(
  db: Database,
  actor: Actor,
  conditions: readonly Condition[],
): Promise<IncidentFact[]> {
  const inCells = readableInCells(actor)
  const beside: Condition = (bind) => `(${inCells(bind)}) IS NOT TRUE`
  const found = new Map<string, IncidentFact>()
  for (const personal of personalPredicates(actor, 'incident.read', FACT_ACCESS))
    for (const fact of await findFacts(db, [personal, beside, ...conditions])) found.set(fact.incidentId, fact)
  return [...found.values()]
}

/** How many there are; at most so many. */
export async function countFacts(db: Database, conditions: readonly Condition[], most: number): Promise<number> {
  const values: unknown[] = [most]
  const where = allOf(conditions)((value) => `$${values.push(value)}`)
  const row = await db.row<{ count: number }>(
    `SELECT count(*)::int AS count FROM (SELECT FROM incident_facts f WHERE ${where} LIMIT $1) f`,
    values,
  )
  return row!.count
}

/** As they are now. */
export async function findPresentFacts(db: Database, ids: readonly string[], conditions: readonly Condition[] = []) {
  return ids.length > 0 ? find(db, `(${PRESENT})`, [ofIncidents(ids), ...conditions]) : []
}

const FACTS = new Recordset<IncidentFact>(PROPERTIES)

/** Replaces what was counted of incidents; of those that are gone, nothing is left. */
export async function writeFacts(db: Database, ids: readonly string[], facts: readonly IncidentFact[]): Promise<void> {
  await db.rows('DELETE FROM incident_facts WHERE incident_id = ANY($1::text[])', [ids])
  await db.rows(
    `INSERT INTO incident_facts (${FACTS.columns})
     SELECT ${FACTS.columns} FROM json_populate_recordset(null::incident_facts, $1)`,
    [FACTS.encode(facts)],
  )
}
