import type { Context } from '../platform/context.js'
import type { Database } from '../platform/database.js'
import { ErrorCode, UserError, badInput, notFound } from '../platform/errors.js'
import { type Condition, oneOf } from '../platform/paging.js'
import { loadLinkedService } from '../responders/service.queries.js'
import { loadTeam } from '../responders/team.queries.js'
import { countedBetween } from '../sla/business-calendar.js'
import { loadCalendar } from '../sla/business-calendar.queries.js'
import { findBacklog } from './backlog.queries.js'
import { findCells } from './cell.js'
import { type Counted as CountedTime, type IncidentFact, measuresOf } from './fact.js'
import {
  countFacts,
  findFacts,
  findPersonalFacts,
  findPresentFacts,
  inRange,
  ofIncidents,
  openedWithin,
  readableFacts,
  readableInCells,
} from './fact.queries.js'
import { findFeed, findTail } from './feed.js'
import {
  type Counted,
  type Grouped,
  MetricsDimension,
  type MetricsFilter,
  type MetricsGroup,
  type MetricsKey,
  type MetricsRequest,
  type MetricsScope,
  keysOf,
  mustBeFew,
  propertiesOf,
  scopeOf,
  sorted,
} from './metrics.js'
import { coverOf, liesIn, nameOf, placeIn } from './period.js'
import { Tally, mergeEncoded } from './tally.js'

/**
 * The figures of a range, right to the moment: what the roll-ups hold, corrected by the incidents that something has
 * happened to since they were fed. All of it is read in one snapshot. Where few incidents are asked for, no roll-up is:
 * they are counted one by one, and percentiles are exact.
 */

/** So many incidents are counted one by one. */
const FEW = 5_000
/** So many in business time, which no roll-up knows. */
const IN_BUSINESS_TIME = 50_000
/** Past so many changes that are not fed yet, figures are as of the last feeding. */
const LONGEST_TAIL = 5_000

export interface Metrics extends Counted {
  readonly scope: MetricsScope
  /** The same for the time of equal length right before; null unless it was asked for. */
  readonly previous: Counted | null
  readonly request: MetricsRequest
}

/** Errors: BAD_USER_INPUT, NOT_FOUND; UNAVAILABLE while everything is counted anew. */
export async function findMetrics(ctx: Context, request: MetricsRequest): Promise<Metrics> {
  const scope = scopeOf(request)
  const counted = await timeOf(ctx, request.businessCalendarId)
  return ctx.db.transaction(async (db) => {
    await db.rows('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY')
    const count = (scope: MetricsScope) => new Count({ ...ctx, db }, request, scope, counted).answer()
    const { from, until } = scope.range
    const before = { from: 2 * from - until, until: from }
    return {
      ...(await count(scope)),
      previous: request.comparePrevious ? await count({ ...scope, range: before, periods: [before] }) : null,
      ...{ scope, request },
    }
  })
}

async function timeOf(ctx: Context, calendarId: string | null | undefined): Promise<CountedTime | null> {
  if (!calendarId) return null
  const calendar = await loadCalendar(ctx, calendarId)
  if (!calendar) throw notFound('business calendar', 'businessCalendarId')
  return (from, to) => countedBetween(calendar, +from, +to)
}

/** Of facts and of cells alike, named `f`. */
const filterConditions = (filter: MetricsFilter | null | undefined, drills: boolean): Condition[] => [
  ...oneOf('f.team_id', filter?.teamId),
  ...oneOf('f.service_id', filter?.serviceId),
  ...oneOf('f.priority', filter?.priority),
  ...oneOf('f.type', filter?.type),
  () => (drills ? 'true' : 'NOT f.drill'),
]

class Count {
  private readonly groups = new Map<string, MetricsGroup>()
  private readonly names: readonly string[]
  private readonly filter: readonly Condition[]
  private readonly range: Condition
  private readonly db: Database
  private exact = false

  constructor(
    private readonly ctx: Context,
    private readonly request: MetricsRequest,
    private readonly scope: MetricsScope,
    private readonly counted: CountedTime | null,
  ) {
    this.db = ctx.db
    const { periods, length, timeZone, range } = scope
    this.names = periods.map(({ from }) => (length ? nameOf(from, length, timeZone) : ''))
    this.filter = filterConditions(request.filter, request.drills ?? false)
    this.range = inRange(new Date(range.from), new Date(range.until))
  }

