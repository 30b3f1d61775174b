import { allows, authorise } from '../access/rules.js'
import type { Context } from '../platform/context.js'
import { selectList } from '../platform/database.js'
import { byId, defineLoader } from '../platform/loader.js'
import { type ForwardArgs, type Listing, type Page, page } from '../platform/paging.js'
import type { Integration } from './integration.entity.js'

export const INTEGRATION_COLUMNS = selectList('n', [
  ...['id', 'name', 'kind', 'keyPrefix', 'serviceId', 'teamId', 'mapping', 'autoResolve', 'regroupMinutes', 'active'],
  ...['createdAt', 'updatedAt'],
])

/** Whoever sees an event or an alert may know which integration it came from; how that is set up is shown to fewer. */
export const loadIntegration = defineLoader(async (ctx, ids: readonly string[]) =>
  byId(
    await ctx.db.rows<Integration>(`SELECT ${INTEGRATION_COLUMNS} FROM integrations n WHERE n.id = ANY($1::text[])`, [
      ids,
    ]),
  ),
)

/** Null unless the viewer may read the configuration. */
export const findIntegration = async (ctx: Context, id: string): Promise<Integration | null> =>
  allows(ctx.actor, 'configuration.read') ? loadIntegration(ctx, id) : null

const NEWEST: Listing<Integration> = {
  columns: INTEGRATION_COLUMNS,
  from: 'integrations n',
  order: [
    { sql: 'n.created_at', of: ({ createdAt }) => createdAt, type: 'timestamptz' },
    { sql: 'n.id', of: ({ id }) => id, type: 'text' },
  ],
  descending: true,
}

/** Errors: FORBIDDEN. */
export function integrationPage(ctx: Context, args: ForwardArgs): Promise<Page<Integration>> {
  authorise(ctx.actor, 'configuration.read')
  return page(ctx, NEWEST, args)
}
