import type { RecordedEvent } from '../events/event-log.js'
import type { Reaction } from '../events/reaction.js'
import { type IncidentEventPayload, IncidentEventType } from '../incidents/incident-event.js'
import { type Incident, IncidentStatus, Level } from '../incidents/incident.js'
import { findIncidents } from '../incidents/incident.queries.js'
import { NOTIFICATION_UNDELIVERABLE, type Undeliverable } from '../notifications/undeliverable.js'
import { ActorKind } from '../platform/actor.js'
import type { Context } from '../platform/context.js'
import { groupBy } from '../platform/loader.js'
import { note, workOn } from './escalation.engine.js'
import { EscalationEventType } from './escalation-event.js'
import { listed } from './escalation-entry.js'
import { type Escalation, EscalationState, acknowledged, ended, hastened, newEscalation, rerun } from './escalation.js'
import { type Work, findEscalations, saveWorks } from './escalation.store.js'
import { PageEventType, pageEvent } from './page-event.js'
import { findUnanswerable, markUndeliverable } from './page.store.js'
import { type EscalationPolicy, termsOf } from './policy.js'
import { findPolicies } from './policy.queries.js'
import { findRules } from './rule.queries.js'
import { type EscalationRule, ruleFor } from './rule.js'

/**
 * What the news of an incident mean for the calling of people, in the transaction that records them: no incident is
 * committed without its escalation, and no acknowledgement without the end of the calling. Nobody is called here: a job
 * does that a moment later, so that taking alerts in waits for nothing.
 */

const { TRIGGERED, ACKNOWLEDGED, STARTED, HELD, RESUMED, RESOLVED, CLOSED, REOPENED, CANCELLED } = IncidentEventType
const { TRIAGED, PRIORITY_OVERRIDDEN, UPDATED } = IncidentEventType

const TAKEN: readonly string[] = [ACKNOWLEDGED, STARTED, HELD, RESUMED]
const OVER: readonly string[] = [RESOLVED, CLOSED, CANCELLED]
const ASSESSED: readonly string[] = [TRIAGED, PRIORITY_OVERRIDDEN, UPDATED]

export const ESCALATION_REACTION: Reaction = {
  to: [TRIGGERED, REOPENED, ...TAKEN, ...OVER, ...ASSESSED],
  react: async (ctx, events) => {
    const news = groupBy(events as readonly IncidentNews[], ({ payload }) => payload.incident.id)
    // What has just been triggered has no escalation yet.
    const known = [...news].filter(([, [first]]) => first!.type !== TRIGGERED).map(([id]) => id)
    const escalations = known.length > 0 ? await findEscalations(ctx.db, known) : new Map<string, Escalation>()
    const cases = [...news].map(([id, its]) => new Case(ctx, its, escalations.get(id) ?? null))
    await begin(
      ctx,
      cases.filter(({ wanted }) => wanted),
    )
    await saveWorks(
      ctx,
      cases.flatMap(({ work, changed }) => (work && changed ? [work] : [])),
    )
  },
}

type IncidentNews = RecordedEvent & { readonly payload: IncidentEventPayload }

/** One incident, and what its news make of its escalation. */
class Case {
  readonly incident: Incident
  work: Work | null
  changed = false
  /** Whether people are to be called, if a rule says whom. */
  wanted = false

  constructor(
    private readonly ctx: Context,
    news: readonly IncidentNews[],
    escalation: Escalation | null,
  ) {
    this.incident = news.at(-1)!.payload.incident
    this.work = escalation && this.workOn(escalation)
    for (const event of news) this.hear(event)
  }

  /** Nobody is called here, so it does not matter who takes part. */
  private workOn(escalation: Escalation): Work {
    return workOn({ ...this.incident, participantIds: [] }, escalation)
  }

  private hear({ type, actor }: IncidentNews): void {
    const by = actor.kind === ActorKind.USER ? actor.id : null
    if (type === TRIGGERED) this.wanted = true
    else if (TAKEN.includes(type)) this.take(by, type)
    else if (OVER.includes(type)) this.end()
    else if (type !== REOPENED) this.assess()
    else if (by) this.take(by, type)
    else this.wanted = true // an alert of it has come back
  }

