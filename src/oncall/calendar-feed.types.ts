import { Field, ID, InputType, ObjectType } from 'type-graphql'
import { Node, Payload } from '../platform/graphql.js'
import { connectionType } from '../platform/paging.js'
import { DateTime } from '../platform/scalars.js'

@ObjectType('CalendarFeed', {
  implements: Node,
  simpleResolvers: true,
  description: 'Shifts as a calendar that programs subscribe to, at a secret address.',
})
export class CalendarFeedType extends Node {
  @Field(() => DateTime, { description: 'When its address was made.' })
  createdAt: Date
}

export const CalendarFeedConnection = connectionType('CalendarFeed', () => CalendarFeedType)

@ObjectType({ simpleResolvers: true, description: 'What a change of a calendar feed answers.' })
export class CalendarFeedPayload extends Payload {
  @Field(() => CalendarFeedType, { nullable: true, description: 'The feed.' })
  feed: CalendarFeedType | null
}

@ObjectType({ simpleResolvers: true, description: 'What making a calendar feed answers.' })
export class CalendarFeedCreatePayload extends CalendarFeedPayload {
  @Field(() => String, {
    nullable: true,
    description: 'Its address, shown this once. Whoever knows it reads the calendar, without a sign-in.',
  })
  url: string | null
}

@InputType({ description: 'To make a calendar feed, or to give one another address.' })
export class CalendarFeedCreateInput {
  @Field(() => ID, { nullable: true, description: 'The schedule; the shifts of the viewer when left out.' })
  scheduleId?: string
}

@InputType({ description: 'To revoke a calendar feed.' })
export class CalendarFeedRevokeInput {
  @Field(() => ID, { description: 'The feed.' })
  id: string
}
