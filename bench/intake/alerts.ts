import pg from 'pg'
import { hashOf } from '../../src/access/secret.js'

/** The alerts that are sent: each a notification of Alertmanager of its own, with a group of its own. */

export const INTEGRATION_ID = `int_${'0'.repeat(26)}`
export const KEY = '0123456789abcdef0123456789abcdef'
/** How many alerts are open and repeated. */
export const REPEATED = 2_000

export interface BenchAlert {
  readonly key: string
  readonly groupKey: string
  readonly startedAt: string
  readonly summary: string
  readonly description: string
  readonly source: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly url: string
}

/** Alert `number` of a run: the same number is the same alert. */
export function alertOf(run: string, number: number): BenchAlert {
  const instance = `web-${number}.example.com:9100`
  const summary = `High request latency on ${instance}`
  const description = `The 99th percentile of ${instance} has been above 500 ms for ten minutes. Users see slow pages.`
  const runbook = 'https://runbooks.example.com/high-request-latency'
  return {
    key: `${run}${number.toString(16).padStart(16 - run.length, '0')}`,
    groupKey: `{}/{team="web"}:{alertname="HighRequestLatency", instance="${run}-${instance}"}`,
    startedAt: '2026-11-23T09:30:00.000Z',
    summary,
    description,
    source: instance,
    labels: { alertname: 'HighRequestLatency', instance, job: 'web', run, severity: 'warning', team: 'web' },
    annotations: { summary, description, runbook_url: runbook },
    url: 'http://prometheus.example.com:9090/graph?g0.expr=latency%3A99+%3E+0.5',
  }
}

/** As Alertmanager writes it. */
export const notificationOf = (alert: BenchAlert): string =>
  JSON.stringify({
    receiver: 'tocsin',
    status: 'firing',
    alerts: [
      {
        status: 'firing',
        labels: alert.labels,
        annotations: alert.annotations,
        startsAt: alert.startedAt,
        endsAt: '0001-01-01T00:00:00Z',
        generatorURL: alert.url,
        fingerprint: alert.key,
      },
    ],
    groupLabels: { alertname: alert.labels['alertname'], instance: alert.labels['instance'] },
    commonLabels: alert.labels,
    commonAnnotations: alert.annotations,
    externalURL: 'http://alertmanager.example.com:9093',
    version: '4',
    groupKey: alert.groupKey,
    truncatedAlerts: 0,
  })

export async function seedIntegration(url: string): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  await client.query(
    `INSERT INTO integrations (id, name, kind, key_hash, key_prefix, auto_resolve, regroup_minutes, created_at, updated_at)
     VALUES ($1, 'Alertmanager', 'ALERTMANAGER', $2, $3, true, 0, now(), now())`,
    [INTEGRATION_ID, hashOf(KEY), KEY.slice(0, 8)],
  )
  await client.end()
}
