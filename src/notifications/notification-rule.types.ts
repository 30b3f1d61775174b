import { Field, ID, InputType, Int, ObjectType } from 'type-graphql'
import { Node, Payload } from '../platform/graphql.js'
import { Weekday } from '../platform/hours.js'
import { DateTime } from '../platform/scalars.js'
import { UserType } from '../responders/user.types.js'
import type { NotificationRuleCreate, NotificationRuleUpdate } from './notification-rule.commands.js'
import { NotificationUrgency } from './notification.js'
import type { QuietHoursSet } from './quiet-hours.commands.js'
import type { QuietHours } from './quiet-hours.js'

@ObjectType('NotificationRule', {
  implements: Node,
  simpleResolvers: true,
  description: 'How a person wants to be reached: what is of this urgency goes to this contact point, after so long.',
})
export class NotificationRuleType extends Node {
  @Field(() => NotificationUrgency, { description: 'For what is of this urgency.' })
  urgency: NotificationUrgency
  @Field(() => Int, { description: 'Minutes to wait, in which an acknowledgement makes it needless.' })
  delayMinutes: number
  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt: Date
}

@ObjectType({ simpleResolvers: true, description: 'What a change of a notification rule answers.' })
export class NotificationRulePayload extends Payload {
  @Field(() => NotificationRuleType, { nullable: true, description: 'As the change left it; as it was, when deleted.' })
  notificationRule: NotificationRuleType | null
}

const DELAY = 'Minutes to wait, 0 to 1,440.'

@InputType({ description: 'To add a notification rule, for the person whom the contact point belongs to.' })
export class NotificationRuleCreateInput implements NotificationRuleCreate {
  @Field(() => ID, { description: 'Where to; not a shared one.' })
  contactPointId: string
  @Field(() => NotificationUrgency, { description: 'For what is of this urgency.' })
  urgency: NotificationUrgency
  @Field(() => Int, { nullable: true, description: `${DELAY} 0 when left out.` })
  delayMinutes?: number
}

@InputType({ description: 'To change a notification rule; what is left out stays.' })
export class NotificationRuleUpdateInput implements NotificationRuleUpdate {
  @Field(() => ID, { description: 'The rule.' })
  id: string
  @Field(() => ID, { nullable: true, description: 'Where to; of the same person.' })
  contactPointId?: string
  @Field(() => NotificationUrgency, { nullable: true, description: 'For what is of this urgency.' })
  urgency?: NotificationUrgency
  @Field(() => Int, { nullable: true, description: DELAY })
  delayMinutes?: number
}

@InputType({ description: 'To delete a notification rule.' })
export class NotificationRuleDeleteInput {
  @Field(() => ID, { description: 'The rule.' })
  id: string
}

const QUIET_HOURS = 'When a person wants to be left alone by what is of low urgency, in their own time zone.'

@ObjectType('QuietHours', { simpleResolvers: true, description: QUIET_HOURS })
export class QuietHoursType {
  @Field(() => [Weekday], { description: 'The days on which they begin.' })
  weekdays: Weekday[]
  @Field(() => String, { description: 'Time of day at which they begin, such as 20:00.' })
  from: string
  @Field(() => String, {
    description: 'Time of day at which they end; on the next day unless it is later than `from`.',
  })
  until: string
  @Field(() => String, { description: 'IANA name of the time zone of the person.' })
  timeZone: string
}

@InputType({ description: QUIET_HOURS })
export class QuietHoursInput implements QuietHours {
  @Field(() => [Weekday], { description: 'The days on which they begin; at least one.' })
  weekdays: Weekday[]
  @Field(() => String, { description: 'Time of day at which they begin, such as 20:00.' })
  from: string
  @Field(() => String, {
    description: 'Time of day at which they end; on the next day unless it is later than `from`.',
  })
  until: string
}

@InputType({ description: 'To set the quiet hours of a person, or to take them away.' })
export class QuietHoursSetInput implements QuietHoursSet {
  @Field(() => ID, { nullable: true, description: 'Whose; yours when left out.' })
  userId?: string
  @Field(() => QuietHoursInput, { nullable: true, description: 'Null takes them away.' })
  quietHours: QuietHoursInput | null
}

@ObjectType({ simpleResolvers: true, description: 'What a change of quiet hours answers.' })
export class QuietHoursPayload extends Payload {
  @Field(() => UserType, { nullable: true, description: 'The person.' })
  user: UserType | null
}
