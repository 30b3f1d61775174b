import { snake } from './database.js'

/**
 * Many rows in one statement. They travel as one JSON text, and PostgreSQL gives each column the type that the table
 * declares:
 *
 *     INSERT INTO alerts (…) SELECT … FROM json_populate_recordset(null::alerts, $1)
 */
export class Recordset<T extends object> {
  private readonly columnOf: ReadonlyMap<keyof T & string, string>

  constructor(properties: readonly (keyof T & string)[]) {
    this.columnOf = new Map(properties.map((property) => [property, snake(property)]))
  }

  /** `id, incident_id, …`, in the order of the properties. */
  get columns(): string {
    return [...this.columnOf.values()].join(', ')
  }

  /** `title = n.title, …`, for an update from a recordset named `n`; the id stays as it is. */
  get assignments(): string {
    const changed = [...this.columnOf.values()].filter((column) => column !== 'id')
    return changed.map((column) => `${column} = n.${column}`).join(', ')
  }

  encode(rows: readonly T[]): string {
    const entries = [...this.columnOf]
    return JSON.stringify(
      rows.map((row) => {
        const values: Record<string, unknown> = {} // thousands of rows: by far faster than `fromEntries`
        for (const [property, column] of entries) values[column] = row[property]
        return values
      }),
    )
  }
}
