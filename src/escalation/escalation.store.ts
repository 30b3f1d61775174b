import { type AccessFacts, allows } from '../access/rules.js'
import { Audience } from '../events/audience.js'
import { type NewEvent, recordEvents } from '../events/event-log.js'
import { IncidentEventType, recordIncidentEvents } from '../incidents/incident-event.js'
import type { Incident } from '../incidents/incident.js'
import { type Person, signedIn } from '../incidents/participant.js'
import { findPeople } from '../incidents/participant.queries.js'
import { notify, withdraw } from '../notifications/notification.commands.js'
import { type NewNotification, NotificationKind } from '../notifications/notification.js'
import type { Context } from '../platform/context.js'
import { type Database, selectList } from '../platform/database.js'
import { addJobs, removeJobs } from '../platform/jobs.js'
import { byId } from '../platform/loader.js'
import { Recordset } from '../platform/recordset.js'
import { type EscalationEntry, inBrief } from './escalation-entry.js'
import { type EscalationEventPayload, EscalationEventType } from './escalation-event.js'
import type { Escalation } from './escalation.js'
import { PageEventType, pageEvent } from './page-event.js'
import type { Page } from './page.js'
import { endPages, insertPages, replacePages } from './page.store.js'

/** How escalations are read and written, many in one statement. Whoever writes has locked the incidents. */

export const ESCALATION_COLUMNS = selectList('e', [
  ...['incidentId', 'state', 'terms', 'reason', 'run', 'pass', 'step', 'dueAt', 'acknowledgedBy', 'startedAt'],
  ...['escalated', 'updatedAt'],
])

/** Without a look at access: for commands and the engine. */
export const findEscalations = async (db: Database, incidentIds: readonly string[]): Promise<Map<string, Escalation>> =>
  new Map(
    (
      await db.rows<Escalation>(
        `SELECT ${ESCALATION_COLUMNS} FROM escalations e WHERE e.incident_id = ANY($1::text[])`,
        [incidentIds],
      )
    ).map((escalation) => [escalation.incidentId, escalation]),
  )

/** By the id of an incident: its escalation goes on. */
export const ESCALATION_DUE = 'escalation.due'

/** A page with what is sent for it. */
export interface NewPage {
  readonly page: Page
  readonly notification: Omit<NewNotification, 'id'>
}

/** An escalation at work: how it stands, and what has to be told of it. */
export interface Work {
  readonly incident: Incident & AccessFacts
  escalation: Escalation
  readonly entries: EscalationEntry[]
  readonly pages: NewPage[]
  /** Set when those who were called need not answer any more; and who took it, if somebody did. */
  stopped: { readonly by: string | null } | null
}

const ESCALATIONS = new Recordset<Escalation>([
  ...(['incidentId', 'state', 'terms', 'reason', 'run', 'pass', 'step', 'dueAt', 'acknowledgedBy'] as const),
  ...(['startedAt', 'escalated', 'updatedAt'] as const),
])

const ENTRIES = new Recordset<EscalationEntry>([
  ...(['id', 'incidentId', 'type', 'policyName', 'run', 'pass', 'step', 'reason', 'findings', 'dueAt'] as const),
  ...(['actorKind', 'actorId', 'occurredAt'] as const),
])

export async function saveEscalations(ctx: Context, escalations: readonly Escalation[]): Promise<void> {
  await ctx.db.rows(
    `INSERT INTO escalations (${ESCALATIONS.columns})
     SELECT ${ESCALATIONS.columns} FROM json_populate_recordset(null::escalations, $1) n
     ON CONFLICT (incident_id) DO UPDATE SET (${ESCALATIONS.columns}) = (${excluded})`,
    [ESCALATIONS.encode(escalations)],
  )
  const due = escalations.filter(({ dueAt }) => dueAt !== null)
  await addJobs(
    ctx,
    due.map(({ incidentId, dueAt }) => ({ task: ESCALATION_DUE, id: incidentId, at: dueAt! })),
  )
  await removeJobs(
    ctx,
    escalations
      .filter(({ dueAt }) => dueAt === null)
      .map(({ incidentId }) => ({ task: ESCALATION_DUE, id: incidentId })),
  )
}

const excluded = ESCALATIONS.columns
  .split(', ')
  .map((column) => `excluded.${column}`)
  .join(', ')

/**
 * Writes and tells what was done. Answers the cursor of the last event; null when there is nothing to tell.
 *
 * @param others what is told besides
 */
export async function saveWorks(
  ctx: Context,
  works: readonly Work[],
  others: readonly NewEvent[] = [],
): Promise<string | null> {
  if (works.length === 0) return null
  const ended = await stopCalling(
    ctx,
    works.filter(({ stopped }) => stopped),
  )
  await saveEscalations(
    ctx,
    works.map(({ escalation }) => escalation),
  )
  await saveEntries(
    ctx,
    works.flatMap(({ entries }) => entries),
  )
  const opened = await openPages(
    ctx,
    works.flatMap(({ pages }) => pages),
  )
  await bringIn(ctx, works)
  return record(ctx, works, [...ended, ...opened, ...others])
}

