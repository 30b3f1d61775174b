import { Arg, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql'
import type { Context } from '../platform/context.js'
import { loadUser } from '../responders/user.queries.js'
import { UserType } from '../responders/user.types.js'
import { loadContactPoint } from './contact-point.queries.js'
import { ContactPointType } from './contact-point.types.js'
import { loadMessage } from './message.queries.js'
import { MessageType } from './message.types.js'
import { type Delivery, type Notification, loadDeliveries, loadNotification } from './notification.queries.js'
import { DeliveryType, NotificationType } from './notification.types.js'

@Resolver(() => NotificationType)
export class NotificationResolver {
  @Query(() => NotificationType, {
    nullable: true,
    description:
      'One notification: for whom it is, and for those who run incidents. Null when there is none that the viewer may read.',
  })
  notification(@Ctx() ctx: Context, @Arg('id', () => ID, { description: 'The notification.' }) id: string) {
    return loadNotification(ctx, id)
  }

  @FieldResolver(() => UserType, { nullable: true, description: 'For whom; null when it is for a contact point.' })
  user(@Root() { userId }: Notification, @Ctx() ctx: Context) {
    return userId && loadUser(ctx, userId)
  }

  @FieldResolver(() => ContactPointType, {
    nullable: true,
    description: 'For which contact point; null when it is for a person.',
  })
  contactPoint(@Root() { contactPointId }: Notification, @Ctx() ctx: Context) {
    return contactPointId && loadContactPoint(ctx, contactPointId)
  }

  @FieldResolver(() => [DeliveryType], { description: 'Its ways, in the order of their times.' })
  async deliveries(@Root() { id }: Notification, @Ctx() ctx: Context) {
    return (await loadDeliveries(ctx, id)) ?? []
  }
}

@Resolver(() => DeliveryType)
export class DeliveryResolver {
  @FieldResolver(() => ContactPointType, { description: 'Where to.' })
  contactPoint(@Root() { contactPointId }: Delivery, @Ctx() ctx: Context) {
    return loadContactPoint(ctx, contactPointId)
  }

  @FieldResolver(() => MessageType, {
    nullable: true,
    description: 'The message that it went into, maybe with others; null while there is none.',
  })
  message(@Root() { messageId }: Delivery, @Ctx() ctx: Context) {
    return messageId && loadMessage(ctx, messageId)
  }
}
