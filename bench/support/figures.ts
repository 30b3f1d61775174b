/** What is reported: one figure is one line. */
export interface Figure {
  readonly figure: string
  readonly value: number
  readonly unit: string
  /** For ratios: the side that stands below the line. */
  readonly ratioTo?: string
  readonly goal?: string
  readonly met?: boolean
}

export type Goal = readonly ['>=' | '<=' | '=', number]

export const rounded = (value: number): number => Number(value.toPrecision(value >= 100 ? 4 : 3))

export function figure(name: string, value: number, unit: string, goal?: Goal, ratioTo?: string): Figure {
  return {
    figure: name,
    value: rounded(value),
    unit,
    ...(ratioTo ? { ratioTo } : {}),
    ...(goal ? { goal: `${goal[0]} ${goal[1]}`, met: meets(value, goal) } : {}),
  }
}

const meets = (value: number, [sign, bound]: Goal) =>
  sign === '>=' ? value >= bound : sign === '<=' ? value <= bound : value === bound

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** @param part from 0 to 1 */
export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN
}

/** Of each round by itself: what disturbs a machine for a while disturbs both sides of it. */
export const medianRatio = (above: readonly number[], below: readonly number[]): number =>
  median(above.map((value, round) => value / below[round]!))

export function present(bench: string, { figure, value, unit, ratioTo, goal, met }: Figure): string {
  const amount = ratioTo ? `${value} of ${ratioTo}` : `${value} ${unit}`
  return `${bench.padEnd(11)}${figure.padEnd(48)}${amount.padEnd(28)}${goal ? `goal ${goal} ${met ? 'met' : 'MISSED'}` : ''}`
}
