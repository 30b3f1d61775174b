import type { Database } from '../platform/database.js'
import type { Condition } from '../platform/paging.js'
import { type IncidentFact, measuresOf } from './fact.js'
import { CellLength, type Cover, cellStart } from './period.js'
import { Tally, encode, mergeEncoded } from './tally.js'

/** The roll-ups: for each day and month of UTC, and each combination that somebody may ask for, a tally. */

type Dimensions = Pick<IncidentFact, 'visibility' | 'teamId' | 'serviceId' | 'priority' | 'type' | 'drill'>

interface Cell extends Dimensions {
  readonly key: string
  readonly length: CellLength
  readonly start: string
}

const cellsOf = ({ visibility, teamId, serviceId, priority, type, drill, createdAt }: IncidentFact): Cell[] =>
  Object.values(CellLength).map((length) => {
    const start = new Date(cellStart(+createdAt, length)).toISOString()
    const parts = [length, start, visibility, teamId ?? '-', serviceId ?? '-', priority, type, drill]
    return { key: parts.join(' '), length, start, visibility, teamId, serviceId, priority, type, drill }
  })

/** Takes facts out of their cells, and puts others in. The caller alone counts at this time. */
export async function recount(db: Database, out: readonly IncidentFact[], put: readonly IncidentFact[]): Promise<void> {
  const changes = new Map<string, { cell: Cell; tally: Tally; adds: [IncidentFact, 1 | -1][] }>()
  const note = (fact: IncidentFact, times: 1 | -1) => {
    for (const cell of cellsOf(fact)) {
      const change = changes.get(cell.key)
      if (change) change.adds.push([fact, times])
      else changes.set(cell.key, { cell, tally: new Tally(), adds: [[fact, times]] })
    }
  }
  for (const fact of out) note(fact, -1)
  for (const fact of put) note(fact, 1)

  const known = await db.rows<{ key: string; tally: Buffer }>(
    'SELECT key, tally FROM metric_cells WHERE key = ANY($1::text[])',
    [[...changes.keys()]],
  )
  for (const { key, tally } of known) mergeEncoded(changes.get(key)!.tally, tally)
  const all = [...changes.values()]
  for (const { tally, adds } of all) for (const [fact, times] of adds) tally.add(measuresOf(fact), times)

  const gone = all.filter(({ tally }) => tally.isEmpty).map(({ cell }) => cell.key)
  if (gone.length > 0) await db.rows('DELETE FROM metric_cells WHERE key = ANY($1::text[])', [gone])
  const kept = all.filter(({ tally }) => !tally.isEmpty)
  await db.rows(
    `INSERT INTO metric_cells (key, length, start, visibility, team_id, service_id, priority, type, drill, tally)
     SELECT k.key, k.length, k.start, k.visibility, k."teamId", k."serviceId", k.priority, k.type, k.drill,
            decode(k.tally, 'base64')
       FROM json_to_recordset($1) AS k(key text, length text, start timestamptz, visibility text, "teamId" text,
                                       "serviceId" text, priority text, type text, drill boolean, tally text)
     ON CONFLICT (key) DO UPDATE SET tally = excluded.tally`,
    [JSON.stringify(kept.map(({ cell, tally }) => ({ ...cell, tally: encode(tally).toString('base64') })))],
  )
}

export interface CellRow extends Dimensions {
  /** Which of the periods that were asked for. */
  readonly period: number
  readonly tally: Buffer
}

/** The cells of covers, in the order of periods. In the conditions, they are named `f`. */
export async function findCells(
  db: Database,
  covers: readonly Cover[],
  conditions: readonly Condition[],
): Promise<CellRow[]> {
  const wanted = covers.flatMap(({ cells }, period) => cells.map((cell) => ({ ...cell, period })))
  const values: unknown[] = [
    wanted.map(({ period }) => period),
    wanted.map(({ length }) => length),
    wanted.map(({ start }) => new Date(start)),
  ]
  const where = conditions.map((condition) => condition((value) => `$${values.push(value)}`))
  return db.rows(
    `SELECT w.period, f.visibility, f.team_id AS "teamId", f.service_id AS "serviceId", f.priority, f.type, f.drill, f.tally
       FROM unnest($1::integer[], $2::text[], $3::timestamptz[]) AS w(period, length, start)
       JOIN metric_cells f ON f.length = w.length AND f.start = w.start
      WHERE ${where.join(' AND ')}`,
    values,
  )
}
