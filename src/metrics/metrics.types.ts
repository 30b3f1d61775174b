import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql'
import { Priority } from '../incidents/incident.js'
import { DateTime } from '../platform/scalars.js'
import { Exclusion, IncidentType } from './fact.js'
import { MetricsDimension, type MetricsFilter, type MetricsRequest } from './metrics.js'

registerEnumType(IncidentType, {
  name: 'IncidentType',
  description: 'How an incident came to be known.',
  valuesConfig: {
    ALERT: { description: 'An alert opened it.' },
    DECLARATION: { description: 'Somebody declared it.' },
    REQUEST: { description: 'Somebody reported it for themselves.' },
    IMPORT: { description: 'It is history of another system.' },
  },
})
registerEnumType(Exclusion, {
  name: 'MetricExclusion',
  description: 'Why an incident is left out of a metric.',
  valuesConfig: {
    PENDING: { description: 'It can still come: the incident is not over.' },
    NOT_APPLICABLE: {
      description: 'It cannot be told of the incident: a moment is not known, or nothing was promised.',
    },
    INVALID: { description: 'It would be negative: a clock ran backwards where it was recorded.' },
  },
})
registerEnumType(MetricsDimension, {
  name: 'MetricsDimension',
  description: 'What figures are grouped by.',
  valuesConfig: {
    TEAM: { description: 'The team that has the incident.' },
    SERVICE: { description: 'The service that it concerns.' },
    PRIORITY: { description: 'Its priority.' },
    TYPE: { description: 'How it came to be known.' },
    DAY: { description: 'The day on which it was opened, in the time zone asked for.' },
    WEEK: { description: 'The week, from Monday.' },
    MONTH: { description: 'The month.' },
  },
})
export enum MetricUnit {
  SECONDS = 'SECONDS',
  SHARE = 'SHARE',
  POINTS = 'POINTS',
}

registerEnumType(MetricUnit, {
  name: 'MetricUnit',
  description: 'What a metric counts in.',
  valuesConfig: {
    SECONDS: { description: 'Seconds.' },
    SHARE: { description: 'A share of all, from 0 to 1.' },
    POINTS: { description: 'Points from 0 to 100.' },
  },
})

@ObjectType('MetricExcluded', { simpleResolvers: true, description: 'How many incidents a metric left out, and why.' })
export class ExcludedType {
  @Field(() => Exclusion, { description: 'Why.' })
  reason: Exclusion
  @Field(() => Int, { description: 'How many.' })
  count: number
}

@ObjectType()
abstract class Metric {
  @Field(() => String, { description: 'What it says, and of which incidents.' })
  definition: string
  @Field(() => MetricUnit, { description: 'What it counts in.' })
  unit: MetricUnit
  @Field(() => Int, { description: 'Over how many incidents.' })
  count: number
  @Field(() => [ExcludedType], {
    description: 'Which incidents were left out, by reason; reasons without any are not named.',
  })
  excluded: ExcludedType[]
  @Field(() => DateTime, { description: 'As of when.' })
  asOf: Date
}

const NULL = 'Null where nothing was counted.'

@ObjectType({ simpleResolvers: true, description: 'How long something took, in seconds.' })
export class DurationMetric extends Metric {
  @Field(() => Boolean, {
    description: 'Whether percentiles are those of the very values; else they are off by at most two percent.',
  })
  exact: boolean
  @Field(() => Float, { nullable: true, description: `The mean, exact in any case. ${NULL}` })
  mean: number | null
  @Field(() => Float, { nullable: true, description: `The median. ${NULL}` })
  p50: number | null
  @Field(() => Float, { nullable: true, description: `What three in four do not exceed, by the nearest rank. ${NULL}` })
  p75: number | null
  @Field(() => Float, { nullable: true, description: `What nine in ten do not exceed. ${NULL}` })
  p90: number | null
  @Field(() => Float, { nullable: true, description: `What 95 in 100 do not exceed. ${NULL}` })
  p95: number | null
  @Field(() => Float, { nullable: true, description: `What 99 in 100 do not exceed. ${NULL}` })
  p99: number | null
}

