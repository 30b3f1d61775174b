import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql'
import { IncidentChangeInput, IncidentType, RecordedPayload } from '../incidents/incident.types.js'
import { Priority } from '../incidents/incident.js'
import { Node } from '../platform/graphql.js'
import { connectionType } from '../platform/paging.js'
import { DateTime } from '../platform/scalars.js'
import type { EscalateInput, ReassignInput, SnoozeInput } from './escalation.commands.js'
import { EscalationEventType } from './escalation-event.js'
import { EscalationState } from './escalation.js'
import { EscalationTargetInput } from './policy.types.js'

registerEnumType(EscalationState, {
  name: 'EscalationState',
  description: 'How the calling of people for an incident stands.',
  valuesConfig: {
    DEFERRED: { description: 'It is of low urgency and waits for working hours.' },
    ESCALATING: { description: 'People are called, step by step.' },
    ACKNOWLEDGED: { description: 'Somebody has it.' },
    SNOOZED: { description: 'Nobody is called until a certain time.' },
    EXHAUSTED: { description: 'Everybody was called in vain.' },
    ENDED: { description: 'The incident is over.' },
  },
})

registerEnumType(EscalationEventType, {
  name: 'EscalationEventType',
  description: 'What can happen to an escalation.',
  valuesConfig: {
    DEFERRED: { description: 'It waits for working hours.' },
    PAGED: { description: 'A step was taken: people were called, or there was nobody to call.' },
    ESCALATED: { description: 'A person has moved it on.' },
    HANDED_OVER: { description: 'Nobody has answered: it goes on by the policy of management.' },
    REASSIGNED: { description: 'Others are called from now on.' },
    SNOOZED: { description: 'Nobody is called until a certain time.' },
    RESUMED: { description: 'A snooze is over; it begins anew.' },
    ACKNOWLEDGED: { description: 'Somebody has it: nobody else is called.' },
    ACKNOWLEDGEMENT_EXPIRED: { description: 'Whoever has it is asked whether they still do; then it begins anew.' },
    UNREACHED: { description: 'Somebody who was called cannot be reached by any of their ways.' },
    EXHAUSTED: { description: 'Everybody was called in vain.' },
    ENDED: { description: 'The incident is over.' },
  },
})

@ObjectType({ simpleResolvers: true, description: 'The step that comes next by itself.' })
export class UpcomingStep {
  @Field(() => DateTime, { description: 'When, if nobody acknowledges.' })
  at: Date
  @Field(() => Int, { description: 'Which step of the policy, from 1; as far as conditions let that be said now.' })
  number: number
}

@ObjectType('Escalation', {
  simpleResolvers: true,
  description: 'The calling of people for an incident, by a copy of a policy as it was when it began.',
})
export class EscalationType {
  @Field(() => EscalationState, { description: 'How it stands.' })
  state: EscalationState
  @Field(() => String, { description: 'Why the present run was begun, in words.' })
  reason: string
  @Field(() => Int, { description: 'From 1; rises whenever it begins anew.' })
  run: number
  @Field(() => DateTime, { nullable: true, description: 'When it goes on by itself; null while it waits for nothing.' })
  dueAt: Date | null
  @Field(() => DateTime, { description: 'When people were first to be called.' })
  startedAt: Date
  @Field(() => Boolean, {
    description: 'Whether it reached a second step, or a person has moved it on: what the escalation rate counts.',
  })
  escalated: boolean
  @Field(() => DateTime, { description: 'When it last changed.' })
  updatedAt: Date
}

@ObjectType({ simpleResolvers: true, description: 'Somebody whom a target led to.' })
export class EscalationCallee {
  @Field(() => ID, { description: 'The person.' })
  userId: string
  @Field(() => String, { description: 'Their name, as it was.' })
  name: string
  @Field(() => String, { description: 'Why they were called, in words.' })
  because: string
}

@ObjectType({ simpleResolvers: true, description: 'What came of asking one target of a step.' })
export class EscalationFinding {
  @Field(() => String, { description: 'The target in words, with the names that there were.' })
  asked: string
  @Field(() => [EscalationCallee], { description: 'Whom it led to.' })
  callees: EscalationCallee[]
  @Field(() => String, { nullable: true, description: 'What was wrong; why nobody was called, where nobody was.' })
  problem: string | null
}

