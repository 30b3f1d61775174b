import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql'
import type { ApiToken } from '../access/api-token.entity.js'
import { ApiTokenType } from '../access/api-token.types.js'
import type { Context } from '../platform/context.js'
import { Input, answer } from '../platform/graphql.js'
import { ForwardArgs } from '../platform/paging.js'
import { loadServicesOfPartner } from './service.queries.js'
import { ServiceType } from './service.types.js'
import { loadTeamsOfUser } from './team.queries.js'
import { TeamType } from './team.types.js'
import { createUser, updateUser } from './user.commands.js'
import type { User } from './user.entity.js'
import { loadFindableUser, loadUser, mayFindUser, userPage } from './user.queries.js'
import {
  UserConnection,
  UserCreateInput,
  UserFilterInput,
  UserPayload,
  UserType,
  UserUpdateInput,
} from './user.types.js'

/** What of a person is for the directory's readers and themselves only depends on the viewer, so it is not shareable. */
@Resolver(() => UserType)
export class UserResolver {
  @Query(() => UserType, { description: 'Whoever is signed in.' })
  me(@Ctx() ctx: Context) {
    return loadUser(ctx, ctx.actor.id)
  }

  @Query(() => UserType, {
    nullable: true,
    description: 'One person; null when there is none whom the viewer may look up.',
  })
  user(@Ctx() ctx: Context, @Arg('id', () => ID, { description: 'The person.' }) id: string) {
    return loadFindableUser(ctx, id)
  }

  @Query(() => UserConnection, {
    description:
      'The people whom the viewer may look up, by name. Requesters, stakeholders and partners find themselves only.',
  })
  users(
    @Ctx() ctx: Context,
    @Args(() => ForwardArgs) args: ForwardArgs,
    @Arg('filter', () => UserFilterInput, { nullable: true, description: 'Only these.' }) filter?: UserFilterInput,
  ) {
    return userPage(ctx, args, filter)
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'E-mail address; null for viewers who may not look people up.',
  })
  email(@Root() { id, email }: User, @Ctx() ctx: Context) {
    return mayFindUser(ctx.actor, id) ? email : null
  }

  @FieldResolver(() => [TeamType], {
    description: 'The teams of the person; none for viewers who may not look people up.',
  })
  async teams(@Root() { id }: User, @Ctx() ctx: Context) {
    return (mayFindUser(ctx.actor, id) && (await loadTeamsOfUser(ctx, id))) || []
  }

  @FieldResolver(() => [ServiceType], {
    description: 'The services granted to a partner; none for others, and for viewers who may not look people up.',
  })
  async services(@Root() { id }: User, @Ctx() ctx: Context) {
    return (mayFindUser(ctx.actor, id) && (await loadServicesOfPartner(ctx, id))) || []
  }

  @Mutation(() => UserPayload, { description: 'Adds a person.' })
  userCreate(@Ctx() ctx: Context, @Input(() => UserCreateInput) input: UserCreateInput) {
    return answer(ctx, (ctx) => createUser(ctx, input))
  }

  @Mutation(() => UserPayload, {
    description: 'Changes a person: their role, too, and whether they may sign in. Streams follow within a second.',
  })
  userUpdate(@Ctx() ctx: Context, @Input(() => UserUpdateInput) input: UserUpdateInput) {
    return answer(ctx, (ctx) => updateUser(ctx, input))
  }
}

/** Tokens do not know of people (imports point one way), so the link is made here. */
@Resolver(() => ApiTokenType)
export class ApiTokenOwnerResolver {
  @FieldResolver(() => UserType, { description: 'Whom it signs in.' })
  user(@Root() { userId }: ApiToken, @Ctx() ctx: Context) {
    return loadUser(ctx, userId)
  }
}
