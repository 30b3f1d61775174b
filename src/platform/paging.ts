import { ArgsType, Field, Int, ObjectType, Root } from 'type-graphql'
import type { ClassType } from 'type-graphql'
import type { Context } from './context.js'
import { badInput } from './errors.js'
import { parseMoment } from './scalars.js'

/**
 * Relay connections over keyset cursors. A `Listing` says once how a noun is listed; `page` reads one page of it. The
 * pages of many parents, the timelines of twenty incidents, are in `child-pages.ts`.
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

/** What holds when all of them hold. */
export const allOf =
  (conditions: readonly Condition[]): Condition =>
  (bind) =>
    conditions.map((condition) => condition(bind)).join(' AND ')

/** The column has one of the values of a filter; no condition where the filter names none. */
export const oneOf = (column: string, values: readonly string[] | null | undefined): Condition[] =>
  values ? [(bind) => `${column} = ANY(${bind(values)}::text[])`] : []

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

export interface PageRequest {
  readonly limit: number
  readonly backward: boolean
  readonly after: unknown[] | null
  readonly before: unknown[] | null
}

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

/** A key of a cursor as PostgreSQL takes it without an error. Throws for any other. */
const KEY_OF: Record<OrderColumn<unknown>['type'], (key: unknown) => unknown> = {
  timestamptz: parseMoment,
  bigint: (key) => {
    if (!/^\d{1,18}$/.test(String(key))) throw new TypeError('No number')
    return key
  },
  text: (key) => {
    if (typeof key !== 'string' || key.includes('\0') || !key.isWellFormed()) throw new TypeError('No text')
    return key
  },
}

function decodeCursor<T>(listing: Listing<T>, field: string, cursor: string | null | undefined): unknown[] | null {
  if (cursor === null || cursor === undefined) return null
  try {
    const keys: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (Array.isArray(keys) && keys.length === listing.order.length)
      return keys.map((key, index) => KEY_OF[listing.order[index]!.type](key))
  } catch {
    // not JSON, or not of these keys: answered below
  }
  throw badInput(field, 'This is no cursor of this list and order.')
}

export function pageSize(field: string, value: number): number {
  if (value < 1 || value > MAXIMUM_PAGE) throw badInput(field, `Must be from 1 to ${MAXIMUM_PAGE}, not ${value}.`)
  return value
}

export function pageRequest<T>(listing: Listing<T>, args: ConnectionArgs): PageRequest {
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
export function pageSql<T>(listing: Listing<T>, request: PageRequest, conditions: readonly Condition[], bind: Bind) {
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

/** Edges and cursors are made when they are asked for: most are not. */
export class PageOfRows<T> implements Page<T> {
  private readonly rows: readonly T[]
  private readonly more: boolean

  constructor(
    private readonly listing: Listing<T>,
    private readonly request: PageRequest,
    read: T[],
    readonly count: () => Promise<number>,
  ) {
    this.more = read.length > request.limit
    const rows = this.more ? read.slice(0, request.limit) : read
    this.rows = request.backward ? rows.reverse() : rows
  }

  get edges(): PageEdge<T>[] {
    return this.rows.map((node) => new PageEdge(this.listing, node))
  }

  get pageInfo(): PageInfo {
    const { listing, rows, more, request } = this
    const cursorOf = (row: T | undefined) => (row === undefined ? null : encodeCursor(listing, row))
    return {
      hasNextPage: request.backward ? request.before !== null : more,
      hasPreviousPage: request.backward ? more : request.after !== null,
      startCursor: cursorOf(rows[0]),
      endCursor: cursorOf(rows.at(-1)),
    }
  }
}

/** What is read in the same statement as a page. */
export interface Along {
  /** Fewer columns than the listing's. */
  readonly columns?: string
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
  { columns = listing.columns, withCount = false, along = [] }: Along = {},
): Promise<Page<T>> {
  const request = pageRequest(listing, args)
  const values: unknown[] = []
  const bind: Bind = (value) => `$${values.push(value)}`
  const sql = pageSql(listing, request, conditions, bind)
  const counting = (bind: Bind) =>
    `SELECT count(*)::int AS total FROM ${listing.from} ${
      conditions.length > 0 ? `WHERE ${allOf(conditions)(bind)}` : ''
    }`
  const total = withCount ? `, (${counting(bind)}) AS "pageTotal"` : ''
  const more = along.map((column) => `, ${column(bind)}`).join('')
  const rows = await ctx.db.rows<T & { pageTotal?: number }>(
    `SELECT ${columns}${total}${more} FROM ${listing.from} ${sql.where} ${sql.order} ${sql.limit}`,
    values,
  )
  const known = rows[0]?.pageTotal
  return new PageOfRows(listing, request, rows, async () => {
    if (known !== undefined) return known
    const values: unknown[] = []
    const text = counting((value) => `$${values.push(value)}`)
    return (await ctx.db.row<{ total: number }>(text, values))!.total
  })
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