@ObjectType({ simpleResolvers: true, description: 'Of how many of all something holds.' })
export class RateMetric extends Metric {
  @Field(() => Float, { nullable: true, description: `From 0 to 1. ${NULL}` })
  value: number | null
  @Field(() => Int, { description: 'Of how many it holds.' })
  holds: number
}

@ObjectType({ simpleResolvers: true, description: 'A part of a score.' })
export class ScorePart {
  @Field(() => String, { description: 'What it looks at.' })
  name: string
  @Field(() => Float, { description: 'How much it weighs: of 1 in all.' })
  weight: number
  @Field(() => Float, { nullable: true, description: `Points from 0 to 100. ${NULL}` })
  value: number | null
}

@ObjectType({ simpleResolvers: true, description: 'How good something is, from 0 to 100.' })
export class ScoreMetric extends Metric {
  @Field(() => Float, { nullable: true, description: `The mean of all. ${NULL}` })
  value: number | null
  @Field(() => [ScorePart], { description: 'What it is made of.' })
  parts: ScorePart[]
}

@ObjectType({ simpleResolvers: true, description: 'What the incidents of a group have in common.' })
export class MetricsKeyType {
  @Field(() => MetricsDimension, { description: 'What it was grouped by.' })
  dimension: MetricsDimension
  @Field(() => String, {
    nullable: true,
    description: 'An id, a value of an enum, a day such as 2026-11-02 or a month such as 2026-11; null for none.',
  })
  value: string | null
}

@ObjectType({ description: 'The figures of incidents that were opened in a range, and have something in common.' })
export class MetricsGroupType {}

@ObjectType('Metrics', {
  description: 'Figures of the incidents that were opened in a range, and that the viewer may see.',
})
export class MetricsType {
  @Field(() => DateTime, { description: 'As of when.' })
  asOf: Date
  @Field(() => Boolean, {
    description: 'Whether percentiles are those of the very values; else they are off by at most two percent.',
  })
  exact: boolean
}

@InputType('MetricsFilter', { description: 'Which incidents. All that is given must hold.' })
export class MetricsFilterInput implements MetricsFilter {
  @Field(() => [ID], { nullable: true, description: 'Of any of these teams.' })
  teamId?: string[]
  @Field(() => [ID], { nullable: true, description: 'Concerning any of these services.' })
  serviceId?: string[]
  @Field(() => [Priority], { nullable: true, description: 'Of any of these priorities.' })
  priority?: Priority[]
  @Field(() => [IncidentType], { nullable: true, description: 'Come to be known in any of these ways.' })
  type?: IncidentType[]
}

@InputType({ description: 'Which figures are asked for.' })
export class MetricsInput implements MetricsRequest {
  @Field(() => DateTime, { description: 'Of incidents that were opened from here on.' })
  from: Date
  @Field(() => DateTime, { description: 'Of incidents that were opened before this: at most five years later.' })
  until: Date
  @Field(() => String, {
    nullable: true,
    description: 'An IANA time zone, in which days, weeks and months begin; UTC when left out.',
  })
  timeZone?: string
  @Field(() => [MetricsDimension], {
    nullable: true,
    description: 'At most three dimensions, one of them a length of time; at most 2,000 groups may come of it.',
  })
  groupBy?: MetricsDimension[]
  @Field(() => MetricsFilterInput, { nullable: true, description: 'Only these incidents.' })
  filter?: MetricsFilterInput
  @Field(() => Boolean, { nullable: true, description: 'Whether drills count, too; not, when left out.' })
  drills?: boolean
  @Field(() => ID, {
    nullable: true,
    description: 'Durations count in the hours of this business calendar: of at most 50,000 incidents.',
  })
  businessCalendarId?: string
  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether the time of equal length right before is counted, too. Not with a length of time to group by.',
  })
  comparePrevious?: boolean
}
