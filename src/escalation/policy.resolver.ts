import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql'
import { loadContactPoint } from '../notifications/contact-point.queries.js'
import { ContactPointType } from '../notifications/contact-point.types.js'
import { loadSchedule } from '../oncall/schedule.queries.js'
import { ScheduleType } from '../oncall/schedule.types.js'
import type { Context } from '../platform/context.js'
import { Input, Shareable, answer } from '../platform/graphql.js'
import { ForwardArgs } from '../platform/paging.js'
import type { Team } from '../responders/team.entity.js'
import { loadTeam } from '../responders/team.queries.js'
import { TeamType } from '../responders/team.types.js'
import { loadUser } from '../responders/user.queries.js'
import { UserType } from '../responders/user.types.js'
import { archivePolicy, createPolicy, updatePolicy } from './policy.commands.js'
import { type EscalationPolicy, type Target, TargetKind, numbered } from './policy.js'
import { loadPoliciesOfTeam, loadPolicy, policyPage } from './policy.queries.js'
import * as types from './policy.types.js'
import {
  EscalationPolicyConnection,
  EscalationPolicyPayload,
  EscalationPolicyType,
  EscalationTargetType,
} from './policy.types.js'
import { loadRulesOfPolicy } from './rule.queries.js'
import { EscalationRuleType } from './rule.types.js'

@Resolver(() => EscalationPolicyType)
export class PolicyResolver {
  @Query(() => EscalationPolicyType, {
    nullable: true,
    description: 'One escalation policy; null when there is none that the viewer may read.',
  })
  escalationPolicy(@Ctx() ctx: Context, @Arg('id', () => ID, { description: 'The policy.' }) id: string) {
    return loadPolicy(ctx, id)
  }

  @Query(() => EscalationPolicyConnection, {
    description: 'The escalation policies, by name. For responders, managers, administrators and auditors.',
  })
  escalationPolicies(
    @Ctx() ctx: Context,
    @Args(() => ForwardArgs) args: ForwardArgs,
    @Arg('filter', () => types.EscalationPolicyFilterInput, { nullable: true, description: 'Only these.' })
    filter?: types.EscalationPolicyFilterInput,
  ) {
    return policyPage(ctx, args, filter)
  }

  @Shareable()
  @FieldResolver(() => [types.EscalationPolicyStepType], { description: 'In their order.' })
  steps(@Root() { steps }: EscalationPolicy) {
    return numbered(steps)
  }

  @FieldResolver(() => TeamType, { nullable: true, description: 'The team that it is for.' })
  team(@Root() { teamId }: EscalationPolicy, @Ctx() ctx: Context) {
    return teamId && loadTeam(ctx, teamId)
  }

  @FieldResolver(() => EscalationPolicyType, {
    nullable: true,
    description: 'The policy that goes on when every pass was in vain, or somebody asks for management.',
  })
  managementPolicy(@Root() { managementPolicyId }: EscalationPolicy, @Ctx() ctx: Context) {
    return managementPolicyId && loadPolicy(ctx, managementPolicyId)
  }

  @FieldResolver(() => [EscalationRuleType], { description: 'The rules that lead to it, in their order.' })
  async rules(@Root() { id }: EscalationPolicy, @Ctx() ctx: Context) {
    return (await loadRulesOfPolicy(ctx, id)) ?? []
  }

  @Mutation(() => EscalationPolicyPayload, { description: 'Makes an escalation policy.' })
  escalationPolicyCreate(
    @Ctx() ctx: Context,
    @Input(() => types.EscalationPolicyCreateInput) input: types.EscalationPolicyCreateInput,
  ) {
    return answer(ctx, (ctx) => createPolicy(ctx, input))
  }

  @Mutation(() => EscalationPolicyPayload, {
    description: 'Changes an escalation policy; what is running goes on as it began.',
  })
  escalationPolicyUpdate(
    @Ctx() ctx: Context,
    @Input(() => types.EscalationPolicyUpdateInput) input: types.EscalationPolicyUpdateInput,
  ) {
    return answer(ctx, (ctx) => updatePolicy(ctx, input))
  }

  @Mutation(() => EscalationPolicyPayload, {
    description: 'Archives an escalation policy: it is started no more. Refused while rules or other policies need it.',
  })
  escalationPolicyArchive(
    @Ctx() ctx: Context,
    @Input(() => types.EscalationPolicyArchiveInput) input: types.EscalationPolicyArchiveInput,
  ) {
    return answer(ctx, (ctx) => archivePolicy(ctx, input))
  }
}

/** The id of a target of this kind; null for one of another kind. */
const idOf = (target: Target, kind: TargetKind): string | null =>
  'id' in target && target.kind === kind ? target.id : null

@Resolver(() => EscalationTargetType)
export class TargetResolver {
  @Shareable()
  @FieldResolver(() => UserType, { nullable: true, description: 'The person.' })
  user(@Root() target: Target, @Ctx() ctx: Context) {
    const id = idOf(target, TargetKind.USER)
    return id && loadUser(ctx, id)
  }

  @Shareable()
  @FieldResolver(() => TeamType, { nullable: true, description: 'The team.' })
  team(@Root() target: Target, @Ctx() ctx: Context) {
    const id = idOf(target, TargetKind.TEAM)
    return id && loadTeam(ctx, id)
  }

  @Shareable()
  @FieldResolver(() => ScheduleType, { nullable: true, description: 'The schedule.' })
  schedule(@Root() target: Target, @Ctx() ctx: Context) {
    const id = idOf(target, TargetKind.SCHEDULE)
    return id && loadSchedule(ctx, id)
  }

  @Shareable()
  @FieldResolver(() => ContactPointType, { nullable: true, description: 'The shared contact point.' })
  contactPoint(@Root() target: Target, @Ctx() ctx: Context) {
    const id = idOf(target, TargetKind.CONTACT_POINT)
    return id && loadContactPoint(ctx, id)
  }
}

@Resolver(() => TeamType)
export class TeamPoliciesResolver {
  @FieldResolver(() => [EscalationPolicyType], {
    description: 'Its escalation policies, by name; none for those who do not read the directory.',
  })
  async escalationPolicies(@Root() { id }: Team, @Ctx() ctx: Context) {
    return (await loadPoliciesOfTeam(ctx, id)) ?? []
  }
}
