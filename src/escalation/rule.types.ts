import { Field, ID, InputType, Int, ObjectType } from 'type-graphql'
import { Node, Payload } from '../platform/graphql.js'
import { DateTime } from '../platform/scalars.js'
import { EscalationConditionInput, EscalationConditionType } from './policy.types.js'
import type { RuleCreate, RuleSketch } from './rule.commands.js'

@ObjectType('EscalationRule', {
  implements: Node,
  simpleResolvers: true,
  description: 'By which policy people are called for an incident: the first rule that matches decides.',
})
export class EscalationRuleType extends Node {
  @Field(() => Int, { description: 'From 1; the rules are asked in this order.' })
  position: number
  @Field(() => String, { description: 'How it is called.' })
  name: string
  @Field(() => EscalationConditionType, {
    nullable: true,
    description: 'What must hold of the incident and the moment; null: nothing.',
  })
  condition: EscalationConditionType | null
  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt: Date
}

@ObjectType({ simpleResolvers: true, description: 'What a change of an escalation rule answers.' })
export class EscalationRulePayload extends Payload {
  @Field(() => EscalationRuleType, { nullable: true, description: 'As the change left it, or found it.' })
  escalationRule: EscalationRuleType | null
}

const TEXTS = {
  name: 'How it is called, in up to 200 characters.',
  services: 'The incident concerns any of these services. Null: any, or none.',
  teams: 'Any of these teams has the incident. Null: any, or none.',
  condition: 'What must hold besides. Null: nothing.',
  policy: 'The policy that people are called by.',
}

@InputType({ description: 'To add an escalation rule.' })
export class EscalationRuleCreateInput implements RuleCreate {
  @Field(() => String, { description: TEXTS.name })
  name: string
  @Field(() => Int, { nullable: true, description: 'From 1; those from there on make room. Last when left out.' })
  position?: number
  @Field(() => [ID], { nullable: true, description: TEXTS.services })
  serviceIds?: string[] | null
  @Field(() => [ID], { nullable: true, description: TEXTS.teams })
  teamIds?: string[] | null
  @Field(() => EscalationConditionInput, { nullable: true, description: TEXTS.condition })
  condition?: EscalationConditionInput | null
  @Field(() => ID, { description: TEXTS.policy })
  policyId: string
}

@InputType({ description: 'To change an escalation rule; what is left out stays.' })
export class EscalationRuleUpdateInput implements RuleSketch {
  @Field(() => ID, { description: 'The rule.' })
  id: string
  @Field(() => String, { nullable: true, description: TEXTS.name })
  name?: string
  @Field(() => [ID], { nullable: true, description: TEXTS.services })
  serviceIds?: string[] | null
  @Field(() => [ID], { nullable: true, description: TEXTS.teams })
  teamIds?: string[] | null
  @Field(() => EscalationConditionInput, { nullable: true, description: TEXTS.condition })
  condition?: EscalationConditionInput | null
  @Field(() => ID, { nullable: true, description: TEXTS.policy })
  policyId?: string
}

@InputType({ description: 'To ask an escalation rule earlier or later.' })
export class EscalationRuleMoveInput {
  @Field(() => ID, { description: 'The rule.' })
  id: string
  @Field(() => Int, { description: 'From 1.' })
  position: number
}

@InputType({ description: 'To delete an escalation rule.' })
export class EscalationRuleDeleteInput {
  @Field(() => ID, { description: 'The rule.' })
  id: string
}
