import { authorise } from '../access/rules.js'
import { recordEvents } from '../events/event-log.js'
import { insertIncidents, updateIncidents } from '../incidents/incident-batch.js'
import { recordIncidentEvents } from '../incidents/incident-event.js'
import { factsOfIncidents } from '../incidents/incident.queries.js'
import { type Context, inTransaction } from '../platform/context.js'
import { ErrorCode, UserError, notFound } from '../platform/errors.js'
import { forgetLoaded } from '../platform/loader.js'
import type { Alert } from './alert.js'
import { loadAlert } from './alert.queries.js'
import {
  findIncidentsToJoin,
  insertAlerts,
  isStillOpen,
  lookUpByKeys,
  readIncidents,
  readKnownAlerts,
  readOpenAlertsOfGroup,
  readTriagedByHand,
  updateAlerts,
} from './alert.store.js'
import { type Step, dedup } from './dedup.js'
import { Grouping, changesIncident, incidentsToRaise, joins } from './grouping.js'
import type { GroupEnd, Report, Signal } from './signal.js'
import { findSender } from './sender.js'

/**
 * Takes what monitoring tools report, many reports in one transaction: locks, reads, decides in memory, writes, records.
 * It answers the cursor of the last event; null when the reports changed nothing.
 *
 * The locks are those of the keys and groups, then those of the incidents, each set in one sorted statement, and both
 * before anything is written. So no two batches wait for each other, and events come in the order of what they tell.
 */
export const receiveReports = (ctx: Context, received: readonly Report<Signal | GroupEnd>[]): Promise<string | null> =>
  inTransaction(ctx, async (ctx) => {
    const now = ctx.now()
    await lookUpByKeys(ctx)
    const reports = await spellOutGroupEnds(ctx, received)
    if (reports.length === 0) return null
    await ctx.db.lock(...reports.flatMap(locksOf))
    const { alerts, leftBehind } = await readKnownAlerts(ctx, reports)
    const steps = dedup(reports, alerts, now)
    if (steps.length === 0) return null
    const incidents = await lockIncidents(ctx, steps, leftBehind, now)
    const triagedByHand = await readTriagedByHand(ctx, incidentsToRaise(steps, incidents))
    const grouping = new Grouping(incidents, triagedByHand, now)
    for (const step of steps) grouping.carryOut(step)
    return write(ctx, grouping)
  })

/** One namespace for both: where a sender knows no groups, the key is the group. */
const locksOf = ({ sender, signal }: Report): string[] => [
  `${sender.id} ${signal.dedupKey}`,
  `${sender.id} ${signal.groupKey}`,
]

/** The end of a group, as the ends of the alerts that it means. */
async function spellOutGroupEnds(ctx: Context, received: readonly Report<Signal | GroupEnd>[]): Promise<Report[]> {
  const reports: Report[] = []
  for (const { sender, actor, signal } of received) {
    if (signal.action !== 'resolve_group') {
      reports.push({ sender, actor, signal })
      continue
    }
    for (const alert of await readOpenAlertsOfGroup(ctx, sender.id, signal.groupKey))
      if (!signal.listed.includes(alert.dedupKey) && alert.startedAt && alert.startedAt <= signal.startedUntil)
        reports.push({ sender, actor, signal: endOf(alert) })
  }
  return reports
}

/** When it ended nobody has said: now is when we hear of it. */
const endOf = (alert: Alert): Signal => ({ ...alert, action: 'resolve', endedAt: null })

async function lockIncidents(ctx: Context, steps: readonly Step[], leftBehind: ReadonlySet<string>, now: Date) {
  const toJoin = steps.filter((step) => joins(step, leftBehind))
  const changed = steps.filter((step) => changesIncident(step, leftBehind))
  const ids = [...(await findIncidentsToJoin(ctx, toJoin, now)), ...changed.map(({ before }) => before!.incidentId)]
  if (ids.length === 0) return []
  await ctx.db.lock(...ids)
  return readIncidents(ctx, ids)
}

async function write(ctx: Context, grouping: Grouping): Promise<string | null> {
  const { newIncidents, changedIncidents, newAlerts, changedAlerts, happenings, events } = grouping
  if (happenings.length + events.length === 0) return null
  const numbers = await insertIncidents(ctx, newIncidents)
  await updateIncidents(ctx, changedIncidents)
  await updateAlerts(ctx, changedAlerts) // first, for a key's old alert makes way for its new one
  await insertAlerts(ctx, newAlerts)
  const numbered = happenings.map((happening) => {
    const number = numbers.get(happening.incident.id)
    return number === undefined ? happening : { ...happening, incident: { ...happening.incident, number } }
  })
  if (numbered.length === 0) return recordEvents(ctx, events)
  return (await recordIncidentEvents(ctx, numbered, events)).eventCursor
}

/** A person ends an alert whose sender does not. Errors: NOT_FOUND, FORBIDDEN, INVALID_TRANSITION. */
export const endAlert = (ctx: Context, { id }: { readonly id: string }) =>
  inTransaction(ctx, async (ctx) => {
    const alert = await loadAlert(ctx, id)
    if (!alert) throw notFound('alert')
    const facts = await factsOfIncidents(ctx.db, [alert.incidentId])
    authorise(ctx.actor, 'incident.respond', facts.get(alert.incidentId))
    const report = { sender: (await findSender(ctx.db, alert.integrationId))!, actor: ctx.actor, signal: endOf(alert) }
    await ctx.db.lock(...locksOf(report))
    if (!(await isStillOpen(ctx, id)))
      throw new UserError(ErrorCode.INVALID_TRANSITION, 'This alert has ended already.', 'id')
    const eventCursor = await receiveReports(ctx, [report])
    forgetLoaded(ctx)
    return { alert: (await loadAlert(ctx, id))!, eventCursor }
  })
