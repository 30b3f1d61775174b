import type { Exclusion } from './fact.js'
import { DURATIONS, EXCLUSIONS, MEASURES, type Measure } from './fact.js'
import { type Histogram, bucketOf, percentilesOfHistogram, percentilesOfValues, put } from './histogram.js'

/**
 * Measures of many incidents, added up: how many, their sum, how they are spread, and what was left out and why. Tallies
 * add up, and what was added can be taken away: the tally of a year is that of its months, and a correction takes the old
 * measures out and puts the new ones in. As bytes, a tally is a cell of the roll-ups.
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
    ...{ count: 0, sum: 0, excluded: EXCLUSIONS.map(() => 0), histogram: new Map(), values: null },
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
      for (const [bucket, n] of histogram) put(tally.histogram, bucket, n)
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

/** Whole numbers in as few bytes as they need, seven bits in each; sums are whole: scores are kept in thousandths. */
const SCALE = 1_000

export function encode(tally: Tally): Buffer {
  const bytes: number[] = []
  const write = (value: number) => {
    let rest = value
    for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128)
    bytes.push(rest)
  }
  write(tally.incidents)
  for (const [index, { count, sum, excluded, histogram }] of tally.measures.entries()) {
    write(count)
    write(index < DURATIONS ? sum : Math.round(sum * SCALE))
    excluded.forEach(write)
    if (index >= DURATIONS) continue
    write(histogram.size)
    let last = 0
    for (const [bucket, n] of [...histogram].sort(([a], [b]) => a - b)) {
      write(bucket - last)
      write(n)
      last = bucket
    }
  }
  return Buffer.from(bytes)
}

/** Adds what the bytes hold to a tally: of a hundred thousand cells, none is made for its own sake. */
export function mergeEncoded(tally: Tally, bytes: Uint8Array): void {
  let at = 0
  const read = () => {
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at++]!
      value += (byte & 127) * factor
      if (byte < 128) return value
    }
  }
  tally.incidents += read()
  for (const [index, measure] of tally.measures.entries()) {
    measure.count += read()
    const sum = read()
    measure.sum += index < DURATIONS ? sum : sum / SCALE
    for (let reason = 0; reason < EXCLUSIONS.length; reason++) measure.excluded[reason]! += read()
    if (index >= DURATIONS) continue
    let bucket = 0
    for (let left = read(); left > 0; left--) {
      bucket += read()
      put(measure.histogram, bucket, read())
    }
  }
}
