import { recordAccessChange } from '../access/access-event.js'
import { authorise } from '../access/rules.js'
import { Role } from '../platform/actor.js'
import { type Context, inTransaction } from '../platform/context.js'
import { ErrorCode, UserError, badInput, notFound } from '../platform/errors.js'
import { newId } from '../platform/id.js'
import { email, text, timeZone } from '../platform/input.js'
import { ResponderEventType, recordResponderEvent } from './responder-event.js'
import { ServiceGrant } from './service.entity.js'
import { unique } from './uniqueness.js'
import { User } from './user.entity.js'

const NAME = { maximum: 200 }
const uniqueEmail = <T>(write: () => Promise<T>) => unique('email', 'users_email', write)

/** Whoever may take the last administrator away waits for this lock, so that two of them cannot take two. */
const ADMINISTRATORS = 'tocsin.administrators'

export interface UserCreate {
  readonly name: string
  readonly email: string
  readonly role: Role
  /** UTC when left out. */
  readonly timeZone?: string | null
}

export const createUser = (ctx: Context, input: UserCreate) =>
  inTransaction(ctx, async (ctx) => {
    authorise(ctx.actor, 'configure')
    const now = ctx.now()
    const user: User = {
      id: newId('user', now.getTime()),
      name: text('name', input.name, NAME),
      email: email('email', input.email),
      role: input.role,
      timeZone: timeZone('timeZone', input.timeZone ?? 'UTC'),
      active: true,
      createdAt: now,
      updatedAt: now,
    }
    await uniqueEmail(() => ctx.db.entities.insert(User, user))
    await recordResponderEvent(ctx, ResponderEventType.USER_CREATED, user.id, user)
    return { user }
  })

export interface UserUpdate extends Partial<{ readonly [field in keyof UserCreate]: UserCreate[field] | null }> {
  readonly id: string
  readonly active?: boolean | null
}

/** What is left out stays. A change of role, or of whether they may sign in, ends what they are signed in with. */
export const updateUser = (ctx: Context, input: UserUpdate) =>
  inTransaction(ctx, async (ctx) => {
    authorise(ctx.actor, 'configure')
    await ctx.db.lock(input.id, ADMINISTRATORS)
    const before = await ctx.db.entities.findOneBy(User, { id: input.id })
    if (!before) throw notFound('user')
    const changes = changesOf(input)
    const user: User = { ...before, ...changes, updatedAt: ctx.now() }
    if (isAdministrator(before) && !isAdministrator(user)) await leaveAnAdministrator(ctx, user)
    await uniqueEmail(() => ctx.db.entities.update(User, { id: user.id }, { ...changes, updatedAt: user.updatedAt }))
    if (before.role === Role.PARTNER && user.role !== Role.PARTNER)
      await ctx.db.entities.delete(ServiceGrant, { userId: user.id }) // or a later return to the role would revive them
    await recordResponderEvent(ctx, ResponderEventType.USER_UPDATED, user.id, changes)
    if (user.role !== before.role || user.active !== before.active)
      await recordAccessChange(ctx, { userId: user.id, tokenId: null })
    return { user }
  })

function changesOf(input: UserUpdate): Partial<User> {
  const changes: Partial<User> = {}
  if (typeof input.name === 'string') changes.name = text('name', input.name, NAME)
  if (typeof input.email === 'string') changes.email = email('email', input.email)
  if (typeof input.timeZone === 'string') changes.timeZone = timeZone('timeZone', input.timeZone)
  if (input.role) changes.role = input.role
  if (typeof input.active === 'boolean') changes.active = input.active
  if (Object.keys(changes).length === 0) throw badInput('id', 'Name at least one field to change.')
  return changes
}

const isAdministrator = ({ role, active }: User): boolean => role === Role.ADMIN && active

/** Errors: FORBIDDEN when nobody else could configure Tocsin any more. */
async function leaveAnAdministrator(ctx: Context, { id, active }: User): Promise<void> {
  const another = await ctx.db.row('SELECT 1 FROM users WHERE role = $1 AND active AND id <> $2 LIMIT 1', [
    Role.ADMIN,
    id,
  ])
  if (!another)
    throw new UserError(
      ErrorCode.FORBIDDEN,
      'This is the last active administrator. Make another one first.',
      active ? 'role' : 'active',
    )
}
