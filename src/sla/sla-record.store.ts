import { type Database, selectList } from '../platform/database.js'
import type { Context } from '../platform/context.js'
import { newId } from '../platform/id.js'
import { addJobs, removeJobs } from '../platform/jobs.js'
import { groupBy } from '../platform/loader.js'
import { Recordset } from '../platform/recordset.js'
import { type SlaKind, type SlaRecord, SlaSource, SlaState } from './sla-record.js'

/** How records are read and written, many in one statement. Whoever writes has locked the incidents. */

const NAMES = [
  ...(['id', 'incidentId', 'number', 'kind', 'source', 'state', 'policyId', 'terms', 'targetMinutes'] as const),
  ...(['startedAt', 'pauses', 'dueAt', 'nextAt', 'atRiskAt', 'breachedAt', 'metAt', 'stoppedAt'] as const),
]

/** In a statement that names them `r`. */
export const RECORD_COLUMNS = selectList('r', NAMES)

/** In order. Without a look at access: for the clocks and for commands. */
export const findRecords = async (db: Database, incidentIds: readonly string[]): Promise<Map<string, SlaRecord[]>> =>
  groupBy(
    await db.rows<SlaRecord>(
      `SELECT ${RECORD_COLUMNS} FROM sla_records r WHERE r.incident_id = ANY($1::text[]) ORDER BY r.number, r.kind`,
      [incidentIds],
    ),
    ({ incidentId }) => incidentId,
  )

/** By the id of an incident: something of its clocks is due. */
export const SLA_DUE = 'sla.due'

const RECORDS = new Recordset<SlaRecord>(NAMES)

/** An import may come again, and know better. */
const UPSERT = `INSERT INTO sla_records (${RECORDS.columns})
  SELECT ${RECORDS.columns} FROM json_populate_recordset(null::sla_records, $1) n
  ON CONFLICT (incident_id, number, kind) DO UPDATE SET ${RECORDS.columns
    .split(', ')
    .filter((column) => column !== 'id')
    .map((column) => `${column} = excluded.${column}`)
    .join(', ')}`

/** @param incidents all records of each incident, and which of them are to be written */
export async function saveRecords(
  ctx: Context,
  incidents: readonly { readonly all: readonly SlaRecord[]; readonly changed: readonly SlaRecord[] }[],
): Promise<void> {
  const changed = incidents.flatMap(({ changed }) => changed)
  if (changed.length === 0) return
  await ctx.db.rows(UPSERT, [RECORDS.encode(changed)])
  await ringForRecords(
    ctx,
    incidents.flatMap(({ all, changed }) => (changed.length > 0 ? [all] : [])),
  )
}

/** One job for each incident, at the earliest time that something of it is due. */
export async function ringForRecords(ctx: Context, incidents: readonly (readonly SlaRecord[])[]): Promise<void> {
  const jobs = incidents.map((records) => {
    const times = records.flatMap(({ nextAt }) => (nextAt ? [+nextAt] : []))
    return { task: SLA_DUE, id: records[0]!.incidentId, at: times.length > 0 ? new Date(Math.min(...times)) : null }
  })
  await addJobs(
    ctx,
    jobs.flatMap(({ at, ...job }) => (at ? [{ ...job, at }] : [])),
  )
  await removeJobs(
    ctx,
    jobs.filter(({ at }) => at === null),
  )
}

/** A clock that ran elsewhere, and is over. */
export interface ImportedSla {
  readonly incidentId: string
  readonly number?: number
  readonly kind: SlaKind
  readonly met: boolean
  readonly startedAt: Date
  readonly stoppedAt: Date
  /** Minutes; left out where only the outcome is known. */
  readonly targetMinutes?: number | null
  readonly breachedAt?: Date | null
}

/** Writes what came of clocks elsewhere, in the transaction of an import. Doing it again leaves one record of each. */
export async function recordImportedSla(ctx: Context, imported: readonly ImportedSla[]): Promise<void> {
  if (imported.length === 0) return
  const records = imported.map(
    ({
      incidentId,
      number = 1,
      kind,
      met,
      startedAt,
      stoppedAt,
      targetMinutes = null,
      breachedAt = null,
    }): SlaRecord => ({
      ...{ id: newId('slaRecord', +ctx.now()), incidentId, number, kind, source: SlaSource.IMPORT },
      ...{ state: met ? SlaState.MET : SlaState.BREACHED, policyId: null, terms: null, targetMinutes, startedAt },
      ...{ pauses: [], dueAt: null, nextAt: null, atRiskAt: null, breachedAt: met ? null : breachedAt },
      ...{ metAt: met ? stoppedAt : null, stoppedAt },
    }),
  )
  await ctx.db.rows(UPSERT, [RECORDS.encode(records)])
}

/** The outcomes that an import has written are none any more: the incidents were reopened there. */
export async function forgetImportedSla(ctx: Context, incidentIds: readonly string[]): Promise<void> {
  if (incidentIds.length === 0) return
  await ctx.db.rows(`DELETE FROM sla_records WHERE incident_id = ANY($1::text[]) AND source = '${SlaSource.IMPORT}'`, [
    incidentIds,
  ])
}

/**
 * For figures, in a statement that names the records `r`: what had a target and ended or was breached, and what of it was
 * met. Clocks that still run within their target, and those that were cancelled, are in neither.
 */
export const SLA_DECIDED = `r.state IN ('${SlaState.MET}', '${SlaState.BREACHED}')`
export const SLA_MET = `r.state = '${SlaState.MET}'`
