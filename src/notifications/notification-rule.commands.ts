import { authorise } from '../access/rules.js'
import { type Context, inTransaction } from '../platform/context.js'
import { badInput, notFound } from '../platform/errors.js'
import { newId } from '../platform/id.js'
import { unique } from '../responders/uniqueness.js'
import { configuringOf } from './contact-point.commands.js'
import { loadReadableContactPoint } from './contact-point.queries.js'
import { NotificationEventType, recordNotificationEvent } from './notification-event.js'
import { NotificationRuleEntity } from './notification-rule.entity.js'
import { MAXIMUM_RULES, type NotificationRule, delay } from './notification-rule.js'
import type { NotificationUrgency } from './notification.js'

export interface NotificationRuleCreate {
  readonly contactPointId: string
  readonly urgency: NotificationUrgency
  /** 0 when left out. */
  readonly delayMinutes?: number | null
}

/** The rule is for whom the contact point belongs to. */
export const createNotificationRule = (ctx: Context, input: NotificationRuleCreate) =>
  inTransaction(ctx, async (ctx) => {
    const userId = await ownerOf(ctx, input.contactPointId)
    const now = ctx.now()
    const rule: NotificationRule = {
      id: newId('notificationRule', now.getTime()),
      userId,
      contactPointId: input.contactPointId,
      urgency: input.urgency,
      delayMinutes: delay('delayMinutes', input.delayMinutes ?? 0),
      createdAt: now,
    }
    await ctx.db.lock(userId)
    if ((await ctx.db.entities.countBy(NotificationRuleEntity, { userId })) >= MAXIMUM_RULES)
      throw badInput('contactPointId', `A person has at most ${MAXIMUM_RULES} rules.`)
    await uniqueRule(() => ctx.db.entities.insert(NotificationRuleEntity, rule))
    await recordNotificationEvent(ctx, NotificationEventType.NOTIFICATION_RULE_CREATED, rule.id, rule)
    return { notificationRule: rule }
  })

export interface NotificationRuleUpdate extends Partial<{
  readonly [field in keyof NotificationRuleCreate]: NotificationRuleCreate[field] | null
}> {
  readonly id: string
}

/** What is left out stays. */
export const updateNotificationRule = (ctx: Context, input: NotificationRuleUpdate) =>
  inTransaction(ctx, async (ctx) => {
    const before = await lockRule(ctx, input.id)
    const { contactPointId, urgency, delayMinutes } = input
    const changes: Partial<NotificationRule> = {}
    if (contactPointId) {
      if ((await ownerOf(ctx, contactPointId)) !== before.userId) throw notFound('contact point', 'contactPointId')
      changes.contactPointId = contactPointId
    }
    if (urgency) changes.urgency = urgency
    if (typeof delayMinutes === 'number') changes.delayMinutes = delay('delayMinutes', delayMinutes)
    if (Object.keys(changes).length === 0) throw badInput('id', 'Name at least one field to change.')
    await uniqueRule(() => ctx.db.entities.update(NotificationRuleEntity, { id: before.id }, changes))
    await recordNotificationEvent(ctx, NotificationEventType.NOTIFICATION_RULE_UPDATED, before.id, changes)
    return { notificationRule: { ...before, ...changes } }
  })

export const deleteNotificationRule = (ctx: Context, { id }: { readonly id: string }) =>
  inTransaction(ctx, async (ctx) => {
    const rule = await lockRule(ctx, id)
    await ctx.db.entities.delete(NotificationRuleEntity, { id })
    await recordNotificationEvent(ctx, NotificationEventType.NOTIFICATION_RULE_DELETED, id, {})
    return { notificationRule: rule }
  })

const uniqueRule = <T>(write: () => Promise<T>) => unique('delayMinutes', 'notification_rules_once', write)

/** Errors: NOT_FOUND, FORBIDDEN. */
async function lockRule(ctx: Context, id: string): Promise<NotificationRule> {
  await ctx.db.lock(id)
  const rule = await ctx.db.entities.findOneBy(NotificationRuleEntity, { id })
  if (!rule || !(await loadReadableContactPoint(ctx, rule.contactPointId))) throw notFound('notification rule')
  authorise(ctx.actor, configuringOf(ctx.actor, rule.userId))
  return rule
}

/** Whom the contact point belongs to. Errors: NOT_FOUND, FORBIDDEN, BAD_USER_INPUT when it is shared. */
async function ownerOf(ctx: Context, contactPointId: string): Promise<string> {
  const contactPoint = await loadReadableContactPoint(ctx, contactPointId)
  if (!contactPoint) throw notFound('contact point', 'contactPointId')
  if (contactPoint.userId === null) throw badInput('contactPointId', 'It is shared; a rule is for one person.')
  authorise(ctx.actor, configuringOf(ctx.actor, contactPoint.userId))
  return contactPoint.userId
}
