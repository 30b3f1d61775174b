import type { Context } from '../platform/context.js'
import type { Condition } from '../platform/paging.js'
import { type CellRange, findFlows } from './cell.js'
import type { IncidentFact } from './fact.js'
import {
  openedOrEndedWithin,
  findFacts,
  findPersonalFacts,
  findPresentFacts,
  ofIncidents,
  readableFacts,
  readableInCells,
} from './fact.queries.js'
import { type Grouped, type MetricsScope, keysOf, propertiesOf } from './metrics.js'
import { type Period, coverOf, liesIn, placeIn } from './period.js'

/**
 * How many incidents were open when each of the periods ended: those that were open when the first began, and for each
 * period those that were opened less those that ended. Both are counted from the roll-ups, as everything else is.
 */

/** Openings less endings of incidents that have something in common, before the first period (0) and in each. */
type Flows = { readonly grouped: Grouped; readonly changes: number[] }

/** Of each group beside its period: how many were open at the end of each period. */
export async function findBacklog(
  ctx: Context,
  scope: MetricsScope,
  filter: readonly Condition[],
  tail: readonly string[],
): Promise<{ grouped: Grouped; backlog: number[] }[]> {
  const { db } = ctx
  const { periods } = scope
  const flows = new Map<string, Flows>()
  const add = (slot: number, grouped: Grouped, change: number) => {
    const name = JSON.stringify(keysOf(scope, '', grouped))
    let flow = flows.get(name)
    if (!flow) flows.set(name, (flow = { grouped, changes: new Array<number>(periods.length + 1).fill(0) }))
    flow.changes[slot]! += change
  }
  const spans: Period[] = [{ from: BEGINNING, until: periods[0]!.from }, ...periods]
  const addAt = (moment: Date | null, fact: IncidentFact, change: number) => {
    const slot = moment === null ? spans.length : placeIn(spans, +moment)
    if (slot < spans.length) add(slot, fact, change)
  }
  const addFact = (fact: IncidentFact, times: 1 | -1) => {
    addAt(fact.createdAt, fact, times)
    addAt(fact.endedAt, fact, -times)
  }

  const covers = spans.map(coverOf)
  const ranges = covers.flatMap(({ cells }, slot) => rangesOf(cells).map((range) => ({ ...range, slot })))
  const inCells = readableInCells(ctx.actor)
  for (const { slot, change, ...grouped } of await findFlows(db, ranges, propertiesOf(scope), [inCells, ...filter]))
    add(slot, grouped, change)

  const edges = covers.flatMap(({ edges }, slot) => edges.map((edge) => ({ ...edge, slot })))
  const atEdges = edges.length > 0 ? await findFacts(db, [openedOrEndedWithin(edges), inCells, ...filter]) : []
  for (const fact of atEdges)
    for (const edge of edges) {
      if (liesIn(fact.createdAt, edge)) add(edge.slot, fact, edge.times)
      if (fact.endedAt && liesIn(fact.endedAt, edge)) add(edge.slot, fact, -edge.times)
    }

  const readable = readableFacts(ctx.actor)
  for (const fact of await findPersonalFacts(db, ctx.actor, filter)) addFact(fact, 1)
  if (tail.length > 0)
    for (const fact of await findFacts(db, [readable, ofIncidents(tail), ...filter])) addFact(fact, -1)
  for (const fact of await findPresentFacts(db, tail, [readable, ...filter])) addFact(fact, 1)

  return [...flows.values()].map(({ grouped, changes: [before, ...changes] }) => {
    let open = before!
    return { grouped, backlog: changes.map((change) => (open += change)) }
  })
}

/** Before any incident: at the beginning of a month. */
const BEGINNING = Date.UTC(1970, 0)

/** Cells one after the other, as one. */
function rangesOf(cells: readonly { length: CellRange['length']; start: number }[]): CellRange[] {
  const ranges: { length: CellRange['length']; from: number; to: number }[] = []
  for (const { length, start } of cells) {
    const last = ranges.at(-1)
    if (last?.length === length) last.to = start
    else ranges.push({ length, from: start, to: start })
  }
  return ranges
}
