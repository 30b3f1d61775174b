import type { GraphQLResolveInfo } from 'graphql'
import { Arg, Ctx, Extensions, FieldResolver, Info, Int, Query, Resolver, Root, Subscription } from 'type-graphql'
import type { AccessFacts } from '../access/rules.js'
import { type EventStream, STREAM, carriedByFanOut } from '../events/event-stream.js'
import type { Context } from '../platform/context.js'
import { selectedFields } from '../platform/look-ahead.js'
import { DateTime } from '../platform/scalars.js'
import { METRICS_COUNTED } from './feed.js'
import { DURATION_FIELDS, RATE_FIELDS, type Telling, documentation, duration, rate } from './metric.js'
import { csvOf } from './metrics-csv.js'
import { type MetricsKey, type MetricsRequest, scopeOf } from './metrics.js'
import { type Metrics, findMetrics, labelOf } from './metrics.queries.js'
import {
  DurationMetric,
  MetricsGroupType,
  MetricsInput,
  MetricsKeyType,
  MetricsType,
  RateMetric,
  ScoreMetric,
} from './metrics.types.js'

/** A group, with the figures that it is compared to. */
interface Told extends Telling {
  readonly previous: Told | null
}

const nameOf = (keys: readonly MetricsKey[]) => JSON.stringify(keys)

function tellGroups({ groups, asOf, exact, previous }: Metrics): Told[] {
  const before = new Map(previous?.groups.map((group) => [nameOf(group.keys), group]))
  return groups.map((group) => {
    const other = before.get(nameOf(group.keys))
    return {
      group,
      asOf,
      exact,
      previous: other ? { group: other, asOf, exact: previous!.exact, previous: null } : null,
    }
  })
}

const FIGURES = ['groups', 'total', 'groups.previous', 'total.previous']
const PERCENTILES = ['p50', 'p75', 'p90', 'p95', 'p99']

/** The backlog, and how durations are spread, cost a look of their own; so they are looked for only where they are wanted. */
function wanted(input: MetricsInput, info: GraphQLResolveInfo): MetricsRequest {
  const isAsked = (path: string) => selectedFields(info, path).length > 0
  const isAskedOfFigures = (path: string) => FIGURES.some((figures) => isAsked(`${figures}.${path}`))
  if (isAsked('csv')) return { ...input, withBacklog: true }
  const spread = Object.entries(DURATION_FIELDS).filter(([field]) =>
    PERCENTILES.some((percentile) => isAskedOfFigures(`${field}.${percentile}`)),
  )
  return { ...input, withBacklog: isAskedOfFigures('backlog'), spread: new Set(spread.map(([, measure]) => measure)) }
}

/** Something was counted: what that changes for the viewer is looked up with their eyes. */
const CHANGES: EventStream<{ input: MetricsInput }, AccessFacts> = {
  carries: (event) => event.type === METRICS_COUNTED,
  mayReceive: () => true,
  root: (event) => event,
  open: async (_ctx, { input }) => {
    scopeOf(input)
    return { snapshot: {}, isNews: () => true }
  },
}

@Resolver(() => MetricsType)
export class MetricsResolver {
  @Query(() => MetricsType, {
    description:
      'Key figures of the incidents that were opened in a range, as far as the viewer may see them, up to the moment.',
  })
  metrics(
    @Ctx() ctx: Context,
    @Arg('input', () => MetricsInput, { description: 'Which.' }) input: MetricsInput,
    @Info() info: GraphQLResolveInfo,
  ) {
    return findMetrics(ctx, wanted(input, info))
  }

  @Extensions({ [STREAM]: CHANGES })
  @Subscription(() => MetricsType, {
    subscribe: carriedByFanOut,
    description:
      'The same figures: first as they are, then again whenever incidents have changed, as the viewer may see them then. What happens within a quarter of a second is told at once.',
  })
  metricsChanged(
    @Ctx() ctx: Context,
    @Arg('input', () => MetricsInput, { description: 'Which.' }) input: MetricsInput,
    @Info() info: GraphQLResolveInfo,
  ) {
    return findMetrics(ctx, wanted(input, info))
  }

  @FieldResolver(() => [MetricsGroupType], { description: 'By what was grouped by; one, if by nothing.' })
  groups(@Root() metrics: Metrics): Told[] {
    return tellGroups(metrics)
  }

