import { inHours } from './duration.js'

/**
 * Whether an open incident will miss its target, by how long others like it took. Nothing is modelled: of those that were
 * still open when they were as old as this one is, it is counted how many took longer than this one has left. One more of
 * each is counted than there were, so that a few do not make certainty.
 */

export enum PredictionBasis {
  SERVICE_AND_PRIORITY = 'SERVICE_AND_PRIORITY',
  PRIORITY = 'PRIORITY',
}

export interface Prediction {
  readonly probability: number
  readonly expectedResolvedAt: Date
  readonly basis: PredictionBasis
  /** How many were like it. */
  readonly sampleSize: number
  /** How many of these took longer than this one may. */
  readonly exceeding: number
  readonly explanation: string
}

export interface Similar {
  /** Minutes from the opening to the resolution, of those that took longer than this one is old, ascending. */
  readonly sameService: readonly number[]
  readonly any: readonly number[]
}

/** With fewer, nothing is said. */
const ENOUGH = 5
const MINUTE = 60_000

export function predict(
  incident: { readonly createdAt: Date; readonly priority: string },
  dueAt: Date,
  { sameService, any }: Similar,
  at: Date,
): Prediction | null {
  const basis = sameService.length >= ENOUGH ? PredictionBasis.SERVICE_AND_PRIORITY : PredictionBasis.PRIORITY
  const minutes = basis === PredictionBasis.PRIORITY ? any : sameService
  if (minutes.length < ENOUGH) return null
  const age = (+at - +incident.createdAt) / MINUTE
  const allowed = (+dueAt - +incident.createdAt) / MINUTE
  const exceeding = minutes.filter((taken) => taken >= allowed).length
  const probability = allowed <= age ? 1 : (exceeding + 1) / (minutes.length + 2)
  const likeIt = `incidents of priority ${incident.priority}${basis === PredictionBasis.PRIORITY ? '' : ' of the same service'}`
  return {
    ...{ probability: Math.round(probability * 1_000) / 1_000, basis, sampleSize: minutes.length, exceeding },
    expectedResolvedAt: new Date(+incident.createdAt + minutes[Math.floor((minutes.length - 1) / 2)]! * MINUTE),
    explanation:
      `Of ${minutes.length} ${likeIt} that were still open after ${inHours(age)}, ` +
      `${exceeding} took longer than the ${inHours(Math.max(0, allowed))} that this one may take by the clock on the wall.`,
  }
}