@ObjectType('EscalationEntry', {
  implements: Node,
  simpleResolvers: true,
  description: 'What an escalation did, and why. It never changes: all of them together explain who was called when.',
})
export class EscalationEntryType extends Node {
  @Field(() => EscalationEventType, { description: 'What it did.' })
  type: EscalationEventType
  @Field(() => String, { description: 'The policy, by the name that it had.' })
  policyName: string
  @Field(() => Int, { description: 'Which run, from 1.' })
  run: number
  @Field(() => String, { nullable: true, description: 'Why; null where the policy says it all.' })
  reason: string | null
  @Field(() => [EscalationFinding], { description: 'What came of the targets of a step; empty where none were asked.' })
  findings: EscalationFinding[]
  @Field(() => DateTime, {
    nullable: true,
    description: 'When it goes on by itself after this; null when it does not.',
  })
  dueAt: Date | null
  @Field(() => DateTime, { description: 'When.' })
  occurredAt: Date
}

export const EscalationEntryConnection = connectionType('EscalationEntry', () => EscalationEntryType)

@ObjectType({ simpleResolvers: true, description: 'Something that happened to an escalation.' })
export class EscalationEvent {
  @Field(() => String, { description: 'Resumes a stream after this event.' })
  cursor: string
  @Field(() => EscalationEventType, { description: 'What happened.' })
  type: EscalationEventType
  @Field(() => DateTime, { description: 'When.' })
  occurredAt: Date
}

@InputType('EscalationEventFilter', {
  description: 'Which events. What is left out does not matter; all that is given must hold.',
})
export class EscalationEventFilterInput {
  @Field(() => [EscalationEventType], { nullable: true, description: 'Any of these.' })
  type?: EscalationEventType[]
  @Field(() => [ID], { nullable: true, description: 'Of any of these incidents.' })
  incidentId?: string[]
  @Field(() => [ID], { nullable: true, description: 'Of incidents of any of these services.' })
  serviceId?: string[]
  @Field(() => [ID], { nullable: true, description: 'Of incidents of any of these teams.' })
  teamId?: string[]
  @Field(() => [Priority], { nullable: true, description: 'Of incidents of any of these priorities.' })
  priority?: Priority[]
}

@ObjectType({ simpleResolvers: true, description: 'What a change of an escalation answers.' })
export class EscalationPayload extends RecordedPayload {
  @Field(() => IncidentType, { nullable: true, description: 'The incident, which does not change by it.' })
  incident: IncidentType | null
  @Field(() => EscalationType, { nullable: true, description: 'As the change left it.' })
  escalation: EscalationType | null
}

@InputType({ description: 'To move an escalation on at once.' })
export class IncidentEscalateInput extends IncidentChangeInput implements EscalateInput {
  @Field(() => ID, {
    nullable: true,
    description: 'By this policy from now on. Left out, the next step of the present one is taken.',
  })
  policyId?: string
  @Field(() => Boolean, { nullable: true, description: 'By the policy of management, at once.' })
  toManagement?: boolean
  @Field(() => String, { nullable: true, description: 'Why; it is kept.' })
  reason?: string
}

@InputType({ description: 'To call others for an incident, and nobody who was called before.' })
export class IncidentReassignInput extends IncidentChangeInput implements ReassignInput {
  @Field(() => ID, { nullable: true, description: 'By this policy. Give either this or targets.' })
  policyId?: string
  @Field(() => [EscalationTargetInput], { nullable: true, description: 'These, all at once: 1 to 20.' })
  targets?: EscalationTargetInput[]
  @Field(() => String, { nullable: true, description: 'Why; it is kept.' })
  reason?: string
}

@InputType({ description: 'To call nobody for a while.' })
export class IncidentSnoozeInput extends IncidentChangeInput implements SnoozeInput {
  @Field(() => DateTime, { description: 'Until when: a minute to seven days from now. Then it begins anew.' })
  until: Date
  @Field(() => String, { nullable: true, description: 'Why; it is kept.' })
  reason?: string
}
