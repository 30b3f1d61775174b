import { Temporal } from 'temporal-polyfill'
import { Weekday } from '../../src/platform/hours.js'
import { type Rotation, RotationUnit, turnsBetween } from '../../src/oncall/rotation.js'
import { firstMomentOf, readingAt } from '../../src/platform/wall-clock.js'

const moment = (text: string): number => Temporal.ZonedDateTime.from(text, { offset: 'reject' }).epochMilliseconds
const shown = (at: number, zone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toString({ timeZoneName: 'never' }).slice(0, -9) +
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).offset

const every = (
  length: number,
  unit: keyof typeof RotationUnit,
  handoverTime: string,
  day?: keyof typeof Weekday,
): Rotation => ({
  ...{ length, unit: RotationUnit[unit], handoverTime },
  handoverWeekday: day ? Weekday[day] : null,
})

/** The starts of the turns that overlap a range, as the clock of the zone shows them. */
function startsOf(zone: string, rotation: Rotation, startsAt: string, from: string, until: string) {
  const [start, begin, end] = [startsAt, from, until].map((text) => moment(`${text}[${zone}]`)) as [
    number,
    number,
    number,
  ]
  const turns = turnsBetween({ rotation, timeZone: zone, startsAt: start }, begin, end)
  for (const [index, turn] of turns.entries()) if (index > 0) expect(turn.startsAt).toBe(turns[index - 1]!.endsAt)
  return turns.map(({ number, startsAt }) => `${number} ${shown(startsAt, zone)}`)
}

