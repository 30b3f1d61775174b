import fc from 'fast-check'
import { type Arrangement, type Roster, finalSchedule, onCallAt, wholeShifts } from '../../src/oncall/final-schedule.js'
import type { Layer, Span } from '../../src/oncall/layer.js'
import { ShiftReasonKind } from '../../src/oncall/on-call.js'
import { type Rotation, RotationUnit } from '../../src/oncall/rotation.js'
import { Weekday } from '../../src/platform/hours.js'
import { WatchedClock, onCallByOracle } from './oracle.js'

const DAY = 86_400_000
const MINUTE = 60_000

/** Around a clock change of each: an hour, half an hour, a whole day, at midnight, never. */
const CHANGES: Record<string, number> = {
  'Europe/Berlin': Date.UTC(2026, 9, 25, 1),
  'America/New_York': Date.UTC(2026, 2, 8, 7),
  'Australia/Lord_Howe': Date.UTC(2026, 3, 4, 15),
  'Pacific/Apia': Date.UTC(2011, 11, 30, 10),
  'America/Asuncion': Date.UTC(2023, 9, 1, 4),
  'Asia/Kathmandu': Date.UTC(2026, 5, 1),
}
const BEFORE = 8 * DAY
const AFTER = 8 * DAY

const clocks = new Map<string, WatchedClock>()
const clockOf = (zone: string): WatchedClock => {
  const change = CHANGES[zone]!
  if (!clocks.has(zone)) clocks.set(zone, new WatchedClock(zone, change - BEFORE - 2 * DAY, change + AFTER))
  return clocks.get(zone)!
}

const person = fc.constantFrom('ada', 'grace', 'linus', 'alan')
const time = fc.constantFrom('00:00', '00:30', '01:15', '02:00', '02:15', '02:30', '03:00', '09:00', '17:45', '23:59')
const weekday = fc.constantFrom(...Object.values(Weekday))
const rotation: fc.Arbitrary<Rotation> = fc
  .tuple(fc.constantFrom(...Object.values(RotationUnit)), fc.integer({ min: 1, max: 30 }), time, weekday)
  .map(([unit, length, handoverTime, day]) => ({
    ...{ unit, handoverTime, length: unit === RotationUnit.WEEKS ? 1 + (length % 2) : length },
    handoverWeekday: unit === RotationUnit.WEEKS ? day : null,
  }))
const restriction = fc.record({ weekdays: fc.uniqueArray(weekday, { minLength: 1 }), from: time, until: time })

/** A moment near the change: most often on a minute, and often right at it. */
const momentOf = (change: number) =>
  fc.oneof(
    fc.integer({ min: -7 * 24 * 60, max: 7 * 24 * 60 }).map((minutes) => change + minutes * MINUTE),
    fc.integer({ min: -180, max: 180 }).map((minutes) => change + minutes * MINUTE),
    fc.integer({ min: -7 * DAY, max: 7 * DAY }).map((milliseconds) => change + milliseconds),
  )
const spanOf = (change: number): fc.Arbitrary<Span> =>
  fc
    .uniqueArray(momentOf(change), { minLength: 2, maxLength: 2 })
    .map((moments) => moments.sort((a, b) => a - b))
    .map(([startsAt, endsAt]) => ({ startsAt: startsAt!, endsAt: endsAt! }))

const layerOf = (zone: string, position: number): fc.Arbitrary<Layer> => {
  const change = CHANGES[zone]!
  return fc
    .record({
      participantIds: fc.array(person, { minLength: 1, maxLength: 4 }),
      firstParticipant: fc.nat({ max: 3 }),
      rotation,
      restrictions: fc.oneof(fc.constant([]), fc.array(restriction, { maxLength: 3 })),
      active: spanOf(change),
      valid: fc.option(spanOf(change)),
      goesOn: fc.boolean(),
    })
    .map(({ active, valid, goesOn, ...layer }) => ({
      ...{ id: `layer ${position}`, scheduleId: 'schedule', position, name: `Layer ${position}`, timeZone: zone },
      ...layer,
      firstParticipant: layer.firstParticipant % layer.participantIds.length,
      ...{ startsAt: new Date(active.startsAt), endsAt: goesOn ? null : new Date(active.endsAt) },
      ...{ validFrom: new Date(valid?.startsAt ?? 0), validUntil: valid && new Date(valid.endsAt) },
    }))
}

