import { Arg, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql'
import { Level, Priority } from '../incidents/incident.js'
import type { Context } from '../platform/context.js'
import { DateTime } from '../platform/scalars.js'
import { explained, inBrief } from './escalation-entry.js'
import { explainEscalation } from './explanation.queries.js'
import { EscalationExplanation, EscalationSimulationStep } from './explanation.types.js'
import { simulateEscalation } from './simulation.queries.js'
import type { SimulatedStep } from './simulation.js'

@Resolver(() => EscalationSimulationStep)
export class ExplanationResolver {
  @Query(() => EscalationExplanation, {
    nullable: true,
    description: 'Why people were called for an incident, or nobody was. Null for those who do not run incidents.',
  })
  escalationExplain(
    @Ctx() ctx: Context,
    @Arg('incidentId', () => ID, { description: 'The incident.' }) incidentId: string,
  ) {
    return explainEscalation(ctx, incidentId)
  }

  @Query(() => [EscalationSimulationStep], {
    description: 'What a policy would do from a moment on, if nobody answered. Nobody is called.',
  })
  escalationSimulate(
    @Ctx() ctx: Context,
    @Arg('policyId', () => ID, { description: 'The policy.' }) policyId: string,
    @Arg('at', () => DateTime, { nullable: true, description: 'From when on; now when left out.' }) at?: Date,
    @Arg('incidentId', () => ID, {
      nullable: true,
      description: 'For this incident: its team, roles, priority and urgency.',
    })
    incidentId?: string,
    @Arg('priority', () => Priority, {
      nullable: true,
      description: 'Of the incident; its own, or P1, when left out.',
    })
    priority?: Priority,
    @Arg('urgency', () => Level, { nullable: true, description: 'Of the incident; its own, or HIGH, when left out.' })
    urgency?: Level,
  ) {
    return simulateEscalation(ctx, { policyId, at, incidentId, priority, urgency })
  }

  @FieldResolver(() => Int, { description: 'Which pass through the steps, from 1.' })
  pass(@Root() { pass }: SimulatedStep) {
    return pass + 1
  }

  @FieldResolver(() => Int, { nullable: true, description: 'Which step, from 1; null where it is about none.' })
  step(@Root() { step }: SimulatedStep) {
    return step === null ? null : step + 1
  }

  @FieldResolver(() => [Int], { description: 'The steps before it whose condition does not hold then, from 1.' })
  passedOver(@Root() { passedOver }: SimulatedStep) {
    return passedOver.map((step) => step + 1)
  }

  @FieldResolver(() => String, { description: 'What it would do, in a line.' })
  summary(@Root() step: SimulatedStep) {
    return inBrief({ ...step, reason: null })
  }

  @FieldResolver(() => [String], { description: 'Why each of them would be called, and why somebody would not.' })
  reasons(@Root() { findings }: SimulatedStep) {
    return explained(findings)
  }
}
