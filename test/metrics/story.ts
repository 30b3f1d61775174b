import { carryOut } from '../incidents/story.js'
import type { Person } from '../support/person.js'
import type { TestServer } from '../support/server.js'

/** The words in which the stories of figures are told. */

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

export const declare = async (person: Person, input: object = {}): Promise<string> =>
  (await carryOut(person, 'incidentDeclare', 'incident { id }', { title: 'Checkout is slow', ...input })).incident.id

/** Does something to an incident. */
export const work = (person: Person, name: string, id: string, input: object = {}) =>
  carryOut(person, name, 'userErrors { code }', { id, ...input })

/** All of the years in which tests play. */
const ALWAYS = { from: '2029-01-01T00:00:00Z', until: '2032-01-01T00:00:00Z' }

const query = (fields: string) => `query ($input: MetricsInput!) { metrics(input: $input) { ${fields} } }`

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into answers of any shape
export const metrics = async (person: Person, fields: string, input: object = {}): Promise<any> =>
  (await person.run(query(fields), { input: { ...ALWAYS, ...input } })).metrics

/** Of all together. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export const total = async (person: Person, fields: string, input: object = {}): Promise<any> =>
  (await metrics(person, `total { ${fields} }`, input)).total

/** Why a question is refused. */
export async function refusal(person: Person, input: object) {
  const { errors } = await person.send(query('asOf'), { input: { ...ALWAYS, ...input } })
  const { code, field } = errors![0]!.extensions as { code: string; field?: string }
  return { code, field, message: errors![0]!.message }
}

/** Until everything that has happened has been counted. */
export async function counted({ sql }: TestServer): Promise<void> {
  for (;;) {
    const [left] = await sql(
      `SELECT f.counted_to IS NULL AND NOT EXISTS (
         SELECT FROM events e WHERE e.incident_id IS NOT NULL AND (e.xid, e.id) > (f.xid, f.id)) AS done FROM metric_feed f`,
    )
    if (left?.['done']) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
