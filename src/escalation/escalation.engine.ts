import type { AccessFacts } from '../access/rules.js'
import type { Incident } from '../incidents/incident.js'
import { findIncidents } from '../incidents/incident.queries.js'
import { type Context, inTransaction } from '../platform/context.js'
import { newId } from '../platform/id.js'
import { type Task, addJobs } from '../platform/jobs.js'
import type { EscalationEntry } from './escalation-entry.js'
import { EscalationEventType } from './escalation-event.js'
import {
  type Escalation,
  type Outcome,
  askedAgain,
  deferred,
  exhausted,
  hastened,
  isDue,
  outcomeOf,
  passesOver,
  rerun,
  stepTaken,
} from './escalation.js'
import { ESCALATION_DUE, type Work, findEscalations, saveWorks } from './escalation.store.js'
import { type Names, findNames, pageForContactPoint, pageForPerson, stillThere } from './page.notification.js'
import type { Page } from './page.js'
import { termsOf } from './policy.js'
import { findPolicies } from './policy.queries.js'
import { findTargets } from './target.queries.js'
import type { Finding } from './target.js'

/**
 * Takes the steps of escalations at their time. A job rings for an incident; what is to be done is read from its escalation,
 * under the lock of the incident: whoever acknowledges first has stopped it, whoever comes later finds the page and takes
 * it back. A job that rings for nothing finds nothing due.
 *
 * Many go on together: in rounds, in each of which every escalation does one thing, so that however many they are a round
 * looks things up once. One at which nobody is found goes on in the next round.
 */
export const ESCALATION_TASK: Task = {
  name: ESCALATION_DUE,
  lane: 'timers',
  overdue: 'SELECT incident_id AS id, due_at AS "dueAt" FROM escalations WHERE due_at < $1',
  run: (ctx, ids) =>
    inTransaction(ctx, async (ctx) => {
      await ctx.db.lock(...ids)
      const now = ctx.now()
      const escalations = [...(await findEscalations(ctx.db, ids)).values()]
      const due = escalations.filter((escalation) => isDue(escalation, now))
      await goOn(ctx, due)
      await addJobs(
        ctx,
        escalations.flatMap(({ incidentId, dueAt }) =>
          dueAt && dueAt > now ? [{ task: ESCALATION_DUE, id: incidentId, at: dueAt }] : [],
        ),
      )
    }),
}

async function goOn(ctx: Context, due: readonly Escalation[]): Promise<void> {
  if (due.length === 0) return
  const incidents = await findIncidents(
    ctx.db,
    due.map(({ incidentId }) => incidentId),
  )
  const works = due.map((escalation) => workOn(incidents.get(escalation.incidentId)!, escalation))
  await advance(ctx, works)
  await saveWorks(ctx, works)
}

export const workOn = (incident: Incident & AccessFacts, escalation: Escalation): Work => ({
  ...{ incident, escalation, entries: [], pages: [], stopped: null },
})

/** Steps that found nobody, in a row: after all of a policy, its other passes would find nobody either. */
interface Turn {
  readonly work: Work
  readonly forced: boolean
  inVain: number
}

/** Does what is due until each has called somebody, waits or is at its end. @param forced by a person: no hours are waited for */
export async function advance(ctx: Context, works: readonly Work[], forced = false): Promise<void> {
  let turns: Turn[] = works.map((work) => ({ work, forced, inVain: 0 }))
  const names = await findNames(
    ctx,
    works.map(({ incident }) => incident),
  )
  while (turns.length > 0) turns = await round(ctx, turns, names)
}

/** Answers those that are not settled yet. */
async function round(ctx: Context, turns: readonly Turn[], names: ReadonlyMap<string, Names>): Promise<Turn[]> {
  const now = ctx.now()
  const unsettled: Turn[] = []
  const handingOver: { turn: Turn; policyId: string }[] = []
  const calling: { turn: Turn; call: Call }[] = []
  for (const turn of turns) {
    const { work, forced } = turn
    const outcome = outcomeOf(work.escalation, work.incident, now, forced)
    switch (outcome.does) {
      case 'wait':
        work.escalation = deferred(work.escalation, outcome.until, now)
        note(ctx, work, EscalationEventType.DEFERRED)
        break
      case 'resume':
        work.escalation = rerun(work.escalation, 'The snooze is over', now)
        note(ctx, work, EscalationEventType.RESUMED)
        unsettled.push(turn)
        break
      case 'ask again':
        askAgain(ctx, work, names.get(work.incident.id)!)
        if (isDue(work.escalation, now)) unsettled.push(turn)
        break
      case 'give up':
        work.escalation = exhausted(work.escalation, now)
        note(ctx, work, EscalationEventType.EXHAUSTED)
        break
      case 'hand over':
        handingOver.push({ turn, policyId: outcome.policyId })
        break
      case 'call':
        calling.push({ turn, call: outcome })
    }
  }
  unsettled.push(...(await handOver(ctx, handingOver)), ...(await call(ctx, calling, names)))
  return unsettled
}

type Call = Outcome & { readonly does: 'call' }

