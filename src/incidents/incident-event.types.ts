import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql'
import { DateTime } from '../platform/scalars.js'
import { IncidentEventType } from './incident-event.js'
import { IncidentStatus, Priority } from './incident.js'

registerEnumType(IncidentEventType, {
  name: 'IncidentEventType',
  description: 'What can happen to an incident.',
  valuesConfig: {
    TRIGGERED: { description: 'It was declared, or an alert opened it.' },
    ACKNOWLEDGED: { description: 'Somebody took it.' },
    STARTED: { description: 'Work began.' },
    HELD: { description: 'Work waits for something.' },
    RESUMED: { description: 'Work goes on after a hold.' },
    MITIGATED: { description: 'People are not affected any more.' },
    RESOLVED: { description: 'The service works again.' },
    CLOSED: { description: 'It is done for good.' },
    REOPENED: { description: 'The resolution did not hold.' },
    CANCELLED: { description: 'It was none, or one too many.' },
    UPDATED: { description: 'Its title, description, service or team changed.' },
    TRIAGED: { description: 'Its impact or urgency was assessed.' },
    PRIORITY_OVERRIDDEN: { description: 'Its priority was set against the matrix, or given back to it.' },
    VISIBILITY_CHANGED: { description: 'Others may see it than before.' },
    TIMES_CORRECTED: { description: 'A time of it was corrected.' },
    ROLE_ASSIGNED: { description: 'Somebody took a role in the response.' },
    ROLE_UNASSIGNED: { description: 'Somebody gave up a role in the response.' },
    PARTICIPANT_ADDED: { description: 'Somebody was brought in.' },
    PARTICIPANT_REMOVED: { description: 'Somebody was taken out.' },
    TASK_ADDED: { description: 'A task was added.' },
    TASK_UPDATED: { description: 'A task changed or was done.' },
    NOTE_ADDED: { description: 'Somebody wrote a note.' },
    DECISION_RECORDED: { description: 'Something was decided.' },
    STATUS_UPDATE_PUBLISHED: { description: 'An audience was told how things stand.' },
    IMPACT_ASSESSED: { description: 'The impact was assessed.' },
    WORKAROUND_CHANGED: { description: 'A workaround was found, changed or withdrawn.' },
    CUSTOM_FIELDS_CHANGED: { description: 'Fields of the organisation changed.' },
    ALERT_ADDED: { description: 'Another alert joined it.' },
    ARTICLE_LINKED: { description: 'An article helped with it, or was drawn from it.' },
    ARTICLE_UNLINKED: { description: 'Such an article was linked by mistake.' },
    PAGED: { description: 'A step of its escalation was taken: people were called, or there was nobody to call.' },
    PAGING_DEFERRED: { description: 'It is of low urgency: nobody is called before working hours.' },
    ESCALATED: { description: 'It went on to others, because a person wanted it so or nobody had answered.' },
    REASSIGNED: { description: 'Others are called from now on.' },
    SNOOZED: { description: 'Nobody is called until a certain time.' },
    ACKNOWLEDGEMENT_EXPIRED: { description: 'Whoever took it was asked whether they still have it.' },
    UNREACHED: { description: 'Somebody who was called could not be reached.' },
    UNANSWERED: { description: 'Everybody was called in vain.' },
    SLA_AT_RISK: { description: 'What was promised for it is at risk.' },
    SLA_BREACHED: { description: 'What was promised for it was broken.' },
  },
})

@ObjectType({ simpleResolvers: true, description: 'Something that happened to an incident.' })
export class IncidentEvent {
  @Field(() => String, { description: 'Resumes a stream after this event.' })
  cursor: string
  @Field(() => IncidentEventType, { description: 'What happened.' })
  type: IncidentEventType
  @Field(() => DateTime, { description: 'When.' })
  occurredAt: Date
}

@InputType('IncidentEventFilter', {
  description: 'Which events. What is left out does not matter; all that is given must hold.',
})
export class IncidentEventFilterInput {
  @Field(() => [IncidentEventType], { nullable: true, description: 'Any of these.' })
  type?: IncidentEventType[]
  @Field(() => [ID], { nullable: true, description: 'Of any of these incidents.' })
  incidentId?: string[]
  @Field(() => [ID], { nullable: true, description: 'Of incidents of any of these services.' })
  serviceId?: string[]
  @Field(() => [ID], { nullable: true, description: 'Of incidents of any of these teams.' })
  teamId?: string[]
  @Field(() => [Priority], {
    nullable: true,
    description: 'Of incidents with any of these priorities after the event.',
  })
  priority?: Priority[]
  @Field(() => [IncidentStatus], {
    nullable: true,
    description: 'Of incidents in any of these statuses after the event.',
  })
  status?: IncidentStatus[]
}
