import { createToken } from '../access/api-token.commands.js'
import { Role, TokenScope } from '../platform/actor.js'
import { type Context, inTransaction } from '../platform/context.js'
import { ErrorCode, UserError, badInput } from '../platform/errors.js'
import { newId } from '../platform/id.js'
import { createUser } from './user.commands.js'
import type { User } from './user.entity.js'
import { USER_COLUMNS } from './user.queries.js'

/**
 * How people come to be before anybody can sign in and make them: by the operator's command line, and at the first
 * start. The context is that of the system.
 */

export interface Account {
  readonly role: Role
  /** Name or e-mail address; a new person with a made-up name when left out. */
  readonly user?: string | null
}

/** Nobody receives mail there (RFC 2606): a person who is made without an address gets one of these. */
const NO_MAIL = 'tocsin.invalid'

/**
 * The person of that role whom `user` names, or a new one. Errors: BAD_USER_INPUT when several have that name or they
 * have been deactivated, CONFLICT when they have another role.
 */
export const findOrCreateUser = (ctx: Context, { role, user }: Account): Promise<User> =>
  inTransaction(ctx, async (ctx) => {
    const wanted = user?.trim()
    if (!wanted) return newPerson(ctx, role, role.charAt(0) + role.slice(1).toLowerCase())
    await ctx.db.lock(`tocsin.account ${wanted.toLowerCase()}`) // two at once make one person
    const found = await ctx.db.rows<User>(
      `SELECT ${USER_COLUMNS} FROM users u WHERE lower(${wanted.includes('@') ? 'u.email' : 'u.name'}) = lower($1)`,
      [wanted],
    )
    const [person] = found
    if (!person) return newPerson(ctx, role, wanted)
    if (found.length > 1)
      throw badInput('user', `${found.length} people are called ${wanted}: give the e-mail address.`)
    if (!person.active) throw badInput('user', `${person.name} has been deactivated.`)
    if (person.role !== role)
      throw new UserError(ErrorCode.CONFLICT, `${person.name} has the role ${person.role}, not ${role}.`, 'role')
    return person
  })

async function newPerson(ctx: Context, role: Role, name: string): Promise<User> {
  const email = name.includes('@') ? name : `${newId('user', ctx.now().getTime())}@${NO_MAIL}`
  const { user } = await createUser(ctx, { name, email, role })
  return user
}

/** A token with every scope for that person. Its text is in `token`, and nowhere else. */
export const createTokenFor = (ctx: Context, account: Account, tokenName = 'Made by the operator') =>
  inTransaction(ctx, async (ctx) => {
    const user = await findOrCreateUser(ctx, account)
    const scopes = Object.values(TokenScope)
    return { user, ...(await createToken(ctx, { name: tokenName, userId: user.id, scopes })) }
  })

/** The administrator with whom it all begins, and their token; null when there is anybody already. */
export const createFirstAdministrator = (ctx: Context) =>
  inTransaction(ctx, async (ctx) => {
    await ctx.db.lock('tocsin.first_administrator') // nodes may start together
    if (await ctx.db.row('SELECT 1 FROM users LIMIT 1')) return null
    return createTokenFor(ctx, { role: Role.ADMIN, user: 'Administrator' }, 'First start')
  })
