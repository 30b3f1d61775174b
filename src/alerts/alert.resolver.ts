import { GraphQLJSONObject } from 'graphql-scalars'
import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql'
import type { Incident } from '../incidents/incident.js'
import { loadLinkedIncident } from '../incidents/incident.queries.js'
import { IncidentType } from '../incidents/incident.types.js'
import type { Context } from '../platform/context.js'
import { Input, Shareable, answer } from '../platform/graphql.js'
import { ConnectionArgs, ForwardArgs } from '../platform/paging.js'
import { loadIntegration } from '../responders/integration.queries.js'
import { IntegrationType } from '../responders/integration.types.js'
import { loadService } from '../responders/service.queries.js'
import { ServiceType } from '../responders/service.types.js'
import { endAlert } from './alert.commands.js'
import type { Alert } from './alert.js'
import { AlertOrder, alertPage, alertsOfIncidentPage, loadAlert } from './alert.queries.js'
import { AlertConnection, AlertEndInput, AlertFilterInput, AlertPayload, AlertType } from './alert.types.js'

@Resolver(() => AlertType)
export class AlertResolver {
  @Query(() => AlertType, {
    nullable: true,
    description: 'One alert; null when there is none that the viewer may see.',
  })
  alert(@Ctx() ctx: Context, @Arg('id', () => ID, { description: 'The alert.' }) id: string) {
    return loadAlert(ctx, id)
  }

  @Query(() => AlertConnection, {
    description: 'The alerts that the viewer may see, newest first unless told otherwise.',
  })
  alerts(
    @Ctx() ctx: Context,
    @Args(() => ForwardArgs) args: ForwardArgs,
    @Arg('filter', () => AlertFilterInput, { nullable: true, description: 'Only these.' }) filter?: AlertFilterInput,
    @Arg('orderBy', () => AlertOrder, { nullable: true, description: 'How they are sorted.' }) orderBy?: AlertOrder,
  ) {
    return alertPage(ctx, args, filter, orderBy)
  }

  @Shareable()
  @FieldResolver(() => IncidentType, { nullable: true, description: 'The incident that it is on.' })
  incident(@Root() { incidentId }: Alert, @Ctx() ctx: Context) {
    return loadLinkedIncident(ctx, incidentId)
  }

  @Shareable()
  @FieldResolver(() => IntegrationType, { nullable: true, description: 'The integration that reported it.' })
  integration(@Root() { integrationId }: Alert, @Ctx() ctx: Context) {
    return loadIntegration(ctx, integrationId)
  }

  @Shareable()
  @FieldResolver(() => ServiceType, { nullable: true, description: 'The service that it concerns.' })
  service(@Root() { serviceId }: Alert, @Ctx() ctx: Context) {
    return serviceId && loadService(ctx, serviceId)
  }

  @Shareable()
  @FieldResolver(() => GraphQLJSONObject, { description: 'What else the sender said, as last reported.' })
  async details(@Root() { id, details }: Pick<Alert, 'id'> & Partial<Alert>, @Ctx() ctx: Context) {
    return details ?? (await loadAlert(ctx, id))?.details ?? {} // an event does without them
  }

  @Mutation(() => AlertPayload, {
    description: 'Ends an alert whose sender does not. What is reported later is another alert.',
  })
  alertEnd(@Ctx() ctx: Context, @Input(() => AlertEndInput) input: AlertEndInput) {
    return answer(ctx, (ctx) => endAlert(ctx, input))
  }
}

@Resolver(() => IncidentType)
export class IncidentAlertResolver {
  @Shareable()
  @FieldResolver(() => AlertConnection, {
    description: 'The alerts on it, newest first; none for requesters and stakeholders.',
  })
  alerts(@Root() incident: Incident, @Args(() => ConnectionArgs) args: ConnectionArgs, @Ctx() ctx: Context) {
    return alertsOfIncidentPage(ctx, incident, args)
  }
}
