import { INTAKE_PATHS } from '../responders/integration.commands.js'
import { IntegrationKind, type ReportingKind } from '../responders/integration.entity.js'
import { INTEGRATIONS } from './company.js'

/** What the demo's monitoring reports while it runs, sent as the real tools send it. */
export interface LiveAlert {
  readonly kind: ReportingKind
  readonly dedupKey: string
  readonly summary: string
  readonly severity: string
  readonly source: string
  readonly startedAt: Date
}

/** Alerts of these keys are the demo's own to repeat and to end. */
export const LIVE_PREFIX = 'live/'

const { ALERTMANAGER, PAGERDUTY, GENERIC } = IntegrationKind

export const LIVE_PLOTS: readonly Omit<LiveAlert, 'dedupKey' | 'startedAt'>[] = [
  { kind: ALERTMANAGER, summary: 'Pod checkout-web restarts', severity: 'warning', source: 'k8s-east-1' },
  { kind: PAGERDUTY, summary: 'Card authorisations take above 5 s', severity: 'error', source: 'payments-api' },
  { kind: GENERIC, summary: 'Label printer 3 does not answer', severity: 'warning', source: 'warehouse-1' },
  { kind: ALERTMANAGER, summary: 'CPU throttling of search-frontend', severity: 'warning', source: 'k8s-east-1' },
  { kind: PAGERDUTY, summary: 'Chargeback import failed', severity: 'warning', source: 'payments-batch' },
  { kind: ALERTMANAGER, summary: 'Ingress answers 5xx above 1 %', severity: 'critical', source: 'k8s-east-1' },
  { kind: GENERIC, summary: 'Orders wait longer than 60 s in the queue', severity: 'error', source: 'broker-1' },
  { kind: PAGERDUTY, summary: 'Bank transfers are not confirmed', severity: 'critical', source: 'payments-api' },
  { kind: ALERTMANAGER, summary: 'Disk of node k8s-east-1-w03 fills up', severity: 'error', source: 'k8s-east-1-w03' },
]

/** Errors: when the intake does not take it. */
export async function send(url: string, alert: LiveAlert, firing: boolean): Promise<void> {
  const key = INTEGRATIONS.find(({ kind }) => kind === alert.kind)!.key
  const response = await fetch(url + INTAKE_PATHS[alert.kind], {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify(BODIES[alert.kind](alert, firing, key)),
    signal: AbortSignal.timeout(5_000),
  })
  if (!response.ok) throw new Error(`${INTAKE_PATHS[alert.kind]} answers ${response.status}: ${await response.text()}`)
}

const BODIES: Record<ReportingKind, (alert: LiveAlert, firing: boolean, key: string) => object> = {
  ALERTMANAGER: ({ dedupKey, summary, severity, source, startedAt }, firing) => {
    const status = firing ? 'firing' : 'resolved'
    const labels = { alertname: summary.replace(/\W+/g, ''), severity, instance: source }
    const endsAt = firing ? '0001-01-01T00:00:00Z' : new Date().toISOString()
    const dates = { startsAt: startedAt.toISOString(), endsAt }
    return {
      ...{ version: '4', receiver: 'tocsin', status, groupKey: dedupKey, truncatedAlerts: 0 },
      ...{ groupLabels: labels, commonLabels: labels, commonAnnotations: { summary }, externalURL: '' },
      alerts: [{ status, labels, annotations: { summary }, ...dates, generatorURL: '', fingerprint: dedupKey }],
    }
  },
  PAGERDUTY: ({ dedupKey, summary, severity, source }, firing, key) => ({
    ...{ routing_key: key, event_action: firing ? 'trigger' : 'resolve', dedup_key: dedupKey },
    payload: { summary, severity, source },
  }),
  GENERIC: ({ dedupKey, summary, severity, source }, firing) => ({
    ...{ dedup_key: dedupKey, status: firing ? 'firing' : 'resolved', summary, severity, source },
  }),
}
