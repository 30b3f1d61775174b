import type { ReportingKind } from '../../responders/integration.entity.js'
import type { GroupEnd, Sender, Signal } from '../signal.js'
import { parseAlertmanager } from './alertmanager.js'
import { parseGeneric } from './generic.js'
import { parsePagerDuty } from './pagerduty.js'

/** What each monitoring tool sends. A new one is a file of its own and a line here. */
export interface Tool {
  /** Bytes. */
  readonly bodyLimit: number
  /** Pure. Errors: UnacceptableBody. */
  readonly parse: (body: unknown, sender: Pick<Sender, 'mapping' | 'name'>) => (Signal | GroupEnd)[]
}

const KILOBYTE = 1024
const MEGABYTE = 1024 * KILOBYTE

export const TOOLS: Record<ReportingKind, Tool> = {
  ALERTMANAGER: { bodyLimit: 5 * MEGABYTE, parse: parseAlertmanager },
  PAGERDUTY: { bodyLimit: 512 * KILOBYTE, parse: (body) => [parsePagerDuty(body)] },
  GENERIC: { bodyLimit: 5 * MEGABYTE, parse: (body, { mapping, name }) => parseGeneric(body, mapping, name) },
}
