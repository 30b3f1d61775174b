import { ArgsType, Field, Int, ObjectType, Root } from 'type-graphql'
import type { ClassType } from 'type-graphql'
import type { Context } from './context.js'
import { badInput } from './errors.js'
import { defineLoader, groupBy } from './loader.js'

/**
 * Relay connections over keyset cursors. A `Listing` says once how a noun is listed; `page` reads one page of it, and
 * `definePages` reads the pages of many parents (the timelines of twenty incidents) in one statement.
 */

export const MAXIMUM_PAGE = 100

@ObjectType({ simpleResolvers: true, description: 'Where a page lies in its list.' })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether more follow after the end of this page.' })
  hasNextPage: boolean
  @Field(() => Boolean, { description: 'Whether more lie before the start of this page.' })
  hasPreviousPage: boolean
  @Field(() => String, { nullable: true, description: 'Cursor of the first edge.' })
  startCursor: string | null
  @Field(() => String, { nullable: true, description: 'Cursor of the last edge.' })
  endCursor: string | null
}

@ArgsType()
export class ForwardArgs {
  @Field(() => Int, { description: 'How many, 1 to 100.' })
  first: number
  @Field(() => String, { nullable: true, description: 'Only those after this cursor.' })
  after?: string | null
}

@ArgsType()
export class ConnectionArgs {
  @Field(() => Int, {
    nullable: true,
    description: 'How many from the start, 1 to 100. Give either `first` or `last`.',
  })
  first?: number | null
  @Field(() => String, { nullable: true, description: 'Only those after this cursor.' })
  after?: string | null
  @Field(() => Int, { nullable: true, description: 'How many from the end, 1 to 100.' })
  last?: number | null
  @Field(() => String, { nullable: true, description: 'Only those before this cursor.' })
  before?: string | null
}

/** Binds a value and answers its placeholder. */
export type Bind = (value: unknown) => string
export type Condition = (bind: Bind) => string

export interface OrderColumn<T> {
  readonly sql: string
  readonly of: (row: T) => unknown
  readonly type: 'timestamptz' | 'text' | 'bigint'
}

export interface Listing<T> {
  /** The select list, in the names that the API reads. */
  readonly columns: string
  readonly from: string
  /** Columns that order the rows and together tell each from every other. */
  readonly order: readonly OrderColumn<T>[]
  readonly descending: boolean
}

export interface Page<T> {
  readonly edges: readonly { readonly cursor: string; readonly node: T }[]
  readonly pageInfo: Readonly<PageInfo>
  readonly count: () => Promise<number>
}

interface PageRequest {
  readonly limit: number
  readonly backward: boolean
  readonly after: unknown[] | null
  readonly before: unknown[] | null
}

/** Makes its cursor when it is asked for: most are not. */
class PageEdge<T> {
  constructor(
    private readonly listing: Listing<T>,
    readonly node: T,
  ) {}

  get cursor(): string {
    return encodeCursor(this.listing, this.node)
  }
}

const encodeCursor = <T>(listing: Listing<T>, row: T) =>
  Buffer.from(JSON.stringify(listing.order.map((column) => column.of(row)))).toString('base64url')

function decodeCursor<T>(listing: Listing<T>, field: string, cursor: string | null | undefined): unknown[] | null {
  if (cursor === null || cursor === undefined) return null
  try {
    const keys: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    const fits = (key: unknown, index: number) =>
      listing.order[index]?.type === 'timestamptz'
        ? typeof key === 'string' && !Number.isNaN(Date.parse(key))
        : listing.order[index]?.type === 'bigint'
          ? /^\d{1,18}$/.test(String(key))
          : typeof key === 'string' && !key.includes('\0')
    if (Array.isArray(keys) && keys.length === listing.order.length && keys.every(fits)) return keys
  } catch {
    // not JSON: answered below
  }
  throw badInput(field, 'This is no cursor of this list and order.')
}

