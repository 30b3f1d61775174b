import { type Database, selectList } from '../platform/database.js'
import { type Condition, allOf } from '../platform/paging.js'
import { type IncidentFact, measuresOf } from './fact.js'
import type { Grouped } from './metrics.js'
import { CellLength, type Cover, cellStart } from './period.js'
import { Tally, encode, mergeEncoded } from './tally.js'

/** The roll-ups: for each day and month of UTC, and each combination that somebody may ask for, a tally. */

type Dimensions = Pick<IncidentFact, 'visibility' | 'teamId' | 'serviceId' | 'priority' | 'type' | 'drill'>

interface Cell extends Dimensions {
  readonly key: string
  readonly length: CellLength
  readonly start: string
}

/** The day and the month of a moment of an incident. */
const cellsAt = ({ visibility, teamId, serviceId, priority, type, drill }: IncidentFact, moment: Date): Cell[] =>
  Object.values(CellLength).map((length) => {
    const start = new Date(cellStart(+moment, length)).toISOString()
    const parts = [length, start, visibility, teamId ?? '-', serviceId ?? '-', priority, type, drill]
    return { key: parts.join(' '), length, start, visibility, teamId, serviceId, priority, type, drill }
  })

interface Change {
  readonly cell: Cell
  readonly tally: Tally
  ended: number
  readonly adds: [IncidentFact, 1 | -1][]
}

/** Takes facts out of their cells, and puts others in. The caller alone counts at this time. */
export async function recount(db: Database, out: readonly IncidentFact[], put: readonly IncidentFact[]): Promise<void> {
  const changes = new Map<string, Change>()
  const changeOf = (cell: Cell): Change => {
    let change = changes.get(cell.key)
    if (!change) changes.set(cell.key, (change = { cell, tally: new Tally(), ended: 0, adds: [] }))
    return change
  }
  const note = (fact: IncidentFact, times: 1 | -1) => {
    for (const cell of cellsAt(fact, fact.createdAt)) changeOf(cell).adds.push([fact, times])
    if (fact.endedAt) for (const cell of cellsAt(fact, fact.endedAt)) changeOf(cell).ended += times
  }
  for (const fact of out) note(fact, -1)
  for (const fact of put) note(fact, 1)

  const known = await db.rows<{ key: string; ended: number; tally: string }>(
    'SELECT key, ended, tally FROM metric_cells WHERE key = ANY($1::text[])',
    [[...changes.keys()]],
  )
  for (const { key, ended, tally } of known) {
    const change = changes.get(key)!
    change.ended += ended
    mergeEncoded(change.tally, tally)
  }
  const all = [...changes.values()]
  for (const { tally, adds } of all) for (const [fact, times] of adds) tally.add(measuresOf(fact), times)

  const isGone = ({ tally, ended }: Change) => tally.isEmpty && ended === 0
  const gone = all.filter(isGone).map(({ cell }) => cell.key)
  if (gone.length > 0) await db.rows('DELETE FROM metric_cells WHERE key = ANY($1::text[])', [gone])
  const kept = all.filter((change) => !isGone(change))
  await db.rows(
    `INSERT INTO metric_cells (key, length, start, visibility, team_id, service_id, priority, type, drill, opened, ended,
                               tally)
     SELECT k.key, k.length, k.start, k.visibility, k."teamId", k."serviceId", k.priority, k.type, k.drill, k.opened,
            k.ended, k.tally
       FROM json_to_recordset($1) AS k(key text, length text, start timestamptz, visibility text, "teamId" text,
                                       "serviceId" text, priority text, type text, drill boolean, opened integer,
                                       ended integer, tally text)
     ON CONFLICT (key) DO UPDATE SET opened = excluded.opened, ended = excluded.ended, tally = excluded.tally`,
    [
      JSON.stringify(
        kept.map(({ cell, tally, ended }) => ({ ...cell, opened: tally.incidents, ended, tally: encode(tally) })),
      ),
    ],
  )
}

export type CellRow = Grouped & {
  /** Which of the periods that were asked for. */
  readonly period: number
  /** One after the other, those of all cells of the group. */
  readonly tallies: string
}

/** The cells of covers, in the order of periods, by what incidents are grouped by. In the conditions, they are named `f`. */
export async function findCells(
  db: Database,
  covers: readonly Cover[],
  groupedBy: readonly (keyof Grouped)[],
  conditions: readonly Condition[],
): Promise<CellRow[]> {
  const wanted = covers.flatMap(({ cells }, period) => cells.map((cell) => ({ ...cell, period })))
  const values: unknown[] = [
    wanted.map(({ period }) => period),
    wanted.map(({ length }) => length),
    wanted.map(({ start }) => new Date(start)),
  ]
  const where = allOf(conditions)((value) => `$${values.push(value)}`)
  return db.rows(
    `SELECT ${columnsOf(groupedBy)} w.period, string_agg(f.tally, '') AS tallies
       FROM unnest($1::integer[], $2::text[], $3::timestamptz[]) AS w(period, length, start)
       JOIN metric_cells f ON f.length = w.length AND f.start = w.start
      WHERE f.opened > 0 AND ${where} GROUP BY ${placesOf(groupedBy)}`,
    values,
  )
}

const columnsOf = (groupedBy: readonly string[]) => (groupedBy.length > 0 ? `${selectList('f', groupedBy)},` : '')
/** Of those columns, and one that follows them. */
const placesOf = (groupedBy: readonly string[]) => ['', ...groupedBy].map((_, index) => index + 1).join(', ')

/** Cells from one to another, in milliseconds since 1970; both belong to it. */
export interface CellRange {
  readonly length: CellLength
  readonly from: number
  readonly to: number
}

/** Openings less endings in ranges of cells, by what incidents are grouped by. In the conditions, cells are named `f`. */
export async function findFlows(
  db: Database,
  ranges: readonly (CellRange & { readonly slot: number })[],
  groupedBy: readonly (keyof Grouped)[],
  conditions: readonly Condition[],
): Promise<(Grouped & { readonly slot: number; readonly change: number })[]> {
  const values: unknown[] = [
    ranges.map(({ slot }) => slot),
    ranges.map(({ length }) => length),
    ranges.map(({ from }) => new Date(from)),
    ranges.map(({ to }) => new Date(to)),
  ]
  const where = allOf(conditions)((value) => `$${values.push(value)}`)
  return db.rows(
    `SELECT ${columnsOf(groupedBy)} w.slot, sum(f.opened - f.ended)::int AS change
       FROM unnest($1::integer[], $2::text[], $3::timestamptz[], $4::timestamptz[]) AS w(slot, length, since, upto)
       JOIN metric_cells f ON f.length = w.length AND f.start BETWEEN w.since AND w.upto
      WHERE ${where} GROUP BY ${placesOf(groupedBy)}`,
    values,
  )
}
