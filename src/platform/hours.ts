import { badInput } from './errors.js'
import { timeZone } from './input.js'
import { DAY, dayOf, firstMomentOf, readingAt, sinceMidnight, weekdayOf } from './wall-clock.js'

/** Hours of the week in a time zone, such as Monday to Friday from 09:00 until 17:00 in Berlin. */

export enum Weekday {
  MONDAY = 'MONDAY',
  TUESDAY = 'TUESDAY',
  WEDNESDAY = 'WEDNESDAY',
  THURSDAY = 'THURSDAY',
  FRIDAY = 'FRIDAY',
  SATURDAY = 'SATURDAY',
  SUNDAY = 'SUNDAY',
}

const WEEKDAYS = Object.values(Weekday)

export interface Hours {
  /** IANA name. */
  readonly timeZone: string
  /** The days on which they begin; at least one. */
  readonly weekdays: readonly Weekday[]
  /** `HH:MM`, inclusive. */
  readonly from: string
  /** `HH:MM`, exclusive. Not later than `from`: they end on the next day. */
  readonly until: string
}

/** Errors: BAD_USER_INPUT that names the field below `field`. */
export function checkHours(field: string, hours: Hours): Hours {
  if (hours.weekdays.length === 0) throw badInput(`${field}.weekdays`, 'Name at least one day.')
  return {
    timeZone: timeZone(`${field}.timeZone`, hours.timeZone),
    weekdays: WEEKDAYS.filter((day) => hours.weekdays.includes(day)),
    from: timeOfDay(`${field}.from`, hours.from),
    until: timeOfDay(`${field}.until`, hours.until),
  }
}

export function timeOfDay(field: string, value: string): string {
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(value))
    throw badInput(field, `Must be a time of day such as 09:30, not ${JSON.stringify(value)}.`)
  return value
}

/** Whether a moment lies within the hours. */
export const covers = (hours: Hours, at: Date): boolean =>
  spansAround(hours, at, 1).some(({ startsAt, endsAt }) => startsAt <= +at && +at < endsAt)

/** The moment itself when it lies within the hours, else when they next begin. */
export function nextWithin(hours: Hours, at: Date): Date {
  if (covers(hours, at)) return at
  return new Date(spansAround(hours, at, TWO_WEEKS).find(({ startsAt }) => startsAt > +at)!.startsAt)
}

/** The moment itself when it lies outside the hours, else when they end; null when they go on for ever. */
export function nextOutside(hours: Hours, at: Date): Date | null {
  let end = +at
  for (const { startsAt, endsAt } of spansAround(hours, at, TWO_WEEKS))
    if (startsAt <= end && end < endsAt) end = endsAt
  return covers(hours, new Date(end)) ? null : new Date(end)
}

/** Days. The only hours of a week may be those that a change of the clock skips: they begin in the week after. */
const TWO_WEEKS = 15

/**
 * The spans that begin from the day before a moment to so many days after it, in order. In milliseconds since 1970; what
 * a change of the clock leaves nothing of is left out.
 */
function spansAround({ timeZone, weekdays, from, until }: Hours, at: Date, days: number) {
  const today = dayOf(readingAt(timeZone, +at))
  const overnight = until > from ? 0 : DAY
  const spans = []
  for (let day = today - DAY; day <= today + days * DAY; day += DAY) {
    if (!weekdays.includes(WEEKDAYS[weekdayOf(day)]!)) continue
    const startsAt = firstMomentOf(timeZone, day + sinceMidnight(from))
    const endsAt = firstMomentOf(timeZone, day + overnight + sinceMidnight(until))
    if (startsAt < endsAt) spans.push({ startsAt, endsAt })
  }
  return spans
}
