import { Severity } from '../alerts/alert.js'
import { Level } from '../incidents/incident.js'
import { IntegrationKind } from '../responders/integration.entity.js'
import type { ServiceName } from './company.js'

/** What goes wrong at Lanternworks, and what its people do about it. One plot is played several times: lamps fail again. */
export interface Plot {
  readonly title: string
  readonly description?: string
  /** Left out where an alert opens the incident: the integration knows its service. */
  readonly service?: ServiceName
  readonly alert?: {
    readonly kind: IntegrationKind
    readonly key: string
    readonly source: string
    readonly severity: Severity
    /** One of them names the alert, as its runbook does: `alertname`, or PagerDuty's `class`. */
    readonly labels: Record<string, string>
  }
  /** How far, how soon. */
  readonly levels: readonly [impact: Level, urgency: Level]
  readonly notes: readonly string[]
  readonly decision?: string
  readonly workaround?: string
  readonly tasks?: readonly string[]
  /** Told to stakeholders; large incidents only. */
  readonly update?: string
  readonly usersAffected?: number
  readonly change?: string
  readonly resolution: string
  /** From the start to the resolution. */
  readonly minutes: number
}

const { HIGH, MEDIUM, LOW } = Level
const { CRITICAL, ERROR, WARNING } = Severity
const { ALERTMANAGER, PAGERDUTY, GENERIC } = IntegrationKind

