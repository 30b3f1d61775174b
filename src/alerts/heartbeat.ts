import { cut } from '../platform/text.js'
import type { Heartbeat } from '../responders/heartbeat.js'
import { Severity } from './alert.js'
import type { Sender, Signal } from './signal.js'
import { SUMMARY } from './text.js'

/** What the alert of a heartbeat says. There is one at a time, whether its job is silent or says itself that it failed. */
const KEY = 'heartbeat'

const signalOf = (sender: Pick<Sender, 'name'>, action: Signal['action']): Signal => ({
  action,
  dedupKey: KEY,
  groupKey: KEY,
  episode: null,
  severity: Severity.ERROR,
  summary: '',
  description: '',
  source: sender.name,
  labels: {},
  details: {},
  links: [],
  startedAt: null, // when things went wrong within the job nobody has said
  endedAt: null,
})

export const beatSignal = (sender: Pick<Sender, 'name'>): Signal => signalOf(sender, 'resolve')

export const failureSignal = (sender: Pick<Sender, 'name'>): Signal => ({
  ...signalOf(sender, 'trigger'),
  summary: cut(`${sender.name} reports a failure`, SUMMARY),
})

export function silenceSignal(sender: Pick<Sender, 'name'>, heartbeat: Heartbeat): Signal {
  const { everySeconds, graceSeconds } = heartbeat
  const lastBeatAt = heartbeat.lastBeatAt!.toISOString()
  return {
    ...signalOf(sender, 'trigger'),
    summary: cut(`${sender.name} has fallen silent`, SUMMARY),
    description: `Last heard of at ${lastBeatAt}. It reports in every ${duration(everySeconds)} and may be ${duration(graceSeconds)} late.`,
    details: { lastBeatAt, everySeconds, graceSeconds },
  }
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const

/** In the largest unit that tells it exactly. @param seconds whole */
function duration(seconds: number): string {
  const [name, length] = UNITS.find(([, length]) => seconds >= length && seconds % length === 0) ?? ['second', 1]
  const count = seconds / length
  return `${count} ${name}${count === 1 ? '' : 's'}`
}
