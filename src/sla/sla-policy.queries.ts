import { allows, authorise } from '../access/rules.js'
import type { Context } from '../platform/context.js'
import { type Database, selectList } from '../platform/database.js'
import { byId, defineLoader } from '../platform/loader.js'
import { type Condition, type ForwardArgs, type Listing, type Page, page } from '../platform/paging.js'
import { containing } from '../responders/search.js'
import type { SlaPolicy } from './sla-policy.js'

const POLICY_COLUMNS = selectList('p', [
  ...['id', 'position', 'name', 'description', 'priorities', 'serviceIds', 'teamIds', 'visibilities', 'drills'],
  ...['calendarId', 'responseMinutes', 'resolutionMinutes', 'atRiskPercent', 'archived', 'createdAt', 'updatedAt'],
  'version',
])

/** Those that are not archived, in order. Without a look at access: for commands and for the clocks. */
export const findPolicies = (db: Database): Promise<SlaPolicy[]> =>
  db.rows(`SELECT ${POLICY_COLUMNS} FROM sla_policies p WHERE p.position IS NOT NULL ORDER BY p.position`)

/** Archived or not. Without a look at access. */
export const findPolicy = (db: Database, id: string): Promise<SlaPolicy | null> =>
  db.row(`SELECT ${POLICY_COLUMNS} FROM sla_policies p WHERE p.id = $1`, [id])

/** Null for those who do not read the directory. */
export const loadPolicy = defineLoader(async (ctx, ids: readonly string[]) =>
  allows(ctx.actor, 'directory.read')
    ? byId(
        await ctx.db.rows<SlaPolicy>(`SELECT ${POLICY_COLUMNS} FROM sla_policies p WHERE p.id = ANY($1::text[])`, [
          ids,
        ]),
      )
    : new Map<string, SlaPolicy>(),
)

export interface PolicyFilter {
  readonly search?: string | null
  readonly archived?: boolean | null
}

const listing = (first: Listing<SlaPolicy>['order'][number]): Listing<SlaPolicy> => ({
  columns: POLICY_COLUMNS,
  from: 'sla_policies p',
  order: [first, { sql: 'p.id', of: ({ id }) => id, type: 'text' }],
  descending: false,
})

const IN_ORDER = listing({ sql: 'p.position', of: ({ position }) => position, type: 'bigint' })
const BY_NAME = listing({ sql: 'p.name', of: ({ name }) => name, type: 'text' })

/** Errors: FORBIDDEN. */
export function policyPage(ctx: Context, args: ForwardArgs, filter?: PolicyFilter | null): Promise<Page<SlaPolicy>> {
  authorise(ctx.actor, 'directory.read')
  const { search, archived } = filter ?? {}
  const conditions: Condition[] = [() => (archived ? 'p.archived' : 'NOT p.archived')]
  if (search) conditions.push((bind) => `p.name ILIKE ${bind(containing(search))}`)
  return page(ctx, archived ? BY_NAME : IN_ORDER, args, conditions)
}
