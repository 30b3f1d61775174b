import { Field, ID, ObjectType, registerEnumType } from 'type-graphql'
import { Node, Payload } from '../platform/graphql.js'
import { DateTime } from '../platform/scalars.js'
import { DeliveryState } from './delivery.js'
import { NotificationKind, NotificationUrgency } from './notification.js'

registerEnumType(NotificationKind, {
  name: 'NotificationKind',
  description: 'Why somebody is told something.',
  valuesConfig: {
    PAGE: { description: 'They shall take an incident.' },
    ACKNOWLEDGEMENT_EXPIRED: {
      description: 'They took an incident a while ago, and are asked whether they still have it.',
    },
    STATUS_UPDATE: { description: 'An incident that they follow has a status update.' },
    REQUEST: { description: 'There is news of what they reported: an answer, a question, a solution.' },
    ON_CALL: { description: 'Their turn begins, or a swap is asked of them.' },
    SLA: { description: 'What was promised for an incident of theirs is at risk, or broken.' },
    ARTICLE: { description: 'An article of the knowledge base wants to be looked at.' },
    TEST: { description: 'Somebody tries a contact point.' },
  },
})

registerEnumType(NotificationUrgency, {
  name: 'NotificationUrgency',
  description: 'Whether it waits for quiet hours to end.',
  valuesConfig: {
    HIGH: { description: 'It reaches people at night.' },
    LOW: { description: 'It waits for the end of their quiet hours.' },
  },
})

registerEnumType(DeliveryState, {
  name: 'DeliveryState',
  description: 'What has become of a delivery.',
  valuesConfig: {
    PENDING: { description: 'It waits for its time, or for the rest between two messages to end.' },
    SENDING: { description: 'It is in a message that is being sent, or will be tried again.' },
    SENT: { description: 'It is in a message that was handed over.' },
    WITHDRAWN: { description: 'Nobody needed it any more, or its contact point is no longer in use.' },
    UNDELIVERABLE: { description: 'It is in a message that was given up.' },
  },
})

@ObjectType('Notification', {
  implements: Node,
  simpleResolvers: true,
  description: 'Something that somebody is told: a person by their rules, or one contact point.',
})
export class NotificationType extends Node {
  @Field(() => NotificationKind, { description: 'Why.' })
  kind: NotificationKind
  @Field(() => NotificationUrgency, { description: 'Whether it waits for quiet hours to end.' })
  urgency: NotificationUrgency
  @Field(() => String, { description: 'What is told, in a line.' })
  title: string
  @Field(() => String, { description: 'What is told, in Markdown.' })
  body: string
  @Field(() => DateTime, { description: 'When it was written.' })
  createdAt: Date
}

@ObjectType('Delivery', { simpleResolvers: true, description: 'One way of a notification to a contact point.' })
export class DeliveryType {
  @Field(() => ID, { description: 'Opaque and unique.' })
  id: string
  @Field(() => DateTime, { description: 'Not before.' })
  dueAt: Date
  @Field(() => DateTime, { nullable: true, description: 'When nobody needed it any more.' })
  withdrawnAt: Date | null
  @Field(() => DeliveryState, { description: 'What has become of it.' })
  state: DeliveryState
}

@ObjectType({ simpleResolvers: true, description: 'What answers when a notification was written.' })
export class NotificationPayload extends Payload {
  @Field(() => NotificationType, { nullable: true, description: 'The notification.' })
  notification: NotificationType | null
}
