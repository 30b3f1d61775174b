import { type Hours, Weekday } from '../platform/hours.js'
import { DAY, type Reading, dayOf, firstMomentOf, readingAt, sinceMidnight, weekdayOf } from '../platform/wall-clock.js'

/**
 * When time counts: hours of the week in one time zone, without the holidays. Hours that touch or overlap count once. On a
 * holiday nothing counts, from midnight to midnight, not even the end of a night that began the day before.
 *
 * The clock on the wall is read as `wall-clock.ts` has it: what a change skips does not count, what comes twice is counted
 * as the time that passes.
 */

export type OpeningHours = Omit<Hours, 'timeZone'>

export interface Holiday {
  /** `YYYY-MM-DD` in the calendar's zone. */
  readonly date: string
  readonly name: string
  /** The same day of every year, from this one on. */
  readonly yearly: boolean
}

/** What is copied onto a record. */
export interface CalendarTerms {
  readonly name: string
  readonly timeZone: string
  readonly hours: readonly OpeningHours[]
  readonly holidays: readonly Holiday[]
}

export interface BusinessCalendar extends CalendarTerms {
  readonly id: string
  readonly description: string
  readonly archived: boolean
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly version: number
}

export const calendarTermsOf = ({ name, timeZone, hours, holidays }: BusinessCalendar): CalendarTerms => ({
  ...{ name, timeZone, hours, holidays },
})

/** A stretch of time that counts. In milliseconds since 1970. */
export interface Span {
  readonly from: number
  readonly until: number
}

const WEEKDAYS = Object.values(Weekday)

/** What counts of one day of the calendar, by the clock on the wall, merged and in order. */
function readingsOf({ hours, holidays }: CalendarTerms, day: Reading): { from: Reading; until: Reading }[] {
  if (isHoliday(holidays, day)) return []
  const today = WEEKDAYS[weekdayOf(day)]!
  const yesterday = WEEKDAYS[weekdayOf(day - DAY)]!
  const pieces = hours.flatMap(({ weekdays, from, until }) => {
    const [begin, end] = [sinceMidnight(from), sinceMidnight(until)]
    const overnight = until <= from
    return [
      ...(weekdays.includes(today) ? [{ from: day + begin, until: day + (overnight ? DAY : end) }] : []),
      ...(overnight && weekdays.includes(yesterday) ? [{ from: day, until: day + end }] : []),
    ]
  })
  pieces.sort((a, b) => a.from - b.from)
  const merged: { from: Reading; until: Reading }[] = []
  for (const piece of pieces) {
    const last = merged.at(-1)
    if (last && piece.from <= last.until) last.until = Math.max(last.until, piece.until)
    else merged.push(piece)
  }
  return merged
}

function isHoliday(holidays: readonly Holiday[], day: Reading): boolean {
  const date = new Date(day).toISOString().slice(0, 10)
  return holidays.some(
    (holiday) => holiday.date === date || (holiday.yearly && holiday.date < date && sameDay(holiday.date, date)),
  )
}

const sameDay = (one: string, other: string): boolean => one.slice(5) === other.slice(5)

/** What counts from a moment until another, in order. Null as calendar: all of it. */
export function* spansBetween(calendar: CalendarTerms | null, from: number, until: number): Generator<Span> {
  if (!calendar) {
    if (from < until) yield { from, until }
    return
  }
  const { timeZone } = calendar
  // No change puts a clock back by more than a day.
  for (let day = dayOf(readingAt(timeZone, from)) - DAY; ; day += DAY) {
    if (firstMomentOf(timeZone, day) >= until) return
    for (const piece of readingsOf(calendar, day)) {
      const begin = Math.max(from, firstMomentOf(timeZone, piece.from))
      const end = Math.min(until, firstMomentOf(timeZone, piece.until))
      if (begin < end) yield { from: begin, until: end }
    }
  }
}

/** Milliseconds that count. */
export function countedBetween(calendar: CalendarTerms | null, from: number, until: number): number {
  let counted = 0
  for (const span of spansBetween(calendar, from, until)) counted += span.until - span.from
  return counted
}

/** Further into the future nothing is looked for: a promise that takes longer is none. */
const HORIZON = 5 * 366 * DAY

/** The first moment by which so many milliseconds have counted; null when that takes more than five years. */
export function momentAfter(calendar: CalendarTerms | null, from: number, amount: number): number | null {
  let left = Math.max(0, amount)
  if (left === 0) return from
  for (const span of spansBetween(calendar, from, from + HORIZON)) {
    const length = span.until - span.from
    if (length >= left) return span.from + left
    left -= length
  }
  return null
}

/** Where no time counts at a moment: since when, and until when. Null where it counts. */
export function closedAt(
  calendar: CalendarTerms | null,
  at: number,
): { since: number | null; until: number | null } | null {
  if (!calendar) return null
  const next = momentAfter(calendar, at, 1)
  if (next === at + 1) return null
  let since: number | null = null
  for (const { until } of spansBetween(calendar, at - LOOK_BACK, at)) since = until
  return { since, until: next && next - 1 }
}

const LOOK_BACK = 31 * DAY
