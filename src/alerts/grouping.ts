import { Visibility } from '../access/rules.js'
import { Audience } from '../events/audience.js'
import type { NewEvent } from '../events/event-log.js'
import { IncidentEventType, type IncidentHappening } from '../incidents/incident-event.js'
import { type Incident, IncidentStatus, Level, isOpen, newIncident, transition, triage } from '../incidents/incident.js'
import { newId } from '../platform/id.js'
import { groupBy } from '../platform/loader.js'
import { cut } from '../platform/text.js'
import type { Alert, Severity } from './alert.js'
import { AlertEventType, alertEvent } from './alert-event.js'
import type { Step } from './dedup.js'
import type { Report, Sender } from './signal.js'

/**
 * Which incident an alert belongs to, and what it does to it. An alert joins the open incident of its group; else it
 * reopens the one that was resolved a short while ago; else it opens one. When the last alert of an incident ends, the
 * incident resolves. Grouping comes before any routing: an alert whose severity rises stays where it is, and raises the
 * incident as long as nobody has looked at it.
 *
 * Every alert has an incident, even one that is known only as ended: the incident is then opened and resolved at once.
 */

/** An incident that a batch may concern, as it was read under its lock. */
export interface KnownIncident {
  readonly incident: Incident
  readonly openAlerts: number
}

export interface Levels {
  readonly impact: Level
  readonly urgency: Level
}

export const LEVELS: Record<Severity, Levels> = {
  CRITICAL: { impact: Level.HIGH, urgency: Level.HIGH },
  ERROR: { impact: Level.HIGH, urgency: Level.MEDIUM },
  WARNING: { impact: Level.MEDIUM, urgency: Level.MEDIUM },
  INFO: { impact: Level.LOW, urgency: Level.LOW },
}

const RANK: Record<Level, number> = { HIGH: 2, MEDIUM: 1, LOW: 0 }
const higher = (a: Level, b: Level): Level => (RANK[b] > RANK[a] ? b : a)

/** What a severity raises an incident to; null when it is there already. */
export function raised({ impact, urgency }: Levels, severity: Severity): Levels | null {
  const levels = LEVELS[severity]
  const to = { impact: higher(impact, levels.impact), urgency: higher(urgency, levels.urgency) }
  return to.impact === impact && to.urgency === urgency ? null : to
}

/** As long as nobody has taken it. That nobody has assessed it is asked besides. */
const raisedBy = (incident: Incident, severity: Severity): Levels | null =>
  incident.status === IncidentStatus.TRIGGERED && !incident.priorityOverridden ? raised(incident, severity) : null

/** Since when a resolved incident of this sender may have been resolved to be reopened. */
export const reopenableSince = ({ regroupMinutes }: Sender, now: Date): Date =>
  new Date(now.getTime() - regroupMinutes * 60_000)

/** Of the incidents of a group the one that an alert joins: an open one, else the one resolved last, if just now. */
export function incidentToJoin(group: readonly Incident[], since: Date): Incident | null {
  const open = group.find(isOpen)
  if (open) return open
  const recent = group
    .filter(({ status, resolvedAt }) => status === IncidentStatus.RESOLVED && resolvedAt && resolvedAt > since)
    .sort((a, b) => b.resolvedAt!.getTime() - a.resolvedAt!.getTime())
  return recent[0] ?? null
}

/** A resolved incident whose alert is still reported was resolved too soon. A cancelled one is to be left alone. */
export const isLeftBehind = ({ status }: Pick<Incident, 'status'>): boolean =>
  status === IncidentStatus.RESOLVED || status === IncidentStatus.CLOSED

const TITLE = 300

interface File {
  incident: Incident
  readonly isNew: boolean
  changed: boolean
  openAlerts: number
}

/** Carries steps out in memory; what is then to be written is in its fields. */
export class Grouping {
  readonly happenings: IncidentHappening[] = []
  readonly events: NewEvent[] = []
  private readonly files = new Map<string, File>()
  private readonly groups = new Map<string, File[]>()
  private readonly incidentOf = new Map<string, string>()
  private readonly alerts = new Map<string, { alert: Alert; isNew: boolean }>()

