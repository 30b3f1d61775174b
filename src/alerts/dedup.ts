import { newId } from '../platform/id.js'
import { type Alert, AlertStatus } from './alert.js'
import type { Report, Signal } from './signal.js'

/**
 * Which alert a signal means. There is one open alert for each key of an integration: a repeat is counted on it, and
 * what comes after its end is a new one.
 *
 * Alertmanager dates its occurrences, so that a report which comes late, twice or in the wrong order is recognised. Of
 * what it has reported as ended nothing more is heard. An occurrence with a later date shows that the one before is
 * over. One with an earlier date can be the same: where two Prometheus servers watch the same thing, Alertmanager dates
 * an alert back to the earlier of their two starts.
 */

/** What is known of a key when a signal comes. */
export interface Occurrences {
  readonly open: Alert | null
  /** The one with the date of the signal. */
  readonly same: Alert | null
  /** The one with the latest date. */
  readonly latest: Alert | null
}

export type Decision =
  | { readonly does: 'nothing' }
  /** A new alert; `replaces` is over by that. */
  | { readonly does: 'open'; readonly replaces: Alert | null }
  /** A new alert that is known only as ended; `replaces` is over by that. */
  | { readonly does: 'record'; readonly replaces: Alert | null }
  | { readonly does: 'repeat' | 'end' | 'acknowledge'; readonly alert: Alert }

const NOTHING: Decision = { does: 'nothing' }

export function decide(signal: Signal, known: Occurrences): Decision {
  const { open } = known
  switch (signal.action) {
    case 'acknowledge':
      return open ? { does: 'acknowledge', alert: open } : NOTHING
    case 'trigger':
      if (signal.episode !== null) return decideFiring(signal.episode, known)
      return open ? { does: 'repeat', alert: open } : { does: 'open', replaces: null }
    case 'resolve':
      if (signal.episode !== null) return decideEnded(signal.episode, signal.endedAt, known)
      return open ? { does: 'end', alert: open } : NOTHING
  }
}

function decideFiring(episode: string, { open, same, latest }: Occurrences): Decision {
  if (same) return same.status === AlertStatus.OPEN ? { does: 'repeat', alert: same } : NOTHING
  if (open) return isAfter(episode, open) ? { does: 'open', replaces: open } : { does: 'repeat', alert: open }
  return !latest || isAfter(episode, latest) ? { does: 'open', replaces: null } : NOTHING
}

function decideEnded(episode: string, endedAt: Date | null, { open, same, latest }: Occurrences): Decision {
  if (same) return same.status === AlertStatus.OPEN ? { does: 'end', alert: same } : NOTHING
  if (open) {
    if (isAfter(episode, open)) return { does: 'record', replaces: open }
    return lastedInto(open, endedAt) ? { does: 'end', alert: open } : { does: 'record', replaces: null }
  }
  const told = latest && !isAfter(episode, latest) && lastedInto(latest, endedAt)
  return told ? NOTHING : { does: 'record', replaces: null }
}

/** An open alert of a sender that dates them has a date; where it has none, the two are not told apart. */
const isAfter = (episode: string, alert: Alert): boolean => alert.episode !== null && episode > alert.episode

/** Whether what ended at `endedAt` was still there when this alert began: then it is this one, dated back. */
const lastedInto = ({ startedAt }: Alert, endedAt: Date | null): boolean =>
  !endedAt || !startedAt || endedAt > startedAt

/** What one signal did to one alert. */
export interface Step {
  readonly does: 'open' | 'record' | 'repeat' | 'end' | 'acknowledge'
  readonly report: Report
  /** As the step left it. The incident of a new one is not known yet. */
  readonly alert: Alert
  /** As it was before; null when it is new. */
  readonly before: Alert | null
}

/** Takes reports in the order of their coming, knowing what the database holds of their keys. */
export function dedup(reports: readonly Report[], known: readonly Alert[], now: Date): Step[] {
  const book = new Book(known)
  const steps: Step[] = []
  const take = (does: Step['does'], report: Report, alert: Alert, before: Alert | null) => {
    book.enter(alert)
    steps.push({ does, report, alert, before })
  }
  for (const report of reports) {
    const { signal } = report
    const decision = decide(signal, book.occurrences(report))
    switch (decision.does) {
      case 'open':
        // The new one first: the incident of both is not to end in between.
        take('open', report, opened(report, now), null)
        if (decision.replaces) replace(decision.replaces, report)
        break
      case 'record':
        take('record', report, ended(opened(report, now), signal.endedAt, now), null)
        if (decision.replaces) replace(decision.replaces, report)
        break
      case 'repeat':
        take('repeat', report, repeated(decision.alert, signal, now), decision.alert)
        break
      case 'end':
        take('end', report, ended(decision.alert, signal.endedAt, now), decision.alert)
        break
      case 'acknowledge':
        take('acknowledge', report, decision.alert, decision.alert)
    }
  }
  return steps

  function replace(alert: Alert, report: Report) {
    steps.push({ does: 'end', report, alert: ended(alert, report.signal.startedAt, now), before: alert })
    book.enter(steps.at(-1)!.alert)
  }
}

const opened = ({ signal, sender }: Report, now: Date): Alert => ({
  id: newId('alert', now.getTime()),
  integrationId: sender.id,
  incidentId: '',
  dedupKey: signal.dedupKey,
  episode: signal.episode,
  groupKey: signal.groupKey,
  status: AlertStatus.OPEN,
  severity: signal.severity,
  summary: signal.summary,
  description: signal.description,
  source: signal.source,
  labels: signal.labels,
  details: signal.details,
  links: signal.links,
  serviceId: sender.serviceId,
  startedAt: signal.startedAt,
  firstSeenAt: now,
  lastSeenAt: now,
  endedAt: null,
  occurrences: 1,
})

/** The last report says how it stands; when it began does not change. */
const repeated = (alert: Alert, signal: Signal, now: Date): Alert => ({
  ...alert,
  severity: signal.severity,
  summary: signal.summary,
  description: signal.description,
  source: signal.source,
  labels: signal.labels,
  details: signal.details,
  links: signal.links,
  lastSeenAt: now,
  occurrences: alert.occurrences + 1,
})

/** A sender's clock may run ahead of ours: nothing ends in the future. */
const ended = (alert: Alert, at: Date | null, now: Date): Alert => ({
  ...alert,
  status: AlertStatus.ENDED,
  endedAt: at && at < now ? at : now,
})

/** The alerts that are known of each key. */
class Book {
  private readonly pages = new Map<string, Alert[]>()

  constructor(known: readonly Alert[]) {
    for (const alert of known) this.enter(alert)
  }

  enter(alert: Alert): void {
    const key = `${alert.integrationId} ${alert.dedupKey}`
    const page = this.pages.get(key)
    if (!page) return void this.pages.set(key, [alert])
    const place = page.findIndex(({ id }) => id === alert.id)
    if (place < 0) page.push(alert)
    else page[place] = alert
  }

  occurrences({ sender, signal }: Report): Occurrences {
    let open: Alert | null = null
    let same: Alert | null = null
    let latest: Alert | null = null
    for (const alert of this.pages.get(`${sender.id} ${signal.dedupKey}`) ?? []) {
      if (alert.status === AlertStatus.OPEN) open = alert
      if (alert.episode === null) continue
      if (alert.episode === signal.episode) same = alert
      if (latest === null || alert.episode > latest.episode!) latest = alert
    }
    return { open, same, latest }
  }
}
