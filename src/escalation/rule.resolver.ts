import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql'
import { Priority } from '../incidents/incident.js'
import type { Context } from '../platform/context.js'
import { present } from '../platform/loader.js'
import { Input, answer } from '../platform/graphql.js'
import { DateTime } from '../platform/scalars.js'
import { loadService } from '../responders/service.queries.js'
import { ServiceType } from '../responders/service.types.js'
import { loadTeam } from '../responders/team.queries.js'
import { TeamType } from '../responders/team.types.js'
import { loadPolicy } from './policy.queries.js'
import { EscalationPolicyType } from './policy.types.js'
import { createRule, deleteRule, moveRule, updateRule } from './rule.commands.js'
import { findRuleFor, listRules } from './rule.queries.js'
import * as types from './rule.types.js'
import { EscalationRulePayload, EscalationRuleType } from './rule.types.js'
import type { EscalationRule } from './rule.js'

@Resolver(() => EscalationRuleType)
export class RuleResolver {
  @Query(() => [EscalationRuleType], {
    description: 'The escalation rules, in their order. For responders, managers, administrators and auditors.',
  })
  escalationRules(@Ctx() ctx: Context) {
    return listRules(ctx)
  }

  @Query(() => EscalationRuleType, {
    nullable: true,
    description: 'The rule that would decide over such an incident; null when none matches: nobody would be called.',
  })
  escalationRuleFor(
    @Ctx() ctx: Context,
    @Arg('priority', () => Priority, { description: 'Of the incident.' }) priority: Priority,
    @Arg('serviceId', () => ID, { nullable: true, description: 'The service that it concerns.' }) serviceId?: string,
    @Arg('teamId', () => ID, { nullable: true, description: 'The team that has it.' }) teamId?: string,
    @Arg('at', () => DateTime, { nullable: true, description: 'At which moment; now when left out.' }) at?: Date,
  ) {
    return findRuleFor(ctx, { priority, serviceId: serviceId ?? null, teamId: teamId ?? null }, at ?? ctx.now())
  }

  @FieldResolver(() => [ServiceType], {
    nullable: true,
    description: 'The incident concerns any of these; null: any, or none.',
  })
  async services(@Root() { serviceIds }: EscalationRule, @Ctx() ctx: Context) {
    return serviceIds && present(await Promise.all(serviceIds.map((id) => loadService(ctx, id))))
  }

  @FieldResolver(() => [TeamType], {
    nullable: true,
    description: 'Any of these has the incident; null: any, or none.',
  })
  async teams(@Root() { teamIds }: EscalationRule, @Ctx() ctx: Context) {
    return teamIds && present(await Promise.all(teamIds.map((id) => loadTeam(ctx, id))))
  }

  @FieldResolver(() => EscalationPolicyType, { description: 'The policy that people are called by.' })
  policy(@Root() { policyId }: EscalationRule, @Ctx() ctx: Context) {
    return loadPolicy(ctx, policyId)
  }

  @Mutation(() => EscalationRulePayload, { description: 'Adds an escalation rule.' })
  escalationRuleCreate(
    @Ctx() ctx: Context,
    @Input(() => types.EscalationRuleCreateInput) input: types.EscalationRuleCreateInput,
  ) {
    return answer(ctx, (ctx) => createRule(ctx, input))
  }

  @Mutation(() => EscalationRulePayload, { description: 'Changes an escalation rule, for incidents to come.' })
  escalationRuleUpdate(
    @Ctx() ctx: Context,
    @Input(() => types.EscalationRuleUpdateInput) input: types.EscalationRuleUpdateInput,
  ) {
    return answer(ctx, (ctx) => updateRule(ctx, input))
  }

  @Mutation(() => EscalationRulePayload, { description: 'Asks an escalation rule earlier or later than others.' })
  escalationRuleMove(
    @Ctx() ctx: Context,
    @Input(() => types.EscalationRuleMoveInput) input: types.EscalationRuleMoveInput,
  ) {
    return answer(ctx, (ctx) => moveRule(ctx, input))
  }

  @Mutation(() => EscalationRulePayload, { description: 'Deletes an escalation rule.' })
  escalationRuleDelete(
    @Ctx() ctx: Context,
    @Input(() => types.EscalationRuleDeleteInput) input: types.EscalationRuleDeleteInput,
  ) {
    return answer(ctx, (ctx) => deleteRule(ctx, input))
  }
}
