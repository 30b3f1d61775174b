import { INTAKE_PATHS } from '../responders/integration.commands.js'
import { IntegrationKind, type ReportingKind } from '../responders/integration.entity.js'
import { INTEGRATIONS } from './company.js'

/** What the demo's monitoring reports while it runs, sent as the real tools send it. */
export interface LiveAlert {
  readonly kind: ReportingKind
  /** What its rule is called, and what a runbook is found by. */
  readonly name: string
  readonly dedupKey: string
  readonly summary: string
  readonly severity: string
  readonly source: string
  readonly startedAt: Date
}

/** Alerts of these keys are the demo's own to repeat and to end. */
export const LIVE_PREFIX = 'live/'

const { ALERTMANAGER, PAGERDUTY, GENERIC } = IntegrationKind

const plot = (kind: ReportingKind, name: string, severity: string, source: string, summary: string) => ({
  ...{ kind, name, severity, source, summary },
})

export const LIVE_PLOTS: readonly Omit<LiveAlert, 'dedupKey' | 'startedAt'>[] = [
  plot(ALERTMANAGER, 'KubePodCrashLooping', 'warning', 'k8s-east-1', 'Pod checkout-web restarts'),
  plot(PAGERDUTY, 'PaymentsCardLatency', 'error', 'payments-api', 'Card authorisations take above 5 s'),
  plot(GENERIC, 'WarehouseLabelPrinter', 'warning', 'warehouse-1', 'Label printer 3 does not answer'),
  plot(ALERTMANAGER, 'CPUThrottlingHigh', 'warning', 'k8s-east-1', 'CPU throttling of search-frontend'),
  plot(PAGERDUTY, 'ChargebackImport', 'warning', 'payments-batch', 'Chargeback import failed'),
  plot(ALERTMANAGER, 'HttpErrorRateHigh', 'critical', 'k8s-east-1', 'Ingress answers 5xx above 1 %'),
  plot(GENERIC, 'QueueOrdersAge', 'error', 'broker-1', 'Orders wait longer than 60 s in the queue'),
  plot(PAGERDUTY, 'PaymentsTransfersUnconfirmed', 'critical', 'payments-api', 'Bank transfers are not confirmed'),
  plot(ALERTMANAGER, 'NodeFilesystemSpaceFillingUp', 'error', 'k8s-east-1-w03', 'Disk of node k8s-east-1-w03 fills up'),
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
  ALERTMANAGER: ({ name, dedupKey, summary, severity, source, startedAt }, firing) => {
    const status = firing ? 'firing' : 'resolved'
    const labels = { alertname: name, severity, instance: source }
    const endsAt = firing ? '0001-01-01T00:00:00Z' : new Date().toISOString()
    const dates = { startsAt: startedAt.toISOString(), endsAt }
    return {
      ...{ version: '4', receiver: 'tocsin', status, groupKey: dedupKey, truncatedAlerts: 0 },
      ...{ groupLabels: labels, commonLabels: labels, commonAnnotations: { summary }, externalURL: '' },
      alerts: [{ status, labels, annotations: { summary }, ...dates, generatorURL: '', fingerprint: dedupKey }],
    }
  },
  PAGERDUTY: ({ name, dedupKey, summary, severity, source }, firing, key) => ({
    ...{ routing_key: key, event_action: firing ? 'trigger' : 'resolve', dedup_key: dedupKey },
    payload: { summary, severity, source, class: name },
  }),
  GENERIC: ({ name, dedupKey, summary, severity, source }, firing) => ({
    ...{ dedup_key: dedupKey, status: firing ? 'firing' : 'resolved', summary, severity, source },
    labels: { alertname: name },
  }),
}