const arrangementOf = (change: number): fc.Arbitrary<Arrangement> =>
  fc
    .tuple(fc.option(person), person, fc.boolean(), spanOf(change), fc.uuid())
    .map(([outgoingId, incomingId, removes, span, id]) => ({
      ...{ outgoingId, incomingId: outgoingId !== null && removes ? null : incomingId, ...span },
      because: { kind: ShiftReasonKind.OVERRIDE, id, summary: '' },
    }))

const roster: fc.Arbitrary<{ roster: Roster; change: number }> = fc
  .constantFrom(...Object.keys(CHANGES))
  .chain((zone) => {
    const change = CHANGES[zone]!
    return fc.record({
      change: fc.constant(change),
      roster: fc.record({
        scheduleId: fc.constant('schedule'),
        scheduleName: fc.constant('Schedule'),
        archivedAt: fc.option(
          momentOf(change).map((moment) => new Date(moment)),
          { freq: 5 },
        ),
        layers: fc
          .integer({ min: 0, max: 3 })
          .chain((count) => fc.tuple(...[0, 1, 2].slice(0, count).map((p) => layerOf(zone, p)))),
        arrangements: fc.array(arrangementOf(change), { maxLength: 4 }),
        absences: fc
          .array(fc.tuple(person, fc.array(spanOf(change), { minLength: 1, maxLength: 2 })), { maxLength: 2 })
          .map((absences) => new Map(absences)),
      }),
    })
  })

const sorted = (shifts: readonly { readonly userId: string }[]) => shifts.map(({ userId }) => userId).sort()

it('covers each instant by exactly whom the rules say, with no overlap nor gap of its own making', () => {
  fc.assert(
    fc.property(
      roster,
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 10 }),
      ({ roster, change }, chosen) => {
        const [from, until] = [change - 7 * DAY, change + 7 * DAY]
        const { shifts, gaps } = finalSchedule(roster, new Date(from), new Date(until))
        const edges = [...shifts, ...gaps].flatMap(({ startsAt, endsAt }) => [+startsAt, +endsAt])
        const instants = [...edges, ...edges.map((edge) => edge - 1), ...chosen.map((share) => from + share * 14 * DAY)]
          .map(Math.floor)
          .filter((instant) => from <= instant && instant < until)
        const holding = <T extends { startsAt: Date; endsAt: Date }>(spans: readonly T[], at: number) =>
          spans.filter(({ startsAt, endsAt }) => +startsAt <= at && at < +endsAt)
        for (const instant of new Set(instants)) {
          const expected = onCallByOracle(roster, clockOf, instant)
          expect([new Date(instant), sorted(holding(shifts, instant))]).toEqual([new Date(instant), expected])
          expect(holding(gaps, instant)).toHaveLength(expected.length === 0 ? 1 : 0)
        }
        for (const { startsAt, endsAt } of [...shifts, ...gaps]) expect(+startsAt).toBeLessThan(+endsAt)
      },
    ),
    { numRuns: 400 },
  )
})

it('answers for one instant what the final schedule of a range has there, each shift whole', () => {
  fc.assert(
    fc.property(roster, fc.double({ min: 0, max: 1, noNaN: true }), ({ roster, change }, share) => {
      const at = new Date(Math.floor(change - 7 * DAY + share * 14 * DAY))
      const { current, previous, next } = onCallAt(roster, at)
      const { shifts } = finalSchedule(roster, new Date(+at - 420 * DAY), new Date(+at + 420 * DAY))
      const now = shifts.filter(({ startsAt, endsAt }) => startsAt <= at && at < endsAt)
      expect(current).toEqual(now)
      expect(wholeShifts(roster, at, new Date(+at + 1))).toEqual(now)
      const others = shifts.filter(({ userId }) => !now.some((shift) => shift.userId === userId))
      const before = others.filter(({ endsAt }) => endsAt <= at && +endsAt > +at - 90 * DAY)
      const after = others.filter(({ startsAt }) => startsAt > at && +startsAt < +at + 90 * DAY)
      expect(previous).toEqual(before.filter(({ endsAt }) => !before.some((other) => other.endsAt > endsAt)))
      expect(next).toEqual(after.filter(({ startsAt }) => !after.some((other) => other.startsAt < startsAt)))
    }),
    { numRuns: 200 },
  )
})
