import { Field, InputType, ObjectType, registerEnumType } from 'type-graphql'
import { Audience } from '../events/audience.js'
import { Node, Payload } from '../platform/graphql.js'
import { connectionType } from '../platform/paging.js'
import { DateTime } from '../platform/scalars.js'
import { IncidentEventType } from './incident-event.js'
import { IncidentChangeInput } from './incident.types.js'
import { TimelineEntryKind } from './timeline-entry.js'

registerEnumType(TimelineEntryKind, {
  name: 'TimelineEntryKind',
  description: 'What sort of entry it is.',
  valuesConfig: {
    EVENT: { description: 'Something changed.' },
    NOTE: { description: 'Somebody wrote something down.' },
    DECISION: { description: 'Something was decided.' },
    STATUS_UPDATE: { description: 'An audience was told how things stand.' },
  },
})

@ObjectType('TimelineEntry', {
  implements: Node,
  simpleResolvers: true,
  description: 'One line of the story of an incident.',
})
export class TimelineEntryType extends Node {
  @Field(() => TimelineEntryKind, { description: 'What sort of entry it is.' })
  kind: TimelineEntryKind
  @Field(() => IncidentEventType, { description: 'The event that it tells.' })
  eventType: IncidentEventType
  @Field(() => String, { description: 'For people; Markdown in notes and decisions.' })
  body: string
  @Field(() => Audience, { description: 'Whom it is meant for.' })
  audience: Audience
  @Field(() => DateTime, { description: 'When it happened.' })
  occurredAt: Date
}

export const TimelineEntryConnection = connectionType('TimelineEntry', () => TimelineEntryType)

@ObjectType({ simpleResolvers: true, description: 'What an addition to the timeline answers.' })
export class TimelineEntryPayload extends Payload {
  @Field(() => TimelineEntryType, { nullable: true, description: 'The new entry.' })
  entry: TimelineEntryType | null
  @Field(() => String, {
    nullable: true,
    description: 'Cursor of the event: subscribe after it to see what comes next.',
  })
  eventCursor: string | null
}

@InputType({ description: 'To write a note.' })
export class IncidentNoteAddInput extends IncidentChangeInput {
  @Field(() => String, { description: 'Markdown of up to 20,000 characters.' })
  body: string
  @Field(() => Audience, { nullable: true, description: 'Whom it is meant for; INTERNAL when left out.' })
  audience?: Audience
}

@InputType({ description: 'To write down a decision.' })
export class IncidentDecisionRecordInput extends IncidentChangeInput {
  @Field(() => String, { description: 'What was decided and why: Markdown of up to 20,000 characters.' })
  body: string
}
