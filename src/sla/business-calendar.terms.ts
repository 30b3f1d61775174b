import { badInput } from '../platform/errors.js'
import { Weekday, timeOfDay } from '../platform/hours.js'
import { optionalText, text, timeZone } from '../platform/input.js'
import type { BusinessCalendar, CalendarTerms, Holiday, OpeningHours } from './business-calendar.js'

/** What people write of a calendar, and the checks of it. Every error is BAD_USER_INPUT that names the field. */

export interface HolidaySketch {
  readonly date: string
  readonly name: string
  readonly yearly?: boolean | null
}

/** Left out, a field stays. */
export interface CalendarSketch {
  readonly name?: string | null
  readonly description?: string | null
  readonly timeZone?: string | null
  readonly hours?: readonly OpeningHours[] | null
  readonly holidays?: readonly HolidaySketch[] | null
}

export type CalendarFields = CalendarTerms & Pick<BusinessCalendar, 'description'>

const NAME = { maximum: 200 }
const DESCRIPTION = { maximum: 2_000, minimum: 0 }
const MAXIMUM_HOURS = 50
const MAXIMUM_HOLIDAYS = 500

export function calendarFields(sketch: CalendarSketch): Partial<CalendarFields> {
  const name = optionalText('name', sketch.name, NAME)
  const description = optionalText('description', sketch.description, DESCRIPTION)
  return {
    ...(name !== null && { name }),
    ...(description !== null && { description }),
    ...(typeof sketch.timeZone === 'string' && { timeZone: timeZone('timeZone', sketch.timeZone) }),
    ...(sketch.hours && { hours: checkHours(sketch.hours) }),
    ...(sketch.holidays && { holidays: checkHolidays(sketch.holidays) }),
  }
}

export const newCalendarFields = (
  sketch: CalendarSketch & {
    readonly name: string
    readonly timeZone: string
    readonly hours: readonly OpeningHours[]
  },
): CalendarFields => ({
  ...{ description: '', holidays: [], name: text('name', sketch.name, NAME) },
  ...{ timeZone: timeZone('timeZone', sketch.timeZone), hours: checkHours(sketch.hours) },
  ...calendarFields(sketch),
})

function checkHours(hours: readonly OpeningHours[]): OpeningHours[] {
  if (hours.length === 0) throw badInput('hours', 'A calendar needs hours: without any, no time would ever count.')
  if (hours.length > MAXIMUM_HOURS) throw badInput('hours', `Give at most ${MAXIMUM_HOURS}.`)
  return hours.map(({ weekdays, from, until }, index) => {
    if (weekdays.length === 0) throw badInput(`hours.${index}.weekdays`, 'Name at least one day.')
    return {
      weekdays: Object.values(Weekday).filter((day) => weekdays.includes(day)),
      from: timeOfDay(`hours.${index}.from`, from),
      until: timeOfDay(`hours.${index}.until`, until),
    }
  })
}

function checkHolidays(holidays: readonly HolidaySketch[]): Holiday[] {
  if (holidays.length > MAXIMUM_HOLIDAYS) throw badInput('holidays', `Give at most ${MAXIMUM_HOLIDAYS}.`)
  const checked = holidays.map(({ date, name, yearly }, index) => ({
    date: day(`holidays.${index}.date`, date),
    name: text(`holidays.${index}.name`, name, NAME),
    yearly: yearly ?? false,
  }))
  const again = checked.findIndex(({ date }, index) => checked.findIndex((other) => other.date === date) < index)
  if (again >= 0) throw badInput(`holidays.${again}.date`, 'It is named before.')
  return checked.sort((a, b) => (a.date < b.date ? -1 : 1))
}

function day(field: string, value: string): string {
  const moment = /^(19[7-9]\d|20\d\d|21\d\d)-\d\d-\d\d$/.test(value) ? new Date(`${value}T00:00:00Z`) : null
  // What JavaScript does not refuse it carries over: 31 February would be 3 March.
  if (!moment || Number.isNaN(+moment) || moment.toISOString().slice(0, 10) !== value)
    throw badInput(field, `Must be a day that exists, such as 2026-12-25, not ${JSON.stringify(value)}.`)
  return value
}
