import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { Weekday } from '../../src/platform/hours.js'
import { type CalendarTerms, closedAt, countedBetween, momentAfter } from '../../src/sla/business-calendar.js'
import { SlaKind, advanced, elapsed, newRecord, paused, resumed } from '../../src/sla/sla-record.js'

/** The arithmetic of the clocks against counting minute by minute, by what a calendar library says the wall shows. */

const MINUTE = 60_000
const DAY = 1_440 * MINUTE
const WEEKDAYS = Object.values(Weekday)

const zones = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'UTC')
/** Around the changes of the clock of 2026, and days without any. */
const starts = fc
  .constantFrom('2026-03-07', '2026-03-28', '2026-04-04', '2026-10-03', '2026-10-24', '2026-10-31', '2026-06-10')
  .chain((day) => fc.integer({ min: 0, max: 2_000 }).map((minutes) => Date.parse(`${day}T00:00Z`) + minutes * MINUTE))
const time = fc
  .integer({ min: 0, max: 47 })
  .map((half) => `${String(Math.floor(half / 2)).padStart(2, '0')}:${half % 2 === 0 ? '00' : '30'}`)
const hours = fc.array(fc.record({ weekdays: fc.subarray(WEEKDAYS, { minLength: 1 }), from: time, until: time }), {
  minLength: 1,
  maxLength: 3,
})
const holidays = fc.uniqueArray(
  fc.constantFrom('2026-03-08', '2026-03-29', '2026-03-30', '2026-04-05', '2026-10-04', '2026-10-25', '2026-11-01'),
  { maxLength: 3 },
)
const calendars: fc.Arbitrary<CalendarTerms> = fc
  .record({ timeZone: zones, hours, holidays })
  .map(({ timeZone, hours, holidays }) => ({
    ...{ name: 'Any', timeZone, hours },
    holidays: holidays.map((date, index) => ({
      ...(index === 0 ? { date: `2020${date.slice(4)}`, yearly: true } : { date, yearly: false }),
      name: 'Off',
    })),
  }))

/** Each minute of some days: whether it counts. What the clock shows never goes back: it stands still until it is later. */
function minuteByMinute({ timeZone, hours, holidays }: CalendarTerms, from: number, days: number): boolean[] {
  let latest = -Infinity
  let offset = 0
  const counts: boolean[] = []
  for (let moment = from - DAY; moment < from + days * DAY; moment += MINUTE) {
    // Clocks are changed on the quarter of an hour.
    if (moment === from - DAY || moment % (15 * MINUTE) === 0)
      offset = Temporal.Instant.fromEpochMilliseconds(moment).toZonedDateTimeISO(timeZone).offsetNanoseconds / 1e6
    latest = Math.max(latest, moment + offset)
    if (moment < from) continue
    const shown = new Date(latest)
    const [date, minute] = [shown.toISOString().slice(0, 10), shown.toISOString().slice(11, 16)]
    const today = WEEKDAYS[(shown.getUTCDay() + 6) % 7]!
    const yesterday = WEEKDAYS[(shown.getUTCDay() + 5) % 7]!
    const off = holidays.some((day) => day.date === date || (day.yearly && day.date.slice(5) === date.slice(5)))
    const open = hours.some(({ weekdays, from, until }) =>
      until > from
        ? weekdays.includes(today) && from <= minute && minute < until
        : (weekdays.includes(today) && from <= minute) || (weekdays.includes(yesterday) && minute < until),
    )
    counts.push(open && !off)
  }
  return counts
}

const sum = (counts: readonly boolean[], from = 0, until = counts.length): number =>
  counts.slice(from, until).filter(Boolean).length

it('counts what counting minute by minute does, across changes of the clock, nights and holidays', () => {
  fc.assert(
    fc.property(calendars, starts, fc.integer({ min: 0, max: 4 * 1_440 }), (calendar, from, length) => {
      const counts = minuteByMinute(calendar, from, 4)
      expect(countedBetween(calendar, from, from + length * MINUTE)).toBe(sum(counts, 0, length) * MINUTE)
    }),
    { numRuns: 60 },
  )
})

it('finds the moment by which so much has counted', () => {
  fc.assert(
    fc.property(calendars, starts, fc.integer({ min: 1, max: 2_000 }), (calendar, from, amount) => {
      const due = momentAfter(calendar, from, amount * MINUTE)
      if (due === null) return // of hours that a holiday always takes
      expect(countedBetween(calendar, from, due)).toBe(amount * MINUTE)
      expect(countedBetween(calendar, from, due - 1)).toBe(amount * MINUTE - 1)
    }),
    { numRuns: 60 },
  )
})

it('counts nothing while it pauses', () => {
  const pauses = fc.uniqueArray(fc.integer({ min: 1, max: 3 * 1_440 }), { minLength: 2, maxLength: 6 })
  fc.assert(
    fc.property(calendars, starts, pauses, fc.integer({ min: 1, max: 1_500 }), (calendar, from, changes, target) => {
      const counts = minuteByMinute(calendar, from, 4)
      const terms = { policyName: 'Gold', calendar, atRiskPercent: 50, routing: null as never }
      let record = newRecord({
        ...{ id: 'sla_1', incidentId: 'inc_1', number: 1, kind: SlaKind.RESOLUTION, policyId: 'slp_1' },
        ...{ startedAt: new Date(from), terms, targetMinutes: target },
      })
      let counted = 0
      let at = 0
      let running = true
      let brokenAt: number | null = null
      for (const change of [...changes.toSorted((a, b) => a - b), 4 * 1_440]) {
        if (running)
          for (let minute = at; minute < change; minute++)
            if (counts[minute] && ++counted === target) brokenAt = from + (minute + 1) * MINUTE
        at = change
        const now = new Date(from + change * MINUTE)
        record = advanced(record, now)
        expect(elapsed(record, now)).toBe(counted * MINUTE)
        expect(record.breachedAt && +record.breachedAt).toBe(brokenAt)
        if (change < 4 * 1_440) record = running ? paused(record, now) : resumed(record, now)
        running = !running
      }
    }),
    { numRuns: 40 },
  )
})

const OFFICE: CalendarTerms = {
  ...{ name: 'Office', timeZone: 'Europe/Berlin', holidays: [{ date: '2026-12-25', name: 'Christmas', yearly: true }] },
  hours: [{ weekdays: WEEKDAYS.slice(0, 5), from: '09:00', until: '17:00' }],
}

it.each([
  ['in the hours', '2026-12-24T12:00+01:00', null],
  ['at their beginning', '2026-12-24T09:00+01:00', null],
  [
    'at their end, before a holiday and a weekend',
    '2026-12-24T17:00+01:00',
    ['2026-12-24T16:00Z', '2026-12-28T08:00Z'],
  ],
  ['on a holiday of a later year', '2028-12-25T12:00+01:00', ['2028-12-22T16:00Z', '2028-12-26T08:00Z']],
])('tells that and for how long no time counts: %s', (_, at, expected) => {
  const closed = closedAt(OFFICE, Date.parse(at))
  expect(closed && [closed.since, closed.until]).toEqual(expected && expected.map((text) => Date.parse(text)))
})

it('knows no moment where hours never come', () => {
  const never = { ...OFFICE, hours: [{ weekdays: WEEKDAYS, from: '02:00', until: '02:00' }] }
  const everyDay = Array.from({ length: 366 }, (_, day) => ({
    ...{ date: new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10), name: 'Off', yearly: true },
  }))
  expect(momentAfter({ ...never, holidays: everyDay }, Date.parse('2026-01-01T00:00Z'), MINUTE)).toBeNull()
})
