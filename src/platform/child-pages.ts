import type { Context } from './context.js'
import { defineLoader, groupBy } from './loader.js'
import {
  type Bind,
  type Condition,
  type ConnectionArgs,
  type Listing,
  type Page,
  PageOfRows,
  type PageRequest,
  pageRequest,
  pageSql,
} from './paging.js'

/**
 * The pages of many parents, one statement for all that ask with the same arguments; or no statement of their own,
 * where the list of the parents read them along.
 */

export interface ChildListing<T> extends Listing<T> {
  /** The column that names the parent. */
  readonly parent: string
  /** What the viewer may see of the children. */
  readonly visible?: (ctx: Context) => Condition
}

type MaybePromise<T> = T | Promise<T>

export interface ChildPages<T> {
  (ctx: Context, parent: { id: string }, args: ConnectionArgs): MaybePromise<Page<T>>
  /**
   * A column for the statement that reads the parents, with this page of each: it is found there. Null where that
   * cannot be, and where the arguments are wrong, which the field itself will say.
   */
  along(ctx: Context, parentId: string, args: ConnectionArgs, columns?: string): Condition | null
}

export function definePages<T extends object>(listing: ChildListing<T>): ChildPages<T> {
  const conditionsOf = (ctx: Context) => (listing.visible ? [listing.visible(ctx)] : [])

  const loadCount = defineLoader(async (ctx, parents: readonly string[]) => {
    const values: unknown[] = [parents]
    const bind: Bind = (value) => `$${values.push(value)}`
    const where = [`${listing.parent} = ANY($1::text[])`, ...conditionsOf(ctx).map((condition) => condition(bind))]
    const counts = await ctx.db.rows<{ parent: string; total: number }>(
      `SELECT ${listing.parent} AS parent, count(*)::int AS total FROM ${listing.from} WHERE ${where.join(' AND ')} GROUP BY 1`,
      values,
    )
    return new Map(counts.map(({ parent, total }) => [parent, total]))
  })
  const toPage = (ctx: Context, parentId: string, request: PageRequest, rows: T[]): Page<T> =>
    new PageOfRows(listing, request, rows, async () => (await loadCount(ctx, parentId)) ?? 0)

  // The key is text so that DataLoader recognises it: the arguments, a line feed, the parent.
  const load = defineLoader(async (ctx, keys: readonly string[]) => {
    const keysByArgs = groupBy(keys, (key) => key.slice(0, key.indexOf('\n')))
    const pages = new Map<string, Page<T>>()
    await Promise.all(
      [...keysByArgs].map(async ([argsText, sameArgs]) => {
        const request = pageRequest(listing, JSON.parse(argsText) as ConnectionArgs)
        const parents = sameArgs.map((key) => key.slice(argsText.length + 1))
        const values: unknown[] = [parents]
        const bind: Bind = (value) => `$${values.push(value)}`
        const sql = pageSql(listing, request, [() => `${listing.parent} = parent.id`, ...conditionsOf(ctx)], bind)
        const rows = await ctx.db.rows<T & { pageParent: string }>(
          `SELECT page.* FROM unnest($1::text[]) AS parent(id) CROSS JOIN LATERAL (
             SELECT parent.id AS "pageParent", ${listing.columns} FROM ${listing.from} ${sql.where} ${sql.order} ${sql.limit}
           ) page`,
          values,
        )
        const rowsByParent = groupBy(rows, (row) => row.pageParent)
        for (const [index, key] of sameArgs.entries()) {
          const parent = parents[index]!
          pages.set(key, toPage(ctx, parent, request, rowsByParent.get(parent) ?? []))
        }
      }),
    )
    return pages
  })

  /** The name of the column that holds a page which was read along with its parent. */
  const columnOf = ({ first, last }: ConnectionArgs) => `${listing.parent} ${first ?? ''} ${last ?? ''}`

  const pageOf = (ctx: Context, parent: { id: string }, args: ConnectionArgs): MaybePromise<Page<T>> => {
    const { first, after, last, before } = args
    const read = after || before ? undefined : (parent as Record<string, unknown>)[columnOf(args)]
    if (read !== undefined) return toPage(ctx, parent.id, pageRequest(listing, args), (read as T[] | null) ?? [])
    const key = `${JSON.stringify({ first, after, last, before })}\n${parent.id}`
    return load(ctx, key).then((page) => page!)
  }

  const along: ChildPages<T>['along'] = (ctx, parentId, args, columns = listing.columns) => {
    if (args.after || args.before) return null
    let request: PageRequest
    try {
      request = pageRequest(listing, args)
    } catch {
      return null
    }
    return (bind) => {
      const sql = pageSql(listing, request, [() => `${listing.parent} = ${parentId}`, ...conditionsOf(ctx)], bind)
      return `(SELECT json_agg(page) FROM (
        SELECT ${columns} FROM ${listing.from} ${sql.where} ${sql.order} ${sql.limit}
      ) page) AS "${columnOf(args)}"`
    }
  }

  return Object.assign(pageOf, { along })
}
