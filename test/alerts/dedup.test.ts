import { type Alert, AlertStatus } from '../../src/alerts/alert.js'
import { type Occurrences, type Step, decide, dedup } from '../../src/alerts/dedup.js'
import type { Signal } from '../../src/alerts/signal.js'
import { aSignal, at, reportOf } from './given.js'

const known = (episode: number | null, endedAt: number | null = null): Alert => ({
  ...dedup([reportOf({ ...aSignal, ...dated(episode) })], [], at(0))[0]!.alert,
  ...(endedAt === null ? {} : { status: AlertStatus.ENDED, endedAt: at(endedAt) }),
})
const dated = (minute: number | null) => ({
  episode: minute === null ? null : at(minute).toISOString(),
  startedAt: minute === null ? null : at(minute),
})
const occurrences = (alerts: readonly Alert[], episode: string | null): Occurrences => ({
  open: alerts.find(({ status }) => status === AlertStatus.OPEN) ?? null,
  same: alerts.find((alert) => episode !== null && alert.episode === episode) ?? null,
  latest:
    alerts.filter(({ episode }) => episode !== null).sort((a, b) => (a.episode! < b.episode! ? 1 : -1))[0] ?? null,
})

describe('one signal', () => {
  const nothing: Alert[] = []
  const open = known(null)
  const first = known(10)
  const second = known(20)
  const firstEnded = known(10, 15)
  const secondEnded = known(20, 25)
  const trigger = (episode: number | null) => ({ ...aSignal, ...dated(episode) })
  const resolve = (episode: number | null, endedAt: number | null = null) => ({
    ...trigger(episode),
    action: 'resolve' as const,
    endedAt: endedAt === null ? null : at(endedAt),
  })
  const acknowledge = { ...aSignal, action: 'acknowledge' as const }

  it.each<[told: string, known: Alert[], signal: Signal, does: string, which?: Alert]>([
    ['what is not dated, when nothing is open', nothing, trigger(null), 'open'],
    ['what is not dated, when it is open', [open], trigger(null), 'repeat', open],
    ['what is not dated, after its end', [known(null, 5)], trigger(null), 'open'],
    ['its end', [open], resolve(null), 'end', open],
    ['an end of nothing', nothing, resolve(null), 'nothing'],
    ['its acknowledgement', [open], acknowledge, 'acknowledge', open],
    ['an acknowledgement of nothing', nothing, acknowledge, 'nothing'],

    ['a dated one, for the first time', nothing, trigger(10), 'open'],
    ['the same again', [first], trigger(10), 'repeat', first],
    ['the same, after its end: late or replayed', [firstEnded], trigger(10), 'nothing'],
    ['the next, after the end of the one before', [firstEnded], trigger(20), 'open'],
    ['the next, though nobody has told the end of the one before', [first], trigger(20), 'open', first],
    ['an earlier one while a later is open: dated back, or late', [second], trigger(10), 'repeat', second],
    ['an earlier one after a later has ended', [secondEnded], trigger(10), 'nothing'],
    ['an earlier one that has ended, while a later is open', [firstEnded, second], trigger(10), 'nothing'],

    ['the end of it', [first], resolve(10, 15), 'end', first],
    ['the end of it again', [firstEnded], resolve(10, 15), 'nothing'],
    ['the end of one that was never seen', nothing, resolve(10, 15), 'record'],
    ['the end of the next, whose start was never seen', [first], resolve(20, 25), 'record', first],
    ['the end of an earlier one that was over before this began', [second], resolve(10, 15), 'record'],
    ['the end of an earlier one that lasted into this: the same, dated back', [second], resolve(10, 30), 'end', second],
    ['that end again', [secondEnded], resolve(10, 30), 'nothing'],
    ['the end of one before the latest, never seen', [secondEnded], resolve(10, 15), 'record'],
    ['the end of a dated one, when an undated is open', [open], resolve(10, 15), 'end', open],
  ])('%s', (_told, alerts, signal, does, ...[which = null]) => {
    const decision = decide(signal, occurrences(alerts, signal.episode))
    expect(decision.does).toBe(does)
    if ('alert' in decision) expect(decision.alert).toBe(which)
    else expect('replaces' in decision ? decision.replaces : null).toBe(which)
  })
})

describe('a batch', () => {
  const told = (steps: readonly Step[]) =>
    steps.map(({ does, alert }) => `${does} ${alert.dedupKey} ×${alert.occurrences} ${alert.status}`)

  it('takes each signal as the one before has left things', () => {
    const signals: Partial<Signal>[] = [
      { dedupKey: 'disk' },
      { dedupKey: 'disk' },
      { dedupKey: 'cpu' },
      { dedupKey: 'disk', action: 'resolve' },
      { dedupKey: 'disk' },
    ]
    const steps = dedup(
      signals.map((signal) => reportOf({ ...aSignal, ...signal })),
      [],
      at(0),
    )
    expect(told(steps)).toEqual([
      'open disk ×1 OPEN',
      'repeat disk ×2 OPEN',
      'open cpu ×1 OPEN',
      'end disk ×2 ENDED',
      'open disk ×1 OPEN',
    ])
    expect(new Set(steps.map(({ alert }) => alert.id)).size).toBe(3)
  })

  it('ends the old occurrence where the new one begins, after the new one is there', () => {
    const steps = dedup([reportOf({ ...aSignal, ...dated(20) })], [known(10)], at(30))
    expect(told(steps)).toEqual(['open disk ×1 OPEN', 'end disk ×1 ENDED'])
    expect(steps[1]!.alert.endedAt).toEqual(at(20))
  })

  it('keeps keys of different integrations apart', () => {
    const other = reportOf(aSignal, { id: 'int_other' })
    expect(told(dedup([reportOf(aSignal), other], [], at(0)))).toEqual(['open disk ×1 OPEN', 'open disk ×1 OPEN'])
  })

  it('shows what was last said, and when it began', () => {
    const began = known(10)
    const louder = { ...aSignal, ...dated(10), summary: 'Disk 99% full', severity: 'CRITICAL' as Signal['severity'] }
    expect(dedup([reportOf(louder)], [began], at(12))[0]!.alert).toMatchObject({
      ...{ id: began.id, summary: 'Disk 99% full', severity: 'CRITICAL', occurrences: 2 },
      ...{ startedAt: at(10), firstSeenAt: at(0), lastSeenAt: at(12) },
    })
  })

  it('lets nothing end in the future', () => {
    const ahead = { ...aSignal, ...dated(10), action: 'resolve' as const, endedAt: at(99) }
    expect(dedup([reportOf(ahead)], [known(10)], at(12))[0]!.alert.endedAt).toEqual(at(12))
  })
})
