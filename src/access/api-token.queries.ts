import type { Actor } from '../platform/actor.js'
import type { Context } from '../platform/context.js'
import { selectList } from '../platform/database.js'
import { byId, defineLoader } from '../platform/loader.js'
import { type Condition, type ForwardArgs, type Listing, type Page, page } from '../platform/paging.js'
import type { ApiToken } from './api-token.entity.js'
import { allows } from './rules.js'

/** Everything about a token but its hash: that stays in the database. */
export type TokenRow = Omit<ApiToken, 'hash'>

const TOKEN_COLUMNS = selectList('t', [
  ...['id', 'userId', 'name', 'prefix', 'scopes', 'createdAt', 'expiresAt', 'revokedAt', 'lastUsedAt'],
])

/** One's own tokens, and with the right to read the configuration everybody's. */
export const mayReadToken = (actor: Actor, { userId }: Pick<ApiToken, 'userId'>): boolean =>
  userId === actor.id || allows(actor, 'configuration.read')

/** The SQL side of `mayReadToken`. */
const readable =
  (actor: Actor): Condition =>
  (bind) =>
    allows(actor, 'configuration.read') ? 'true' : `t.user_id = ${bind(actor.id)}`

/** Only what the viewer may read; null for the rest. */
export const loadToken = defineLoader(async (ctx, ids: readonly string[]) => {
  const values: unknown[] = [ids]
  const mayRead = readable(ctx.actor)((value) => `$${values.push(value)}`)
  return byId(
    await ctx.db.rows<TokenRow>(
      `SELECT ${TOKEN_COLUMNS} FROM api_tokens t WHERE t.id = ANY($1::text[]) AND ${mayRead}`,
      values,
    ),
  )
})

const NEWEST: Listing<TokenRow> = {
  columns: TOKEN_COLUMNS,
  from: 'api_tokens t',
  order: [
    { sql: 't.created_at', of: ({ createdAt }) => createdAt, type: 'timestamptz' },
    { sql: 't.id', of: ({ id }) => id, type: 'text' },
  ],
  descending: true,
}

export const tokenPage = (ctx: Context, args: ForwardArgs): Promise<Page<TokenRow>> =>
  page(ctx, NEWEST, args, [readable(ctx.actor)])