describe('a turn starts at the same time of the day on both sides of a clock change', () => {
  it.each<[what: string, zone: string, Rotation, startsAt: string, from: string, until: string, starts: string[]]>([
    [
      'daily, an hour forward',
      'Europe/Berlin',
      every(1, 'DAYS', '09:00'),
      ...(['2026-03-01T09:00+01:00', '2026-03-28T12:00+01:00', '2026-03-30T12:00+02:00'] as const),
      ['27 2026-03-28T09:00+01:00', '28 2026-03-29T09:00+02:00', '29 2026-03-30T09:00+02:00'],
    ],
    [
      'daily, an hour back',
      'America/New_York',
      every(1, 'DAYS', '09:00'),
      ...(['2026-10-30T09:00-04:00', '2026-10-31T12:00-04:00', '2026-11-02T08:00-05:00'] as const),
      ['1 2026-10-31T09:00-04:00', '2 2026-11-01T09:00-05:00'],
    ],
    [
      'within the skipped hour: at the moment of the change',
      'Europe/Berlin',
      every(1, 'DAYS', '02:30'),
      ...(['2026-03-27T02:30+01:00', '2026-03-28T00:00+01:00', '2026-03-30T12:00+02:00'] as const),
      ['0 2026-03-27T02:30+01:00', '1 2026-03-28T02:30+01:00', '2 2026-03-29T03:00+02:00', '3 2026-03-30T02:30+02:00'],
    ],
    [
      'within the repeated hour: at its first coming',
      'Europe/Berlin',
      every(1, 'DAYS', '02:30'),
      ...(['2026-10-24T02:30+02:00', '2026-10-24T12:00+02:00', '2026-10-26T01:00+01:00'] as const),
      ['0 2026-10-24T02:30+02:00', '1 2026-10-25T02:30+02:00'],
    ],
    [
      'half an hour forward',
      'Australia/Lord_Howe',
      every(1, 'DAYS', '02:15'),
      ...(['2026-10-03T02:15+10:30', '2026-10-03T12:00+10:30', '2026-10-05T12:00+11:00'] as const),
      ['0 2026-10-03T02:15+10:30', '1 2026-10-04T02:30+11:00', '2 2026-10-05T02:15+11:00'],
    ],
    [
      'half an hour back',
      'Australia/Lord_Howe',
      every(1, 'DAYS', '01:45'),
      ...(['2026-04-04T01:45+11:00', '2026-04-04T12:00+11:00', '2026-04-06T12:00+10:30'] as const),
      ['0 2026-04-04T01:45+11:00', '1 2026-04-05T01:45+11:00', '2 2026-04-06T01:45+10:30'],
    ],
    [
      'hourly, over the skipped hour: its turn falls away',
      'Europe/Berlin',
      every(1, 'HOURS', '00:00'),
      ...(['2026-03-29T00:00+01:00', '2026-03-29T01:00+01:00', '2026-03-29T05:00+02:00'] as const),
      ['1 2026-03-29T01:00+01:00', '3 2026-03-29T03:00+02:00', '4 2026-03-29T04:00+02:00'],
    ],
    [
      'hourly, over the repeated hour: its turn is twice as long',
      'Europe/Berlin',
      every(1, 'HOURS', '00:00'),
      ...(['2026-10-25T00:00+02:00', '2026-10-25T01:00+02:00', '2026-10-25T04:00+01:00'] as const),
      ['1 2026-10-25T01:00+02:00', '2 2026-10-25T02:00+02:00', '3 2026-10-25T03:00+01:00'],
    ],
    [
      'twelve hours, day and night',
      'Europe/London',
      every(12, 'HOURS', '08:00'),
      ...(['2026-03-28T08:00+00:00', '2026-03-28T20:00+00:00', '2026-03-30T08:00+01:00'] as const),
      ['1 2026-03-28T20:00+00:00', '2 2026-03-29T08:00+01:00', '3 2026-03-29T20:00+01:00'],
    ],
    [
      'over a day that the zone skipped: its turn falls away',
      'Pacific/Apia',
      every(1, 'DAYS', '09:00'),
      ...(['2011-12-28T09:00-10:00', '2011-12-28T12:00-10:00', '2012-01-01T12:00+14:00'] as const),
      [
        '0 2011-12-28T09:00-10:00',
        '1 2011-12-29T09:00-10:00',
        '2 2011-12-31T00:00+14:00',
        '3 2011-12-31T09:00+14:00',
        '4 2012-01-01T09:00+14:00',
      ],
    ],
    [
      'from midnight, over a day that the zone skipped',
      'Pacific/Apia',
      every(1, 'DAYS', '00:00'),
      ...(['2011-12-28T00:00-10:00', '2011-12-29T12:00-10:00', '2012-01-01T12:00+14:00'] as const),
      ['1 2011-12-29T00:00-10:00', '3 2011-12-31T00:00+14:00', '4 2012-01-01T00:00+14:00'],
    ],
    [
      'weekly, over a clock change',
      'Europe/Berlin',
      every(1, 'WEEKS', '10:00', 'MONDAY'),
      ...(['2026-03-02T10:00+01:00', '2026-03-20T00:00+01:00', '2026-04-07T00:00+02:00'] as const),
      ['2 2026-03-16T10:00+01:00', '3 2026-03-23T10:00+01:00', '4 2026-03-30T10:00+02:00', '5 2026-04-06T10:00+02:00'],
    ],
    [
      'over the ends of months and a leap day',
      'UTC',
      every(1, 'DAYS', '00:00'),
      ...(['2028-02-27T00:00+00:00', '2028-02-27T00:00+00:00', '2028-03-02T00:00+00:00'] as const),
      ['0 2028-02-27T00:00+00:00', '1 2028-02-28T00:00+00:00', '2 2028-02-29T00:00+00:00', '3 2028-03-01T00:00+00:00'],
    ],
    [
      'over the end of a year without a leap day',
      'Asia/Kathmandu',
      every(30, 'DAYS', '18:15'),
      ...(['2026-12-05T18:15+05:45', '2027-01-01T00:00+05:45', '2027-03-06T00:00+05:45'] as const),
      ['0 2026-12-05T18:15+05:45', '1 2027-01-04T18:15+05:45', '2 2027-02-03T18:15+05:45', '3 2027-03-05T18:15+05:45'],
    ],
    [
      'in a zone that changes its clock at midnight',
      'America/Asuncion',
      every(1, 'DAYS', '00:00'),
      ...(['2023-09-29T00:00-04:00', '2023-09-30T00:00-04:00', '2023-10-02T12:00-03:00'] as const),
      ['1 2023-09-30T00:00-04:00', '2 2023-10-01T01:00-03:00', '3 2023-10-02T00:00-03:00'],
    ],
  ])('%s (%s)', (_what, zone, rotation, startsAt, from, until, starts) => {
    expect(startsOf(zone, rotation, startsAt, from, until)).toEqual(starts)
  })
})

