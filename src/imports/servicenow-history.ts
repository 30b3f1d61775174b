import { Visibility } from '../access/rules.js'
import { IncidentEventType, type PastHappening } from '../incidents/incident-event.js'
import type { IncidentHistory } from '../incidents/incident-history.js'
import { type Incident, IncidentStatus, isOpen, newIncident, priorityOf } from '../incidents/incident.js'
import { ActorKind } from '../platform/actor.js'
import { newId } from '../platform/id.js'
import type { Column } from './servicenow-mapping.js'
import type { AuditRow, Values } from './servicenow-row.js'

/**
 * Rows of an audit log, told as the history of an incident. Each row is the incident as a change left it: what differs
 * from the row before is what happened. It is told as it was, whether our lifecycle allows it or not, and at the time
 * that the log gives it, even where its clock ran backwards.
 */

/** Who is meant by a name of the log. */
export interface Directory {
  readonly people: ReadonlyMap<string, string>
  readonly teams: ReadonlyMap<string, string>
  /** Those that there are, by name in lower case. */
  readonly services: ReadonlyMap<string, string>
}

/** Where an earlier import has left it. */
export interface Told {
  readonly incident: Incident
  readonly row: Values
}

const ids = (names: ReadonlyMap<string, string>, name: string | null): string | null =>
  name === null ? null : (names.get(name) ?? null)

/** @param rows new rows of one incident, at least one, in order */
export function tellHistory(
  told: Told | null,
  rows: readonly AuditRow[],
  directory: Directory,
  now: Date,
): IncidentHistory {
  const happenings: PastHappening[] = []
  let incident: Incident
  let previous = told?.row ?? null
  if (told) ({ incident } = told)
  else {
    incident = opened(rows[0]!, directory, now)
    const { openedAt, values } = rows[0]!
    const actor = actorOf(ids(directory.people, values.opened_by ?? values.sys_updated_by))
    const body = `Opened as ${values.number}`
    happenings.push({ type: IncidentEventType.TRIGGERED, incident, body, occurredAt: openedAt, ...actor })
  }
  for (const row of rows) {
    const actor = actorOf(ids(directory.people, row.values.sys_updated_by))
    for (const { type, body, fields } of changesOf(incident, previous, row, directory)) {
      incident = { ...incident, ...fields, updatedAt: row.updatedAt, version: incident.version + 1 }
      happenings.push({ type, incident, body, occurredAt: row.updatedAt, ...actor })
    }
    previous = row.values
  }
  const took = rows.flatMap(({ values }) => [
    ids(directory.people, values.assigned_to),
    incident.resolvedAt && ids(directory.people, values.resolved_by),
  ])
  const participantIds = [...new Set(took.filter((id) => id !== null))]
  return { incident, isNew: told === null, happenings, participantIds }
}

const actorOf = (id: string | null) => (id === null ? {} : { actor: { kind: ActorKind.USER, id } })

/** Its opening, before the first row says where it has come to. */
function opened(row: AuditRow, { people, teams, services }: Directory, now: Date): Incident {
  const { values, openedAt, impact, urgency } = row
  const subject = values.short_description ?? [values.category, values.subcategory].filter(Boolean).join(', ')
  const incident = newIncident(
    {
      id: newId('incident', now.getTime()),
      number: 0, // given when it is stored
      title: (subject ? `${row.number}: ${subject}` : row.number).slice(0, 300),
      description: values.description ?? '',
      visibility: Visibility.ORGANIZATION,
      impact,
      urgency,
      drill: false,
      serviceId: ids(services, values.cmdb_ci?.toLowerCase() ?? null),
      teamId: ids(teams, values.assignment_group),
      reporterId: ids(people, values.caller_id),
      integrationId: null,
      groupKey: null,
      impactStartedAt: null,
      // Somebody told the service desk: it was noticed then at the latest, and nothing says that it was before.
      detectedAt: openedAt,
    },
    openedAt,
  )
  return { ...incident, ...priorityFields(row), commanderId: ids(people, values.assigned_to) }
}

const priorityFields = ({ impact, urgency, priority }: AuditRow) => ({
  impact,
  urgency,
  priority,
  priorityOverridden: priority !== priorityOf(impact, urgency),
})

interface Change {
  readonly type: IncidentEventType
  readonly body: string
  readonly fields: Partial<Incident>
}

function changesOf(incident: Incident, before: Values | null, row: AuditRow, directory: Directory): Change[] {
  const { values } = row
  const differs = (column: Column) => before !== null && before[column] !== values[column]
  const changes: Change[] = []
  if (incident.impact !== row.impact || incident.urgency !== row.urgency || incident.priority !== row.priority) {
    const body = `Impact ${row.impact.toLowerCase()}, urgency ${row.urgency.toLowerCase()}: priority ${row.priority}`
    changes.push({ type: IncidentEventType.TRIAGED, body, fields: priorityFields(row) })
  }
  if (differs('assignment_group')) {
    const body = values.assignment_group ? `Handed over to ${values.assignment_group}` : 'Taken from its team'
    const teamId = ids(directory.teams, values.assignment_group)
    changes.push({ type: IncidentEventType.REASSIGNED, body, fields: { teamId } })
  }
  if (differs('assigned_to')) changes.push(assignment(before!.assigned_to, values.assigned_to, directory))
  if (incident.status !== row.state.status || incident.holdReason !== row.state.holdReason)
    changes.push(step(incident, row))
  const rest = restOf(incident, row, directory)
  const others = OTHERS.filter(([column]) => differs(column)).map(([, name]) => name)
  // Every row leaves a trace, also the one in which the log shows no difference.
  const isSilent = changes.length === 0 && before !== null
  if (others.length > 0 || isSilent) {
    const body = others.length > 0 ? `Changed ${others.join(', ')}` : 'Edited'
    changes.push({ type: IncidentEventType.UPDATED, body, fields: {} })
  }
  const last = changes.pop()
  return last ? [...changes, { ...last, fields: { ...last.fields, ...rest } }] : []
}

