import { IsNull } from 'typeorm'
import { type Action, authorise } from '../access/rules.js'
import type { Actor } from '../platform/actor.js'
import { type Context, inTransaction } from '../platform/context.js'
import { badInput, notFound } from '../platform/errors.js'
import { newId } from '../platform/id.js'
import { optionalText, text } from '../platform/input.js'
import { sealerOf } from '../platform/sealing.js'
import { mayFindUser } from '../responders/user.queries.js'
import { User } from '../responders/user.entity.js'
import type { ChannelKind } from './channels/channel.js'
import { channelFor } from './configured-channels.js'
import { ContactPointEntity } from './contact-point.entity.js'
import { loadReadableContactPoint } from './contact-point.queries.js'
import { type ContactPoint, MAXIMUM_CONTACT_POINTS, hasSecret, newSecret } from './contact-point.js'
import { NotificationEventType, recordNotificationEvent } from './notification-event.js'
import { NotificationRuleEntity } from './notification-rule.entity.js'
import { notify } from './notification.commands.js'
import { NotificationKind, NotificationUrgency } from './notification.js'
import { loadNotification } from './notification.queries.js'

const NAME = { maximum: 100 }

/** What configuring takes: of one's own, of others, of what is shared. */
export const configuringOf = (actor: Actor, userId: string | null): Action =>
  userId === null ? 'contactPoint.share' : userId === actor.id ? 'contactPoint.own' : 'configure'

export interface ContactPointCreate {
  readonly kind: ChannelKind
  readonly name: string
  readonly address: string
  /** Theirs when left out; null: it is shared. */
  readonly userId?: string | null
}

/** The secret of a webhook is answered here and never again. */
export async function createContactPoint(ctx: Context, input: ContactPointCreate) {
  const userId = input.userId === undefined ? ctx.actor.id : input.userId
  authorise(ctx.actor, configuringOf(ctx.actor, userId))
  const { kind } = input
  const name = text('name', input.name, NAME)
  const { address, masked } = await addressOf(ctx, 'kind', kind, input.address) // may ask the outside: not in a transaction
  return inTransaction(ctx, async (ctx) => {
    const now = ctx.now()
    const id = newId('contactPoint', now.getTime())
    if (userId !== null) await roomFor(ctx, userId)
    const sealer = sealerOf(ctx.db.source)
    const secret = hasSecret(kind) ? newSecret() : null
    const contactPoint: ContactPoint = {
      ...{ id, userId, kind, name, masked, ofAccount: false, active: true, createdAt: now, updatedAt: now },
    }
    await ctx.db.entities.insert(ContactPointEntity, {
      ...contactPoint,
      address: sealer.seal(address, id),
      secret: secret === null ? null : sealer.seal(secret, id),
    })
    await recordNotificationEvent(ctx, NotificationEventType.CONTACT_POINT_CREATED, id, contactPoint)
    return { contactPoint, secret }
  })
}

export interface ContactPointUpdate {
  readonly id: string
  readonly name?: string | null
  readonly address?: string | null
  readonly active?: boolean | null
}

/** What is left out stays. While it is not active nothing is sent there, and rules that lead there do not count. */
export async function updateContactPoint(ctx: Context, input: ContactPointUpdate) {
  const known = await findConfigurable(ctx, input.id)
  const changes: Partial<ContactPointEntity> = {}
  const name = optionalText('name', input.name, NAME)
  if (name !== null) changes.name = name
  if (typeof input.address === 'string') {
    const { address, masked } = await addressOf(ctx, 'address', known.kind, input.address)
    Object.assign(changes, { address: sealerOf(ctx.db.source).seal(address, known.id), masked })
  }
  if (typeof input.active === 'boolean') changes.active = input.active
  if (Object.keys(changes).length === 0) throw badInput('id', 'Name at least one field to change.')
  return change(ctx, known.id, NotificationEventType.CONTACT_POINT_UPDATED, changes)
}

