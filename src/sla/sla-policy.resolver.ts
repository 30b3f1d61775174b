import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql'
import type { Context } from '../platform/context.js'
import { Input, answer } from '../platform/graphql.js'
import { present } from '../platform/loader.js'
import { ForwardArgs } from '../platform/paging.js'
import { loadService } from '../responders/service.queries.js'
import { ServiceType } from '../responders/service.types.js'
import { loadTeam } from '../responders/team.queries.js'
import { TeamType } from '../responders/team.types.js'
import { loadCalendar } from './business-calendar.queries.js'
import { BusinessCalendarType } from './business-calendar.types.js'
import { archivePolicy, createPolicy, reorderPolicy, updatePolicy } from './sla-policy.commands.js'
import type { SlaPolicy } from './sla-policy.js'
import { loadPolicy, policyPage } from './sla-policy.queries.js'
import * as types from './sla-policy.types.js'
import { SlaPolicyConnection, SlaPolicyPayload, SlaPolicyType } from './sla-policy.types.js'

@Resolver(() => SlaPolicyType)
export class SlaPolicyResolver {
  @Query(() => SlaPolicyType, {
    nullable: true,
    description: 'One SLA policy; null when there is none that the viewer may read.',
  })
  slaPolicy(@Ctx() ctx: Context, @Arg('id', () => ID, { description: 'The policy.' }) id: string) {
    return loadPolicy(ctx, id)
  }

  @Query(() => SlaPolicyConnection, {
    description: 'The SLA policies, in their order. For responders, managers, administrators and auditors.',
  })
  slaPolicies(
    @Ctx() ctx: Context,
    @Args(() => ForwardArgs) args: ForwardArgs,
    @Arg('filter', () => types.SlaPolicyFilterInput, { nullable: true, description: 'Only these.' })
    filter?: types.SlaPolicyFilterInput,
  ) {
    return policyPage(ctx, args, filter)
  }

  @FieldResolver(() => [ServiceType], {
    nullable: true,
    description: 'The incident concerns any of these; null: any, or none.',
  })
  async services(@Root() { serviceIds }: SlaPolicy, @Ctx() ctx: Context) {
    return serviceIds && present(await Promise.all(serviceIds.map((id) => loadService(ctx, id))))
  }

  @FieldResolver(() => [TeamType], {
    nullable: true,
    description: 'Any of these has the incident; null: any, or none.',
  })
  async teams(@Root() { teamIds }: SlaPolicy, @Ctx() ctx: Context) {
    return teamIds && present(await Promise.all(teamIds.map((id) => loadTeam(ctx, id))))
  }

  @FieldResolver(() => BusinessCalendarType, {
    nullable: true,
    description: 'When time counts; null: round the clock.',
  })
  calendar(@Root() { calendarId }: SlaPolicy, @Ctx() ctx: Context) {
    return calendarId && loadCalendar(ctx, calendarId)
  }

  @Mutation(() => SlaPolicyPayload, { description: 'Makes an SLA policy, for incidents to come.' })
  slaPolicyCreate(@Ctx() ctx: Context, @Input(() => types.SlaPolicyCreateInput) input: types.SlaPolicyCreateInput) {
    return answer(ctx, (ctx) => createPolicy(ctx, input))
  }

  @Mutation(() => SlaPolicyPayload, { description: 'Changes an SLA policy; clocks that run go on as they began.' })
  slaPolicyUpdate(@Ctx() ctx: Context, @Input(() => types.SlaPolicyUpdateInput) input: types.SlaPolicyUpdateInput) {
    return answer(ctx, (ctx) => updatePolicy(ctx, input))
  }

  @Mutation(() => SlaPolicyPayload, { description: 'Asks an SLA policy earlier or later than others.' })
  slaPolicyReorder(@Ctx() ctx: Context, @Input(() => types.SlaPolicyReorderInput) input: types.SlaPolicyReorderInput) {
    return answer(ctx, (ctx) => reorderPolicy(ctx, input))
  }

  @Mutation(() => SlaPolicyPayload, { description: 'Archives an SLA policy: it is chosen no more.' })
  slaPolicyArchive(@Ctx() ctx: Context, @Input(() => types.SlaPolicyArchiveInput) input: types.SlaPolicyArchiveInput) {
    return answer(ctx, (ctx) => archivePolicy(ctx, input))
  }
}
