import { readFileSync } from 'node:fs'

/** Requests of real senders, as they were recorded: a Prometheus with its Alertmanager, and PagerDuty's own SDK. */

export interface Capture {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export type CaptureName =
  'alertmanager-webhook' | 'alertmanager-webhook-capped' | 'alertmanager-pagerduty' | 'pagerduty-sdk'

export const captures = (name: CaptureName): Capture[] =>
  JSON.parse(readFileSync(`test/fixtures/${name}.json`, 'utf8')) as Capture[]

export const bodiesOf = (name: CaptureName): Record<string, unknown>[] =>
  captures(name).map(({ body }) => JSON.parse(body) as Record<string, unknown>)
