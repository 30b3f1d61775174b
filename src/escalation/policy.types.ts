import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql'
import { IncidentRole } from '../incidents/assignment.js'
import { Priority } from '../incidents/incident.js'
import { Role } from '../platform/actor.js'
import { Node, Payload } from '../platform/graphql.js'
import type { Hours } from '../platform/hours.js'
import { HoursInput, HoursType } from '../platform/hours.types.js'
import { connectionType } from '../platform/paging.js'
import { DateTime } from '../platform/scalars.js'
import type { ConditionSketch, StepSketch, TargetSketch } from './policy-terms.js'
import type { PolicyChange, PolicyCreate } from './policy.commands.js'
import type { PolicyFilter } from './policy.queries.js'
import { type Condition, TargetKind, Turn } from './policy.js'

registerEnumType(TargetKind, {
  name: 'EscalationTargetKind',
  description: 'Whom a step calls.',
  valuesConfig: {
    USER: { description: 'A person.' },
    TEAM: { description: 'Everybody of a team who works on incidents.' },
    SCHEDULE: { description: 'Whoever is on call on a schedule when the step is taken.' },
    INCIDENT_ROLE: { description: 'Whoever holds a role in the response to the incident.' },
    ROLE: {
      description: 'Whoever has a role in Tocsin: in the team of the incident, or anywhere when nobody there has.',
    },
    CONTACT_POINT: { description: 'A shared channel or webhook is told.' },
  },
})

registerEnumType(Turn, {
  name: 'EscalationTurn',
  description: 'Which turn of a schedule.',
  valuesConfig: {
    CURRENT: { description: 'Whoever is on call.' },
    PREVIOUS: { description: 'Whoever was on call before.' },
    NEXT: { description: 'Whoever will be on call next.' },
  },
})

@ObjectType('EscalationTarget', {
  simpleResolvers: true,
  description: 'Whom a step calls; who that is, is found out when the step is taken.',
})
export class EscalationTargetType {
  @Field(() => TargetKind, { description: 'Of which kind: it tells which of the other fields there is.' })
  kind: TargetKind
  @Field(() => Turn, { nullable: true, description: 'Which turn of the schedule.' })
  turn: Turn | null
  @Field(() => IncidentRole, { nullable: true, description: 'The role in the response.' })
  incidentRole: IncidentRole | null
  @Field(() => Role, { nullable: true, description: 'The role in Tocsin.' })
  role: Role | null
}

@ObjectType('EscalationCondition', {
  simpleResolvers: true,
  description: 'What must hold; what is null does not matter.',
})
export class EscalationConditionType implements Condition {
  @Field(() => [Priority], { nullable: true, description: 'The incident has any of these.' })
  priorities: Priority[] | null
  @Field(() => HoursType, { nullable: true, description: 'It is within these.' })
  hours: HoursType | null
}

@ObjectType('EscalationPolicyStep', {
  simpleResolvers: true,
  description: 'One step of a policy: whom it calls, and for how long nobody else is.',
})
export class EscalationPolicyStepType {
  @Field(() => Int, { description: 'Which one, from 1.' })
  number: number
  @Field(() => [EscalationTargetType], { description: 'Whom it calls, all at once.' })
  targets: EscalationTargetType[]
  @Field(() => Int, { description: 'Minutes until the next step, if nobody acknowledges.' })
  delayMinutes: number
  @Field(() => EscalationConditionType, {
    nullable: true,
    description: 'The step is passed over while this does not hold; null: it always holds.',
  })
  condition: EscalationConditionType | null
}

@ObjectType('EscalationPolicy', {
  implements: Node,
  simpleResolvers: true,
  description: 'Whom to call, in steps, until somebody acknowledges. Changing it changes nothing that is running.',
})
export class EscalationPolicyType extends Node {
  @Field(() => String, { description: 'Unique among policies that are not archived.' })
  name: string
  @Field(() => String, { description: 'What it is for.' })
  description: string
  @Field(() => Int, { description: 'How often the steps are gone through again, if nobody acknowledges.' })
  repeat: number
  @Field(() => Int, {
    nullable: true,
    description: 'Minutes until whoever acknowledged is asked whether they still have it; null: never.',
  })
  acknowledgementTimeoutMinutes: number | null
  @Field(() => HoursType, {
    nullable: true,
    description: 'Incidents of low urgency wait for these hours; null: they do not wait.',
  })
  workingHours: HoursType | null
  @Field(() => Boolean, { description: 'Whether it is started no more.' })
  archived: boolean
  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt: Date
  @Field(() => DateTime, { description: 'When it last changed.' })
  updatedAt: Date
  @Field(() => Int, { description: 'Rises by one with each change; `expectedVersion` compares with it.' })
  version: number
}

export const EscalationPolicyConnection = connectionType('EscalationPolicy', () => EscalationPolicyType)

@ObjectType({ simpleResolvers: true, description: 'What a change of an escalation policy answers.' })
export class EscalationPolicyPayload extends Payload {
  @Field(() => EscalationPolicyType, { nullable: true, description: 'As the change left it.' })
  escalationPolicy: EscalationPolicyType | null
}

