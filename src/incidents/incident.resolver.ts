import type { GraphQLResolveInfo } from 'graphql'
import { Arg, Args, Ctx, FieldResolver, ID, Info, Mutation, Query, Resolver, Root } from 'type-graphql'
import type { Context } from '../platform/context.js'
import { Input, Shareable, answer } from '../platform/graphql.js'
import { ForwardArgs } from '../platform/paging.js'
import { loadLinkedService } from '../responders/service.queries.js'
import { ServiceType } from '../responders/service.types.js'
import { loadTeam } from '../responders/team.queries.js'
import { TeamType } from '../responders/team.types.js'
import { loadUser } from '../responders/user.queries.js'
import { UserType } from '../responders/user.types.js'
import * as commands from './incident.commands.js'
import type { Incident } from './incident.js'
import { IncidentOrder, incidentPage, loadIncident } from './incident.queries.js'
import * as types from './incident.types.js'
import { IncidentConnection, IncidentFilterInput, IncidentPayload, IncidentType } from './incident.types.js'

@Resolver(() => IncidentType)
export class IncidentResolver {
  @Query(() => IncidentType, {
    nullable: true,
    description: 'One incident; null when there is none that the viewer may see.',
  })
  incident(@Ctx() ctx: Context, @Arg('id', () => ID, { description: 'The incident.' }) id: string) {
    return loadIncident(ctx, id)
  }

  @Query(() => IncidentConnection, {
    description: 'The incidents that the viewer may see, newest first unless told otherwise.',
  })
  incidents(
    @Ctx() ctx: Context,
    @Args(() => ForwardArgs) args: ForwardArgs,
    @Arg('filter', () => IncidentFilterInput, { nullable: true, description: 'Only these.' })
    filter?: IncidentFilterInput,
    @Arg('orderBy', () => IncidentOrder, { nullable: true, description: 'How they are sorted.' })
    orderBy?: IncidentOrder,
    @Info() info?: GraphQLResolveInfo,
  ) {
    return incidentPage(ctx, args, filter, orderBy, info)
  }

  @Shareable()
  @FieldResolver(() => ServiceType, { nullable: true, description: 'The service that it concerns.' })
  service(@Root() { serviceId }: Incident, @Ctx() ctx: Context) {
    return serviceId && loadLinkedService(ctx, serviceId)
  }

  @Shareable()
  @FieldResolver(() => TeamType, { nullable: true, description: 'The team that has it.' })
  team(@Root() { teamId }: Incident, @Ctx() ctx: Context) {
    return teamId && loadTeam(ctx, teamId)
  }

  @Shareable()
  @FieldResolver(() => UserType, { nullable: true, description: 'Who commands the response.' })
  commander(@Root() { commanderId }: Incident, @Ctx() ctx: Context) {
    return commanderId && loadUser(ctx, commanderId)
  }

  @Shareable()
  @FieldResolver(() => UserType, { nullable: true, description: 'Who reported it; null when an alert did.' })
  reporter(@Root() { reporterId }: Incident, @Ctx() ctx: Context) {
    return reporterId && loadUser(ctx, reporterId)
  }

  @Mutation(() => IncidentPayload, { description: 'Declares an incident.' })
  incidentDeclare(@Ctx() ctx: Context, @Input(() => types.IncidentDeclareInput) input: types.IncidentDeclareInput) {
    return answer(ctx, (ctx) => commands.declareIncident(ctx, input))
  }

  @Mutation(() => IncidentPayload, { description: 'Takes an incident: somebody looks at it.' })
  incidentAcknowledge(
    @Ctx() ctx: Context,
    @Input(() => types.IncidentAcknowledgeInput) input: types.IncidentAcknowledgeInput,
  ) {
    return answer(ctx, (ctx) => commands.acknowledgeIncident(ctx, input))
  }

  @Mutation(() => IncidentPayload, { description: 'Starts work on an incident, or resumes it after a hold.' })
  incidentStart(@Ctx() ctx: Context, @Input(() => types.IncidentStartInput) input: types.IncidentStartInput) {
    return answer(ctx, (ctx) => commands.startIncident(ctx, input))
  }

