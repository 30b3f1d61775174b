import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql'
import type { Context } from '../platform/context.js'
import { Input, Shareable, answer } from '../platform/graphql.js'
import { ForwardArgs } from '../platform/paging.js'
import type { User } from '../responders/user.entity.js'
import { loadUser } from '../responders/user.queries.js'
import { UserType } from '../responders/user.types.js'
import {
  createContactPoint,
  deleteContactPoint,
  rotateContactPointSecret,
  testContactPoint,
  updateContactPoint,
} from './contact-point.commands.js'
import {
  loadContactPointsOfUser,
  loadReadableContactPoint,
  mayReadContactPointsOf,
  sharedContactPointPage,
} from './contact-point.queries.js'
import type { ContactPoint } from './contact-point.js'
import {
  ContactPointConnection,
  ContactPointCreateInput,
  ContactPointDeleteInput,
  ContactPointPayload,
  ContactPointSecretPayload,
  ContactPointSecretRotateInput,
  ContactPointTestInput,
  ContactPointType,
  ContactPointUpdateInput,
} from './contact-point.types.js'
import { NotificationPayload } from './notification.types.js'

@Resolver(() => ContactPointType)
export class ContactPointResolver {
  @Query(() => ContactPointType, {
    nullable: true,
    description: 'One contact point; null when there is none that the viewer may look up.',
  })
  contactPoint(@Ctx() ctx: Context, @Arg('id', () => ID, { description: 'The contact point.' }) id: string) {
    return loadReadableContactPoint(ctx, id)
  }

  @Query(() => ContactPointConnection, {
    description: 'The contact points that are shared, by name. For those who work on incidents, and auditors.',
  })
  contactPoints(@Ctx() ctx: Context, @Args(() => ForwardArgs) args: ForwardArgs) {
    return sharedContactPointPage(ctx, args)
  }

  @Shareable()
  @FieldResolver(() => UserType, { nullable: true, description: 'Whose it is; null when it is shared.' })
  user(@Root() { userId }: ContactPoint, @Ctx() ctx: Context) {
    return userId && loadUser(ctx, userId)
  }

  @Mutation(() => ContactPointSecretPayload, { description: 'Adds a contact point: your own, or a shared one.' })
  contactPointCreate(@Ctx() ctx: Context, @Input(() => ContactPointCreateInput) input: ContactPointCreateInput) {
    return answer(ctx, (ctx) => createContactPoint(ctx, input))
  }

  @Mutation(() => ContactPointPayload, { description: 'Changes a contact point.' })
  contactPointUpdate(@Ctx() ctx: Context, @Input(() => ContactPointUpdateInput) input: ContactPointUpdateInput) {
    return answer(ctx, (ctx) => updateContactPoint(ctx, input))
  }

  @Mutation(() => ContactPointPayload, {
    description: 'Deletes a contact point, with the rules that lead to it. What is on its way there is not sent.',
  })
  contactPointDelete(@Ctx() ctx: Context, @Input(() => ContactPointDeleteInput) input: ContactPointDeleteInput) {
    return answer(ctx, (ctx) => deleteContactPoint(ctx, input))
  }

  @Mutation(() => ContactPointSecretPayload, { description: 'Gives a webhook another secret.' })
  contactPointSecretRotate(
    @Ctx() ctx: Context,
    @Input(() => ContactPointSecretRotateInput) input: ContactPointSecretRotateInput,
  ) {
    return answer(ctx, (ctx) => rotateContactPointSecret(ctx, input))
  }

  @Mutation(() => NotificationPayload, {
    description: 'Sends something to a contact point. What became of it is told by the deliveries of the notification.',
  })
  contactPointTest(@Ctx() ctx: Context, @Input(() => ContactPointTestInput) input: ContactPointTestInput) {
    return answer(ctx, (ctx) => testContactPoint(ctx, input))
  }
}

@Resolver(() => UserType)
export class UserContactPointsResolver {
  @FieldResolver(() => [ContactPointType], {
    description:
      'Where the person can be reached, the address of the account first. None for others than themselves, administrators and auditors.',
  })
  async contactPoints(@Root() { id }: User, @Ctx() ctx: Context) {
    return (mayReadContactPointsOf(ctx.actor, id) && (await loadContactPointsOfUser(ctx, id))) || []
  }
}
