import { snake } from './database.js'

/**
 * Many rows in one statement. They travel as one JSON text, and PostgreSQL gives each column the type that the table
 * declares:
 *
 *     INSERT INTO alerts (…) SELECT … FROM json_populate_recordset(null::alerts, $1)
 */
export interface Recordset<T> {
  /** `id, incident_id, …`, in the order of the properties. */
  readonly columns: string
  /** `title = n.title, …` for an update from a recordset named `n`. */
  readonly assignments: string
  readonly encode: (rows: readonly T[]) => string
}

export function recordset<T extends object>(properties: readonly (keyof T & string)[]): Recordset<T> {
  const names = properties.map((property) => [property, snake(property)] as const)
  return {
    columns: names.map(([, column]) => column).join(', '),
    assignments: names.map(([, column]) => `${column} = n.${column}`).join(', '),
    encode: (rows) =>
      JSON.stringify(rows.map((row) => Object.fromEntries(names.map(([property, column]) => [column, row[property]])))),
  }
}
