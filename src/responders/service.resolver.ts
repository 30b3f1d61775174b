import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql'
import type { Context } from '../platform/context.js'
import { Input, Shareable, answer } from '../platform/graphql.js'
import { ForwardArgs } from '../platform/paging.js'
import { addServiceGrant, createService, removeServiceGrant, updateService } from './service.commands.js'
import type { Service } from './service.entity.js'
import { loadService, servicePage } from './service.queries.js'
import {
  ServiceConnection,
  ServiceCreateInput,
  ServiceFilterInput,
  ServiceGrantAddInput,
  ServiceGrantPayload,
  ServiceGrantRemoveInput,
  ServicePayload,
  ServiceType,
  ServiceUpdateInput,
} from './service.types.js'
import { loadTeam } from './team.queries.js'
import { TeamType } from './team.types.js'

@Resolver(() => ServiceType)
export class ServiceResolver {
  @Query(() => ServiceType, {
    nullable: true,
    description: 'One service; null when there is none that the viewer may see.',
  })
  service(@Ctx() ctx: Context, @Arg('id', () => ID, { description: 'The service.' }) id: string) {
    return loadService(ctx, id)
  }

  @Query(() => ServiceConnection, {
    description: 'The services that the viewer may see, by name. Partners see those granted to them.',
  })
  services(
    @Ctx() ctx: Context,
    @Args(() => ForwardArgs) args: ForwardArgs,
    @Arg('filter', () => ServiceFilterInput, { nullable: true, description: 'Only these.' })
    filter?: ServiceFilterInput,
  ) {
    return servicePage(ctx, args, filter)
  }

  @Shareable()
  @FieldResolver(() => TeamType, { nullable: true, description: 'The team that answers for it.' })
  team(@Root() { teamId }: Service, @Ctx() ctx: Context) {
    return teamId && loadTeam(ctx, teamId)
  }

  @Mutation(() => ServicePayload, { description: 'Adds a service.' })
  serviceCreate(@Ctx() ctx: Context, @Input(() => ServiceCreateInput) input: ServiceCreateInput) {
    return answer(ctx, (ctx) => createService(ctx, input))
  }

  @Mutation(() => ServicePayload, {
    description: 'Changes what a service is called and who answers for it. Its incidents keep the team that has them.',
  })
  serviceUpdate(@Ctx() ctx: Context, @Input(() => ServiceUpdateInput) input: ServiceUpdateInput) {
    return answer(ctx, (ctx) => updateService(ctx, input))
  }

  @Mutation(() => ServiceGrantPayload, { description: 'Lets a partner see a service and what happens to it.' })
  serviceGrantAdd(@Ctx() ctx: Context, @Input(() => ServiceGrantAddInput) input: ServiceGrantAddInput) {
    return answer(ctx, (ctx) => addServiceGrant(ctx, input))
  }

  @Mutation(() => ServiceGrantPayload, {
    description: 'Takes a service from a partner. Streams follow within a second.',
  })
  serviceGrantRemove(@Ctx() ctx: Context, @Input(() => ServiceGrantRemoveInput) input: ServiceGrantRemoveInput) {
    return answer(ctx, (ctx) => removeServiceGrant(ctx, input))
  }
}