function assignment(before: string | null, after: string | null, { people }: Directory): Change {
  if (after === null)
    return {
      type: IncidentEventType.ROLE_UNASSIGNED,
      body: `${before} is commander no more`,
      fields: { commanderId: null },
    }
  return {
    type: IncidentEventType.ROLE_ASSIGNED,
    body: before === null ? `${after} became commander` : `${after} took over as commander from ${before}`,
    fields: { commanderId: ids(people, after) },
  }
}

/** To another status, with the moments that the log itself names. */
function step(incident: Incident, row: AuditRow): Change {
  const { status, holdReason } = row.state
  const isWorkedOn = status === IncidentStatus.IN_PROGRESS || status === IncidentStatus.ON_HOLD
  const isResolved = status === IncidentStatus.RESOLVED || status === IncidentStatus.CLOSED
  const isReopened = !isOpen(incident) && isOpen(row.state)
  const resolvedAt = isResolved ? row.resolvedAt : null
  const fields: Partial<Incident> = {
    status,
    holdReason,
    acknowledgedAt: incident.acknowledgedAt ?? (isWorkedOn ? row.updatedAt : null),
    resolvedAt,
    firstResolvedAt: incident.firstResolvedAt ?? firstResolution(row, resolvedAt),
    closedAt: status === IncidentStatus.CLOSED || status === IncidentStatus.CANCELLED ? row.closedAt : null,
    ...(isReopened ? { reopenCount: row.reopenCount ?? incident.reopenCount + 1 } : {}),
  }
  const waiting = holdReason && `On hold, waiting for ${holdReason.toLowerCase().replace('_', ' ')}`
  if (isReopened)
    return { type: IncidentEventType.REOPENED, body: ['Reopened', waiting].filter(Boolean).join('. '), fields }
  return { type: TYPES[status](incident), body: waiting ?? BODIES[status](incident), fields }
}

/** A log may repeat the last resolution in every row; of one that was reopened later, its row tells the first. */
const firstResolution = (row: AuditRow, resolvedAt: Date | null): Date | null =>
  resolvedAt && row.state.status === IncidentStatus.RESOLVED && resolvedAt > row.updatedAt ? row.updatedAt : resolvedAt

const isHeld = ({ status }: Incident) => status === IncidentStatus.ON_HOLD

const TYPES: Record<IncidentStatus, (before: Incident) => IncidentEventType> = {
  TRIGGERED: () => IncidentEventType.UPDATED,
  ACKNOWLEDGED: () => IncidentEventType.ACKNOWLEDGED,
  IN_PROGRESS: (before) => (isHeld(before) ? IncidentEventType.RESUMED : IncidentEventType.STARTED),
  ON_HOLD: () => IncidentEventType.HELD,
  RESOLVED: () => IncidentEventType.RESOLVED,
  CLOSED: () => IncidentEventType.CLOSED,
  CANCELLED: () => IncidentEventType.CANCELLED,
}

const BODIES: Record<IncidentStatus, (before: Incident) => string> = {
  TRIGGERED: () => 'Put back among the new',
  ACKNOWLEDGED: () => 'Acknowledged',
  IN_PROGRESS: (before) => (isHeld(before) ? 'Work resumed' : 'Work started'),
  ON_HOLD: () => 'On hold',
  RESOLVED: () => 'Resolved',
  CLOSED: () => 'Closed',
  CANCELLED: () => 'Cancelled',
}

/** What a row may correct besides: no step of the lifecycle by itself. */
function restOf(incident: Incident, row: AuditRow, { people, services }: Directory): Partial<Incident> {
  const isResolved = [IncidentStatus.RESOLVED, IncidentStatus.CLOSED].includes(row.state.status)
  return {
    reporterId: ids(people, row.values.caller_id) ?? incident.reporterId,
    serviceId: ids(services, row.values.cmdb_ci?.toLowerCase() ?? null) ?? incident.serviceId,
    ...(row.reopenCount === null ? {} : { reopenCount: Math.max(row.reopenCount, incident.reopenCount) }),
    ...(isResolved ? { resolvedAt: row.resolvedAt } : {}),
  }
}

/** Columns that are no field of an incident, in words. */
const OTHERS: readonly (readonly [Column, string])[] = [
  ['caller_id', 'caller'],
  ['contact_type', 'contact type'],
  ['location', 'location'],
  ['category', 'category'],
  ['subcategory', 'subcategory'],
  ['u_symptom', 'symptom'],
  ['cmdb_ci', 'configuration item'],
  ['made_sla', 'SLA'],
  ['knowledge', 'knowledge'],
  ['problem_id', 'problem'],
  ['rfc', 'change'],
  ['caused_by', 'causing change'],
  ['vendor', 'vendor'],
]
