import { INTAKE_PATHS } from '../../responders/integration.commands.js'
import { IntegrationKind, type ReportingKind } from '../../responders/integration.entity.js'
import type { GroupEnd, Sender, Signal } from '../signal.js'
import { checkPagerDutyChange, routingKeyOf } from './pagerduty.js'
import { TOOLS } from './tool.js'

/** The addresses of intake, and how each tool is answered. */
export interface Endpoint {
  readonly path: string
  readonly kind: ReportingKind
  /** Where the sender puts the key in its body, if it does. */
  readonly keyIn?: (body: unknown) => string | null
  /** What of the body is to be committed. Errors: UnacceptableBody. */
  readonly read: (body: unknown, sender: Sender) => (Signal | GroupEnd)[]
  readonly accepted: (read: readonly (Signal | GroupEnd)[]) => { readonly status: number; readonly answer: object }
  readonly refused: (message: string, field: string | null, errors: readonly string[]) => object
  /** Whether what is refused is kept among the dead letters. */
  readonly keepsRefused: boolean
}

export const plainly: Endpoint['refused'] = (error, field) => ({ error, ...(field === null ? {} : { field }) })

const inPagerDutysWords: Endpoint['refused'] = (_message, _field, errors) => ({
  status: 'invalid event',
  message: 'Event object is invalid',
  errors,
})

export const ENDPOINTS: readonly Endpoint[] = [
  {
    path: INTAKE_PATHS.ALERTMANAGER,
    kind: IntegrationKind.ALERTMANAGER,
    read: TOOLS.ALERTMANAGER.parse,
    accepted: (read) => ({ status: 200, answer: { accepted: read.filter(isSignal).length } }),
    refused: plainly,
    keepsRefused: true,
  },
  {
    path: INTAKE_PATHS.PAGERDUTY,
    kind: IntegrationKind.PAGERDUTY,
    keyIn: routingKeyOf,
    read: TOOLS.PAGERDUTY.parse,
    accepted: ([event]) => ({
      status: 202,
      answer: { status: 'success', message: 'Event processed', dedup_key: (event as Signal).dedupKey },
    }),
    refused: inPagerDutysWords,
    keepsRefused: true,
  },
  {
    // A change never pages: it is checked, and nothing of it is kept.
    path: '/intake/pagerduty/v2/change/enqueue',
    kind: IntegrationKind.PAGERDUTY,
    keyIn: routingKeyOf,
    read: (body) => {
      checkPagerDutyChange(body)
      return []
    },
    accepted: () => ({ status: 202, answer: { status: 'success', message: 'Change event processed' } }),
    refused: inPagerDutysWords,
    keepsRefused: false,
  },
  {
    path: INTAKE_PATHS.GENERIC,
    kind: IntegrationKind.GENERIC,
    read: TOOLS.GENERIC.parse,
    accepted: (read) => ({
      status: 202,
      answer: { accepted: read.length, dedupKeys: read.filter(isSignal).map(({ dedupKey }) => dedupKey) },
    }),
    refused: plainly,
    keepsRefused: true,
  },
]

/**
 * Where jobs report in. The key is in the path, for whatever can do no more than fetch an address; or in the headers like
 * anybody's.
 */
export const BEATS = [INTAKE_PATHS.HEARTBEAT, `${INTAKE_PATHS.HEARTBEAT}/:key`].flatMap((path) => [
  { path, failed: false },
  { path: `${path}/fail`, failed: true },
])

/** What a job says with a beat is not kept; so much of it does no harm. */
export const BEAT_BODY = 1024 * 1024 // bytes

function isSignal(read: Signal | GroupEnd): read is Signal {
  return read.action !== 'resolve_group'
}
