import { allows } from '../access/rules.js'
import type { Context } from '../platform/context.js'
import { type Database, selectList } from '../platform/database.js'
import { defineLoader } from '../platform/loader.js'
import type { CustomField } from './custom-field.js'
import type { Incident } from './incident.js'

const SELECT = `SELECT ${selectList('f', [
  ...['key', 'label', 'kind', 'options', 'active', 'createdAt'],
])} FROM custom_field_definitions f`

/** Without a look at access: for commands. */
export const findCustomFields = (db: Database, keys: readonly string[]): Promise<CustomField[]> =>
  db.rows(`${SELECT} WHERE f.key = ANY($1::text[])`, [keys])

/** By label. None for those who do not read the internal side of incidents. */
export const customFields = async (ctx: Context, includeRetired: boolean): Promise<CustomField[]> =>
  allows(ctx.actor, 'directory.read')
    ? ctx.db.rows(`${SELECT} WHERE f.active OR $1 ORDER BY f.label, f.key`, [includeRetired])
    : []

const loadCustomField = defineLoader(
  async (ctx, keys: readonly string[]) =>
    new Map((await findCustomFields(ctx.db, keys)).map((field) => [field.key, field])),
)

/** What is set on an incident, by label. Nothing for those who do not read the internal side of incidents. */
export async function customFieldValues(ctx: Context, incident: Incident) {
  if (!allows(ctx.actor, 'directory.read')) return []
  const set = Object.entries(incident.customFields)
  const values = await Promise.all(
    set.map(async ([key, value]) => ({ field: (await loadCustomField(ctx, key))!, value })),
  )
  return values.sort((a, b) => a.field.label.localeCompare(b.field.label) || (a.field.key < b.field.key ? -1 : 1))
}
