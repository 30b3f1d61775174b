import type { RecordedEvent } from '../events/event-log.js'
import type { Reaction } from '../events/reaction.js'
import { type IncidentEventPayload, IncidentEventType } from '../incidents/incident-event.js'
import { isOpen } from '../incidents/incident.js'
import type { Context } from '../platform/context.js'
import { newId } from '../platform/id.js'
import { groupBy } from '../platform/loader.js'
import { type BusinessCalendar, calendarTermsOf } from './business-calendar.js'
import { findCalendars } from './business-calendar.queries.js'
import { Clocks, saveClocks } from './sla-clocks.js'
import { SlaEventType } from './sla-event.js'
import { type SlaPolicy, type SlaTerms, policyFor, routingOf } from './sla-policy.js'
import { findPolicies } from './sla-policy.queries.js'
import { findRecords } from './sla-record.store.js'
import {
  SlaKind,
  type SlaRecord,
  SlaState,
  advanced,
  cancelled,
  corrected,
  done,
  isStopped,
  isWaiting,
  newRecord,
  paused,
  reselected,
  resumed,
} from './sla-record.js'

/** What the news of an incident mean for its clocks, in the transaction that records them. */

const { TRIGGERED, ACKNOWLEDGED, STARTED, HELD, RESUMED, RESOLVED, REOPENED, CANCELLED } = IncidentEventType
const { TRIAGED, PRIORITY_OVERRIDDEN, UPDATED, VISIBILITY_CHANGED, TIMES_CORRECTED } = IncidentEventType

/** What policies are chosen by may have changed. */
const ASSESSED: readonly string[] = [TRIAGED, PRIORITY_OVERRIDDEN, UPDATED, VISIBILITY_CHANGED]
/** After these a policy may be chosen. */
const CHOOSING: readonly string[] = [TRIGGERED, REOPENED, ...ASSESSED]

export const SLA_REACTION: Reaction = {
  to: [...CHOOSING, ACKNOWLEDGED, STARTED, HELD, RESUMED, RESOLVED, CANCELLED, TIMES_CORRECTED],
  react: async (ctx, events) => {
    const news = groupBy(events as readonly IncidentNews[], ({ payload }) => payload.incident.id)
    // What has just been triggered has no records yet.
    const known = [...news].filter(([, [first]]) => first!.type !== TRIGGERED).map(([id]) => id)
    const records = known.length > 0 ? await findRecords(ctx.db, known) : new Map<string, SlaRecord[]>()
    const cases = [...news].map(
      ([id, its]) => [its, new Case(ctx, new Clocks(its[0]!.payload.incident, records.get(id) ?? []))] as const,
    )
    const choice = events.some(({ type }) => CHOOSING.includes(type)) ? await readChoice(ctx) : null
    for (const [its, one] of cases) for (const event of its) one.hear(event, choice)
    await saveClocks(
      ctx,
      cases.map(([, { clocks }]) => clocks),
    )
  },
}

type IncidentNews = RecordedEvent & { readonly payload: IncidentEventPayload }

/** What can be chosen from. */
interface Choice {
  readonly policies: readonly SlaPolicy[]
  readonly calendars: ReadonlyMap<string, BusinessCalendar>
}

async function readChoice(ctx: Context): Promise<Choice> {
  const policies = await findPolicies(ctx.db)
  const calendars = await findCalendars(ctx.db, [...new Set(policies.flatMap(({ calendarId }) => calendarId ?? []))])
  return { policies, calendars }
}

const TARGET = { [SlaKind.RESPONSE]: 'responseMinutes', [SlaKind.RESOLUTION]: 'resolutionMinutes' } as const

/** One incident, and what its news make of its clocks. */
class Case {
  constructor(
    private readonly ctx: Context,
    readonly clocks: Clocks,
  ) {}

  hear({ type, payload }: IncidentNews, choice: Choice | null): void {
    const now = this.ctx.now()
    this.clocks.incident = payload.incident
    this.clocks.advance(now)
    if (type === TRIGGERED || type === REOPENED) this.choose(choice!)
    else if (ASSESSED.includes(type)) this.assess(choice!)
    else if (type === HELD) this.hold(now)
    else if (type === RESUMED) this.change((record) => resumed(record, now), SlaEventType.RESUMED)
    else if (type === CANCELLED) this.change((record) => cancelled(record, now), SlaEventType.ENDED)
    else if (type === TIMES_CORRECTED) this.correct()
    this.finish(now)
  }

