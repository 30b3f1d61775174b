/**
 * How values are spread, in buckets that grow by a fixed factor: whatever falls into one is within two percent of what
 * stands for it. Histograms add up, and take away, exactly. (The buckets of DDSketch, Masson, Rim and Lee, VLDB 2019.)
 */

/** The most by which a percentile can be off, as a share of it. */
export const RELATIVE_ERROR = 0.02

const GROWTH = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR)
const LOG_GROWTH = Math.log(GROWTH)

/** How many each bucket holds; as long as it has to be. */
export interface Histogram {
  counts: Int32Array
}

export const emptyHistogram = (): Histogram => ({ counts: NOTHING })

const NOTHING = new Int32Array(0)
/** It grows by so many buckets at once: from a second to an hour. */
const STEP = 256

/** @param value not negative */
export const bucketOf = (value: number): number => (value < 1 ? 0 : 1 + Math.ceil(Math.log(value) / LOG_GROWTH))

/** What stands for the values of a bucket. */
export const valueOf = (bucket: number): number => (bucket === 0 ? 0 : (2 * GROWTH ** (bucket - 1)) / (GROWTH + 1))

export function put(histogram: Histogram, bucket: number, count: number): void {
  if (bucket >= histogram.counts.length) grow(histogram, bucket + 1)
  histogram.counts[bucket]! += count
}

/** Adds another. */
export function putAll(histogram: Histogram, { counts }: Histogram): void {
  if (counts.length > histogram.counts.length) grow(histogram, counts.length)
  for (let bucket = 0; bucket < counts.length; bucket++) histogram.counts[bucket]! += counts[bucket]!
}

function grow(histogram: Histogram, length: number): void {
  const counts = new Int32Array(Math.ceil(length / STEP) * STEP)
  counts.set(histogram.counts)
  histogram.counts = counts
}

/** The index, in sorted values, of the nearest rank: the least of them that so many percent do not exceed. */
const rank = (count: number, percent: number): number => Math.max(0, Math.ceil((percent / 100) * count) - 1)

/** In the order of `percents`; the median of an even number lies between the two in the middle. @param values sorted, and some */
export const percentilesOfValues = (values: ArrayLike<number>, percents: readonly number[]): number[] =>
  percents.map((percent) => {
    const at = rank(values.length, percent)
    return percent === 50 && values.length % 2 === 0 ? (values[at]! + values[at + 1]!) / 2 : values[at]!
  })

/** In the order of `percents`, which rise. @param count how many the histogram holds, and some */
export function percentilesOfHistogram({ counts }: Histogram, count: number, percents: readonly number[]): number[] {
  let at = 0
  let passed = 0
  return percents.map((percent) => {
    const wanted = rank(count, percent)
    while (at < counts.length - 1 && passed + counts[at]! <= wanted) passed += counts[at++]!
    return valueOf(at)
  })
}
