import { badInput } from '../platform/errors.js'
import { Weekday, timeOfDay } from '../platform/hours.js'
import { wholeNumber } from '../platform/input.js'
import {
  DAY,
  HOUR,
  type Reading,
  dayOf,
  firstMomentOf,
  readingAt,
  sinceMidnight,
  weekdayOf,
} from '../platform/wall-clock.js'

/**
 * When one person hands over to the next. Turns follow each other on the clock of a time zone: one that begins at 09:00
 * begins at 09:00 on both sides of a clock change, and is an hour shorter or longer across it.
 */

export enum RotationKind {
  DAILY = 'DAILY',
  WEEKLY = 'WEEKLY',
  CUSTOM = 'CUSTOM',
}

export enum RotationUnit {
  HOURS = 'HOURS',
  DAYS = 'DAYS',
  WEEKS = 'WEEKS',
}

export interface Rotation {
  readonly length: number
  readonly unit: RotationUnit
  /** `HH:MM` in the zone; of a rotation by hours, the time from which they are counted. */
  readonly handoverTime: string
  /** For a rotation by weeks only. */
  readonly handoverWeekday: Weekday | null
}

const UNITS: Record<RotationUnit, { readonly milliseconds: number; readonly maximum: number }> = {
  HOURS: { milliseconds: HOUR, maximum: 366 * 24 },
  DAYS: { milliseconds: DAY, maximum: 366 },
  WEEKS: { milliseconds: 7 * DAY, maximum: 52 },
}

const WEEKDAYS = Object.values(Weekday)

export function kindOf({ length, unit }: Rotation): RotationKind {
  if (length !== 1 || unit === RotationUnit.HOURS) return RotationKind.CUSTOM
  return unit === RotationUnit.DAYS ? RotationKind.DAILY : RotationKind.WEEKLY
}

/** A rotation as people describe it. */
export interface RotationTerms {
  readonly kind: RotationKind
  readonly length?: number | null
  readonly unit?: RotationUnit | null
  readonly handoverTime: string
  readonly handoverWeekday?: Weekday | null
}

/** Errors: BAD_USER_INPUT that names the field below `field`. */
export function newRotation(field: string, { kind, ...terms }: RotationTerms): Rotation {
  const { length, unit } = kind === RotationKind.CUSTOM ? customLength(field, terms) : plainLength(field, kind, terms)
  const handoverTime = timeOfDay(`${field}.handoverTime`, terms.handoverTime)
  const handoverWeekday = terms.handoverWeekday ?? null
  if (unit === RotationUnit.WEEKS && !handoverWeekday)
    throw badInput(`${field}.handoverWeekday`, 'Name the day of the week on which to hand over.')
  if (unit !== RotationUnit.WEEKS && handoverWeekday)
    throw badInput(`${field}.handoverWeekday`, 'Only a rotation by weeks has a day of the week to hand over.')
  return { length, unit, handoverTime, handoverWeekday }
}

type Length = Pick<RotationTerms, 'length' | 'unit'>

function customLength(field: string, { length, unit }: Length): Pick<Rotation, 'length' | 'unit'> {
  if (typeof length !== 'number') throw badInput(`${field}.length`, 'Say how long a turn of a custom rotation is.')
  if (!unit) throw badInput(`${field}.unit`, 'Say in which unit the length is told.')
  return { length: wholeNumber(`${field}.length`, length, { minimum: 1, maximum: UNITS[unit].maximum }), unit }
}

function plainLength(field: string, kind: RotationKind, { length, unit }: Length): Pick<Rotation, 'length' | 'unit'> {
  for (const [name, value] of Object.entries({ length, unit }))
    if (value !== null && value !== undefined)
      throw badInput(
        `${field}.${name}`,
        `A ${kind.toLowerCase()} rotation has its length; make it CUSTOM to choose one.`,
      )
  return { length: 1, unit: kind === RotationKind.DAILY ? RotationUnit.DAYS : RotationUnit.WEEKS }
}

/** One person's time until they hand over. Milliseconds. */
export interface Turn {
  /** 0 is the turn in which the rotation starts. */
  readonly number: number
  readonly startsAt: number
  /** Exclusive. */
  readonly endsAt: number
}

/**
 * The turns that overlap a stretch of time, whole. Only they are computed, however long ago the rotation started. A turn
 * that a clock change skips entirely is missing, and so is its number.
 *
 * @param startsAt when the rotation starts: within turn 0
 */
export function turnsBetween(
  { rotation, timeZone, startsAt }: { rotation: Rotation; timeZone: string; startsAt: number },
  from: number,
  until: number,
): Turn[] {
  const length = rotation.length * UNITS[rotation.unit].milliseconds
  const first = firstHandover(rotation, readingAt(timeZone, startsAt), length)
  const startOf = (number: number) => firstMomentOf(timeZone, first + number * length)
  const numberAt = (moment: number) => {
    let number = Math.floor((readingAt(timeZone, moment) - first) / length)
    while (startOf(number + 1) <= moment) number++ // the clock was put back: it has shown later times before
    return number
  }
  const zero = numberAt(startsAt)
  const turns: Turn[] = []
  let number = numberAt(Math.max(from, startsAt))
  for (let start = startOf(number); start < until; number++) {
    const end = startOf(number + 1)
    if (start < end) turns.push({ number: number - zero, startsAt: start, endsAt: end })
    start = end
  }
  return turns
}

/** The last time to hand over that the clock has shown before `start`, or shows just then. */
function firstHandover({ unit, handoverTime, handoverWeekday }: Rotation, start: Reading, length: number): Reading {
  const today = dayOf(start) + sinceMidnight(handoverTime)
  if (unit === RotationUnit.HOURS) return today + Math.floor((start - today) / length) * length
  const days = handoverWeekday ? (weekdayOf(start) - WEEKDAYS.indexOf(handoverWeekday) + 7) % 7 : 0
  const handover = today - days * DAY
  if (handover <= start) return handover
  return handover - (handoverWeekday ? 7 : 1) * DAY
}