/** Its address is forgotten, and the rules that lead there go with it. What was sent there is still told of. */
export const deleteContactPoint = (ctx: Context, { id }: { readonly id: string }) =>
  inTransaction(ctx, async (ctx) => {
    await findConfigurable(ctx, id)
    const changes = { active: false, address: null, secret: null, deletedAt: ctx.now() }
    const deleted = await change(ctx, id, NotificationEventType.CONTACT_POINT_DELETED, changes)
    await ctx.db.entities.delete(NotificationRuleEntity, { contactPointId: id })
    return deleted
  })

/** Webhooks only. What is signed with the old secret is refused by whoever knows the new one only. */
export const rotateContactPointSecret = (ctx: Context, { id }: { readonly id: string }) =>
  inTransaction(ctx, async (ctx) => {
    const { kind } = await findConfigurable(ctx, id)
    if (!hasSecret(kind)) throw badInput('id', `What is sent by ${kind} is not signed.`)
    const secret = newSecret()
    const sealed = sealerOf(ctx.db.source).seal(secret, id)
    return {
      ...(await change(ctx, id, NotificationEventType.CONTACT_POINT_SECRET_ROTATED, { secret: sealed })),
      secret,
    }
  })

/** Sends something there, so that one can see that it arrives. */
export const testContactPoint = (ctx: Context, { id }: { readonly id: string }) =>
  inTransaction(ctx, async (ctx) => {
    const contactPoint = await loadReadableContactPoint(ctx, id)
    if (!contactPoint) throw notFound('contact point')
    authorise(ctx.actor, configuringOf(ctx.actor, contactPoint.userId))
    channelFor(ctx, 'id', contactPoint.kind)
    if (!contactPoint.active) throw badInput('id', 'It is not active.')
    const [notificationId] = await notify(ctx, [
      {
        ...{ userId: null, contactPointId: id, kind: NotificationKind.TEST, urgency: NotificationUrgency.HIGH },
        ...{ subject: id, incidentId: null, title: 'Test from Tocsin', body: `“${contactPoint.name}” can be reached.` },
        ...{ facts: [{ name: 'Asked for by', value: ctx.actor.name }], url: null, actions: [] },
      },
    ])
    return { notification: await loadNotification(ctx, notificationId!) }
  })

async function addressOf(ctx: Context, field: string, kind: ChannelKind, value: string) {
  const channel = channelFor(ctx, field, kind)
  const address = await channel.address('address', value)
  return { address, masked: channel.masked(address) }
}

/** Errors: NOT_FOUND, FORBIDDEN, BAD_USER_INPUT for the one of the account. */
async function findConfigurable(ctx: Context, id: string): Promise<ContactPoint> {
  const contactPoint = await loadReadableContactPoint(ctx, id)
  if (!contactPoint) throw notFound('contact point')
  authorise(ctx.actor, configuringOf(ctx.actor, contactPoint.userId))
  if (contactPoint.ofAccount) throw badInput('id', 'It is the address of the account, and changes with the account.')
  return contactPoint
}

const change = (ctx: Context, id: string, type: NotificationEventType, changes: Partial<ContactPointEntity>) =>
  inTransaction(ctx, async (ctx) => {
    await ctx.db.lock(id)
    const before = await ctx.db.entities.findOneBy(ContactPointEntity, { id })
    if (!before || before.deletedAt) throw notFound('contact point')
    const changed = { ...changes, updatedAt: ctx.now() }
    await ctx.db.entities.update(ContactPointEntity, { id }, changed)
    const { address: _, secret: __, ...told } = changed
    await recordNotificationEvent(ctx, type, id, told)
    return { contactPoint: { ...before, ...changed } as ContactPoint }
  })

/** Errors: NOT_FOUND, BAD_USER_INPUT. */
async function roomFor(ctx: Context, userId: string): Promise<void> {
  await ctx.db.lock(userId)
  if (!mayFindUser(ctx.actor, userId) || !(await ctx.db.entities.existsBy(User, { id: userId })))
    throw notFound('user', 'userId')
  const count = await ctx.db.entities.countBy(ContactPointEntity, { userId, ofAccount: false, deletedAt: IsNull() })
  if (count >= MAXIMUM_CONTACT_POINTS)
    throw badInput('userId', `A person has at most ${MAXIMUM_CONTACT_POINTS} contact points.`)
}