  /** @param triagedByHand incidents whose impact and urgency a person has assessed */
  constructor(
    known: readonly KnownIncident[],
    private readonly triagedByHand: ReadonlySet<string>,
    private readonly now: Date,
  ) {
    for (const incident of known) this.keep({ ...incident, isNew: false, changed: false })
  }

  get newIncidents(): Incident[] {
    return [...this.files.values()].filter(({ isNew }) => isNew).map(({ incident }) => incident)
  }

  get changedIncidents(): Incident[] {
    return [...this.files.values()].filter(({ isNew, changed }) => changed && !isNew).map(({ incident }) => incident)
  }

  get newAlerts(): Alert[] {
    return [...this.alerts.values()].filter(({ isNew }) => isNew).map(({ alert }) => alert)
  }

  get changedAlerts(): Alert[] {
    return [...this.alerts.values()].filter(({ isNew }) => !isNew).map(({ alert }) => alert)
  }

  carryOut(step: Step): void {
    switch (step.does) {
      case 'open':
        this.join(step)
        return this.tell(AlertEventType.TRIGGERED, step)
      case 'record':
        this.recordEnded(step)
        return this.tell(AlertEventType.ENDED, step)
      case 'repeat':
        this.repeat(step)
        return this.tell(AlertEventType.REPEATED, step)
      case 'end':
        this.end(step)
        return this.tell(AlertEventType.ENDED, step)
      case 'acknowledge':
        return this.acknowledge(step)
    }
  }

  private join({ alert, before, report }: Step): void {
    const joined = this.toJoin(alert, report)
    const file = joined ?? this.open(alert, report)
    this.incidentOf.set(alert.id, file.incident.id)
    file.openAlerts++
    if (!joined) return
    if (!isOpen(file.incident)) {
      this.change(file, transition(file.incident, IncidentStatus.IN_PROGRESS, this.now))
      this.happen(file, IncidentEventType.REOPENED, 'Reopened: an alert of it has come back', report)
    }
    if (before?.incidentId !== file.incident.id) this.addTo(file, alert, report)
    this.raise(file, alert, report)
  }

  /** It is over already: it joins an incident as that is, or opens one that resolves at once. */
  private recordEnded({ alert, report }: Step): void {
    const joined = this.toJoin(alert, report)
    const file = joined ?? this.open(alert, report)
    this.incidentOf.set(alert.id, file.incident.id)
    if (joined) this.addTo(file, alert, report)
    else this.settle(file, report)
  }

  private repeat(step: Step): void {
    const file = this.fileOf(step.alert)
    if (!file) return // nothing about it concerns its incident
    if (isLeftBehind(file.incident)) {
      file.openAlerts--
      this.join(step)
    } else this.raise(file, step.alert, step.report)
  }

  private end({ alert, report }: Step): void {
    const file = this.fileOf(alert)
    if (!file) throw new Error('An alert ends with its incident at hand')
    file.openAlerts--
    this.settle(file, report)
  }

  private acknowledge({ alert, report }: Step): void {
    const file = this.fileOf(alert)
    if (file?.incident.status !== IncidentStatus.TRIGGERED) return
    this.change(file, transition(file.incident, IncidentStatus.ACKNOWLEDGED, this.now))
    this.happen(file, IncidentEventType.ACKNOWLEDGED, 'Acknowledged', report)
  }

  private open(alert: Alert, report: Report): File {
    const { sender } = report
    const { startedAt } = alert
    const incident = newIncident(
      {
        id: newId('incident', this.now.getTime()),
        number: 0, // given when it is stored
        title: cut(alert.summary, TITLE),
        description: alert.description,
        visibility: Visibility.ORGANIZATION,
        ...LEVELS[alert.severity],
        drill: false,
        serviceId: sender.serviceId,
        teamId: sender.teamId,
        reporterId: null,
        integrationId: sender.id,
        groupKey: alert.groupKey,
        // A start in the future is a clock that runs ahead of ours: it tells nothing.
        impactStartedAt: startedAt && startedAt <= this.now ? startedAt : null,
        detectedAt: this.now,
      },
      this.now,
    )
    const file = this.keep({ incident, isNew: true, changed: false, openAlerts: 0 })
    this.happen(file, IncidentEventType.TRIGGERED, `Triggered by ${sender.name}`, report)
    return file
  }

