import { Temporal } from 'temporal-polyfill'
import { badInput } from './errors.js'
import { timeZone } from './input.js'

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
  spansAround(hours, at).some(({ startsAt, endsAt }) => startsAt <= at && at < endsAt)

/** The moment itself when it lies within the hours, else when they next begin. */
export function nextWithin(hours: Hours, at: Date): Date {
  if (covers(hours, at)) return at
  return spansAround(hours, at).find(({ startsAt }) => startsAt > at)!.startsAt
}

/** The moment itself when it lies outside the hours, else when they end; null when they go on for ever. */
export function nextOutside(hours: Hours, at: Date): Date | null {
  let end = at
  for (const { startsAt, endsAt } of spansAround(hours, at)) if (startsAt <= end && end < endsAt) end = endsAt
  return covers(hours, end) ? null : end
}

/** The spans that begin from the day before a moment to a week after it, in order. */
function spansAround(hours: Hours, at: Date): { startsAt: Date; endsAt: Date }[] {
  const today = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(hours.timeZone).toPlainDate()
  const spans = []
  for (let days = -1; days <= 8; days++) {
    const day = today.add({ days })
    if (!hours.weekdays.includes(WEEKDAYS[day.dayOfWeek - 1]!)) continue
    const lastDay = hours.until > hours.from ? day : day.add({ days: 1 })
    const startsAt = momentOf(day, hours.from, hours.timeZone)
    const endsAt = momentOf(lastDay, hours.until, hours.timeZone)
    if (startsAt < endsAt) spans.push({ startsAt, endsAt })
  }
  return spans
}

/** A wall-clock time that a clock change skips is the moment after the gap; one that comes twice is the first. */
const momentOf = (day: Temporal.PlainDate, time: string, timeZone: string): Date =>
  new Date(day.toZonedDateTime({ timeZone, plainTime: Temporal.PlainTime.from(time) }).epochMilliseconds)
