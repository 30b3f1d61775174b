import { badInput } from '../platform/errors.js'
import { DAY, dayOf, firstMomentOf, readingAt, weekdayOf } from '../platform/wall-clock.js'

/**
 * A range of time, cut into days, weeks or months of a time zone. Cells of the roll-ups are days and months of UTC: a
 * period is made of whole ones, as large as they come, and of what lies between its ends and the nearest midnight of UTC,
 * which is put in, or taken out again, incident by incident.
 */

export enum PeriodLength {
  DAY = 'DAY',
  WEEK = 'WEEK',
  MONTH = 'MONTH',
}

/** From and until, in milliseconds since 1970. */
export interface Period {
  readonly from: number
  readonly until: number
}

/** Days in a range at most: five years. */
const LONGEST = 5 * 366 * DAY

/** Errors: BAD_USER_INPUT for an empty, reversed or huge range. */
export function mustBeRange({ from, until }: Period): void {
  if (until <= from) throw badInput('until', 'Must lie after `from`.')
  if (until - from > LONGEST) throw badInput('until', 'A range is at most five years long.')
}

/** Begins of days, Mondays or first days of months on the clock of the zone. */
function startAfter(reading: number, length: PeriodLength): number {
  const day = dayOf(reading)
  if (length === PeriodLength.DAY) return day + DAY
  if (length === PeriodLength.WEEK) return day + (7 - weekdayOf(day)) * DAY
  const date = new Date(day)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1)
}

/** In order; the first and the last are as much of theirs as lies in the range. Without a length it is one. */
export function periodsOf({ from, until }: Period, length: PeriodLength | null, timeZone: string): Period[] {
  if (length === null) return [{ from, until }]
  const periods: Period[] = []
  for (let at = from; at < until;) {
    const end = Math.min(firstMomentOf(timeZone, startAfter(readingAt(timeZone, at), length)), until)
    periods.push({ from: at, until: end })
    at = end
  }
  return periods
}

/** The first day of a period, as its zone's calendar writes it: `2026-11-02`. */
export function nameOf(from: number, length: PeriodLength, timeZone: string): string {
  const day = dayOf(readingAt(timeZone, from))
  const date = new Date(day)
  const first =
    length === PeriodLength.MONTH
      ? Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1)
      : length === PeriodLength.WEEK
        ? day - weekdayOf(day) * DAY
        : day
  return new Date(first).toISOString().slice(0, length === PeriodLength.MONTH ? 7 : 10)
}

export enum CellLength {
  DAY = 'DAY',
  MONTH = 'MONTH',
}

export const cellStart = (moment: number, length: CellLength): number => {
  if (length === CellLength.DAY) return dayOf(moment)
  const date = new Date(moment)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1)
}

export const liesIn = (moment: Date, { from, until }: Period): boolean => +moment >= from && +moment < until

/** Which of periods one after the other it lies in, or would lie in; how many there are when it lies after them. */
export function placeIn(periods: readonly Period[], moment: number): number {
  let [low, high] = [0, periods.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (moment < periods[middle]!.until) high = middle
    else low = middle + 1
  }
  return low
}

/** A stretch that is put in with 1, and taken out with -1. */
export interface Edge extends Period {
  readonly times: 1 | -1
}

export interface Cover {
  readonly cells: readonly { readonly length: CellLength; readonly start: number }[]
  readonly edges: readonly Edge[]
}

const nearestDay = (moment: number): number => Math.round(moment / DAY) * DAY

/** Cells and edges that together are the period, each incident once. */
export function coverOf({ from, until }: Period): Cover {
  const [first, end] = [nearestDay(from), nearestDay(until)]
  if (first >= end) return { cells: [], edges: [{ from, until, times: 1 }] }
  const cells: { length: CellLength; start: number }[] = []
  for (let start = first; start < end;) {
    const nextMonth = startAfter(start, PeriodLength.MONTH)
    const isWholeMonth = start === cellStart(start, CellLength.MONTH) && nextMonth <= end
    cells.push({ length: isWholeMonth ? CellLength.MONTH : CellLength.DAY, start })
    start = isWholeMonth ? nextMonth : start + DAY
  }
  const edges: Edge[] = []
  if (from < first) edges.push({ from, until: first, times: 1 })
  if (from > first) edges.push({ from: first, until: from, times: -1 })
  if (until > end) edges.push({ from: end, until, times: 1 })
  if (until < end) edges.push({ from: until, until: end, times: -1 })
  return { cells, edges }
}