  async answer(): Promise<Counted> {
    const { ctx, db, filter, range } = this
    const feed = await findFeed(db)
    if (!feed?.isComplete)
      throw new UserError(ErrorCode.UNAVAILABLE, 'The figures are being counted anew; try again in a minute.')
    const tail = await findTail(db, feed, LONGEST_TAIL)
    const readable = readableFacts(ctx.actor)
    const most = this.counted ? IN_BUSINESS_TIME : FEW
    this.exact = (await countFacts(db, [range, readable, ...filter], most + 1)) <= most
    if (this.exact) {
      const touched = new Set(tail)
      for (const fact of await findFacts(db, [range, readable, ...filter]))
        if (!touched.has(fact.incidentId)) this.add(fact)
    } else if (this.counted) {
      const bound = IN_BUSINESS_TIME.toLocaleString('en')
      throw badInput(
        'businessCalendarId',
        `In business time, at most ${bound} incidents are counted: name a shorter range or a filter.`,
      )
    } else await this.addUp(tail ?? [])
    for (const fact of await findPresentFacts(db, tail ?? [], [range, readable, ...filter])) this.add(fact)
    if (this.request.withBacklog) await this.addBacklog(tail ?? [])
    return this.result(tail === null ? await lastFed(db) : ctx.now())
  }

  /** Roll-ups; what lies at the edges of their days; what no cell tells of, as people look at it by who they are. */
  private async addUp(tail: readonly string[]): Promise<void> {
    const { ctx, db, filter, range } = this
    const inCells = readableInCells(ctx.actor)
    const covers = this.scope.periods.map(coverOf)
    const cells = await findCells(db, covers, propertiesOf(this.scope), [inCells, ...filter])
    for (const { period, tallies, ...grouped } of cells)
      mergeEncoded(this.groupOf(period, grouped).tally, tallies, this.request.spread)
    const edges = covers.flatMap(({ edges }, period) => edges.map((edge) => ({ ...edge, period })))
    const atEdges = edges.length > 0 ? await findFacts(db, [openedWithin(edges), inCells, ...filter]) : []
    for (const fact of atEdges)
      for (const edge of edges) if (liesIn(fact.createdAt, edge)) this.add(fact, edge.times, edge.period)
    const readable = readableFacts(ctx.actor)
    for (const fact of await findPersonalFacts(db, ctx.actor, [range, ...filter])) this.add(fact)
    if (tail.length > 0)
      for (const fact of await findFacts(db, [range, readable, ofIncidents(tail), ...filter])) this.add(fact, -1)
  }

  /** What was open when each period ended, or now; groups of nothing else, too. */
  private async addBacklog(tail: readonly string[]): Promise<void> {
    const { ctx, db, filter, scope } = this
    for (const { grouped, backlog } of await findBacklog({ ...ctx, db }, scope, filter, tail))
      for (const [period, open] of backlog.entries()) if (open > 0) this.groupOf(period, grouped).backlog! += open
  }

  private add(fact: IncidentFact, times: 1 | -1 = 1, period = placeIn(this.scope.periods, +fact.createdAt)): void {
    this.groupOf(period, fact).tally.add(measuresOf(fact, this.counted ?? undefined), times)
  }

  private groupOf(period: number, grouped: Grouped): MetricsGroup {
    const keys = keysOf(this.scope, this.names[period]!, grouped)
    const name = keys.map(({ value }) => value).join('\n')
    let group = this.groups.get(name)
    if (!group) {
      mustBeFew(this.groups.size + 1)
      group = { keys, period: this.scope.periods[period]!, ...this.nothing() }
      this.groups.set(name, group)
    }
    return group
  }

  private nothing() {
    return { tally: new Tally(this.exact), backlog: this.request.withBacklog ? 0 : null }
  }

  private result(asOf: Date): Counted {
    const groups = sorted([...this.groups.values()].filter(({ tally, backlog }) => !tally.isEmpty || backlog))
    const total: MetricsGroup = { keys: [], period: this.scope.range, ...this.nothing() }
    for (const { tally, period, backlog } of groups) {
      total.tally.merge(tally)
      // Of periods one after the other, the backlog of the last is that of the whole.
      if (period.until === this.scope.range.until && total.backlog !== null) total.backlog += backlog ?? 0
    }
    return { groups, total, exact: this.exact, asOf }
  }
}

const lastFed = async (db: Database): Promise<Date> =>
  (await db.row<{ at: Date }>('SELECT fed_at AS at FROM metric_feed'))!.at

/** For people: a name, or the value itself. */
export async function labelOf(ctx: Context, { dimension, value }: MetricsKey): Promise<string> {
  if (value === null) return 'None'
  if (dimension === MetricsDimension.TEAM) return (await loadTeam(ctx, value))?.name ?? value
  if (dimension === MetricsDimension.SERVICE) return (await loadLinkedService(ctx, value))?.name ?? value
  return value
}
