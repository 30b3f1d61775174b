import { Audience } from '../events/audience.js'
import { recordEvent } from '../events/event-log.js'
import { type Actor, TokenScope } from '../platform/actor.js'
import { type Context, inTransaction } from '../platform/context.js'
import { badInput, notFound } from '../platform/errors.js'
import { newId } from '../platform/id.js'
import { text } from '../platform/input.js'
import { recordAccessChange } from './access-event.js'
import { ApiToken } from './api-token.entity.js'
import { type TokenRow, mayReadToken } from './api-token.queries.js'
import { authorise } from './rules.js'
import { newToken } from './secret.js'

/**
 * A token is worth what its person may do, narrowed by its scopes. Whoever steals one must not be able to make more of
 * it: a token makes no token with another scope, or one that outlives it, or — without WRITE — any at all.
 */

export interface TokenCreate {
  readonly name: string
  /** Whose token; the actor's own when left out. */
  readonly userId?: string | null
  readonly scopes?: readonly TokenScope[] | null
  readonly expiresAt?: Date | null
}

/** CONFIGURE must be asked for by name: a token for everyday work should not have it. */
const EVERYDAY: readonly TokenScope[] = [TokenScope.READ, TokenScope.WRITE]

export const createToken = (ctx: Context, input: TokenCreate) =>
  inTransaction(ctx, async (ctx) => {
    const now = ctx.now()
    const userId = input.userId ?? ctx.actor.id
    authorise(ctx.actor, userId === ctx.actor.id ? 'token.make' : 'configure')
    const secret = newToken()
    const token: TokenRow = {
      id: newId('apiToken', now.getTime()),
      userId,
      name: text('name', input.name, { maximum: 100 }),
      prefix: secret.prefix,
      scopes: scopesFor(ctx.actor, input.scopes ?? null),
      createdAt: now,
      expiresAt: expiryFor(ctx.actor, input.expiresAt ?? null, now),
      revokedAt: null,
      lastUsedAt: null,
    }
    await ctx.db.lock(userId)
    if (!(await ctx.db.row('SELECT 1 FROM users WHERE id = $1 AND active', [userId])))
      throw notFound('active user', 'userId')
    await ctx.db.entities.insert(ApiToken, { ...token, hash: secret.hash })
    await recordTokenEvent(ctx, 'token.created', token)
    return { apiToken: token, token: secret.text }
  })

function scopesFor(actor: Actor, asked: readonly TokenScope[] | null): TokenScope[] {
  const scopes = [...new Set(asked ?? EVERYDAY.filter((scope) => actor.scopes.includes(scope)))]
  if (scopes.length === 0) throw badInput('scopes', 'Name at least one scope.')
  const excess = scopes.find((scope) => !actor.scopes.includes(scope))
  if (excess) throw badInput('scopes', `You cannot give the scope ${excess}, which your own sign-in lacks.`)
  return scopes
}

function expiryFor(actor: Actor, asked: Date | null, now: Date): Date | null {
  const latest = actor.tokenId === null ? null : actor.expiresAt // a browser's sign-in ends soon and limits nothing
  if (asked && asked <= now) throw badInput('expiresAt', 'Must lie in the future.')
  if (asked && latest && asked > latest)
    throw badInput('expiresAt', `Must not be later than the end of your own token, ${latest.toISOString()}.`)
  return asked ?? latest
}

/** A token may always end itself, whatever its scopes: that is what a finder of a leaked one should do. */
export const revokeToken = (ctx: Context, { id }: { id: string }) =>
  inTransaction(ctx, async (ctx) => {
    await ctx.db.lock(id)
    const token = await ctx.db.entities.findOneBy(ApiToken, { id })
    if (!token || !mayReadToken(ctx.actor, token)) throw notFound('token')
    if (id !== ctx.actor.tokenId) authorise(ctx.actor, token.userId === ctx.actor.id ? 'token.make' : 'configure')
    if (!token.revokedAt) {
      token.revokedAt = ctx.now()
      await ctx.db.entities.update(ApiToken, { id }, { revokedAt: token.revokedAt })
      await recordTokenEvent(ctx, 'token.revoked', token)
      await recordAccessChange(ctx, { userId: token.userId, tokenId: id })
    }
    return { apiToken: token }
  })

/** Says which token was used to do it: after a theft one looks for what the stolen one has made. */
const recordTokenEvent = (ctx: Context, type: string, { id, userId, name, prefix, scopes, expiresAt }: TokenRow) =>
  recordEvent(ctx, {
    type,
    subject: id,
    incidentId: null,
    audience: Audience.INTERNAL,
    payload: { userId, name, prefix, scopes, expiresAt, byTokenId: ctx.actor.tokenId },
  })
