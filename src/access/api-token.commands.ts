import { type Actor, TokenScope } from '../platform/actor.js'
import { type Context, inTransaction } from '../platform/context.js'
import { badInput, notFound } from '../platform/errors.js'
import { newId } from '../platform/id.js'
import { text } from '../platform/input.js'
import { recordAccessChange } from './access-event.js'
import { ApiToken } from './api-token.entity.js'
import { allows, authorise } from './rules.js'
import { newToken } from './secret.js'

export interface TokenCreate {
  readonly name: string
  /** Whose token; the actor's own when left out. */
  readonly userId?: string | null
  readonly scopes?: readonly TokenScope[] | null
  readonly expiresAt?: Date | null
}

/** People make tokens for themselves, never with more scopes than they came with; configuring others needs the right. */
export const createToken = (ctx: Context, input: TokenCreate) =>
  inTransaction(ctx, async (ctx) => {
    const userId = input.userId ?? ctx.actor.id
    if (userId !== ctx.actor.id) authorise(ctx.actor, 'configure')
    const scopes = [...new Set(input.scopes ?? ctx.actor.scopes)]
    if (scopes.length === 0) throw badInput('scopes', 'Name at least one scope.')
    const excess = scopes.find((scope) => !ctx.actor.scopes.includes(scope))
    if (excess) throw badInput('scopes', `You cannot give the scope ${excess}, which your own sign-in lacks.`)
    if (input.expiresAt && input.expiresAt <= ctx.now()) throw badInput('expiresAt', 'Must lie in the future.')
    const person = await ctx.db.row<{ id: string }>('SELECT id FROM users WHERE id = $1 AND active', [userId])
    if (!person) throw notFound('active user', 'userId')
    const secret = newToken()
    const token = ctx.db.entities.create(ApiToken, {
      id: newId('apiToken'),
      userId,
      name: text('name', input.name, { maximum: 100 }),
      prefix: secret.prefix,
      hash: secret.hash,
      scopes,
      createdAt: ctx.now(),
      expiresAt: input.expiresAt ?? null,
      revokedAt: null,
      lastUsedAt: null,
    })
    await ctx.db.entities.insert(ApiToken, token)
    return { apiToken: token, token: secret.text }
  })

export const revokeToken = (ctx: Context, { id }: { id: string }) =>
  inTransaction(ctx, async (ctx) => {
    const token = await ctx.db.entities.findOneBy(ApiToken, { id })
    if (!token || !mayRead(ctx.actor, token)) throw notFound('token')
    if (token.userId !== ctx.actor.id) authorise(ctx.actor, 'configure')
    if (!token.revokedAt) {
      token.revokedAt = ctx.now()
      await ctx.db.entities.save(token)
      await recordAccessChange(ctx, { userId: token.userId, tokenId: token.id })
    }
    return { apiToken: token }
  })

const mayRead = (actor: Actor, token: ApiToken) => token.userId === actor.id || allows(actor, 'configuration.read')
