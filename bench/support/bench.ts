import type { Figure } from './figures.js'

export interface Options {
  /** How long a side is measured in a round; the benchmark's own choice when null. */
  readonly seconds: number | null
  readonly rounds: number | null
  /** The sides that are measured; all of them when null. */
  readonly only: readonly string[] | null
  /** A directory for PostgreSQL that outlives the run. */
  readonly keep: string | null
  readonly profile: boolean
  /** Another size than the benchmark's own, for trying things. */
  readonly size: number | null
  readonly full: boolean
  /** Says something to whoever watches, beside the figures. */
  readonly note: (line: string) => void
}

/** Measures and answers its figures, as soon as each is known. */
export type Bench = (options: Options) => AsyncIterable<Figure>
