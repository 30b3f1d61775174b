import { predicate } from '../access/rules.js'
import { INCIDENT_ACCESS } from '../incidents/incident.queries.js'
import type { Actor } from '../platform/actor.js'
import { definePages } from '../platform/child-pages.js'
import type { Context } from '../platform/context.js'
import type { Database } from '../platform/database.js'
import { byId, defineLoader, groupBy } from '../platform/loader.js'
import { type Condition, type ForwardArgs, type Listing, type Page as ListPage, page } from '../platform/paging.js'
import { mayReadEscalations } from './escalation.queries.js'
import { PAGE_COLUMNS } from './page.store.js'
import type { Page } from './page.js'

const FROM = 'pages p JOIN incidents i ON i.id = p.incident_id'

/** One's own, and those of others for those who run incidents; all of incidents that one reads. */
const readable =
  (actor: Actor): Condition =>
  (bind) =>
    `${predicate(actor, 'incident.read', INCIDENT_ACCESS)(bind)} AND ${
      mayReadEscalations(actor) ? 'true' : `p.user_id = ${bind(actor.id)}`
    }`

/** Only what the viewer may read; null for the rest. */
export const loadPage = defineLoader(async (ctx, ids: readonly string[]) => {
  const values: unknown[] = [ids]
  const visible = readable(ctx.actor)((value) => `$${values.push(value)}`)
  return byId(
    await ctx.db.rows<Page>(`SELECT ${PAGE_COLUMNS} FROM ${FROM} WHERE p.id = ANY($1::text[]) AND ${visible}`, values),
  )
})

/** Without a look at access: for whoever comes with a page's own secret. */
export const findPage = (db: Database, id: string): Promise<Page | null> =>
  db.row(`SELECT ${PAGE_COLUMNS} FROM pages p WHERE p.id = $1`, [id])

/** Of a step. Whether the viewer may read the escalation is asked before. */
export const loadPagesOfEntry = defineLoader(async (ctx, entryIds: readonly string[]) =>
  groupBy(
    await ctx.db.rows<Page>(
      `SELECT ${PAGE_COLUMNS} FROM pages p WHERE p.entry_id = ANY($1::text[]) ORDER BY p.paged_at, p.id`,
      [entryIds],
    ),
    ({ entryId }) => entryId,
  ),
)

const ORDER: Listing<Page>['order'] = [
  { sql: 'p.paged_at', of: ({ pagedAt }) => pagedAt, type: 'timestamptz' },
  { sql: 'p.id', of: ({ id }) => id, type: 'text' },
]

/** Of an incident, oldest first. Whether the viewer may read its escalation is asked before. */
export const pagePage = definePages<Page>({
  ...{ columns: PAGE_COLUMNS, from: 'pages p', parent: 'p.incident_id', order: ORDER, descending: false },
})

/** The viewer's own, newest first. @param open only those that still want an answer, or only the others */
export const myPagePage = (ctx: Context, args: ForwardArgs, open?: boolean | null): Promise<ListPage<Page>> =>
  page(ctx, { columns: PAGE_COLUMNS, from: FROM, order: ORDER, descending: true }, args, [
    readable(ctx.actor),
    (bind) => `p.user_id = ${bind(ctx.actor.id)}`,
    ...(typeof open === 'boolean' ? [() => (open ? 'p.ended_at IS NULL' : 'p.ended_at IS NOT NULL')] : []),
  ])
