import { Field, ID, InputType, ObjectType } from 'type-graphql'
import { DateTime } from '../platform/scalars.js'
import { Severity } from './alert.js'
import { AlertEventType } from './alert-event.js'

@ObjectType({ simpleResolvers: true, description: 'Something that happened to an alert.' })
export class AlertEvent {
  @Field(() => String, { description: 'Resumes a stream after this event.' })
  cursor: string
  @Field(() => AlertEventType, { description: 'What happened.' })
  type: AlertEventType
  @Field(() => DateTime, { description: 'When.' })
  occurredAt: Date
}

@InputType('AlertEventFilter', {
  description: 'Which events. What is left out does not matter; all that is given must hold.',
})
export class AlertEventFilterInput {
  @Field(() => [AlertEventType], { nullable: true, description: 'Any of these.' })
  type?: AlertEventType[]
  @Field(() => [ID], { nullable: true, description: 'Of alerts on any of these incidents.' })
  incidentId?: string[]
  @Field(() => [ID], { nullable: true, description: 'Of alerts from any of these integrations.' })
  integrationId?: string[]
  @Field(() => [ID], { nullable: true, description: 'Of alerts that concern any of these services.' })
  serviceId?: string[]
  @Field(() => [Severity], { nullable: true, description: 'Of alerts with any of these severities after the event.' })
  severity?: Severity[]
}
