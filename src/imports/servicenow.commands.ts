import { authorise } from '../access/rules.js'
import { recordHistories } from '../incidents/incident-history.js'
import type { Incident } from '../incidents/incident.js'
import { INCIDENT_COLUMNS } from '../incidents/incident.queries.js'
import { type Context, inTransaction } from '../platform/context.js'
import { groupBy } from '../platform/loader.js'
import { importPeople, importTeams } from '../responders/imported-name.commands.js'
import { forgetImportedSla, recordImportedSla } from '../sla/sla-record.store.js'
import { type Checkpoint, type SetAside, saveCheckpoint, saveSetAside } from './checkpoint.js'
import { type Imported, saveImported } from './imported-incident.store.js'
import { type Directory, tellHistory } from './servicenow-history.js'
import type { AuditRow } from './servicenow-row.js'
import { slaOutcome } from './servicenow-sla.js'

/**
 * One batch of a log, in one transaction: the history that it adds, what of it was set aside, and how far the file has
 * been read. A process that is killed has done a batch or nothing of it.
 */
export interface Batch {
  readonly checkpoint: Checkpoint
  readonly rows: readonly Located[]
  /** Those that could not be read. */
  readonly unreadable: readonly SetAside[]
}

export interface Located {
  readonly row: AuditRow
  readonly line: number
  /** As it stands in the file. */
  readonly text: string
}

interface Known {
  readonly incident: Incident
  readonly imported: Imported
}

export const importBatch = (ctx: Context, { checkpoint, rows, unreadable }: Batch) =>
  inTransaction(ctx, async (ctx) => {
    authorise(ctx.actor, 'configure')
    const { system } = checkpoint
    await ctx.db.lock(`tocsin.import ${system}`) // two imports at once take turns
    const byNumber = groupBy(rows, ({ row }) => row.number)
    const known = await lockKnown(ctx, system, [...byNumber.keys()])
    const setAside = [...unreadable]
    const news = new Map<string, AuditRow[]>()
    let repeated = 0
    for (const [number, located] of byNumber) {
      const seen = new Set(known.get(number)?.imported.rowKeys)
      for (const one of located) {
        const { row } = one
        if (seen.has(row.key)) {
          repeated++
          continue
        }
        const reason = whyNot(row, known.get(number), news.get(number)?.at(-1))
        if (reason) setAside.push({ key: row.key, line: one.line, text: one.text, reason })
        else {
          seen.add(row.key)
          news.set(number, [...(news.get(number) ?? []), row])
        }
      }
    }
    const directory = await directoryOf(ctx, system, [...news.values()].flat())
    const now = ctx.now()
    const told = [...news].map(([number, rows]) => {
      const before = known.get(number)
      const history = tellHistory(
        before ? { incident: before.incident, row: before.imported.row } : null,
        rows,
        directory,
        now,
      )
      return { number, rows, history, before, sla: slaOutcome(history, rows.at(-1)!.madeSla) }
    })
    await recordHistories(
      ctx,
      told.map(({ history }) => history),
    )
    await saveImported(ctx, system, told, directory.people)
    await recordImportedSla(
      ctx,
      told.flatMap(({ sla }) => sla ?? []),
    )
    await forgetImportedSla(
      ctx,
      told.flatMap(({ before, sla }) => (before && !sla ? before.incident.id : [])),
    )
    await saveSetAside(ctx, checkpoint, setAside)
    const next: Checkpoint = {
      ...checkpoint,
      position: checkpoint.position + rows.length + unreadable.length,
      rows: checkpoint.rows + told.reduce((sum, { rows }) => sum + rows.length, 0),
      incidents: checkpoint.incidents + told.filter(({ before }) => !before).length,
      repeated: checkpoint.repeated + repeated,
      setAside: checkpoint.setAside + setAside.length,
    }
    await saveCheckpoint(ctx, next)
    return { checkpoint: next, setAside }
  })

/** Why a row cannot follow what has been told; null when it can. */
function whyNot(
  { changeNumber, updatedAt }: AuditRow,
  known: Known | undefined,
  last: AuditRow | undefined,
): string | null {
  if (known && known.incident.version !== known.imported.version)
    return `The incident has been changed here since it was imported: it has version ${known.incident.version}, not ${known.imported.version}.`
  const lastNumber = last ? last.changeNumber : (known?.imported.changeNumber ?? null)
  const lastAt = last?.updatedAt ?? known?.incident.updatedAt ?? updatedAt
  // A clock may run backwards, and a count may be wrong: only where both say so it is late.
  const isLate = updatedAt < lastAt && (changeNumber === null || lastNumber === null || changeNumber <= lastNumber)
  return isLate ? 'It comes before what has been imported of the incident.' : null
}

/** The incidents that earlier imports have made, for this transaction alone, by their number in the other system. */
async function lockKnown(ctx: Context, system: string, numbers: readonly string[]): Promise<Map<string, Known>> {
  const ids = await ctx.db.rows<{ id: string }>(
    'SELECT incident_id AS id FROM imported_incidents WHERE system = $1 AND number = ANY($2::text[])',
    [system, numbers],
  )
  if (ids.length === 0) return new Map()
  await ctx.db.lock(...ids.map(({ id }) => id))
  const rows = await ctx.db.rows<Incident & { imported: Imported }>(
    `SELECT ${INCIDENT_COLUMNS},
            json_build_object('number', m.number, 'version', m.version, 'row', m.row,
                              'rowKeys', m.row_keys::text[], 'changeNumber', (m.row->>'sys_mod_count')::int) AS imported
       FROM imported_incidents m JOIN incidents i ON i.id = m.incident_id WHERE m.incident_id = ANY($1::text[])`,
    [ids.map(({ id }) => id)],
  )
  return new Map(rows.map(({ imported, ...incident }) => [imported.number, { incident, imported }]))
}

async function directoryOf(ctx: Context, system: string, rows: readonly AuditRow[]): Promise<Directory> {
  const isResponder = new Map<string, boolean>()
  for (const { values } of rows) {
    if (values.caller_id !== null) isResponder.set(values.caller_id, isResponder.get(values.caller_id) ?? false)
    for (const name of [values.assigned_to, values.resolved_by, values.opened_by, values.sys_updated_by])
      if (name !== null) isResponder.set(name, true)
  }
  const namesOf = (column: 'assignment_group' | 'cmdb_ci') => [
    ...new Set(rows.flatMap(({ values }) => values[column] ?? [])),
  ]
  const people = [...isResponder].map(([name, isResponder]) => ({ name, isResponder }))
  const services = await ctx.db.rows<{ id: string; name: string }>(
    'SELECT id, lower(name) AS name FROM services WHERE lower(name) = ANY($1::text[])',
    [namesOf('cmdb_ci').map((name) => name.toLowerCase())],
  )
  return {
    people: await importPeople(ctx, system, people),
    teams: await importTeams(ctx, system, namesOf('assignment_group')),
    services: new Map(services.map(({ id, name }) => [name, id])),
  }
}