export function pageSize(field: string, value: number): number {
  if (value < 1 || value > MAXIMUM_PAGE) throw badInput(field, `Must be from 1 to ${MAXIMUM_PAGE}, not ${value}.`)
  return value
}

function pageRequest<T>(listing: Listing<T>, args: ConnectionArgs): PageRequest {
  const { first, last } = args
  if ((first ?? null) === null && (last ?? null) === null) throw badInput('first', 'Give `first` or `last`.')
  if (typeof first === 'number' && typeof last === 'number') throw badInput('last', 'Give `first` or `last`, not both.')
  return {
    limit: typeof first === 'number' ? pageSize('first', first) : pageSize('last', last!),
    backward: typeof last === 'number',
    after: decodeCursor(listing, 'after', args.after),
    before: decodeCursor(listing, 'before', args.before),
  }
}

/** The part of the statement that is the same for one list and for the lists of many parents. */
function pageSql<T>(listing: Listing<T>, request: PageRequest, conditions: readonly Condition[], bind: Bind) {
  const keys = `(${listing.order.map((column) => column.sql).join(', ')})`
  const bound = (values: unknown[]) => `(${listing.order.map((c, i) => `${bind(values[i])}::${c.type}`).join(', ')})`
  const where = conditions.map((condition) => condition(bind))
  if (request.after) where.push(`${keys} ${listing.descending ? '<' : '>'} ${bound(request.after)}`)
  if (request.before) where.push(`${keys} ${listing.descending ? '>' : '<'} ${bound(request.before)}`)
  const direction = listing.descending !== request.backward ? 'DESC' : 'ASC'
  return {
    where: where.length > 0 ? `WHERE ${where.join(' AND ')}` : '',
    order: `ORDER BY ${listing.order.map((column) => `${column.sql} ${direction}`).join(', ')}`,
    limit: `LIMIT ${bind(request.limit + 1)}`, // one more tells whether the list goes on
  }
}

function toPage<T>(listing: Listing<T>, request: PageRequest, read: T[], count: () => Promise<number>): Page<T> {
  const more = read.length > request.limit
  const rows = more ? read.slice(0, request.limit) : read
  if (request.backward) rows.reverse()
  const edges = rows.map((node) => new PageEdge(listing, node))
  return {
    edges,
    pageInfo: {
      hasNextPage: request.backward ? request.before !== null : more,
      hasPreviousPage: request.backward ? more : request.after !== null,
      get startCursor() {
        return edges[0]?.cursor ?? null
      },
      get endCursor() {
        return edges.at(-1)?.cursor ?? null
      },
    },
    count,
  }
}

/** What is read in the same statement as a page. */
export interface Along {
  /** The total count. */
  readonly withCount?: boolean
  /** Columns that hold pages of children. */
  readonly along?: readonly Condition[]
}

/** One page. With `withCount` the total is read in the same statement; without, only when it is asked for. */
export async function page<T extends object>(
  ctx: Context,
  listing: Listing<T>,
  args: ConnectionArgs,
  conditions: readonly Condition[] = [],
  { withCount = false, along = [] }: Along = {},
): Promise<Page<T>> {
  const request = pageRequest(listing, args)
  const values: unknown[] = []
  const bind: Bind = (value) => `$${values.push(value)}`
  const sql = pageSql(listing, request, conditions, bind)
  const counting = (bind: Bind) =>
    `SELECT count(*)::int AS total FROM ${listing.from} ${
      conditions.length > 0 ? `WHERE ${conditions.map((condition) => condition(bind)).join(' AND ')}` : ''
    }`
  const total = withCount ? `, (${counting(bind)}) AS "pageTotal"` : ''
  const more = along.map((column) => `, ${column(bind)}`).join('')
  const rows = await ctx.db.rows<T & { pageTotal?: number }>(
    `SELECT ${listing.columns}${total}${more} FROM ${listing.from} ${sql.where} ${sql.order} ${sql.limit}`,
    values,
  )
  const known = rows[0]?.pageTotal
  return toPage(listing, request, rows, async () => {
    if (known !== undefined) return known
    const values: unknown[] = []
    const text = counting((value) => `$${values.push(value)}`)
    return (await ctx.db.row<{ total: number }>(text, values))!.total
  })
}