/** After the commit of this transaction no page for these incidents begins to be sent. */
async function stopCalling(ctx: Context, works: readonly Work[]): Promise<NewEvent[]> {
  if (works.length === 0) return []
  const ids = works.map(({ incident }) => incident.id)
  await withdraw(ctx, ids, [NotificationKind.PAGE, NotificationKind.ACKNOWLEDGEMENT_EXPIRED])
  const pages = await endPages(
    ctx,
    works.map(({ incident, stopped }) => ({ incidentId: incident.id, takenBy: stopped!.by })),
  )
  return pages.map((page) => pageEvent(page.acknowledgedAt ? PageEventType.ACKNOWLEDGED : PageEventType.ENDED, page))
}

async function saveEntries(ctx: Context, entries: readonly EscalationEntry[]): Promise<void> {
  if (entries.length === 0) return
  await ctx.db.rows(
    `INSERT INTO escalation_entries (${ENTRIES.columns})
     SELECT ${ENTRIES.columns} FROM json_populate_recordset(null::escalation_entries, $1)`,
    [ENTRIES.encode(entries)],
  )
}

async function openPages(ctx: Context, newPages: readonly NewPage[]): Promise<NewEvent[]> {
  if (newPages.length === 0) return []
  const pages = newPages.map(({ page }) => page)
  await notify(
    ctx,
    newPages.map(({ page, notification }) => ({ ...notification, id: page.notificationId })),
  )
  const replaced = await replacePages(ctx, pages)
  await insertPages(ctx, pages)
  return [
    ...replaced.map((page) => pageEvent(PageEventType.ENDED, page)),
    ...pages.map((page) => pageEvent(PageEventType.OPENED, page)),
  ]
}

/** What of an escalation stands on the timeline of its incident, beside the incident's own news. */
const ON_TIMELINE: Partial<Record<EscalationEventType, IncidentEventType>> = {
  [EscalationEventType.DEFERRED]: IncidentEventType.PAGING_DEFERRED,
  [EscalationEventType.PAGED]: IncidentEventType.PAGED,
  [EscalationEventType.ESCALATED]: IncidentEventType.ESCALATED,
  [EscalationEventType.HANDED_OVER]: IncidentEventType.ESCALATED,
  [EscalationEventType.REASSIGNED]: IncidentEventType.REASSIGNED,
  [EscalationEventType.SNOOZED]: IncidentEventType.SNOOZED,
  [EscalationEventType.ACKNOWLEDGEMENT_EXPIRED]: IncidentEventType.ACKNOWLEDGEMENT_EXPIRED,
  [EscalationEventType.UNREACHED]: IncidentEventType.UNREACHED,
  [EscalationEventType.EXHAUSTED]: IncidentEventType.UNANSWERED,
}

async function record(ctx: Context, works: readonly Work[], others: readonly NewEvent[]): Promise<string | null> {
  const told = works.flatMap(({ incident, escalation, entries }) =>
    entries.map((entry) => ({ incident, escalation, entry })),
  )
  const happenings = told.flatMap(({ incident, entry }) => {
    const type = ON_TIMELINE[entry.type]
    return type ? [{ type, incident, body: inBrief(entry), audience: Audience.INTERNAL }] : []
  })
  const events = [...told.map(escalationEvent), ...others]
  if (happenings.length === 0) return events.length > 0 ? recordEvents(ctx, events) : null
  return (await recordIncidentEvents(ctx, happenings, events)).eventCursor
}

const escalationEvent = (told: {
  readonly incident: Pick<Incident, 'id' | 'serviceId' | 'teamId' | 'priority'>
  readonly escalation: Escalation
  readonly entry: EscalationEntry
}): NewEvent => {
  const { escalation, entry } = told
  const { id, serviceId, teamId, priority } = told.incident
  return {
    type: entry.type,
    subject: id,
    incidentId: id,
    audience: Audience.INTERNAL,
    payload: { escalation, entry, incident: { id, serviceId, teamId, priority } } satisfies EscalationEventPayload,
    actor: { kind: entry.actorKind, id: entry.actorId },
  }
}

/** Whoever is called may take the incident: those who could not otherwise take part in it from now on. */
async function bringIn(ctx: Context, works: readonly Work[]): Promise<void> {
  const called = works.flatMap(({ incident, pages }) =>
    pages.flatMap(({ page: { userId } }) => (userId ? [{ incident, userId }] : [])),
  )
  if (called.length === 0) return
  const people = byId(await findPeople(ctx.db, [...new Set(called.map(({ userId }) => userId))]))
  const joining = called.filter(({ incident, userId }) => !mayTake(people.get(userId)!, incident))
  if (joining.length === 0) return
  await ctx.db.rows(
    `INSERT INTO incident_participants (incident_id, user_id)
     SELECT * FROM unnest($1::text[], $2::text[]) ON CONFLICT DO NOTHING`,
    [joining.map(({ incident }) => incident.id), joining.map(({ userId }) => userId)],
  )
}

const mayTake = (person: Person, incident: AccessFacts): boolean =>
  allows(signedIn(person), 'incident.respond', incident)