export const PLOTS: readonly Plot[] = [
  {
    title: 'Checkout answers with 502 for every third customer',
    description: 'Customers see **Bad gateway** when they confirm an order. It began right after the release of 14:00.',
    service: 'Checkout',
    levels: [HIGH, HIGH],
    notes: ['Only pods of the new version answer with 502.', 'Orders per minute are at 60 % of the usual.'],
    decision: 'Roll back to the last release instead of fixing forward: the fix needs a migration.',
    tasks: ['Roll back checkout', 'Keep the logs of the failed pods', 'Tell customer care'],
    update: 'Some customers cannot complete orders. We are rolling back the release of this afternoon.',
    usersAffected: 1_840,
    change: 'checkout 7.31.0',
    resolution: 'Rolled back to 7.30.2. The connection pool of 7.31.0 was never released on a timeout.',
    minutes: 47,
  },
  {
    title: 'Card payments are declined by Paylink',
    alert: {
      kind: PAGERDUTY,
      key: 'payments/declined',
      source: 'payments-api',
      severity: CRITICAL,
      labels: { class: 'PaymentsDeclined' },
    },
    levels: [HIGH, HIGH],
    notes: ['All declines carry code 91: the issuer is not available.', 'Paylink confirms an outage in Frankfurt.'],
    decision: 'Route cards through the second acquirer until Paylink is back.',
    workaround: 'Bank transfer works; the payment page now offers it first.',
    tasks: ['Switch the acquirer', 'Compare settled amounts tomorrow'],
    update: 'Card payments fail at our provider. Bank transfer works.',
    usersAffected: 3_200,
    resolution: 'Paylink has recovered; the second acquirer is off again.',
    minutes: 92,
  },
  {
    title: 'KubePodCrashLooping: search-indexer',
    alert: {
      kind: ALERTMANAGER,
      key: 'KubePodCrashLooping/search-indexer',
      source: 'k8s-east-1',
      severity: WARNING,
      labels: { alertname: 'KubePodCrashLooping', namespace: 'search', container: 'indexer' },
    },
    levels: [MEDIUM, MEDIUM],
    notes: ['Killed for memory: the new synonyms file is four times as large.'],
    resolution: 'Memory limit raised to 2 GiB; a smaller synonyms file is on its way.',
    minutes: 35,
  },
  {
    title: 'Replica lag of the order database above a minute',
    description: 'Reports read from the replica and show yesterday’s orders as open.',
    service: 'Order Database',
    levels: [MEDIUM, HIGH],
    notes: ['A vacuum of `order_lines` runs since 03:10.', 'Lag falls by about a minute every five.'],
    workaround: 'Reports can be pointed at the primary until it has caught up.',
    resolution: 'The replica has caught up. Vacuum now runs in smaller steps.',
    minutes: 64,
  },
  {
    title: 'Nobody can sign in with a saved password',
    service: 'Customer Accounts',
    levels: [HIGH, MEDIUM],
    notes: ['The browser fills the old field name; the form was renamed yesterday.'],
    tasks: ['Give the field its old name back'],
    usersAffected: 420,
    change: 'accounts 3.4.0',
    resolution: 'The field has its old name again.',
    minutes: 28,
  },
  {
    title: 'Warehouse has received no orders for ten minutes',
    alert: {
      kind: GENERIC,
      key: 'warehouse/heartbeat',
      source: 'warehouse-2',
      severity: ERROR,
      labels: { alertname: 'WarehouseHeartbeat' },
    },
    levels: [HIGH, MEDIUM],
    notes: ['Messages pile up: 2,300 and rising.', 'The consumer waits for a lock held by a stopped pod.'],
    decision: 'Restart the consumer; messages are kept for three days, so nothing is lost.',
    resolution: 'The consumer gives its lock back when it stops.',
    minutes: 41,
  },
  {
    title: 'Node k8s-east-1-w07 is not ready',
    alert: {
      kind: ALERTMANAGER,
      key: 'KubeNodeNotReady/w07',
      source: 'k8s-east-1',
      severity: ERROR,
      labels: { alertname: 'KubeNodeNotReady', node: 'k8s-east-1-w07' },
    },
    levels: [MEDIUM, HIGH],
    notes: ['Its kubelet has lost the network; pods have moved to other nodes.'],
    tasks: ['Open a ticket with the data centre'],
    resolution: 'A cable was replaced. The node takes pods again.',
    minutes: 180,
  },
  {
    title: 'Search finds nothing when the query has an umlaut',
    service: 'Product Search',
    levels: [MEDIUM, MEDIUM],
    notes: ['“Stehlampe grün” answers nothing, “Stehlampe grun” does.'],
    resolution: 'The analyser of the new index folds umlauts like the old one.',
    minutes: 130,
  },
  {
    title: 'Refunds wait for approval although they are below the limit',
    service: 'Invoicing',
    levels: [LOW, MEDIUM],
    notes: ['The limit is compared in cents with euros.'],
    workaround: 'The finance team approves them by hand twice a day.',
    resolution: 'Amounts are compared in the same unit.',
    minutes: 300,
  },
  {
    title: 'Error rate of the payments API above 2 %',
    alert: {
      kind: PAGERDUTY,
      key: 'payments/error-rate',
      source: 'payments-api',
      severity: ERROR,
      labels: { class: 'PaymentsErrorRate' },
    },
    levels: [HIGH, MEDIUM],
    notes: ['All errors come from one pod with a full disk.'],
    resolution: 'The pod was replaced; logs are rotated by size now.',
    minutes: 22,
  },
  {
    title: 'Disk of the order database at 91 %',
    service: 'Order Database',
    levels: [HIGH, LOW],
    notes: ['An abandoned replication slot keeps 180 GB of log.'],
    decision: 'Drop the slot: its reader was switched off in spring.',
    resolution: 'The slot is gone, and an alert watches slots from now on.',
    minutes: 55,
  },
  {
    title: 'Certificates expire in seven days',
    alert: {
      kind: ALERTMANAGER,
      key: 'CertificateExpiry/shop',
      source: 'blackbox',
      severity: WARNING,
      labels: { alertname: 'CertificateExpiry', host: 'shop.lanternworks.example' },
    },
    levels: [LOW, MEDIUM],
    notes: ['The renewal job has no permission for the DNS zone any more.'],
    resolution: 'Permission given back, certificates renewed.',
    minutes: 240,
  },
  {
    title: 'The basket forgets lamps with more than one colour',
    service: 'Checkout',
    levels: [MEDIUM, MEDIUM],
    notes: ['Reported by customer care, seen on phones only.'],
    tasks: ['Reproduce on an old phone', 'Add the case to the tests'],
    usersAffected: 75,
    resolution: 'Colours are kept in the order in which they were chosen.',
    minutes: 210,
  },
  {
    title: 'API latency above a second at the 99th percentile',
    alert: {
      kind: ALERTMANAGER,
      key: 'ApiLatencyHigh/gateway',
      source: 'k8s-east-1',
      severity: ERROR,
      labels: { alertname: 'ApiLatencyHigh', service: 'gateway' },
    },
    levels: [HIGH, MEDIUM],
    notes: ['Only requests with large cookies are slow.', 'Garbage collection of the gateway takes 400 ms.'],
    change: 'gateway 2.9.1',
    resolution: 'Header buffers are reused again, as before 2.9.1.',
    minutes: 75,
  },
  {
    title: 'Confirmation e-mails arrive hours late',
    service: 'Invoicing',
    levels: [MEDIUM, LOW],
    notes: ['Our sender is throttled by one large provider.'],
    resolution: 'Sending in smaller portions; the backlog is gone.',
    minutes: 380,
  },
  {
    title: 'Webhook signatures of Paylink do not verify',
    alert: {
      kind: PAGERDUTY,
      key: 'payments/webhook-signature',
      source: 'payments-api',
      severity: CRITICAL,
      labels: { class: 'PaymentsWebhookSignature' },
    },
    levels: [HIGH, HIGH],
    notes: ['Paylink has changed its signing key a day early.', 'Payments succeed, orders stay unpaid.'],
    decision: 'Accept both keys for a week.',
    tasks: ['Replay the webhooks of the last hour', 'Ask Paylink for notice before the next change'],
    update: 'Paid orders are shown as unpaid. No payment is lost; we are catching up.',
    usersAffected: 610,
    resolution: 'Both keys are accepted; all webhooks have been replayed.',
    minutes: 58,
  },
  {
    title: 'Queue depth of orders above 5,000',
    alert: {
      kind: GENERIC,
      key: 'queue/orders-depth',
      source: 'broker-1',
      severity: WARNING,
      labels: { alertname: 'QueueOrdersDepth' },
    },
    levels: [MEDIUM, MEDIUM],
    notes: ['A sale began at noon; consumers are scaling up.'],
    resolution: 'Twelve consumers instead of four; depth is back to normal.',
    minutes: 33,
  },
  {
    title: 'New customers do not get the welcome voucher',
    service: 'Customer Accounts',
    levels: [LOW, LOW],
    notes: ['The voucher campaign ended a day early: wrong time zone.'],
    resolution: 'The campaign runs until midnight in Berlin, and vouchers were sent again.',
    minutes: 420,
  },
  {
    title: 'Deployments hang at “pulling image”',
    alert: {
      kind: ALERTMANAGER,
      key: 'ImagePullSlow/registry',
      source: 'k8s-east-1',
      severity: WARNING,
      labels: { alertname: 'ImagePullSlow', registry: 'registry-1' },
    },
    levels: [MEDIUM, LOW],
    notes: ['The cache in front of the registry is full.'],
    resolution: 'The cache was emptied and made twice as large.',
    minutes: 50,
  },
  {
    title: 'Product photos are missing in North America',
    service: 'Product Search',
    levels: [MEDIUM, MEDIUM],
    notes: ['The content network serves an old manifest in three cities.'],
    update: 'Some product photos are missing in North America. Orders are not affected.',
    usersAffected: 2_400,
    resolution: 'The manifest was purged everywhere.',
    minutes: 85,
  },
  {
    title: 'Reconciliation differs by 4,120 euros',
    service: 'Invoicing',
    levels: [HIGH, LOW],
    notes: ['Two settlement files of the same day; one was imported twice.'],
    tasks: ['Remove the duplicate', 'Refuse a file that is there already'],
    resolution: 'The duplicate is removed; importing a file twice is refused now.',
    minutes: 260,
  },
  {
    title: 'PersistentVolume of prometheus is nearly full',
    alert: {
      kind: ALERTMANAGER,
      key: 'KubePersistentVolumeFillingUp/prometheus',
      source: 'k8s-east-1',
      severity: WARNING,
      labels: { alertname: 'KubePersistentVolumeFillingUp', namespace: 'monitoring' },
    },
    levels: [LOW, MEDIUM],
    notes: ['One service reports a label with a request id.'],
    resolution: 'The label is dropped at scrape time.',
    minutes: 95,
  },
  {
    title: 'Latency of bank transfers above 30 seconds',
    alert: {
      kind: PAGERDUTY,
      key: 'payments/transfer-latency',
      source: 'payments-api',
      severity: WARNING,
      labels: { class: 'PaymentsTransferLatency' },
    },
    levels: [MEDIUM, MEDIUM],
    notes: ['The bank’s test system answers instead of the real one in one region.'],
    resolution: 'The address is pinned again.',
    minutes: 70,
  },
  {
    title: 'Forklift scanners lose the connection',
    alert: {
      kind: GENERIC,
      key: 'warehouse/scanners',
      source: 'warehouse-1',
      severity: WARNING,
      labels: { alertname: 'WarehouseScanners' },
    },
    levels: [LOW, MEDIUM],
    notes: ['Only in aisle 14; an access point was moved.'],
    resolution: 'The access point is back where it was.',
    minutes: 150,
  },
]

/** Only those who must may see it. */
export const SECURITY_PLOT: Plot = {
  title: 'Credentials of a supplier account on a paste site',
  description: 'A password of the account `supplier-feed` was found on a paste site by our monitoring service.',
  service: 'Customer Accounts',
  levels: [HIGH, HIGH],
  notes: ['The account has read access to the catalogue only.', 'No sign-in from an unknown address so far.'],
  decision: 'Keep the account open for one more hour, watched, to see who uses it.',
  tasks: ['Secure the access logs', 'Rotate the password', 'Ask the supplier where it was stored'],
  resolution: 'Password rotated; the supplier had committed it to a public repository.',
  minutes: 400,
}

export const DRILL_PLOT: Plot = {
  title: 'Exercise: the primary data centre is gone',
  description: 'A planned exercise. The order database is promoted in the second data centre, nothing is switched off.',
  service: 'Order Database',
  levels: [HIGH, HIGH],
  notes: ['The replica was promoted after 6 minutes.', 'The runbook names a host that was renamed.'],
  decision: 'End the exercise after the promotion; the way back is tested next month.',
  resolution: 'Goal reached: 11 minutes of 15.',
  minutes: 40,
}
