import type { IncidentHistory } from '../incidents/incident-history.js'
import type { Context } from '../platform/context.js'
import type { AuditRow, Values } from './servicenow-row.js'

/** What is known of an incident's life in the other system, besides what Tocsin has a word for. */
export interface Imported {
  readonly number: string
  /** Of the incident, as the last import left it. */
  readonly version: number
  readonly row: Values
  readonly rowKeys: readonly string[]
  readonly changeNumber: number | null
}

export interface Told {
  readonly number: string
  readonly rows: readonly AuditRow[]
  readonly history: IncidentHistory
}

export async function saveImported(
  ctx: Context,
  system: string,
  told: readonly Told[],
  people: ReadonlyMap<string, string>,
): Promise<void> {
  const rows = told.map(({ number, rows, history }) => {
    const { values, madeSla, knowledge, reassignmentCount } = rows.at(-1)!
    return {
      incident_id: history.incident.id,
      number,
      made_sla: madeSla,
      knowledge,
      contact_type: values.contact_type,
      category: values.category,
      subcategory: values.subcategory,
      close_code: values.closed_code,
      reassignment_count: reassignmentCount,
      resolver_id: values.resolved_by && people.get(values.resolved_by),
      version: history.incident.version,
      row_keys: rows.map(({ key }) => key),
      row: values,
    }
  })
  const facts =
    'made_sla, knowledge, contact_type, category, subcategory, close_code, reassignment_count, resolver_id, version, row'
  await ctx.db.rows(
    `INSERT INTO imported_incidents AS m (incident_id, number, ${facts}, row_keys, system, imported_at)
     SELECT incident_id, number, ${facts}, row_keys, $2, $3 FROM json_populate_recordset(null::imported_incidents, $1)
     ON CONFLICT (incident_id) DO UPDATE SET
       (${facts}) = ROW(${facts.replace(/\w+/g, 'excluded.$&')}), row_keys = m.row_keys || excluded.row_keys, imported_at = $3`,
    [JSON.stringify(rows), system, ctx.now()],
  )
  const references = told.flatMap(({ number, rows, history }) => [
    { incident_id: history.incident.id, kind: 'INCIDENT', key: number },
    ...rows.flatMap(({ values }) =>
      KINDS.flatMap(([column, kind]) => {
        const key = values[column]
        return key === null ? [] : [{ incident_id: history.incident.id, kind, key }]
      }),
    ),
  ])
  await ctx.db.rows(
    `INSERT INTO external_references (incident_id, system, kind, key)
     SELECT DISTINCT incident_id, $2, kind, key FROM json_populate_recordset(null::external_references, $1)
     ON CONFLICT DO NOTHING`,
    [JSON.stringify(references), system],
  )
}

const KINDS = [
  ['problem_id', 'PROBLEM'],
  ['rfc', 'CHANGE'],
  ['caused_by', 'CAUSING_CHANGE'],
  ['vendor', 'VENDOR'],
] as const
