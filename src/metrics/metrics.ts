import type { Priority } from '../incidents/incident.js'
import { badInput } from '../platform/errors.js'
import { timeZone } from '../platform/input.js'
import type { IncidentFact, IncidentType, Measure } from './fact.js'
import { type Period, PeriodLength, mustBeRange, periodsOf } from './period.js'
import type { Tally } from './tally.js'

/** What is asked of the figures, and what is answered: tallies of the incidents that were opened in a range, by group. */

export enum MetricsDimension {
  TEAM = 'TEAM',
  SERVICE = 'SERVICE',
  PRIORITY = 'PRIORITY',
  TYPE = 'TYPE',
  DAY = 'DAY',
  WEEK = 'WEEK',
  MONTH = 'MONTH',
}

export interface MetricsFilter {
  readonly teamId?: readonly string[] | null
  readonly serviceId?: readonly string[] | null
  readonly priority?: readonly Priority[] | null
  readonly type?: readonly IncidentType[] | null
}

export interface MetricsRequest {
  readonly from: Date
  readonly until: Date
  readonly timeZone?: string | null
  readonly groupBy?: readonly MetricsDimension[] | null
  readonly filter?: MetricsFilter | null
  readonly drills?: boolean | null
  readonly businessCalendarId?: string | null
  readonly comparePrevious?: boolean | null
  /** Whether somebody wants to know the backlog. */
  readonly withBacklog?: boolean
  /** Of which measures percentiles are wanted; of all when left out. */
  readonly spread?: ReadonlySet<Measure>
}

/** Dimensions of a question, and groups of an answer, at most. */
const MAXIMUM_DIMENSIONS = 3
const MAXIMUM_GROUPS = 2_000

/** What incidents are grouped by beside the time. */
const OF_FACT: Partial<Record<MetricsDimension, keyof Grouped>> = {
  ...{ TEAM: 'teamId', SERVICE: 'serviceId', PRIORITY: 'priority', TYPE: 'type' },
}

/** What incidents have in common; only what is grouped by has to be there. */
export type Grouped = Partial<Pick<IncidentFact, 'teamId' | 'serviceId' | 'priority' | 'type'>>

export interface MetricsScope {
  readonly range: Period
  readonly timeZone: string
  readonly dimensions: readonly MetricsDimension[]
  /** Of which the time is cut into; null for one piece. */
  readonly length: PeriodLength | null
  readonly periods: readonly Period[]
}

/** Errors: BAD_USER_INPUT that names the field, and the bound. */
export function scopeOf({ from, until, groupBy, timeZone: zone, comparePrevious }: MetricsRequest): MetricsScope {
  const range = { from: +from, until: +until }
  mustBeRange(range)
  const dimensions = groupBy ?? []
  if (dimensions.length > MAXIMUM_DIMENSIONS)
    throw badInput('groupBy', `Group by at most ${MAXIMUM_DIMENSIONS} dimensions, not ${dimensions.length}.`)
  if (new Set(dimensions).size < dimensions.length) throw badInput('groupBy', 'A dimension is named twice.')
  const lengths = dimensions.filter((dimension) => dimension in PeriodLength) as unknown as PeriodLength[]
  if (lengths.length > 1) throw badInput('groupBy', 'Group by one of DAY, WEEK and MONTH.')
  const length = lengths[0] ?? null
  if (comparePrevious && length)
    throw badInput('comparePrevious', `Grouped by ${length}, each one follows the previous.`)
  const timeZoneName = timeZone('timeZone', zone ?? 'UTC')
  const periods = periodsOf(range, length, timeZoneName)
  mustBeFew(periods.length)
  return { range, timeZone: timeZoneName, dimensions, length, periods }
}

/** Errors: BAD_USER_INPUT. */
export function mustBeFew(groups: number): void {
  if (groups > MAXIMUM_GROUPS)
    throw badInput(
      'groupBy',
      `This gives more than ${MAXIMUM_GROUPS.toLocaleString('en')} groups, the most that are answered: name fewer dimensions, a shorter range or a filter.`,
    )
}

export interface MetricsKey {
  readonly dimension: MetricsDimension
  /** An id, a value of an enum, or the first day; null for incidents that have none. */
  readonly value: string | null
}

/** Which group an incident, or a cell, of a period belongs to. */
export const keysOf = (scope: MetricsScope, nameOfPeriod: string, grouped: Grouped): MetricsKey[] =>
  scope.dimensions.map((dimension) => {
    const property = OF_FACT[dimension]
    return { dimension, value: property ? (grouped[property] ?? null) : nameOfPeriod }
  })

/** The properties of incidents that are looked at for that. */
export const propertiesOf = ({ dimensions }: MetricsScope): (keyof Grouped)[] =>
  dimensions.flatMap((dimension) => OF_FACT[dimension] ?? [])

export interface MetricsGroup {
  readonly keys: readonly MetricsKey[]
  readonly period: Period
  readonly tally: Tally
  /** Open at the end of the period, or now where that is to come; null where it was not asked for. */
  backlog: number | null
}

export interface Counted {
  readonly groups: readonly MetricsGroup[]
  readonly total: MetricsGroup
  /** Whether percentiles are those of the very values. */
  readonly exact: boolean
  readonly asOf: Date
}

/** In the order of their keys; incidents that have none come last. */
export function sorted(groups: readonly MetricsGroup[]): MetricsGroup[] {
  return [...groups].sort((a, b) => {
    for (const [index, { value }] of a.keys.entries()) {
      const other = b.keys[index]!.value
      if (value === other) continue
      if (value === null || other === null) return value === null ? 1 : -1
      return value < other ? -1 : 1
    }
    return 0
  })
}
