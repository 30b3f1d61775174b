import { Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../platform/context.js'
import { Input, answer } from '../platform/graphql.js'
import type { User } from '../responders/user.entity.js'
import { UserType } from '../responders/user.types.js'
import { loadContactPoint, mayReadContactPointsOf } from './contact-point.queries.js'
import { ContactPointType } from './contact-point.types.js'
import { createNotificationRule, deleteNotificationRule, updateNotificationRule } from './notification-rule.commands.js'
import type { NotificationRule } from './notification-rule.js'
import { loadRulesOfUser } from './notification-rule.queries.js'
import {
  NotificationRuleCreateInput,
  NotificationRuleDeleteInput,
  NotificationRulePayload,
  NotificationRuleType,
  NotificationRuleUpdateInput,
  QuietHoursPayload,
  QuietHoursSetInput,
  QuietHoursType,
} from './notification-rule.types.js'
import { setQuietHours } from './quiet-hours.commands.js'
import { loadQuietHours } from './quiet-hours.queries.js'

@Resolver(() => NotificationRuleType)
export class NotificationRuleResolver {
  @FieldResolver(() => ContactPointType, { description: 'Where to.' })
  contactPoint(@Root() { contactPointId }: NotificationRule, @Ctx() ctx: Context) {
    return loadContactPoint(ctx, contactPointId)
  }

  @Mutation(() => NotificationRulePayload, { description: 'Adds a notification rule.' })
  notificationRuleCreate(
    @Ctx() ctx: Context,
    @Input(() => NotificationRuleCreateInput) input: NotificationRuleCreateInput,
  ) {
    return answer(ctx, (ctx) => createNotificationRule(ctx, input))
  }

  @Mutation(() => NotificationRulePayload, { description: 'Changes a notification rule; what is planned stays.' })
  notificationRuleUpdate(
    @Ctx() ctx: Context,
    @Input(() => NotificationRuleUpdateInput) input: NotificationRuleUpdateInput,
  ) {
    return answer(ctx, (ctx) => updateNotificationRule(ctx, input))
  }

  @Mutation(() => NotificationRulePayload, { description: 'Deletes a notification rule; what is planned stays.' })
  notificationRuleDelete(
    @Ctx() ctx: Context,
    @Input(() => NotificationRuleDeleteInput) input: NotificationRuleDeleteInput,
  ) {
    return answer(ctx, (ctx) => deleteNotificationRule(ctx, input))
  }

  @Mutation(() => QuietHoursPayload, { description: 'Sets the quiet hours of a person, or takes them away.' })
  quietHoursSet(@Ctx() ctx: Context, @Input(() => QuietHoursSetInput) input: QuietHoursSetInput) {
    return answer(ctx, (ctx) => setQuietHours(ctx, { ...input, quietHours: input.quietHours ?? null }))
  }
}

const WITHHELD = 'None for others than themselves, administrators and auditors.'

@Resolver(() => UserType)
export class UserNotificationRulesResolver {
  @FieldResolver(() => [NotificationRuleType], {
    description: `How the person wants to be reached. What no rule is for goes to the address of the account at once. ${WITHHELD}`,
  })
  async notificationRules(@Root() { id }: User, @Ctx() ctx: Context) {
    return (mayReadContactPointsOf(ctx.actor, id) && (await loadRulesOfUser(ctx, id))) || []
  }

  @FieldResolver(() => QuietHoursType, {
    nullable: true,
    description: `When the person is left alone by what is of low urgency. ${WITHHELD}`,
  })
  quietHours(@Root() { id }: User, @Ctx() ctx: Context) {
    return mayReadContactPointsOf(ctx.actor, id) ? loadQuietHours(ctx, id) : null
  }
}
