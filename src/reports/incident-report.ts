import type { IncidentRole } from '../incidents/assignment.js'
import { IncidentEventType } from '../incidents/incident-event.js'
import { type Incident, IncidentStatus } from '../incidents/incident.js'
import type { ArticleLink } from '../knowledge/article-link.js'
import type { SlaRecord } from '../sla/sla-record.js'
import { type Document, atText, durationText, heading, paragraph, table, words } from './document.js'

/** The facts of an incident after it: what happened when, how long, by whom. Only what the viewer may read. */
export interface IncidentReport {
  readonly incident: Incident
  readonly generatedAt: Date
  readonly durations: readonly StatusDuration[]
  readonly people: readonly ReportPerson[]
  readonly escalation: readonly { readonly at: Date; readonly summary: string }[]
  readonly sla: readonly SlaRecord[]
  readonly articles: readonly ReportArticle[]
  readonly statusUpdates: readonly ReportEntry[]
  /** Oldest first; the latest `TIMELINE_ENTRIES` of them. */
  readonly timeline: readonly ReportEntry[]
  readonly timelineTruncated: boolean
}

export const TIMELINE_ENTRIES = 1_000

export interface StatusDuration {
  readonly status: IncidentStatus
  /** How often it was entered. */
  readonly times: number
  readonly seconds: number
}

export interface ReportPerson {
  readonly id: string
  readonly name: string
  readonly roles: readonly IncidentRole[]
  /** Pages to them, and of these, answered by them. */
  readonly pages: number
  readonly answered: number
}

/** What helped with it, or was drawn from it. */
export interface ReportArticle extends ArticleLink {
  readonly number: number
  readonly title: string
}

export interface ReportEntry {
  readonly at: Date
  readonly by: string
  readonly body: string
  readonly eventType: string
}

/** To which status these lead. */
const STATUS_AFTER: Readonly<Record<string, IncidentStatus>> = {
  [IncidentEventType.TRIGGERED]: IncidentStatus.TRIGGERED,
  [IncidentEventType.ACKNOWLEDGED]: IncidentStatus.ACKNOWLEDGED,
  [IncidentEventType.STARTED]: IncidentStatus.IN_PROGRESS,
  [IncidentEventType.HELD]: IncidentStatus.ON_HOLD,
  [IncidentEventType.RESUMED]: IncidentStatus.IN_PROGRESS,
  [IncidentEventType.RESOLVED]: IncidentStatus.RESOLVED,
  [IncidentEventType.REOPENED]: IncidentStatus.IN_PROGRESS,
  [IncidentEventType.CLOSED]: IncidentStatus.CLOSED,
  [IncidentEventType.CANCELLED]: IncidentStatus.CANCELLED,
}

/** The types of event that change the status. */
export const STATUS_EVENTS: readonly string[] = Object.keys(STATUS_AFTER)

/** What is at an end lasts no more. */
const FINAL: readonly IncidentStatus[] = [IncidentStatus.CLOSED, IncidentStatus.CANCELLED]

/** @param changes in order */
export function durationsOf(
  changes: readonly { readonly at: Date; readonly eventType: string }[],
  now: Date,
): StatusDuration[] {
  const found = new Map<IncidentStatus, { times: number; seconds: number }>()
  for (const [index, { at, eventType }] of changes.entries()) {
    const status = STATUS_AFTER[eventType]!
    const seconds = FINAL.includes(status) ? 0 : (+(changes[index + 1]?.at ?? now) - +at) / 1000
    const before = found.get(status) ?? { times: 0, seconds: 0 }
    found.set(status, { times: before.times + 1, seconds: before.seconds + Math.max(0, Math.round(seconds)) })
  }
  return [...found].map(([status, duration]) => ({ status, ...duration }))
}

export function documentOf(report: IncidentReport): Document {
  const { incident, generatedAt, durations, people, escalation, sla, statusUpdates, timeline } = report
  const { number, title, status, priority, impact, urgency, resolution } = incident
  const moments = [
    ['Impact started', incident.impactStartedAt],
    ['Detected', incident.detectedAt],
    ['Opened', incident.createdAt],
    ['Acknowledged', incident.acknowledgedAt],
    ['Mitigated', incident.mitigatedAt],
    ['First resolved', incident.firstResolvedAt],
    ['Resolved', incident.resolvedAt],
    ['Closed', incident.closedAt],
  ] as const
  return {
    title: `Incident #${number}: ${title}`,
    blocks: [
      paragraph(
        `Priority ${priority} (impact ${words(impact)}, urgency ${words(urgency)}), ${words(status)}. As of ${atText(generatedAt)}.`,
      ),
      ...(resolution ? [{ kind: 'quote' as const, by: 'Resolution', text: resolution }] : []),
      ...table(
        'Times',
        ['What', 'When'],
        moments.map(([name, at]) => [name, at ? atText(at) : 'not known']),
      ),
      ...table(
        'Time by status',
        ['Status', 'Times', 'Duration'],
        durations.map(({ status, times, seconds }) => [words(status), String(times), durationText(seconds)]),
      ),
      ...table(
        'People',
        ['Name', 'Roles', 'Pages', 'Answered'],
        people.map(({ name, roles, pages, answered }) => [
          name,
          roles.map(words).join(', ') || '–',
          String(pages),
          String(answered),
        ]),
      ),
      ...table(
        'Service level',
        ['Promise', 'Run', 'Target', 'Outcome', 'Due'],
        sla.map(({ kind, number, targetMinutes, state, dueAt }) => [
          ...[words(kind), String(number), durationText(targetMinutes && targetMinutes * 60), words(state)],
          dueAt ? atText(dueAt) : '–',
        ]),
      ),
      ...table(
        'Articles',
        ['Article', 'What it was for', 'When'],
        report.articles.map(({ number, title, relation, linkedAt }) => [
          `KB${number} ${title}`,
          words(relation),
          atText(linkedAt),
        ]),
      ),
      ...table(
        'Escalation',
        ['When', 'What'],
        escalation.map(({ at, summary }) => [atText(at), summary]),
      ),
      ...heading(
        'Status updates',
        statusUpdates.map(({ at, by, body }) => ({ kind: 'quote' as const, by: `${by}, ${atText(at)}`, text: body })),
      ),
      ...table(
        'Timeline',
        ['When', 'Who', 'What'],
        timeline.map(({ at, by, body }) => [atText(at), by, body]),
      ),
      ...(report.timelineTruncated ? [paragraph(`Only the latest ${TIMELINE_ENTRIES} entries are shown.`)] : []),
    ],
  }
}