  private take(by: string | null, how: string): void {
    this.wanted = false
    if (!this.work) return
    const { escalation: before } = this.work
    // What somebody works on is not asked about later.
    const timesOut = how === ACKNOWLEDGED && this.incident.status === IncidentStatus.ACKNOWLEDGED
    this.stop(acknowledged(before, by, timesOut, this.ctx.now()), by)
    if (before.state !== EscalationState.ACKNOWLEDGED || before.acknowledgedBy !== by)
      note(this.ctx, this.work, EscalationEventType.ACKNOWLEDGED)
  }

  private end(): void {
    this.wanted = false
    if (!this.work || this.work.escalation.state === EscalationState.ENDED) return
    this.stop(ended(this.work.escalation, this.ctx.now()), null)
    note(this.ctx, this.work, EscalationEventType.ENDED)
  }

  private stop(escalation: Escalation, by: string | null): void {
    Object.assign(this.work!, { escalation, stopped: { by } } satisfies Partial<Work>)
    this.changed = true
  }

  /** What was nobody's to be called for may be now; what was not urgent may be now. */
  private assess(): void {
    if (!this.work) this.wanted ||= this.incident.status === IncidentStatus.TRIGGERED
    else if (this.work.escalation.state === EscalationState.DEFERRED && this.incident.urgency !== Level.LOW) {
      this.work.escalation = hastened(this.work.escalation, this.ctx.now())
      this.changed = true
    }
  }

  begin({ position, name }: EscalationRule, policy: EscalationPolicy): void {
    const now = this.ctx.now()
    const reason = `Rule ${position}, “${name}”`
    const terms = termsOf(policy)
    if (this.work) this.work.escalation = rerun(this.work.escalation, reason, now, terms)
    else this.work = this.workOn(newEscalation(this.incident.id, terms, reason, now))
    this.changed = true
  }
}

/** By the first rule that matches. What none matches nobody is called for. */
async function begin(ctx: Context, cases: readonly Case[]): Promise<void> {
  if (cases.length === 0) return
  const rules = await findRules(ctx.db)
  const chosen = cases.flatMap((one) => {
    const rule = ruleFor(rules, one.incident, ctx.now())
    return rule ? [{ one, rule }] : []
  })
  if (chosen.length === 0) return
  const policies = await findPolicies(ctx.db, [...new Set(chosen.map(({ rule }) => rule.policyId))])
  for (const { one, rule } of chosen) one.begin(rule, policies.get(rule.policyId)!)
}

/** A page that reaches nobody is not waited for: when none of a step can be answered any more, the next one is due. */
export const UNDELIVERABLE_REACTION: Reaction = {
  to: [NOTIFICATION_UNDELIVERABLE],
  react: async (ctx, events) => {
    const lost = events.map(({ payload }) => (payload as Undeliverable).notificationId)
    const pages = await markUndeliverable(ctx, lost)
    if (pages.length === 0) return
    const ids = [...new Set(pages.map(({ incidentId }) => incidentId))]
    const incidents = await findIncidents(ctx.db, ids)
    const escalations = await findEscalations(ctx.db, ids)
    const unanswerable = await findUnanswerable(ctx.db, ids)
    const works = ids.map((id) => {
      const work = workOn(incidents.get(id)!, escalations.get(id)!)
      const isCalling = work.escalation.state === EscalationState.ESCALATING
      if (isCalling && unanswerable.has(id)) work.escalation = hastened(work.escalation, ctx.now())
      const names = pages.filter(({ incidentId }) => incidentId === id).map(({ name }) => name)
      note(ctx, work, EscalationEventType.UNREACHED, { reason: listed(names) })
      return work
    })
    await saveWorks(
      ctx,
      works,
      pages.map(({ name: _, ...page }) => pageEvent(PageEventType.UNDELIVERABLE, page)),
    )
  },
}