  private change(rule: (record: SlaRecord) => SlaRecord, type: SlaEventType): void {
    for (const record of this.clocks.live) this.clocks.put(record, rule(record), type)
  }

  private hold(now: Date): void {
    if (isWaiting(this.clocks.incident.holdReason)) this.change((record) => paused(record, now), SlaEventType.PAUSED)
  }

  /** What the incident says is done stops its clock. */
  private finish(now: Date): void {
    for (const record of this.clocks.live) {
      const at = this.doneAt(record)
      if (!at) continue
      const after = done(record, at, now)
      this.clocks.put(record, after, after.state === SlaState.MET ? SlaEventType.MET : SlaEventType.ENDED)
    }
  }

  /** Whoever resolves it has responded. */
  private doneAt({ kind }: SlaRecord): Date | null {
    const { acknowledgedAt, resolvedAt } = this.clocks.incident
    return kind === SlaKind.RESOLUTION ? resolvedAt : (acknowledgedAt ?? resolvedAt)
  }

  private choose({ policies, calendars }: Choice): void {
    const routing = routingOf(this.clocks.incident)
    const policy = policyFor(policies, routing)
    const calendar = policy?.calendarId ? calendarTermsOf(calendars.get(policy.calendarId)!) : null
    for (const kind of Object.values(SlaKind)) {
      const target = policy?.[TARGET[kind]] ?? null
      const current = this.clocks.current(kind)
      if (policy && target !== null) {
        const terms = { policyName: policy.name, calendar, atRiskPercent: policy.atRiskPercent, routing }
        this.promise(kind, current, policy.id, terms, target)
      } else if (current) this.clocks.put(current, cancelled(current, this.ctx.now()), SlaEventType.ENDED)
    }
  }

  private promise(kind: SlaKind, current: SlaRecord | null, policyId: string, terms: SlaTerms, target: number): void {
    const now = this.ctx.now()
    if (!current) this.begin(kind, policyId, terms, target)
    // The same policy stays as it was copied.
    else if (current.policyId !== policyId || isStopped(current)) {
      const live =
        current.state === SlaState.CANCELLED ? { ...current, stoppedAt: null, state: SlaState.RUNNING } : current
      const chosen = reselected(live, policyId, terms, target, now)
      const after = isWaiting(this.clocks.incident.holdReason) ? paused(chosen, now) : chosen
      if (after !== live) this.clocks.put(current, after, SlaEventType.RESELECTED)
    }
  }

  private begin(kind: SlaKind, policyId: string, terms: SlaTerms, targetMinutes: number): void {
    const { clocks } = this
    const { id: incidentId, createdAt, acknowledgedAt, holdReason } = clocks.incident
    const { number } = clocks
    // Whoever reopens it has responded.
    if (kind === SlaKind.RESPONSE && number > 1) return
    const now = this.ctx.now()
    const startedAt = number === 1 ? createdAt : now
    const id = newId('slaRecord', +now)
    const record = newRecord({ id, incidentId, number, kind, policyId, terms, targetMinutes, startedAt })
    clocks.add(isWaiting(holdReason) ? paused(record, now) : record)
    // It may have been promised late, for something that was done before.
    const by = kind === SlaKind.RESPONSE && acknowledgedAt ? acknowledgedAt : now
    const begun = clocks.current(kind)!
    clocks.put(begun, advanced(begun, by), null)
  }

  /** A policy is chosen anew when what policies are chosen by has changed; a policy that has changed is no reason. */
  private assess(choice: Choice): void {
    const { incident } = this.clocks
    if (!isOpen(incident)) return
    const routing = routingOf(incident)
    const isSame = ({ terms }: SlaRecord) => JSON.stringify(routingOf(terms!.routing)) === JSON.stringify(routing)
    if (this.current.length > 0 && this.current.every(isSame)) return
    this.choose(choice)
    // What is over remembers it, too: it tells by what was chosen last.
    for (const record of this.current)
      if (!isSame(record)) this.clocks.put(record, { ...record, terms: { ...record.terms!, routing } }, null)
  }

  private get current(): readonly SlaRecord[] {
    const { records, number } = this.clocks
    return records.filter((record) => record.number === number && record.terms !== null)
  }

  private correct(): void {
    for (const record of this.clocks.records) {
      const at = this.doneAt(record)
      if (at && record.number === (record.kind === SlaKind.RESPONSE ? 1 : this.clocks.number))
        this.clocks.put(record, corrected(record, at), SlaEventType.CORRECTED)
    }
  }
}
