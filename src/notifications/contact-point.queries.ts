import { allows, authorise } from '../access/rules.js'
import type { Actor } from '../platform/actor.js'
import type { Context } from '../platform/context.js'
import { selectList } from '../platform/database.js'
import { byId, defineLoader, groupBy } from '../platform/loader.js'
import { type ForwardArgs, type Listing, type Page, page } from '../platform/paging.js'
import type { ContactPoint } from './contact-point.js'

const COLUMNS = `${selectList('c', [
  ...['id', 'userId', 'kind', 'name', 'ofAccount', 'active', 'createdAt', 'updatedAt'],
])}, CASE WHEN c.of_account THEN regexp_replace(u.email, '^(.)[^@]*', '\\1•••') ELSE c.masked END AS masked`
const FROM = 'contact_points c LEFT JOIN users u ON u.id = c.user_id'

/** Only the person and those who read the configuration know where a person can be reached. */
export const mayReadContactPointsOf = (actor: Actor, userId: string): boolean =>
  userId === actor.id || allows(actor, 'configuration.read')

const mayRead = (actor: Actor, { userId }: ContactPoint): boolean =>
  userId === null ? allows(actor, 'directory.read') : mayReadContactPointsOf(actor, userId)

/** For links: whoever sees a notification sees where it goes, and so also what has been deleted. */
export const loadContactPoint = defineLoader(async (ctx, ids: readonly string[]) =>
  byId(await ctx.db.rows<ContactPoint>(`SELECT ${COLUMNS} FROM ${FROM} WHERE c.id = ANY($1::text[])`, [ids])),
)

/** Only what the viewer may look up; null for the rest. */
export const loadReadableContactPoint = defineLoader(async (ctx, ids: readonly string[]) =>
  byId(
    (
      await ctx.db.rows<ContactPoint>(
        `SELECT ${COLUMNS} FROM ${FROM} WHERE c.id = ANY($1::text[]) AND c.deleted_at IS NULL`,
        [ids],
      )
    ).filter((contactPoint) => mayRead(ctx.actor, contactPoint)),
  ),
)

/** The one of the account first. Whether the viewer may know them is asked before. */
export const loadContactPointsOfUser = defineLoader(async (ctx, userIds: readonly string[]) =>
  groupBy(
    await ctx.db.rows<ContactPoint>(
      `SELECT ${COLUMNS} FROM ${FROM} WHERE c.user_id = ANY($1::text[]) AND c.deleted_at IS NULL
        ORDER BY c.of_account DESC, c.created_at, c.id`,
      [userIds],
    ),
    ({ userId }) => userId!,
  ),
)

const SHARED: Listing<ContactPoint> = {
  columns: COLUMNS,
  from: FROM,
  order: [
    { sql: 'c.name', of: ({ name }) => name, type: 'text' },
    { sql: 'c.id', of: ({ id }) => id, type: 'text' },
  ],
  descending: false,
}

/** Errors: FORBIDDEN. */
export function sharedContactPointPage(ctx: Context, args: ForwardArgs): Promise<Page<ContactPoint>> {
  authorise(ctx.actor, 'directory.read')
  return page(ctx, SHARED, args, [() => 'c.user_id IS NULL AND c.deleted_at IS NULL'])
}
