import { LRUCache } from 'lru-cache'
import { Temporal } from 'temporal-polyfill'

/**
 * The clock on the wall of a time zone. What it shows is counted in milliseconds of a calendar whose days all have 24
 * hours, so shift arithmetic is plain addition. A reading becomes a moment in one way only: the first moment at which
 * the clock shows it or later. So a time that a change skips is the moment of the change, a time that comes twice is its
 * first coming, and a later reading never comes earlier: turns cut out of one clock neither overlap nor leave a gap.
 */

/** Milliseconds since 1970-01-01 00:00 as the clock on the wall counts them. */
export type Reading = number

export const HOUR = 3_600_000 // milliseconds
export const DAY = 24 * HOUR

/** A stretch of time in which the zone is a fixed distance from UTC. All in milliseconds. */
interface Period {
  readonly from: number
  readonly until: number
  readonly offset: number
}

/** The periods of one calendar year and the days beside it. Asking the time zone database is slow; zones are few. */
const years = new LRUCache<string, readonly Period[]>({ max: 5_000 })

function periodsOf(timeZone: string, moment: number): readonly Period[] {
  const year = new Date(moment).getUTCFullYear()
  const key = `${timeZone} ${year}`
  let periods = years.get(key)
  // No zone is further than 26 hours from another: what a clock shows in this year happens between these moments.
  if (!periods)
    years.set(key, (periods = readPeriods(timeZone, Date.UTC(year, 0) - 2 * DAY, Date.UTC(year + 1, 0) + 2 * DAY)))
  return periods
}

function readPeriods(timeZone: string, from: number, until: number): Period[] {
  const periods: Period[] = []
  let start = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(timeZone)
  for (;;) {
    const change = start.getTimeZoneTransition('next')
    const end = Math.min(change?.epochMilliseconds ?? until, until)
    periods.push({ from: start.epochMilliseconds, until: end, offset: start.offsetNanoseconds / 1e6 })
    if (!change || end === until) return periods
    start = change
  }
}

/** What the clock shows at a moment. */
export function readingAt(timeZone: string, moment: number): Reading {
  return moment + periodsOf(timeZone, moment).find(({ until }) => moment < until)!.offset
}

/** The first moment at which the clock shows this or later, in milliseconds since 1970 in UTC. */
export function firstMomentOf(timeZone: string, reading: Reading): number {
  const { from, offset } = periodsOf(timeZone, reading).find(({ until, offset }) => reading < until + offset)!
  return Math.max(from, reading - offset)
}

/** Midnight at the beginning of the day of a reading. */
export const dayOf = (reading: Reading): Reading => Math.floor(reading / DAY) * DAY

/** 0 is Monday, 6 is Sunday. */
export const weekdayOf = (reading: Reading): number => (((Math.floor(reading / DAY) + 3) % 7) + 7) % 7

/** Of a time of day such as 09:30. */
export const sinceMidnight = (time: string): number => (Number(time.slice(0, 2)) * 60 + Number(time.slice(3))) * 60_000