  @FieldResolver(() => MetricsGroupType, { description: 'All of them together.' })
  total(@Root() { total, asOf, exact, previous }: Metrics): Told {
    const before = previous && { group: previous.total, asOf, exact: previous.exact, previous: null }
    return { group: total, asOf, exact, previous: before }
  }

  @FieldResolver(() => String, {
    description:
      'The groups as CSV: a line each, times in seconds, with a header. Texts that a spreadsheet would run are quoted.',
  })
  csv(@Root() metrics: Metrics, @Ctx() ctx: Context) {
    return csvOf(ctx, metrics)
  }
}

@Resolver(() => MetricsKeyType)
export class MetricsKeyResolver {
  @FieldResolver(() => String, { description: 'For people: the name of the team or service, or the value.' })
  label(@Root() key: MetricsKey, @Ctx() ctx: Context) {
    return labelOf(ctx, key)
  }
}

@Resolver(() => MetricsGroupType)
export class MetricsGroupResolver {
  @FieldResolver(() => [MetricsKeyType], { description: 'What its incidents have in common.' })
  keys(@Root() { group }: Told) {
    return group.keys
  }

  @FieldResolver(() => DateTime, { description: 'Where its range begins.' })
  from(@Root() { group }: Told) {
    return new Date(group.period.from)
  }

  @FieldResolver(() => DateTime, { description: 'Where its range ends.' })
  until(@Root() { group }: Told) {
    return new Date(group.period.until)
  }

  @FieldResolver(() => Int, { description: 'How many were opened.' })
  opened(@Root() { group }: Told) {
    return group.tally.incidents
  }

  @FieldResolver(() => Int, { description: 'How many were open at the end of the range, or are now.' })
  backlog(@Root() { group }: Told) {
    return group.backlog ?? 0
  }

  @FieldResolver(() => DurationMetric, { description: 'Mean time to detect.' })
  mttd(@Root() told: Told) {
    return duration(DURATION_FIELDS.mttd, told)
  }

  @FieldResolver(() => DurationMetric, { description: 'Mean time to acknowledge.' })
  mtta(@Root() told: Told) {
    return duration(DURATION_FIELDS.mtta, told)
  }

  @FieldResolver(() => DurationMetric, { description: 'Mean time to resolve, from the detection.' })
  mttr(@Root() told: Told) {
    return duration(DURATION_FIELDS.mttr, told)
  }

  @FieldResolver(() => DurationMetric, { description: 'From the opening to the resolution.' })
  openToResolved(@Root() told: Told) {
    return duration(DURATION_FIELDS.openToResolved, told)
  }

  @FieldResolver(() => DurationMetric, { description: 'From the opening to the closing.' })
  openToClosed(@Root() told: Told) {
    return duration(DURATION_FIELDS.openToClosed, told)
  }

  @FieldResolver(() => RateMetric, { description: 'Resolved within their target.' })
  resolutionRate(@Root() told: Told) {
    return rate(RATE_FIELDS.resolutionRate, told)
  }

  @FieldResolver(() => RateMetric, { description: 'Escalated.' })
  escalationRate(@Root() told: Told) {
    return rate(RATE_FIELDS.escalationRate, told)
  }

  @FieldResolver(() => RateMetric, { description: 'Reopened.' })
  reopenRate(@Root() told: Told) {
    return rate(RATE_FIELDS.reopenRate, told)
  }

  @FieldResolver(() => RateMetric, { description: 'Over before anybody was affected.' })
  proactivePrevention(@Root() told: Told) {
    return rate(RATE_FIELDS.proactivePrevention, told)
  }

  @FieldResolver(() => RateMetric, { description: 'Everything kept that was promised.' })
  slaCompliance(@Root() told: Told) {
    return rate(RATE_FIELDS.slaCompliance, told)
  }

  @FieldResolver(() => ScoreMetric, { description: 'How well they are documented.' })
  documentationQuality(@Root() told: Told) {
    return documentation(told)
  }

  @FieldResolver(() => MetricsGroupType, {
    nullable: true,
    description: 'The same in the time before; null where that was not asked for, or nothing was opened then.',
  })
  previous(@Root() { previous }: Told) {
    return previous
  }
}
