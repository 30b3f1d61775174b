import type { Exclusion } from './fact.js'
import { DURATIONS, EXCLUSIONS, MEASURES, type Measure } from './fact.js'
import {
  type Histogram,
  bucketOf,
  emptyHistogram,
  percentilesOfHistogram,
  percentilesOfValues,
  put,
  putAll,
} from './histogram.js'

/**
 * Measures of many incidents, added up: how many, their sum, how they are spread, and what was left out and why. Tallies
 * add up, and what was added can be taken away: the tally of a year is that of its months, and a correction takes the old
 * measures out and puts the new ones in. As a text, a tally is a cell of the roll-ups; texts one after the other are read
 * as their sum.
 */

export interface MeasureTally {
  count: number
  /** Of whole milliseconds, or of shares and scores. */
  sum: number
  /** In the order of `EXCLUSIONS`. */
  readonly excluded: number[]
  /** Of durations; none for the others. */
  readonly histogram: Histogram
  /** The durations themselves, while they are few enough to be kept. */
  values: number[] | null
}

const PERCENTS = [50, 75, 90, 95, 99] as const
export type Percent = (typeof PERCENTS)[number]

export class Tally {
  incidents = 0
  readonly measures: readonly MeasureTally[] = MEASURES.map(() => ({
    ...{ count: 0, sum: 0, excluded: EXCLUSIONS.map(() => 0), histogram: emptyHistogram(), values: null },
  }))

  /** @param exact keeps the durations themselves, so that percentiles are exact. Nothing is taken away from it then. */
  constructor(private readonly exact = false) {}

  of(measure: Measure): MeasureTally {
    return this.measures[MEASURES.indexOf(measure)]!
  }

  /** Adds an incident; takes it away with -1. */
  add(measured: readonly (number | Exclusion)[], times: 1 | -1 = 1): void {
    this.incidents += times
    for (const [index, value] of measured.entries()) {
      const tally = this.measures[index]!
      if (typeof value !== 'number') {
        tally.excluded[EXCLUSIONS.indexOf(value)]! += times
        continue
      }
      tally.count += times
      tally.sum += times * value
      if (index >= DURATIONS) continue
      if (this.exact) (tally.values ??= []).push(value)
      else put(tally.histogram, bucketOf(value), times)
    }
  }

  merge(other: Tally): void {
    this.incidents += other.incidents
    for (const [index, { count, sum, excluded, histogram, values }] of other.measures.entries()) {
      const tally = this.measures[index]!
      tally.count += count
      tally.sum += sum
      for (const [reason, n] of excluded.entries()) tally.excluded[reason]! += n
      putAll(tally.histogram, histogram)
      if (values) tally.values = [...(tally.values ?? []), ...values]
    }
  }

  get isEmpty(): boolean {
    return this.incidents === 0
  }
}

/** Milliseconds by percent; null where there is no value. */
export function percentilesOf({ count, values, histogram }: MeasureTally): Record<Percent, number> | null {
  if (count === 0) return null
  const found = values
    ? percentilesOfValues(Float64Array.from(values).sort(), PERCENTS)
    : percentilesOfHistogram(histogram, count, PERCENTS)
  return Object.fromEntries(PERCENTS.map((percent, index) => [percent, found[index]!])) as Record<Percent, number>
}

/** Sums are whole as texts: scores are kept in thousandths. */
const SCALE = 1_000

/**
 * Whole numbers as digits to the base of 32, the last one first, with a mark on all but the last: most are one character.
 * A driver hands texts over as they are, and bytes by way of their hexadecimal digits.
 */
const BASE = 32
const ZERO = '0'.charCodeAt(0)
const DIGITS = Array.from({ length: 2 * BASE }, (_, digit) => String.fromCharCode(ZERO + digit))

function numeral(value: number): string {
  let text = ''
  let rest = value
  for (; rest >= BASE; rest = Math.floor(rest / BASE)) text += DIGITS[BASE + (rest % BASE)]!
  return text + DIGITS[rest]!
}

/** Of nothing, an empty text. */
export function encode(tally: Tally): string {
  if (tally.isEmpty) return ''
  let text = numeral(tally.incidents)
  for (const [index, { count, sum, excluded, histogram }] of tally.measures.entries()) {
    text += numeral(count) + numeral(index < DURATIONS ? sum : Math.round(sum * SCALE))
    for (const n of excluded) text += numeral(n)
    if (index >= DURATIONS) continue
    const spread = spreadOf(histogram)
    text += numeral(spread.length) + spread
  }
  return text
}

/** Of each bucket that is not empty: how far from the last one, and how many. */
function spreadOf({ counts }: Histogram): string {
  let text = ''
  let last = 0
  for (let bucket = 0; bucket < counts.length; bucket++) {
    if (counts[bucket] === 0) continue
    text += numeral(bucket - last) + numeral(counts[bucket]!)
    last = bucket
  }
  return text
}

/**
 * Adds what texts hold to a tally: of ten thousand cells, none is made for its own sake.
 * @param spread of which measures percentiles are wanted; of all when left out
 */
export function mergeEncoded(tally: Tally, text: string, spread?: ReadonlySet<Measure>): void {
  let at = 0
  const read = () => {
    let digit = text.charCodeAt(at++) - ZERO
    if (digit < BASE) return digit
    let value = digit - BASE
    for (let factor = BASE; ; factor *= BASE) {
      digit = text.charCodeAt(at++) - ZERO
      if (digit < BASE) return value + digit * factor
      value += (digit - BASE) * factor
    }
  }
  const isSpread = MEASURES.map((measure) => spread?.has(measure) ?? true)
  while (at < text.length) {
    tally.incidents += read()
    for (let index = 0; index < MEASURES.length; index++) {
      const measure = tally.measures[index]!
      measure.count += read()
      const sum = read()
      measure.sum += index < DURATIONS ? sum : sum / SCALE
      for (let reason = 0; reason < EXCLUSIONS.length; reason++) measure.excluded[reason]! += read()
      if (index >= DURATIONS) continue
      const end = read() + at
      if (!isSpread[index]) at = end
      for (let bucket = 0; at < end;) put(measure.histogram, (bucket += read()), read())
    }
  }
}
