import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql'
import type { Incident } from '../incidents/incident.js'
import { IncidentType } from '../incidents/incident.types.js'
import type { TimelineEntry } from '../incidents/timeline-entry.js'
import type { Context } from '../platform/context.js'
import { Input, Shareable, answer } from '../platform/graphql.js'
import { ConnectionArgs, ForwardArgs } from '../platform/paging.js'
import { ActorUnion, loadActor } from '../responders/actor.types.js'
import { loadLinkedService } from '../responders/service.queries.js'
import { ServiceType } from '../responders/service.types.js'
import { loadUser } from '../responders/user.queries.js'
import { UserType } from '../responders/user.types.js'
import * as commands from './request.commands.js'
import { commentPage, loadRatings, loadRequest, loadRequestOfIncident, myRequestPage } from './request.queries.js'
import type { Request } from './request.js'
import * as types from './request.types.js'
import {
  RequestComment,
  RequestCommentConnection,
  RequestConnection,
  RequestFilterInput,
  RequestPayload,
  RequestRating,
  RequestType,
} from './request.types.js'

@Resolver(() => RequestType)
export class RequestResolver {
  @Query(() => RequestType, {
    nullable: true,
    description: 'One request: of the viewer, or of anybody for those who run incidents. Null when there is none.',
  })
  request(@Ctx() ctx: Context, @Arg('id', () => ID, { description: 'The request.' }) id: string) {
    return loadRequest(ctx, id)
  }

  @Query(() => RequestConnection, { description: 'What the viewer has reported, newest first.' })
  myRequests(
    @Ctx() ctx: Context,
    @Args(() => ForwardArgs) args: ForwardArgs,
    @Arg('filter', () => RequestFilterInput, { nullable: true, description: 'Only these.' })
    filter?: RequestFilterInput,
  ) {
    return myRequestPage(ctx, args, filter)
  }

  @Shareable()
  @FieldResolver(() => ServiceType, { nullable: true, description: 'The service that it concerns.' })
  service(@Root() { serviceId }: Request, @Ctx() ctx: Context) {
    return serviceId && loadLinkedService(ctx, serviceId)
  }

  @Shareable()
  @FieldResolver(() => UserType, { nullable: true, description: 'Who reported it.' })
  reporter(@Root() { reporterId }: Request, @Ctx() ctx: Context) {
    return loadUser(ctx, reporterId)
  }

  @Shareable()
  @FieldResolver(() => RequestCommentConnection, {
    description: 'What was said on it, oldest first: by whoever reported it, and what was meant for them.',
  })
  comments(@Root() request: Request, @Args(() => ConnectionArgs) args: ConnectionArgs, @Ctx() ctx: Context) {
    return commentPage(ctx, request, args)
  }

  @Shareable()
  @FieldResolver(() => [RequestRating], {
    description: 'What whoever reported it thought of each of its resolutions, of the first first.',
  })
  async ratings(@Root() { id }: Request, @Ctx() ctx: Context) {
    return (await loadRatings(ctx, id)) ?? []
  }

  @Mutation(() => RequestPayload, {
    description: 'Reports that something does not work: opens an incident for the viewer, who follows it as a request.',
  })
  requestReport(@Ctx() ctx: Context, @Input(() => types.RequestReportInput) input: types.RequestReportInput) {
    return answer(ctx, (ctx) => commands.reportRequest(ctx, input))
  }

  @Mutation(() => RequestPayload, {
    description: 'Says something to those who work on it. If they wait for an answer, work goes on.',
  })
  requestComment(@Ctx() ctx: Context, @Input(() => types.RequestCommentInput) input: types.RequestCommentInput) {
    return answer(ctx, (ctx) => commands.commentRequest(ctx, input))
  }

  @Mutation(() => RequestPayload, { description: 'Says that it is not solved; possible for a while after it was.' })
  requestReopen(@Ctx() ctx: Context, @Input(() => types.RequestReopenInput) input: types.RequestReopenInput) {
    return answer(ctx, (ctx) => commands.reopenRequest(ctx, input))
  }

  @Mutation(() => RequestPayload, { description: 'Takes a request back that is not solved yet.' })
  requestCancel(@Ctx() ctx: Context, @Input(() => types.RequestCancelInput) input: types.RequestCancelInput) {
    return answer(ctx, (ctx) => commands.cancelRequest(ctx, input))
  }

  @Mutation(() => RequestPayload, {
    description: 'Rates how it was solved: once for each resolution, and changed as long as it could be given.',
  })
  requestRate(@Ctx() ctx: Context, @Input(() => types.RequestRateInput) input: types.RequestRateInput) {
    return answer(ctx, (ctx) => commands.rateRequest(ctx, input))
  }
}

@Resolver(() => RequestComment)
export class RequestCommentResolver {
  @Shareable()
  @FieldResolver(() => ActorUnion, { description: 'Who said it.' })
  actor(@Root() { actorKind, actorId }: TimelineEntry, @Ctx() ctx: Context) {
    return loadActor(ctx, actorKind, actorId)
  }
}

@Resolver(() => IncidentType)
export class IncidentRequestResolver {
  @Shareable()
  @FieldResolver(() => RequestType, {
    nullable: true,
    description:
      'What whoever reported it said, sees and thinks of it. Null when it came another way, and for those who do not run incidents.',
  })
  request(@Root() { id }: Incident, @Ctx() ctx: Context) {
    return loadRequestOfIncident(ctx, id)
  }
}