describe('the first turn', () => {
  it.each<[what: string, Rotation, startsAt: string, next: string]>([
    [
      'ends at the next hand-over of the day',
      every(1, 'DAYS', '09:00'),
      '2026-05-06T12:00+02:00',
      '2026-05-07T09:00+02:00',
    ],
    [
      'is short when it starts before it',
      every(1, 'DAYS', '09:00'),
      '2026-05-06T08:00+02:00',
      '2026-05-06T09:00+02:00',
    ],
    ['is whole when it starts with it', every(1, 'DAYS', '09:00'), '2026-05-06T09:00+02:00', '2026-05-07T09:00+02:00'],
    ['ends on the weekday', every(1, 'WEEKS', '09:00', 'FRIDAY'), '2026-05-06T12:00+02:00', '2026-05-08T09:00+02:00'],
    [
      'is whole from the weekday',
      every(1, 'WEEKS', '09:00', 'FRIDAY'),
      '2026-05-08T09:00+02:00',
      '2026-05-15T09:00+02:00',
    ],
    [
      'of the weekday before the hour is short',
      every(1, 'WEEKS', '09:00', 'FRIDAY'),
      '2026-05-08T08:59+02:00',
      '2026-05-08T09:00+02:00',
    ],
    ['of two weeks', every(2, 'WEEKS', '09:00', 'MONDAY'), '2026-05-06T12:00+02:00', '2026-05-18T09:00+02:00'],
    [
      'of five hours is counted from the hour',
      every(5, 'HOURS', '09:00'),
      '2026-05-06T15:00+02:00',
      '2026-05-06T19:00+02:00',
    ],
    [
      'of five hours is counted back, too',
      every(5, 'HOURS', '09:00'),
      '2026-05-06T03:00+02:00',
      '2026-05-06T04:00+02:00',
    ],
    [
      'that starts in the repeated hour',
      every(1, 'HOURS', '00:30'),
      '2026-10-25T02:10+01:00',
      '2026-10-25T03:30+01:00',
    ],
  ])('%s', (_what, rotation, startsAt, next) => {
    const start = moment(`${startsAt}[Europe/Berlin]`)
    const turns = turnsBetween(
      { rotation, timeZone: 'Europe/Berlin', startsAt: start },
      start - 1e9,
      start + 40 * 86_400_000,
    )
    expect(turns[0]!.number).toBe(0)
    expect(turns[0]!.startsAt).toBeLessThanOrEqual(start)
    expect(shown(turns[0]!.endsAt, 'Europe/Berlin')).toBe(next)
  })
})

it('computes only what is asked for, however long ago the rotation started', () => {
  const startsAt = Date.UTC(1970, 0, 2)
  const at = Date.UTC(2199, 5, 1)
  const turns = turnsBetween(
    { rotation: every(1, 'HOURS', '00:00'), timeZone: 'America/New_York', startsAt },
    at,
    at + 1,
  )
  expect(turns).toHaveLength(1)
  expect(turns[0]!.startsAt).toBe(at)
})

it.each([
  'Europe/Berlin',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Africa/Casablanca',
  'America/Asuncion',
  'Asia/Kolkata',
])('reads a clock as its zone does, and finds its moments again: %s', (zone) => {
  for (let at = Date.UTC(2010, 11, 25); at < Date.UTC(2012, 4, 1); at += 113 * 60_000) {
    const plain = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDateTime()
    const reading = plain.toZonedDateTime('UTC').epochMilliseconds
    expect(readingAt(zone, at)).toBe(reading)
    expect(firstMomentOf(zone, reading)).toBe(
      plain.toZonedDateTime(zone, { disambiguation: 'earlier' }).epochMilliseconds,
    )
  }
})
