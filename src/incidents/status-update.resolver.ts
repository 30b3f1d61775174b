import { Args, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../platform/context.js'
import { Input, Shareable, answer } from '../platform/graphql.js'
import { ConnectionArgs } from '../platform/paging.js'
import { loadUser } from '../responders/user.queries.js'
import { UserType } from '../responders/user.types.js'
import type { Incident } from './incident.js'
import { IncidentType } from './incident.types.js'
import { publishStatusUpdate } from './status-update.commands.js'
import type { StatusUpdate } from './status-update.js'
import { statusUpdatePage } from './status-update.queries.js'
import * as types from './status-update.types.js'
import { StatusUpdateConnection, StatusUpdatePayload, StatusUpdateType } from './status-update.types.js'

@Resolver(() => StatusUpdateType)
export class StatusUpdateResolver {
  @Shareable()
  @FieldResolver(() => UserType, { nullable: true, description: 'Who published it; null when Tocsin itself did.' })
  author(@Root() { authorId }: StatusUpdate, @Ctx() ctx: Context) {
    return authorId && loadUser(ctx, authorId)
  }

  @Mutation(() => StatusUpdatePayload, { description: 'Tells an audience how things stand with an incident.' })
  incidentStatusUpdatePublish(
    @Ctx() ctx: Context,
    @Input(() => types.IncidentStatusUpdatePublishInput) input: types.IncidentStatusUpdatePublishInput,
  ) {
    return answer(ctx, (ctx) => publishStatusUpdate(ctx, input))
  }
}

@Resolver(() => IncidentType)
export class IncidentStatusUpdatesResolver {
  @Shareable()
  @FieldResolver(() => StatusUpdateConnection, {
    description: 'How things stand, newest first: as far as it is meant for the viewer.',
  })
  statusUpdates(@Root() incident: Incident, @Args(() => ConnectionArgs) args: ConnectionArgs, @Ctx() ctx: Context) {
    return statusUpdatePage(ctx, incident, args)
  }
}
