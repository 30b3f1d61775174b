import { type Hours, Weekday, checkHours, covers, nextOutside, nextWithin } from '../../src/platform/hours.js'

/** 2026 in Berlin: 29 March is a Sunday, 02:00 becomes 03:00; on 25 October, a Sunday too, 03:00 becomes 02:00. */

const EVERY_DAY = Object.values(Weekday)
const WORKDAYS = EVERY_DAY.slice(0, 5)
const hours = (from: string, until: string, weekdays = EVERY_DAY, timeZone = 'Europe/Berlin'): Hours => ({
  ...{ timeZone, weekdays, from, until },
})
const OFFICE = hours('09:00', '17:00', WORKDAYS)
const NIGHTS = hours('22:00', '06:00')
const FRIDAY_NIGHT = hours('22:00', '06:00', [Weekday.FRIDAY])
const ALWAYS = hours('09:00', '09:00')
const SUNDAY_NIGHT = hours('02:30', '04:00', [Weekday.SUNDAY])
const SKIPPED = hours('02:00', '03:00', [Weekday.SUNDAY])

describe.each([
  ['office hours', OFFICE, '2026-03-02T09:00+01:00', true], // a Monday
  ['office hours begin on the minute', OFFICE, '2026-03-02T08:59:59.999+01:00', false],
  ['office hours end before the minute', OFFICE, '2026-03-02T17:00+01:00', false],
  ['office hours at the weekend', OFFICE, '2026-03-07T12:00+01:00', false],
  ['office hours after the change to summer', OFFICE, '2026-03-30T09:00+02:00', true],
  ['the same hour of winter after the change', OFFICE, '2026-03-30T08:00+02:00', false],
  ['hours of another zone', hours('09:00', '17:00', WORKDAYS, 'Asia/Tokyo'), '2026-03-02T09:00+09:00', true],
  [
    'a weekday of that zone, not of ours',
    hours('00:00', '06:00', [Weekday.MONDAY], 'Asia/Tokyo'),
    '2026-03-01T16:00Z',
    true,
  ],
  ['a night, in the evening', NIGHTS, '2026-03-02T22:00+01:00', true],
  ['a night, in the morning', NIGHTS, '2026-03-03T05:59+01:00', true],
  ['a night is over', NIGHTS, '2026-03-03T06:00+01:00', false],
  ['the night that begins on Friday', FRIDAY_NIGHT, '2026-03-07T05:59+01:00', true],
  ['the morning of Friday belongs to Thursday', FRIDAY_NIGHT, '2026-03-06T05:59+01:00', false],
  ['the last minute of one that goes on', ALWAYS, '2026-03-02T08:59+01:00', true],
  ['a beginning that is skipped is the moment of the change', SUNDAY_NIGHT, '2026-03-29T03:00+02:00', true],
  ['just before that moment', SUNDAY_NIGHT, '2026-03-29T01:59+01:00', false],
  ['hours that are skipped as a whole', SKIPPED, '2026-03-29T03:00+02:00', false],
  ['a beginning that comes twice is its first coming', SUNDAY_NIGHT, '2026-10-25T02:30+02:00', true],
  ['and goes on while the clock is put back', SUNDAY_NIGHT, '2026-10-25T02:10+01:00', true],
  ['an end that comes twice is its first coming', hours('01:00', '02:30'), '2026-10-25T02:30+02:00', false],
  ['it does not begin again', hours('01:00', '02:30'), '2026-10-25T02:10+01:00', false],
  ['half an hour of summer', hours('02:00', '09:00', EVERY_DAY, 'Australia/Lord_Howe'), '2026-10-04T02:30+11:00', true],
])('%s', (_, hours, at, within) => {
  it(`${within ? 'covers' : 'does not cover'} ${at}`, () => expect(covers(hours, new Date(at))).toBe(within))

  it('goes together with the next moments within and outside', () => {
    const moment = new Date(at)
    expect(+nextWithin(hours, moment) === +moment).toBe(within)
    expect(+(nextOutside(hours, moment) ?? 0) === +moment).toBe(!within)
  })
})

it.each([
  ['at once', OFFICE, '2026-03-02T12:34+01:00', '2026-03-02T12:34+01:00'],
  ['in the morning', OFFICE, '2026-03-02T03:00+01:00', '2026-03-02T09:00+01:00'],
  ['after the weekend', OFFICE, '2026-03-06T17:00+01:00', '2026-03-09T09:00+01:00'],
  ['after the weekend of the change', OFFICE, '2026-03-27T17:00+01:00', '2026-03-30T09:00+02:00'],
  ['in a week', FRIDAY_NIGHT, '2026-03-07T06:00+01:00', '2026-03-13T22:00+01:00'],
  ['at the change of the clock', SUNDAY_NIGHT, '2026-03-28T12:00+01:00', '2026-03-29T03:00+02:00'],
  ['in the week after the one that is skipped', SKIPPED, '2026-03-22T03:00+01:00', '2026-04-05T02:00+02:00'],
  ['over the end of the year', hours('09:00', '17:00', [Weekday.TUESDAY]), '2026-12-30T00:00Z', '2027-01-05T08:00Z'],
])('next lies within %s', (_, hours, at, next) => {
  expect(nextWithin(hours, new Date(at)).toISOString()).toBe(new Date(next).toISOString())
})

it.each([
  ['at once', NIGHTS, '2026-03-02T12:00+01:00', '2026-03-02T12:00+01:00'],
  ['in the morning', NIGHTS, '2026-03-02T23:00+01:00', '2026-03-03T06:00+01:00'],
  ['in the morning of the change', NIGHTS, '2026-03-28T23:00+01:00', '2026-03-29T06:00+02:00'],
  [
    'when days that follow each other have ended',
    hours('00:00', '00:00', WORKDAYS),
    '2026-03-02T12:00+01:00',
    '2026-03-07T00:00+01:00',
  ],
  ['never', ALWAYS, '2026-03-02T12:00+01:00', null],
])('next lies outside %s', (_, hours, at, next) => {
  expect(nextOutside(hours, new Date(at))?.toISOString() ?? null).toBe(next && new Date(next).toISOString())
})

it('keeps the days in the order of the week, each once, and the zone as it is properly written', () => {
  const { MONDAY, FRIDAY } = Weekday
  expect(checkHours('hours', hours('09:00', '17:00', [FRIDAY, MONDAY, FRIDAY], 'europe/berlin'))).toEqual(
    hours('09:00', '17:00', [MONDAY, FRIDAY]),
  )
})

it.each([
  ['hours.weekdays', hours('09:00', '17:00', [])],
  ['hours.timeZone', hours('09:00', '17:00', WORKDAYS, 'Mars/Olympus')],
  ['hours.from', hours('9:00', '17:00')],
  ['hours.from', hours('24:00', '17:00')],
  ['hours.until', hours('09:00', '17:60')],
  ['hours.until', hours('09:00', 'noon')],
])('refuses bad %s', (field, hours) => {
  expect(() => checkHours('hours', hours)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT', field }))
})
