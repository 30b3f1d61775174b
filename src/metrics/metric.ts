import { EXCLUSIONS, Measure } from './fact.js'
import type { MetricsGroup } from './metrics.js'
import { type DurationMetric, MetricUnit, type RateMetric, type ScoreMetric } from './metrics.types.js'
import { type MeasureTally, type Percent, percentilesOf } from './tally.js'

/** How tallies are told: each metric with its definition, over how many incidents it is, and which were left out. */

const DEFINITIONS: Record<Measure, string> = {
  DETECT: 'From the start of the impact to its detection. Incidents whose impact has no known start are left out.',
  ACKNOWLEDGE: 'From the opening of an incident to its first acknowledgement.',
  RESOLVE: 'From the detection to the resolution; of a reopened incident, to its last one.',
  OPEN_TO_RESOLVED: 'From the opening of an incident to its resolution; of a reopened one, to its last one.',
  OPEN_TO_CLOSED: 'From the opening of an incident to its closing.',
  RESOLUTION: 'Incidents resolved within their target, of all that had one and were resolved or have broken it.',
  ESCALATION: 'Incidents whose escalation reached a second step, or that somebody escalated, of all.',
  REOPENING: 'Incidents that were reopened, of all that were resolved or closed.',
  PREVENTION:
    'Incidents that were over before anybody was affected, of all that are over: the impact began later than they ended, or the last assessment counts nobody.',
  SLA: 'Incidents for which everything was kept that was promised, of all for which it is decided.',
  SECTIONS: 'Of description, impact assessment and resolution, how many are there.',
  ARTICLE: 'Whether an article is linked.',
}

/** The fields by which measures are told. */
export const DURATION_FIELDS = {
  ...{ mttd: Measure.DETECT, mtta: Measure.ACKNOWLEDGE, mttr: Measure.RESOLVE },
  ...{ openToResolved: Measure.OPEN_TO_RESOLVED, openToClosed: Measure.OPEN_TO_CLOSED },
}
export const RATE_FIELDS = {
  ...{ resolutionRate: Measure.RESOLUTION, escalationRate: Measure.ESCALATION, reopenRate: Measure.REOPENING },
  ...{ proactivePrevention: Measure.PREVENTION, slaCompliance: Measure.SLA },
}

export interface Telling {
  readonly group: MetricsGroup
  readonly asOf: Date
  readonly exact: boolean
}

const common = (measure: Measure, { count, excluded }: MeasureTally, unit: MetricUnit, asOf: Date) => ({
  ...{ definition: DEFINITIONS[measure], unit, count, asOf },
  excluded: EXCLUSIONS.map((reason, index) => ({ reason, count: excluded[index]! })).filter(({ count }) => count > 0),
})

const mean = ({ count, sum }: MeasureTally): number | null => (count === 0 ? null : sum / count)

const seconds = (milliseconds: number | null | undefined): number | null =>
  milliseconds === null || milliseconds === undefined ? null : milliseconds / 1_000

export function duration(measure: Measure, { group, asOf, exact }: Telling): DurationMetric {
  const tally = group.tally.of(measure)
  const percentiles = percentilesOf(tally)
  const p = (percent: Percent) => seconds(percentiles?.[percent])
  return {
    ...common(measure, tally, MetricUnit.SECONDS, asOf),
    ...{ exact, mean: seconds(mean(tally)), p50: p(50), p75: p(75), p90: p(90), p95: p(95), p99: p(99) },
  }
}

export function rate(measure: Measure, { group, asOf }: Telling): RateMetric {
  const tally = group.tally.of(measure)
  return { ...common(measure, tally, MetricUnit.SHARE, asOf), value: mean(tally), holds: tally.sum }
}

/** What the documentation of an incident is judged by. */
const PARTS = [
  { measure: Measure.SECTIONS, name: 'Required sections', weight: 0.6 },
  { measure: Measure.ARTICLE, name: 'Linked article', weight: 0.4 },
]

/** Every incident has all parts or none, so the mean of the sum is the sum of the means. */
export function documentation({ group, asOf }: Telling): ScoreMetric {
  const parts = PARTS.map(({ measure, ...part }) => ({ ...part, value: mean(group.tally.of(measure)) }))
  const tally = group.tally.of(Measure.SECTIONS)
  return {
    ...common(Measure.SECTIONS, tally, MetricUnit.POINTS, asOf),
    definition: 'How well incidents that are over are documented: their parts, by weight.',
    value: tally.count === 0 ? null : parts.reduce((sum, { value, weight }) => sum + weight * value!, 0),
    parts,
  }
}