  @Mutation(() => IncidentPayload, { description: 'Puts an incident in progress on hold.' })
  incidentHold(@Ctx() ctx: Context, @Input(() => types.IncidentHoldInput) input: types.IncidentHoldInput) {
    return answer(ctx, (ctx) => commands.holdIncident(ctx, input))
  }

  @Mutation(() => IncidentPayload, {
    description: 'Says that people are not affected any more, though the cause remains.',
  })
  incidentMitigate(@Ctx() ctx: Context, @Input(() => types.IncidentMitigateInput) input: types.IncidentMitigateInput) {
    return answer(ctx, (ctx) => commands.mitigateIncident(ctx, input))
  }

  @Mutation(() => IncidentPayload, { description: 'Resolves an open incident.' })
  incidentResolve(@Ctx() ctx: Context, @Input(() => types.IncidentResolveInput) input: types.IncidentResolveInput) {
    return answer(ctx, (ctx) => commands.resolveIncident(ctx, input))
  }

  @Mutation(() => IncidentPayload, { description: 'Closes a resolved incident for good.' })
  incidentClose(@Ctx() ctx: Context, @Input(() => types.IncidentCloseInput) input: types.IncidentCloseInput) {
    return answer(ctx, (ctx) => commands.closeIncident(ctx, input))
  }

  @Mutation(() => IncidentPayload, { description: 'Reopens a resolved incident.' })
  incidentReopen(@Ctx() ctx: Context, @Input(() => types.IncidentReopenInput) input: types.IncidentReopenInput) {
    return answer(ctx, (ctx) => commands.reopenIncident(ctx, input))
  }

  @Mutation(() => IncidentPayload, { description: 'Cancels an open incident.' })
  incidentCancel(@Ctx() ctx: Context, @Input(() => types.IncidentCancelInput) input: types.IncidentCancelInput) {
    return answer(ctx, (ctx) => commands.cancelIncident(ctx, input))
  }

  @Mutation(() => IncidentPayload, { description: 'Changes what an incident says and whom it concerns.' })
  incidentUpdate(@Ctx() ctx: Context, @Input(() => types.IncidentUpdateInput) input: types.IncidentUpdateInput) {
    return answer(ctx, (ctx) => commands.updateIncident(ctx, input))
  }

  @Mutation(() => IncidentPayload, {
    description: 'Assesses impact and urgency; the priority follows from the matrix.',
  })
  incidentTriage(@Ctx() ctx: Context, @Input(() => types.IncidentTriageInput) input: types.IncidentTriageInput) {
    return answer(ctx, (ctx) => commands.triageIncident(ctx, input))
  }

  @Mutation(() => IncidentPayload, { description: 'Sets the priority against the matrix, with a reason.' })
  incidentPriorityOverride(
    @Ctx() ctx: Context,
    @Input(() => types.IncidentPriorityOverrideInput) input: types.IncidentPriorityOverrideInput,
  ) {
    return answer(ctx, (ctx) => commands.overridePriority(ctx, input))
  }

  @Mutation(() => IncidentPayload, { description: 'Changes who may see an incident. Streams follow within a second.' })
  incidentVisibilityChange(
    @Ctx() ctx: Context,
    @Input(() => types.IncidentVisibilityChangeInput) input: types.IncidentVisibilityChangeInput,
  ) {
    return answer(ctx, (ctx) => commands.changeVisibility(ctx, input))
  }

  @Mutation(() => IncidentPayload, {
    description: 'Corrects the times of an incident; the timeline keeps who, what and why.',
  })
  incidentTimesCorrect(
    @Ctx() ctx: Context,
    @Input(() => types.IncidentTimesCorrectInput) input: types.IncidentTimesCorrectInput,
  ) {
    return answer(ctx, (ctx) => commands.correctTimes(ctx, input))
  }

  @Mutation(() => IncidentPayload, { description: 'Says what helps until an incident is resolved.' })
  incidentWorkaroundSet(
    @Ctx() ctx: Context,
    @Input(() => types.IncidentWorkaroundSetInput) input: types.IncidentWorkaroundSetInput,
  ) {
    return answer(ctx, (ctx) => commands.setWorkaround(ctx, input))
  }
}
