import { allows } from '../access/rules.js'
import type { Context } from '../platform/context.js'
import { defineLoader, groupBy } from '../platform/loader.js'
import type { ExternalReference, ImportedFacts } from './imported-incident.types.js'

/** What comes from other systems is for those who run incidents, as everything internal is. */
const isForThem = ({ actor }: Context) => allows(actor, 'directory.read')

const loadReferences = defineLoader(async (ctx, ids: readonly string[]) =>
  groupBy(
    await ctx.db.rows<ExternalReference & { incidentId: string }>(
      `SELECT incident_id AS "incidentId", system, kind, key FROM external_references
        WHERE incident_id = ANY($1::text[]) ORDER BY system, kind, key`,
      [ids],
    ),
    ({ incidentId }) => incidentId,
  ),
)

const loadFacts = defineLoader(async (ctx, ids: readonly string[]) => {
  const rows = await ctx.db.rows<ImportedFacts & { incidentId: string }>(
    `SELECT incident_id AS "incidentId", system, number, made_sla AS "madeSla", knowledge, contact_type AS "contactType",
            category, subcategory, close_code AS "closeCode", reassignment_count AS "reassignmentCount",
            imported_at AS "importedAt"
       FROM imported_incidents WHERE incident_id = ANY($1::text[])`,
    [ids],
  )
  return new Map(rows.map((row) => [row.incidentId, row]))
})

export const referencesOf = async (ctx: Context, incidentId: string): Promise<ExternalReference[]> =>
  isForThem(ctx) ? ((await loadReferences(ctx, incidentId)) ?? []) : []

export const importedFactsOf = (ctx: Context, incidentId: string) =>
  isForThem(ctx) ? loadFacts(ctx, incidentId) : null
