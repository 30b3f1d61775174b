import { GraphQLJSONObject } from 'graphql-scalars'
import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql'
import { RecordedPayload } from '../incidents/incident.types.js'
import { Node } from '../platform/graphql.js'
import { connectionType } from '../platform/paging.js'
import { DateTime } from '../platform/scalars.js'
import { type AlertLink, AlertStatus, Severity } from './alert.js'
import { AlertEventType } from './alert-event.js'
import { type AlertFilter, AlertOrder } from './alert.queries.js'

registerEnumType(AlertStatus, {
  name: 'AlertStatus',
  description: 'Whether it still fires.',
  valuesConfig: {
    OPEN: { description: 'It fires, as far as its sender has said.' },
    ENDED: { description: 'It is over. What comes after it is another alert.' },
  },
})
registerEnumType(Severity, {
  name: 'Severity',
  description: 'How bad it is, in the words of the sender.',
  valuesConfig: {
    CRITICAL: { description: 'Act at once. Impact high, urgency high.' },
    ERROR: { description: 'Something is broken. Impact high, urgency medium.' },
    WARNING: { description: 'Something may break. Impact medium, urgency medium.' },
    INFO: { description: 'Worth knowing. Impact low, urgency low.' },
  },
})
registerEnumType(AlertOrder, {
  name: 'AlertOrder',
  description: 'How a list of alerts is sorted.',
  valuesConfig: {
    NEWEST: { description: 'Newest first.' },
    OLDEST: { description: 'Oldest first.' },
  },
})
registerEnumType(AlertEventType, {
  name: 'AlertEventType',
  description: 'What can happen to an alert.',
  valuesConfig: {
    TRIGGERED: { description: 'It was reported for the first time.' },
    REPEATED: { description: 'It was reported again.' },
    ENDED: { description: 'It was reported as ended, perhaps without having been reported before.' },
  },
})

@ObjectType('AlertLink', { simpleResolvers: true, description: 'Where more is to be seen.' })
export class AlertLinkType implements AlertLink {
  @Field(() => String, { description: 'An http or https address.' })
  url: string
  @Field(() => String, { description: 'What is there.' })
  text: string
}

@ObjectType('Alert', {
  implements: Node,
  simpleResolvers: true,
  description: 'One occurrence of something that a monitoring tool reports, however often it is reported.',
})
export class AlertType extends Node {
  @Field(() => String, { description: 'What tells it from others of its integration.' })
  dedupKey: string
  @Field(() => String, { description: 'What the alerts of one incident have in common, in the words of the sender.' })
  groupKey: string
  @Field(() => AlertStatus, { description: 'Whether it still fires.' })
  status: AlertStatus
  @Field(() => Severity, { description: 'How bad it is, as last reported.' })
  severity: Severity
  @Field(() => String, { description: 'What is wrong, in a line.' })
  summary: string
  @Field(() => String, { description: 'What is known.' })
  description: string
  @Field(() => String, { description: 'Where it is wrong.' })
  source: string
  @Field(() => GraphQLJSONObject, { description: 'Names and values that the sender gave it.' })
  labels: Record<string, string>
  @Field(() => [AlertLinkType], { description: 'Where more is to be seen.' })
  links: AlertLinkType[]
  @Field(() => Int, { description: 'How often it was reported as there.' })
  occurrences: number
  @Field(() => DateTime, { nullable: true, description: 'When it began, if the sender says so.' })
  startedAt: Date | null
  @Field(() => DateTime, { description: 'When it was first reported here.' })
  firstSeenAt: Date
  @Field(() => DateTime, { description: 'When it was last reported as there.' })
  lastSeenAt: Date
  @Field(() => DateTime, {
    nullable: true,
    description: 'When it ended: as the sender says, else when that was reported.',
  })
  endedAt: Date | null
}

export const AlertConnection = connectionType('Alert', () => AlertType)

@InputType('AlertFilter', {
  description: 'Which alerts. What is left out does not matter; all that is given must hold.',
})
export class AlertFilterInput implements AlertFilter {
  @Field(() => [AlertStatus], { nullable: true, description: 'Any of these.' })
  status?: AlertStatus[]
  @Field(() => [Severity], { nullable: true, description: 'Any of these.' })
  severity?: Severity[]
  @Field(() => [ID], { nullable: true, description: 'Of any of these integrations.' })
  integrationId?: string[]
  @Field(() => [ID], { nullable: true, description: 'On any of these incidents.' })
  incidentId?: string[]
  @Field(() => [ID], { nullable: true, description: 'Of any of these services.' })
  serviceId?: string[]
  @Field(() => String, { nullable: true, description: 'The summary or the source contains this.' })
  search?: string
}

@ObjectType({ simpleResolvers: true, description: 'What a change of an alert answers.' })
export class AlertPayload extends RecordedPayload {
  @Field(() => AlertType, { nullable: true, description: 'As the change left it.' })
  alert: AlertType | null
}

@InputType({ description: 'To end an alert by hand.' })
export class AlertEndInput {
  @Field(() => ID, { description: 'The alert.' })
  id: string
}
