import { Args, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql'
import type { Context } from '../platform/context.js'
import { Input, answer } from '../platform/graphql.js'
import { ForwardArgs } from '../platform/paging.js'
import { loadContactPoint } from './contact-point.queries.js'
import { ContactPointType } from './contact-point.types.js'
import { replayMessage } from './message.commands.js'
import { loadAttempts, loadNotificationIds, undeliverableMessagePage } from './message.queries.js'
import type { Message } from './message.js'
import {
  MessageAttemptType,
  MessageConnection,
  MessagePayload,
  MessageReplayInput,
  MessageType,
} from './message.types.js'
import { loadNotification } from './notification.queries.js'
import { NotificationType } from './notification.types.js'

@Resolver(() => MessageType)
export class MessageResolver {
  @Query(() => MessageConnection, {
    description: 'The messages that were given up, the last first. For administrators and auditors.',
  })
  undeliverableMessages(@Ctx() ctx: Context, @Args(() => ForwardArgs) args: ForwardArgs) {
    return undeliverableMessagePage(ctx, args)
  }

  @FieldResolver(() => ContactPointType, { description: 'Where to.' })
  contactPoint(@Root() { contactPointId }: Message, @Ctx() ctx: Context) {
    return loadContactPoint(ctx, contactPointId)
  }

  @FieldResolver(() => [MessageAttemptType], { description: 'The attempts to send it, in their order.' })
  async attempts(@Root() { id }: Message, @Ctx() ctx: Context) {
    return (await loadAttempts(ctx, id)) ?? []
  }

  @FieldResolver(() => [NotificationType], {
    description: 'What it tells, as far as the viewer may read it; also what was withdrawn before it was sent.',
  })
  async notifications(@Root() { id }: Message, @Ctx() ctx: Context) {
    const ids = (await loadNotificationIds(ctx, id)) ?? []
    const notifications = await Promise.all(ids.map(({ notificationId }) => loadNotification(ctx, notificationId)))
    return notifications.filter((notification) => notification !== null)
  }

  @Mutation(() => MessagePayload, { description: 'Tries a message again that was given up.' })
  messageReplay(@Ctx() ctx: Context, @Input(() => MessageReplayInput) input: MessageReplayInput) {
    return answer(ctx, (ctx) => replayMessage(ctx, input))
  }
}
