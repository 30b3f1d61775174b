import { Args, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../platform/context.js'
import { Input, Shareable, answer } from '../platform/graphql.js'
import { ConnectionArgs } from '../platform/paging.js'
import { UserConnection } from '../responders/user.types.js'
import { followIncident } from './follower.commands.js'
import { followerPage, loadFollowing } from './follower.queries.js'
import { IncidentFollowInput, IncidentUnfollowInput } from './follower.types.js'
import type { Incident } from './incident.js'
import { IncidentPayload, IncidentType } from './incident.types.js'

@Resolver(() => IncidentType)
export class FollowerResolver {
  @Shareable()
  @FieldResolver(() => UserConnection, {
    nullable: true,
    description: 'Who is told of its status updates, by name. Null for those who do not read the directory.',
  })
  followers(@Root() incident: Incident, @Args(() => ConnectionArgs) args: ConnectionArgs, @Ctx() ctx: Context) {
    return followerPage(ctx, incident, args)
  }

  @FieldResolver(() => Boolean, { description: 'Whether the viewer is told of its status updates.' })
  async viewerFollows(@Root() { id }: Incident, @Ctx() ctx: Context) {
    return (await loadFollowing(ctx, id)) ?? false
  }

  @Mutation(() => IncidentPayload, {
    description:
      'Lets the viewer be told of the status updates of an incident that are meant for them, by their own rules. Who reported it or takes part in it is told anyway.',
  })
  incidentFollow(@Ctx() ctx: Context, @Input(() => IncidentFollowInput) input: IncidentFollowInput) {
    return answer(ctx, (ctx) => followIncident(ctx, input, true))
  }

  @Mutation(() => IncidentPayload, {
    description: 'Ends that, even for who reported it or takes part in it. It stays as it is said here.',
  })
  incidentUnfollow(@Ctx() ctx: Context, @Input(() => IncidentUnfollowInput) input: IncidentUnfollowInput) {
    return answer(ctx, (ctx) => followIncident(ctx, input, false))
  }
}