@InputType('EscalationPolicyFilter', { description: 'Which policies. All that is given must hold.' })
export class EscalationPolicyFilterInput implements PolicyFilter {
  @Field(() => [ID], { nullable: true, description: 'Of any of these teams.' })
  teamId?: string[]
  @Field(() => String, { nullable: true, description: 'The name contains this.' })
  search?: string
  @Field(() => Boolean, { nullable: true, description: 'Those that are archived, in place of those that are not.' })
  archived?: boolean
}

@InputType({ description: 'Whom to call: the kind, and what that kind needs.' })
export class EscalationTargetInput implements TargetSketch {
  @Field(() => TargetKind, { description: 'Of which kind.' })
  kind: TargetKind
  @Field(() => ID, { nullable: true, description: 'Of the person, team, schedule or shared contact point.' })
  id?: string
  @Field(() => Turn, { nullable: true, description: 'Which turn of a schedule; CURRENT when left out.' })
  turn?: Turn
  @Field(() => IncidentRole, { nullable: true, description: 'For INCIDENT_ROLE.' })
  incidentRole?: IncidentRole
  @Field(() => Role, { nullable: true, description: 'For ROLE: one that works on incidents.' })
  role?: Role
}

@InputType({ description: 'What must hold; what is left out does not matter.' })
export class EscalationConditionInput implements ConditionSketch {
  @Field(() => [Priority], { nullable: true, description: 'The incident has any of these.' })
  priorities?: Priority[]
  @Field(() => HoursInput, { nullable: true, description: 'It is within these.' })
  hours?: Hours
}

@InputType({ description: 'A step of a policy.' })
export class EscalationPolicyStepInput implements StepSketch {
  @Field(() => [EscalationTargetInput], { description: 'Whom it calls, all at once: 1 to 20.' })
  targets: EscalationTargetInput[]
  @Field(() => Int, { description: 'Minutes until the next step, if nobody acknowledges: 1 to 1,440.' })
  delayMinutes: number
  @Field(() => EscalationConditionInput, {
    nullable: true,
    description: 'The step is passed over while this does not hold.',
  })
  condition?: EscalationConditionInput
}

const TEXTS = {
  name: 'Unique among policies that are not archived; up to 200 characters.',
  description: 'What it is for, in up to 2,000 characters.',
  steps: 'In their order: 1 to 20.',
  repeat: 'How often the steps are gone through again, if nobody acknowledges: 0 to 9.',
  timeout: 'Minutes until whoever acknowledged is asked whether they still have it: 5 to 1,440. Null: never.',
  management: 'The policy that goes on when every pass was in vain, or somebody asks for management. Null: none.',
  hours: 'Incidents of low urgency wait for these hours. Null: they do not wait.',
}

@InputType({ description: 'To make an escalation policy.' })
export class EscalationPolicyCreateInput implements PolicyCreate {
  @Field(() => String, { description: TEXTS.name })
  name: string
  @Field(() => String, { nullable: true, description: TEXTS.description })
  description?: string
  @Field(() => ID, { nullable: true, description: 'The team that it is for.' })
  teamId?: string | null
  @Field(() => [EscalationPolicyStepInput], { description: TEXTS.steps })
  steps: EscalationPolicyStepInput[]
  @Field(() => Int, { nullable: true, description: TEXTS.repeat })
  repeat?: number
  @Field(() => Int, { nullable: true, description: TEXTS.timeout })
  acknowledgementTimeoutMinutes?: number | null
  @Field(() => ID, { nullable: true, description: TEXTS.management })
  managementPolicyId?: string | null
  @Field(() => HoursInput, { nullable: true, description: TEXTS.hours })
  workingHours?: HoursInput | null
}

@InputType({
  description: 'To change an escalation policy; what is left out stays. What is running goes on as it began.',
})
export class EscalationPolicyUpdateInput implements PolicyChange {
  @Field(() => ID, { description: 'The policy.' })
  id: string
  @Field(() => Int, { nullable: true, description: 'Do it only if it still has this version; else CONFLICT.' })
  expectedVersion?: number
  @Field(() => String, { nullable: true, description: TEXTS.name })
  name?: string
  @Field(() => String, { nullable: true, description: TEXTS.description })
  description?: string
  @Field(() => ID, { nullable: true, description: 'The team that it is for. Null: none.' })
  teamId?: string | null
  @Field(() => [EscalationPolicyStepInput], { nullable: true, description: TEXTS.steps })
  steps?: EscalationPolicyStepInput[]
  @Field(() => Int, { nullable: true, description: TEXTS.repeat })
  repeat?: number
  @Field(() => Int, { nullable: true, description: TEXTS.timeout })
  acknowledgementTimeoutMinutes?: number | null
  @Field(() => ID, { nullable: true, description: TEXTS.management })
  managementPolicyId?: string | null
  @Field(() => HoursInput, { nullable: true, description: TEXTS.hours })
  workingHours?: HoursInput | null
}

@InputType({ description: 'To archive an escalation policy that nothing needs any more.' })
export class EscalationPolicyArchiveInput implements PolicyChange {
  @Field(() => ID, { description: 'The policy.' })
  id: string
  @Field(() => Int, { nullable: true, description: 'Do it only if it still has this version; else CONFLICT.' })
  expectedVersion?: number
}
