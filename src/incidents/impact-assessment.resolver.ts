import { Args, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../platform/context.js'
import { Input, Shareable, answer } from '../platform/graphql.js'
import { ConnectionArgs } from '../platform/paging.js'
import { loadService } from '../responders/service.queries.js'
import { ServiceType } from '../responders/service.types.js'
import { loadUser } from '../responders/user.queries.js'
import { UserType } from '../responders/user.types.js'
import { assessImpact } from './impact-assessment.commands.js'
import type { ImpactAssessment } from './impact-assessment.js'
import { affectedServices, impactAssessmentPage } from './impact-assessment.queries.js'
import * as types from './impact-assessment.types.js'
import { ImpactAssessmentConnection, ImpactAssessmentPayload, ImpactAssessmentType } from './impact-assessment.types.js'
import type { Incident } from './incident.js'
import { IncidentType } from './incident.types.js'

@Resolver(() => ImpactAssessmentType)
export class ImpactAssessmentResolver {
  @Shareable()
  @FieldResolver(() => [ServiceType], { description: 'The services that it names.' })
  async services(@Root() { serviceIds }: ImpactAssessment, @Ctx() ctx: Context) {
    return (await Promise.all(serviceIds.map((id) => loadService(ctx, id)))).filter((service) => service !== null)
  }

  @Shareable()
  @FieldResolver(() => UserType, { nullable: true, description: 'Who judged it so; null when Tocsin itself did.' })
  author(@Root() { authorId }: ImpactAssessment, @Ctx() ctx: Context) {
    return authorId && loadUser(ctx, authorId)
  }

  @Mutation(() => ImpactAssessmentPayload, { description: 'Says what an incident does to people and services.' })
  incidentImpactAssess(
    @Ctx() ctx: Context,
    @Input(() => types.IncidentImpactAssessInput) input: types.IncidentImpactAssessInput,
  ) {
    return answer(ctx, (ctx) => assessImpact(ctx, input))
  }
}

@Resolver(() => IncidentType)
export class IncidentImpactResolver {
  @Shareable()
  @FieldResolver(() => ImpactAssessmentConnection, {
    description: 'What it did to people and services, newest first. Empty for requesters and partners.',
  })
  impactAssessments(@Root() incident: Incident, @Args(() => ConnectionArgs) args: ConnectionArgs, @Ctx() ctx: Context) {
    return impactAssessmentPage(ctx, incident, args)
  }

  @Shareable()
  @FieldResolver(() => [ServiceType], {
    description: 'Its own service first, then those of the latest impact assessment that the viewer may read.',
  })
  affectedServices(@Root() incident: Incident, @Ctx() ctx: Context) {
    return affectedServices(ctx, incident)
  }
}
