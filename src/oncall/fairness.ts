import { DAY, HOUR, type Reading, dayOf, firstMomentOf, readingAt, weekdayOf } from '../platform/wall-clock.js'
import type { Roster } from './final-schedule.js'
import type { Shift } from './on-call.js'

/** How the burden of a schedule is shared: what each person has of hours, nights and weekends. */

export interface Share {
  readonly userId: string
  readonly hours: number
  /** 22:00 to 06:00, of which they have any part. */
  readonly nights: number
  /** Saturday and Sunday, of which they have any part. */
  readonly weekends: number
  readonly shifts: number
}

/**
 * The share of everybody who takes turns or has a shift, the largest first.
 *
 * @param shifts of the schedule, cut at the ends of the range
 */
export function fairness(roster: Roster, shifts: readonly Shift[], timeZone: string): Share[] {
  const people = new Set([
    ...roster.layers.flatMap(({ participantIds }) => participantIds),
    ...shifts.map(({ userId }) => userId),
  ])
  const shares = [...people].map((userId): Share => {
    const own = shifts.filter((shift) => shift.userId === userId)
    const milliseconds = own.reduce((sum, { startsAt, endsAt }) => sum + +endsAt - +startsAt, 0)
    return {
      userId,
      hours: Math.round((milliseconds / HOUR) * 100) / 100,
      nights: countTouched(own, timeZone, (day) => [day + 22 * HOUR, day + DAY + 6 * HOUR]),
      weekends: countTouched(own, timeZone, (day) => (weekdayOf(day) === 5 ? [day, day + 2 * DAY] : null)),
      shifts: own.length,
    }
  })
  return shares.sort((a, b) => b.hours - a.hours || (a.userId < b.userId ? -1 : 1))
}

/** How many of some periods, told by the day on which they begin, the shifts have a part of. None is longer than two days. */
function countTouched(
  shifts: readonly Shift[],
  timeZone: string,
  periodOf: (day: Reading) => readonly [from: Reading, until: Reading] | null,
): number {
  const touched = new Set<Reading>()
  for (const { startsAt, endsAt } of shifts)
    for (let day = dayOf(readingAt(timeZone, +startsAt)) - DAY; firstMomentOf(timeZone, day) < +endsAt; day += DAY) {
      const period = periodOf(day)
      if (!period) continue
      const [from, until] = period.map((reading) => firstMomentOf(timeZone, reading)) as [number, number]
      if (from < until && from < +endsAt && +startsAt < until) touched.add(day)
    }
  return touched.size
}
