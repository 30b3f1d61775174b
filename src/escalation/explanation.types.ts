import { Field, ObjectType } from 'type-graphql'
import { DateTime } from '../platform/scalars.js'
import { IncidentType } from '../incidents/incident.types.js'
import { EscalationEventType } from './escalation-event.js'
import { EscalationEntryType, EscalationFinding, EscalationType } from './escalation.types.js'
import { EscalationRuleType } from './rule.types.js'

@ObjectType({ simpleResolvers: true, description: 'What an escalation rule says of an incident.' })
export class EscalationRuleVerdict {
  @Field(() => EscalationRuleType, { description: 'The rule, as it is now.' })
  rule: EscalationRuleType
  @Field(() => Boolean, { description: 'Whether all of it holds.' })
  matches: boolean
  @Field(() => String, { description: 'What holds against it, in words.' })
  reason: string
}

@ObjectType({
  simpleResolvers: true,
  description: 'Why people were called for an incident, or nobody was, step by step.',
})
export class EscalationExplanation {
  @Field(() => IncidentType, { description: 'The incident.' })
  incident: IncidentType
  @Field(() => EscalationType, { nullable: true, description: 'How it stands; null where nobody was called.' })
  escalation: EscalationType | null
  @Field(() => String, { description: 'In a line or two.' })
  summary: string
  @Field(() => [EscalationEntryType], { description: 'What it did, and why, oldest first: the last 500.' })
  entries: EscalationEntryType[]
  @Field(() => [EscalationRuleVerdict], {
    description:
      'The rules as they are now, up to the first that matches: what they say of the incident at its beginning.',
  })
  verdicts: EscalationRuleVerdict[]
}

@ObjectType({ simpleResolvers: true, description: 'What a policy would do at a moment, if nobody answered.' })
export class EscalationSimulationStep {
  @Field(() => DateTime, { description: 'When.' })
  at: Date
  @Field(() => EscalationEventType, { description: 'What: DEFERRED, PAGED, HANDED_OVER or EXHAUSTED.' })
  type: EscalationEventType
  @Field(() => String, { description: 'By which policy.' })
  policyName: string
  @Field(() => [EscalationFinding], { description: 'What would come of the targets of the step.' })
  findings: EscalationFinding[]
  @Field(() => DateTime, { nullable: true, description: 'When it would go on; null at the end.' })
  dueAt: Date | null
}
