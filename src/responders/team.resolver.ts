import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql'
import type { Context } from '../platform/context.js'
import { Input, answer } from '../platform/graphql.js'
import { ForwardArgs } from '../platform/paging.js'
import { loadServicesOfTeam } from './service.queries.js'
import { ServiceType } from './service.types.js'
import { addTeamMember, createTeam, removeTeamMember, updateTeam } from './team.commands.js'
import type { Team } from './team.entity.js'
import { loadFindableTeam, loadMembersOfTeam, teamPage } from './team.queries.js'
import {
  TeamConnection,
  TeamCreateInput,
  TeamMemberAddInput,
  TeamMemberRemoveInput,
  TeamPayload,
  TeamType,
  TeamUpdateInput,
} from './team.types.js'
import { UserType } from './user.types.js'

@Resolver(() => TeamType)
export class TeamResolver {
  @Query(() => TeamType, {
    nullable: true,
    description: 'One team; null when there is none that the viewer may look up.',
  })
  team(@Ctx() ctx: Context, @Arg('id', () => ID, { description: 'The team.' }) id: string) {
    return loadFindableTeam(ctx, id)
  }

  @Query(() => TeamConnection, {
    description:
      'The teams that the viewer may look up, by name. Requesters, stakeholders and partners find their own only.',
  })
  teams(@Ctx() ctx: Context, @Args(() => ForwardArgs) args: ForwardArgs) {
    return teamPage(ctx, args)
  }

  @FieldResolver(() => [UserType], { description: 'Its people, by name: those whom the viewer may look up.' })
  async members(@Root() { id }: Team, @Ctx() ctx: Context) {
    return (await loadMembersOfTeam(ctx, id)) ?? []
  }

  @FieldResolver(() => [ServiceType], {
    description: 'The services that it answers for, by name: those that the viewer may see.',
  })
  async services(@Root() { id }: Team, @Ctx() ctx: Context) {
    return (await loadServicesOfTeam(ctx, id)) ?? []
  }

  @Mutation(() => TeamPayload, { description: 'Adds a team.' })
  teamCreate(@Ctx() ctx: Context, @Input(() => TeamCreateInput) input: TeamCreateInput) {
    return answer(ctx, (ctx) => createTeam(ctx, input))
  }

  @Mutation(() => TeamPayload, { description: 'Changes what a team is called and does.' })
  teamUpdate(@Ctx() ctx: Context, @Input(() => TeamUpdateInput) input: TeamUpdateInput) {
    return answer(ctx, (ctx) => updateTeam(ctx, input))
  }

  @Mutation(() => TeamPayload, {
    description: 'Puts a person into a team: they see its incidents from now on.',
  })
  teamMemberAdd(@Ctx() ctx: Context, @Input(() => TeamMemberAddInput) input: TeamMemberAddInput) {
    return answer(ctx, (ctx) => addTeamMember(ctx, input))
  }

  @Mutation(() => TeamPayload, { description: 'Takes a person out of a team. Streams follow within a second.' })
  teamMemberRemove(@Ctx() ctx: Context, @Input(() => TeamMemberRemoveInput) input: TeamMemberRemoveInput) {
    return answer(ctx, (ctx) => removeTeamMember(ctx, input))
  }
}