export interface ChildListing<T> extends Listing<T> {
  /** The column that names the parent. */
  readonly parent: string
  /** What the viewer may see of the children. */
  readonly visible?: (ctx: Context) => Condition
}

/** The pages of many parents, one statement for all that ask with the same arguments. */
export function definePages<T extends object>(listing: ChildListing<T>) {
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

  // The key is text so that DataLoader recognises it: the arguments, a line feed, the parent.
  const load = defineLoader(async (ctx, keys: readonly string[]) => {
    const parentsByArgs = groupBy(keys, (key) => key.slice(0, key.indexOf('\n')))
    const pages = new Map<string, Page<T>>()
    await Promise.all(
      [...parentsByArgs].map(async ([argsText, sameArgs]) => {
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
          const count = async () => (await loadCount(ctx, parent)) ?? 0
          pages.set(key, toPage(listing, request, rowsByParent.get(parent) ?? [], count))
        }
      }),
    )
    return pages
  })

  const pageOf = async (
    ctx: Context,
    parent: { id: string },
    { first, after, last, before }: ConnectionArgs,
  ): Promise<Page<T>> => {
    const read =
      after || before
        ? undefined
        : (parent as Record<string, unknown> as Record<string, T[] | null | undefined>)[columnOf({ first, last })]
    if (read !== undefined) {
      const count = async () => (await loadCount(ctx, parent.id)) ?? 0
      return toPage(listing, pageRequest(listing, { first, last }), read ?? [], count)
    }
    return (await load(ctx, `${JSON.stringify({ first, after, last, before })}\n${parent.id}`))!
  }

  /** The name of the column that holds a page which was read along with its parent. */
  const columnOf = ({ first, last }: ConnectionArgs) => `${listing.parent} ${first ?? ''} ${last ?? ''}`

  /** A column for the statement that reads the parents, with this page of each: `pageOf` finds it there. */
  const along = (ctx: Context, parentId: string, { first, after, last, before }: ConnectionArgs): Condition | null => {
    if (after || before) return null
    let request: PageRequest
    try {
      request = pageRequest(listing, { first, last })
    } catch {
      return null // the field itself says what is wrong with its arguments
    }
    return (bind) => {
      const sql = pageSql(listing, request, [() => `${listing.parent} = ${parentId}`, ...conditionsOf(ctx)], bind)
      return `(SELECT json_agg(page) FROM (
        SELECT ${listing.columns} FROM ${listing.from} ${sql.where} ${sql.order} ${sql.limit}
      ) page) AS "${columnOf({ first, last })}"`
    }
  }

  return Object.assign(pageOf, { along })
}

/** The connection and edge types of a noun: `IncidentConnection`, `IncidentEdge`. */
export function connectionType<T extends object>(name: string, node: () => ClassType<T>) {
  @ObjectType(`${name}Edge`, { simpleResolvers: true, description: `One ${name} of a list, with its cursor.` })
  class Edge {
    @Field(() => String, { description: 'Continues the list from here.' })
    cursor: string
    @Field(node, { description: 'The item itself.' })
    node: T
  }

  @ObjectType(`${name}Connection`, { simpleResolvers: true, description: `A page of a list of ${name} objects.` })
  class Connection {
    @Field(() => [Edge], { description: 'The items of this page, each with its cursor.' })
    edges: Edge[]
    @Field(() => PageInfo, { description: 'Where this page lies in the list.' })
    pageInfo: PageInfo
    @Field(() => Int, { description: 'How many there are in all that the viewer may see.' })
    totalCount(@Root() page: Page<T>): Promise<number> {
      return page.count()
    }
  }
  return Connection
}
