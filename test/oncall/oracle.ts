import { Temporal } from 'temporal-polyfill'
import type { Arrangement, Roster } from '../../src/oncall/final-schedule.js'
import type { Layer, Span } from '../../src/oncall/layer.js'
import { Weekday } from '../../src/platform/hours.js'

/**
 * Who is on call, found out slowly: for one moment at a time, by counting every hand-over that the clock on the wall has
 * reached since the layer started. It shares no code with what it judges. A clock is watched minute by minute.
 */

const MINUTE = 60_000
const WEEKDAYS = Object.values(Weekday)

/** A clock that has been watched from some moment on. */
export class WatchedClock {
  private readonly minutes: Temporal.PlainDateTime[] = []
  /** The latest that the clock had shown before each minute. */
  private readonly latest: (Temporal.PlainDateTime | null)[] = []

  constructor(
    zone: string,
    private readonly from: number,
    until: number,
  ) {
    let latest: Temporal.PlainDateTime | null = null
    for (let at = from; at < until; at += MINUTE) {
      const shown = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDateTime()
      this.minutes.push(shown)
      this.latest.push(latest)
      const end = shown.add({ milliseconds: MINUTE - 1 })
      if (!latest || Temporal.PlainDateTime.compare(end, latest) > 0) latest = end
    }
  }

  shown(at: number): Temporal.PlainDateTime {
    return this.minutes[Math.floor((at - this.from) / MINUTE)]!.add({ milliseconds: (at - this.from) % MINUTE })
  }

  /** The latest that it has shown up to a moment: later than what it shows after it was put back. */
  reached(at: number): Temporal.PlainDateTime {
    const latest = this.latest[Math.floor((at - this.from) / MINUTE)]
    const shown = this.shown(at)
    return latest && Temporal.PlainDateTime.compare(latest, shown) > 0 ? latest : shown
  }
}

const isUpTo = (a: Temporal.PlainDateTime, b: Temporal.PlainDateTime) => Temporal.PlainDateTime.compare(a, b) <= 0
const holds = ({ startsAt, endsAt }: Span, at: number) => startsAt <= at && at < endsAt

/** How many hand-overs the clock has reached between the start of the layer and a moment. */
function handovers({ rotation, startsAt }: Layer, clock: WatchedClock, at: number): number {
  const { unit, length, handoverTime, handoverWeekday } = rotation
  const step = { [unit.toLowerCase()]: length }
  const start = clock.shown(+startsAt)
  let handover = start.withPlainTime(handoverTime)
  if (unit === 'HOURS') {
    while (isUpTo(handover, start)) handover = handover.add(step)
    while (!isUpTo(handover, start)) handover = handover.subtract(step)
  } else
    while (
      !isUpTo(handover, start) ||
      (handoverWeekday !== null && WEEKDAYS[handover.dayOfWeek - 1] !== handoverWeekday)
    )
      handover = handover.subtract({ days: 1 })
  const [reachedAtStart, reached] = [clock.reached(+startsAt), clock.reached(at)]
  let count = 0
  for (handover = handover.add(step); isUpTo(handover, reached); handover = handover.add(step))
    if (!isUpTo(handover, reachedAtStart)) count++
  return count
}

function isOpen({ restrictions }: Layer, reached: Temporal.PlainDateTime): boolean {
  if (restrictions.length === 0) return true
  return restrictions.some(({ weekdays, from, until }) =>
    [reached.toPlainDate(), reached.toPlainDate().subtract({ days: 1 })].some((day) => {
      if (!weekdays.includes(WEEKDAYS[day.dayOfWeek - 1]!)) return false
      const opens = day.toPlainDateTime(from)
      const closes = (until > from ? day : day.add({ days: 1 })).toPlainDateTime(until)
      return isUpTo(opens, reached) && !isUpTo(closes, reached)
    }),
  )
}

function namedBy(layer: Layer, clock: WatchedClock, at: number): string | null {
  const { validFrom, validUntil, startsAt, endsAt, participantIds, firstParticipant } = layer
  if (at < +validFrom || at < +startsAt) return null
  if ((validUntil && at >= +validUntil) || (endsAt && at >= +endsAt)) return null
  if (!isOpen(layer, clock.reached(at))) return null
  return participantIds[(firstParticipant + handovers(layer, clock, at)) % participantIds.length]!
}

/** Whoever stands there in the end, when the first decision comes first. */
function standIn(person: string, [decision, ...later]: readonly Arrangement[]): string | null {
  if (!decision) return person
  if (decision.outgoingId !== person) return standIn(person, later)
  return decision.incomingId === null ? null : standIn(decision.incomingId, later)
}

/** @param clockOf a watched clock for each zone */
export function onCallByOracle(roster: Roster, clockOf: (zone: string) => WatchedClock, at: number): string[] {
  if (roster.archivedAt && at >= +roster.archivedAt) return []
  const decisions = roster.arrangements.filter((decision) => holds(decision, at))
  const works = (person: string | null): person is string =>
    person !== null && !(roster.absences.get(person) ?? []).some((span) => holds(span, at))
  const fromLayers = [...roster.layers]
    .sort((a, b) => b.position - a.position)
    .map((layer) => namedBy(layer, clockOf(layer.timeZone), at))
    .flatMap((person) => (person === null ? [] : [standIn(person, decisions)]))
    .filter(works)
    .slice(0, 1)
  const added = decisions
    .flatMap(({ outgoingId, incomingId }, index) =>
      outgoingId === null && incomingId !== null ? [standIn(incomingId, decisions.slice(index + 1))] : [],
    )
    .filter(works)
  return [...new Set([...fromLayers, ...added])].sort()
}
