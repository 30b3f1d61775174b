import { Audience } from '../events/audience.js'
import { recordEvents } from '../events/event-log.js'
import { IncidentEventType, type IncidentHappening, recordIncidentEvents } from '../incidents/incident-event.js'
import type { Incident } from '../incidents/incident.js'
import { notify, withdraw } from '../notifications/notification.commands.js'
import { NotificationKind } from '../notifications/notification.js'
import { SYSTEM } from '../platform/actor.js'
import type { Context } from '../platform/context.js'
import { SlaEventType, slaEvent } from './sla-event.js'
import { type Alarm, alarmsFor, inWords } from './sla-record.notification.js'
import { saveRecords } from './sla-record.store.js'
import { type SlaKind, type SlaRecord, SlaState, advanced, isStopped } from './sla-record.js'

/** The clocks of one incident at work: how they stand, and what has to be told of them. */
export class Clocks {
  readonly told: { readonly type: SlaEventType; readonly record: SlaRecord }[] = []
  private readonly changed = new Set<string>()

  /** @param records all of the incident */
  constructor(
    public incident: Incident,
    public records: readonly SlaRecord[],
  ) {}

  /** The record of the present run: of the first, or since the last time it was reopened. */
  current(kind: SlaKind): SlaRecord | null {
    return this.records.findLast((record) => record.kind === kind && record.number === this.number) ?? null
  }

  get number(): number {
    return this.incident.reopenCount + 1
  }

  get live(): readonly SlaRecord[] {
    return this.records.filter((record) => !isStopped(record))
  }

  add(record: SlaRecord): void {
    this.records = [...this.records.filter(({ id }) => id !== record.id), record]
    this.changed.add(record.id)
    this.told.push({ type: SlaEventType.STARTED, record })
  }

  /** @param type what is told of it; null: what time alone has made of it */
  put(before: SlaRecord, after: SlaRecord, type: SlaEventType | null): void {
    if (after === before) return
    this.records = this.records.map((record) => (record.id === after.id ? after : record))
    this.changed.add(after.id)
    if (type) this.told.push({ type, record: after })
    if (after.atRiskAt && !before.atRiskAt && type !== SlaEventType.CORRECTED)
      this.told.push({ type: SlaEventType.AT_RISK, record: after })
    if (after.breachedAt && !before.breachedAt && type !== SlaEventType.CORRECTED)
      this.told.push({ type: SlaEventType.BREACHED, record: after })
  }

  advance(now: Date): void {
    for (const record of this.live) this.put(record, advanced(record, now), null)
  }

  get toSave() {
    return { all: this.records, changed: this.records.filter(({ id }) => this.changed.has(id)) }
  }

  /** What people have to know: the worst of each record that still runs. */
  get alarms(): Alarm[] {
    return this.live.flatMap((record) => {
      const worst = this.told.findLast(
        ({ type, record: { id } }) =>
          id === record.id && (type === SlaEventType.AT_RISK || type === SlaEventType.BREACHED),
      )
      return worst ? [{ incident: this.incident, record, breached: worst.type === SlaEventType.BREACHED }] : []
    })
  }

  /** On the timeline of the incident, beside its own news. */
  get happenings(): IncidentHappening[] {
    return this.told.flatMap(({ type, record }) => {
      const on = ON_TIMELINE[type]
      return on
        ? [{ type: on, incident: this.incident, body: inWords(record, on), audience: Audience.INTERNAL, actor: SYSTEM }]
        : []
    })
  }
}

const ON_TIMELINE: Partial<Record<SlaEventType, IncidentEventType.SLA_AT_RISK | IncidentEventType.SLA_BREACHED>> = {
  [SlaEventType.AT_RISK]: IncidentEventType.SLA_AT_RISK,
  [SlaEventType.BREACHED]: IncidentEventType.SLA_BREACHED,
}

const ALARMING: readonly SlaState[] = [SlaState.AT_RISK, SlaState.BREACHED]

/** Writes and tells what has become of the clocks of some incidents. */
export async function saveClocks(ctx: Context, all: readonly Clocks[]): Promise<void> {
  await saveRecords(
    ctx,
    all.map(({ toSave }) => toSave),
  )
  const told = all.filter(({ told }) => told.length > 0)
  if (told.length === 0) return
  const calm = told.filter(
    ({ told, live }) =>
      told.some(({ record }) => isStopped(record)) && !live.some(({ state }) => ALARMING.includes(state)),
  )
  await withdraw(
    ctx,
    calm.map(({ incident }) => incident.id),
    [NotificationKind.SLA],
  )
  await notify(
    ctx,
    await alarmsFor(
      ctx,
      told.flatMap(({ alarms }) => alarms),
    ),
  )
  const happenings = told.flatMap(({ happenings }) => happenings)
  const events = told.flatMap(({ told, incident }) => told.map(({ type, record }) => slaEvent(type, record, incident)))
  if (happenings.length > 0) await recordIncidentEvents(ctx, happenings, events)
  else await recordEvents(ctx, events)
}