/** To the policy of management, as it is now. One that is gone, or not used any more, is the end. */
async function handOver(ctx: Context, handing: readonly { turn: Turn; policyId: string }[]): Promise<Turn[]> {
  if (handing.length === 0) return []
  const policies = await findPolicies(ctx.db, [...new Set(handing.map(({ policyId }) => policyId))])
  const now = ctx.now()
  return handing.flatMap(({ turn, policyId }) => {
    const { work } = turn
    const policy = policies.get(policyId)
    if (!policy || policy.archived) {
      work.escalation = exhausted(work.escalation, now)
      note(ctx, work, EscalationEventType.EXHAUSTED)
      return []
    }
    const reason = `Nobody has answered “${work.escalation.terms.name}”`
    work.escalation = { ...rerun(work.escalation, reason, now, termsOf(policy)), escalated: true }
    note(ctx, work, EscalationEventType.HANDED_OVER, { reason })
    return [{ ...turn, inVain: 0 }]
  })
}

async function call(
  ctx: Context,
  calling: readonly { turn: Turn; call: Call }[],
  names: ReadonlyMap<string, Names>,
): Promise<Turn[]> {
  if (calling.length === 0) return []
  const now = ctx.now()
  const asks = calling.map(({ turn: { work }, call: { step } }) =>
    work.escalation.terms.steps[step]!.targets.map((target) => ({ target, incident: work.incident, at: now })),
  )
  const findings = await findTargets(ctx.db, asks.flat())
  const unsettled: Turn[] = []
  for (const [index, { turn, call }] of calling.entries()) {
    const { work } = turn
    const found = findings.splice(0, asks[index]!.length)
    const before = work.escalation
    const anybody = found.some(({ callees, contactPoint }) => callees.length > 0 || contactPoint !== null)
    const taken = stepTaken(before, call.pass, call.step, now)
    work.escalation = anybody ? taken : hastened(taken, now) // nobody is waited for
    const reason = before.step < 0 && before.pass === 0 ? before.reason : null
    const entry = note(ctx, work, EscalationEventType.PAGED, { step: call.step, findings: found, reason })
    page(ctx, work, names.get(work.incident.id)!, entry)
    if (anybody) continue
    if (++turn.inVain >= work.escalation.terms.steps.length) work.escalation = passesOver(work.escalation)
    unsettled.push(turn)
  }
  return unsettled
}

/** Calls whoever was found, each once. */
function page(ctx: Context, work: Work, names: Names, entry: EscalationEntry): void {
  const called = new Set<string>()
  for (const finding of entry.findings) {
    for (const { userId, because } of finding.callees) {
      if (called.has(userId)) continue
      called.add(userId)
      const opened = newPage(ctx, entry, because, { userId })
      work.pages.push({
        page: opened,
        notification: pageForPerson(ctx, work.incident, names, { pageId: opened.id, userId, because }),
      })
    }
    const { contactPoint } = finding
    if (!contactPoint || called.has(contactPoint.id)) continue
    called.add(contactPoint.id)
    pageContactPoint(ctx, work, names, entry, contactPoint)
  }
}

function pageContactPoint(
  ctx: Context,
  work: Work,
  names: Names,
  entry: EscalationEntry,
  contactPoint: NonNullable<Finding['contactPoint']>,
): void {
  const because = `Step ${entry.step! + 1} of “${entry.policyName}”`
  const opened = newPage(ctx, entry, because, { contactPointId: contactPoint.id })
  const notification = pageForContactPoint(ctx, work.incident, names, { pageId: opened.id, contactPoint, because })
  work.pages.push({ page: opened, notification })
}

function askAgain(ctx: Context, work: Work, names: Names): void {
  const now = ctx.now()
  const { acknowledgedBy: userId } = work.escalation
  work.escalation = askedAgain(work.escalation, now)
  const entry = note(ctx, work, EscalationEventType.ACKNOWLEDGEMENT_EXPIRED)
  if (!userId) return
  const because = 'You have acknowledged it, and nobody has begun to work on it'
  const opened = newPage(ctx, entry, because, { userId })
  const notification = stillThere(ctx, work.incident, names, { pageId: opened.id, userId, because })
  work.pages.push({ page: opened, notification })
}

const newPage = (
  ctx: Context,
  { id: entryId, incidentId }: EscalationEntry,
  because: string,
  to: { readonly userId?: string; readonly contactPointId?: string },
): Page => ({
  ...{ id: newId('page', +ctx.now()), incidentId, entryId, userId: null, contactPointId: null, ...to },
  ...{ notificationId: newId('notification', +ctx.now()), because, pagedAt: ctx.now() },
  ...{ acknowledgedAt: null, endedAt: null, undeliverableAt: null },
})

type Noted = Partial<Pick<EscalationEntry, 'step' | 'reason' | 'findings'>>

/** Writes down what has become of an escalation, as it stands now. */
export function note(ctx: Context, work: Work, type: EscalationEventType, noted: Noted = {}): EscalationEntry {
  const { incidentId, terms, run, pass, dueAt } = work.escalation
  const entry: EscalationEntry = {
    ...{ id: newId('escalationEntry', +ctx.now()), incidentId, type, policyName: terms.name, run, pass, step: null },
    ...{ reason: null, findings: [], dueAt, actorKind: ctx.actor.kind, actorId: ctx.actor.id, occurredAt: ctx.now() },
    ...noted,
  }
  work.entries.push(entry)
  return entry
}