  private settle(file: File, report: Report): void {
    if (file.openAlerts > 0 || !report.sender.autoResolve || !isOpen(file.incident)) return
    this.change(file, transition(file.incident, IncidentStatus.RESOLVED, this.now))
    this.happen(file, IncidentEventType.RESOLVED, 'Resolved: the last alert has ended', report)
  }

  private raise(file: File, { severity }: Alert, report: Report): void {
    const { incident } = file
    const to = raisedBy(incident, severity)
    if (!to || this.triagedByHand.has(incident.id)) return
    this.change(file, triage(incident, to.impact, to.urgency))
    const { impact, urgency, priority } = file.incident
    const body = `Impact ${impact.toLowerCase()}, urgency ${urgency.toLowerCase()}: priority ${priority}`
    this.happen(file, IncidentEventType.TRIAGED, body, report)
  }

  private addTo(file: File, alert: Alert, report: Report): void {
    this.happen(file, IncidentEventType.ALERT_ADDED, `Alert: ${alert.summary}`, report, Audience.PARTNER)
  }

  private change(file: File, changes: Partial<Incident>): void {
    const { incident } = file
    file.incident = { ...incident, ...changes, updatedAt: this.now, version: incident.version + 1 }
    file.changed = true
  }

  private happen(file: File, type: IncidentEventType, body: string, { actor }: Report, audience?: Audience): void {
    this.happenings.push({ type, incident: file.incident, body, actor, ...(audience ? { audience } : {}) })
  }

  private tell(type: AlertEventType, { alert, before, report }: Step): void {
    const incidentId = this.incidentOf.get(alert.id) ?? alert.incidentId
    const stored = { ...alert, incidentId }
    this.alerts.set(alert.id, { alert: stored, isNew: this.alerts.get(alert.id)?.isNew ?? before === null })
    this.events.push(alertEvent(type, stored, report.actor))
  }

  private fileOf(alert: Alert): File | undefined {
    return this.files.get(this.incidentOf.get(alert.id) ?? alert.incidentId)
  }

  private keep(file: File): File {
    this.files.set(file.incident.id, file)
    const name = groupName(file.incident)
    const group = this.groups.get(name)
    if (group) group.push(file)
    else this.groups.set(name, [file])
    return file
  }

  /** The incident that an alert of this report joins; null when it opens one. */
  private toJoin(alert: Alert, { sender }: Report): File | null {
    const group = (this.groups.get(groupName(alert)) ?? []).map(({ incident }) => incident)
    const joined = incidentToJoin(group, reopenableSince(sender, this.now))
    return joined && this.files.get(joined.id)!
  }
}

const groupName = ({ integrationId, groupKey }: Pick<Incident, 'integrationId' | 'groupKey'>) =>
  `${integrationId} ${groupKey}`

/** The incidents that a step would raise, unless a person has assessed them. */
export function incidentsToRaise(steps: readonly Step[], known: readonly KnownIncident[]): string[] {
  const stepsOf = groupBy(steps, ({ alert }) => groupName(alert))
  return known
    .filter(({ incident }) => stepsOf.get(groupName(incident))?.some(({ alert }) => raisedBy(incident, alert.severity)))
    .map(({ incident }) => incident.id)
}

/** Whether a step needs the incidents of its group: it joins one of them. */
export const joins = ({ does, alert }: Step, leftBehind: ReadonlySet<string>): boolean =>
  does === 'open' || does === 'record' || (does === 'repeat' && leftBehind.has(alert.id))

/** Whether a step needs the incident that its alert is on. */
export const changesIncident = ({ does, alert, before }: Step, leftBehind: ReadonlySet<string>): boolean => {
  if (!before?.incidentId) return false // opened in the same batch
  if (does === 'repeat') return leftBehind.has(alert.id) || raised(LEVELS[before.severity], alert.severity) !== null
  return does === 'end' || does === 'acknowledge'
}
