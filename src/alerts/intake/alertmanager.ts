import { cut } from '../../platform/text.js'
import { type AlertLink, severityOf } from '../alert.js'
import type { GroupEnd, Signal } from '../signal.js'
import { DESCRIPTION, SOURCE, SUMMARY, boundedDetails, boundedKey, boundedLabels, boundedLinks } from '../text.js'
import { type JsonObject, UnacceptableBody, listAt, momentAt, objectAt, textAt, textsAt } from './body.js'

/**
 * Prometheus Alertmanager's webhook, version 4. One notification tells how a whole group stands: each of its alerts fires
 * or is resolved. It dates its occurrences: fingerprint and `startsAt` together name one, however often, late or out of
 * order it is reported.
 *
 * A notification that is resolved as a whole can leave out alerts that ended before it; they have ended, too, unless it
 * says that it left some out for lack of room (`truncatedAlerts`).
 *
 * What its users write into labels and annotations is cut where it is too long: the sender could not do anything about
 * it, and would drop the notification.
 */
export function parseAlertmanager(body: unknown): (Signal | GroupEnd)[] {
  const notification = objectAt(body, null)
  const groupKey = textAt(notification['groupKey'], 'groupKey')
  const externalUrl = textAt(notification['externalURL'], 'externalURL')
  const truncated = notification['truncatedAlerts'] ?? 0
  if (typeof truncated !== 'number') throw new UnacceptableBody('truncatedAlerts', 'Must be a number.')
  const alerts = listAt(notification['alerts'], 'alerts')
  const signals = alerts.map((alert, n) =>
    signalOf(objectAt(alert, `alerts.${n}`), `alerts.${n}`, groupKey, externalUrl),
  )
  // What fires comes first: the incident is not to resolve while one alert makes way for another.
  const sorted: (Signal | GroupEnd)[] = [
    ...signals.filter(({ action }) => action === 'trigger'),
    ...signals.filter(({ action }) => action === 'resolve'),
  ]
  const endings = signals.flatMap(({ action, endedAt }) => (action === 'resolve' && endedAt ? [endedAt.getTime()] : []))
  if (textAt(notification['status'], 'status') === 'resolved' && groupKey && truncated === 0 && endings.length > 0)
    sorted.push({
      action: 'resolve_group',
      groupKey: boundedKey(groupKey),
      startedUntil: new Date(Math.max(...endings)),
      listed: signals.map(({ dedupKey }) => dedupKey),
    })
  return sorted
}

function signalOf(alert: JsonObject, field: string, groupKey: string, externalUrl: string): Signal {
  const status = textAt(alert['status'], `${field}.status`)
  if (status !== 'firing' && status !== 'resolved')
    throw new UnacceptableBody(`${field}.status`, `Must be firing or resolved, not ${JSON.stringify(status)}.`)
  const labels = textsAt(alert['labels'], `${field}.labels`)
  const annotations = textsAt(alert['annotations'], `${field}.annotations`)
  const startedAt = goMomentAt(alert['startsAt'], `${field}.startsAt`)
  const endedAt = goMomentAt(alert['endsAt'], `${field}.endsAt`)
  const dedupKey = boundedKey(textAt(alert['fingerprint'], `${field}.fingerprint`) || fingerprintOf(labels))
  const summary = firstOf(annotations['summary'], annotations['title'], annotations['message'], labels['alertname'])
  const description = firstOf(annotations['description'], annotations['message'])
  return {
    action: status === 'firing' ? 'trigger' : 'resolve',
    dedupKey,
    groupKey: boundedKey(groupKey || dedupKey),
    episode: startedAt?.toISOString() ?? null,
    severity: severityOf(labels['severity'] ?? ''),
    summary: cut(summary || 'Alert', SUMMARY),
    description: cut(description, DESCRIPTION),
    source: cut(firstOf(labels['instance'], labels['job'], externalUrl) || 'Alertmanager', SOURCE),
    labels: boundedLabels(labels),
    details: boundedDetails(annotations),
    links: boundedLinks(linksOf(alert, annotations, externalUrl, field)),
    startedAt,
    endedAt: status === 'resolved' ? endedAt : null,
  }
}

const linksOf = (alert: JsonObject, annotations: Record<string, string>, externalUrl: string, field: string) => {
  const links: AlertLink[] = [
    { url: annotations['runbook_url'] ?? annotations['runbook'] ?? '', text: 'Runbook' },
    { url: annotations['dashboard_url'] ?? annotations['dashboard'] ?? '', text: 'Dashboard' },
    { url: textAt(alert['generatorURL'], `${field}.generatorURL`), text: 'Source' },
    { url: externalUrl, text: 'Alertmanager' },
  ]
  return links
}

/** Go writes a moment that is not set as the first of year 1. */
const goMomentAt = (value: unknown, field: string): Date | null =>
  typeof value === 'string' && value.startsWith('0001-01-01T') ? null : momentAt(value, field)

const firstOf = (...texts: readonly (string | undefined)[]): string => texts.find((text) => text?.trim()) ?? ''

/** As Prometheus computes it (FNV-1a of the sorted labels), for a sender too old to say it. */
export function fingerprintOf(labels: Readonly<Record<string, string>>): string {
  let sum = 14695981039346656037n
  const add = (byte: number) => (sum = BigInt.asUintN(64, (sum ^ BigInt(byte)) * 1099511628211n))
  for (const name of Object.keys(labels).sort()) {
    for (const part of [name, labels[name]!]) {
      for (const byte of Buffer.from(part)) add(byte)
      add(255)
    }
  }
  return sum.toString(16).padStart(16, '0')
}
