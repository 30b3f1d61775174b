import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql'
import { Node, Payload } from '../platform/graphql.js'
import { connectionType } from '../platform/paging.js'
import { DateTime } from '../platform/scalars.js'
import { AttemptOutcome, MessageState } from './message.js'

registerEnumType(MessageState, {
  name: 'MessageState',
  description: 'How far a message has come.',
  valuesConfig: {
    WAITING: { description: 'For its next attempt.' },
    SENDING: { description: 'An attempt is under way.' },
    SENT: { description: 'It was handed over.' },
    CANCELLED: { description: 'All of it was withdrawn, or its contact point is no longer in use.' },
    DEAD: { description: 'It was given up; it can be replayed.' },
  },
})

registerEnumType(AttemptOutcome, {
  name: 'AttemptOutcome',
  description: 'How an attempt ended.',
  valuesConfig: {
    SENT: { description: 'It was handed over.' },
    FAILED: { description: 'It has not arrived.' },
    UNKNOWN: { description: 'It may have arrived: the answer was lost, or the server that waited for it.' },
  },
})

@ObjectType('MessageAttempt', { simpleResolvers: true, description: 'One attempt to send a message.' })
export class MessageAttemptType {
  @Field(() => Int, { description: 'From 1.' })
  number: number
  @Field(() => DateTime, { description: 'When it was decided on, before the call.' })
  startedAt: Date
  @Field(() => DateTime, { nullable: true, description: 'When it ended; null while it is under way.' })
  endedAt: Date | null
  @Field(() => AttemptOutcome, { nullable: true, description: 'How it ended; null while it is under way.' })
  outcome: AttemptOutcome | null
  @Field(() => String, { nullable: true, description: 'What went wrong.' })
  error: string | null
  @Field(() => String, { nullable: true, description: 'What the counterpart calls the message.' })
  providerId: string | null
  @Field(() => Boolean, { description: 'Whether an earlier attempt may have arrived; the message says so.' })
  possibleDuplicate: boolean
}

@ObjectType('Message', {
  implements: Node,
  simpleResolvers: true,
  description: 'What goes to a contact point at once: one notification, or all that were due there.',
})
export class MessageType extends Node {
  @Field(() => MessageState, { description: 'How far it has come.' })
  state: MessageState
  @Field(() => Boolean, { description: 'Whether it may have arrived more than once.' })
  possibleDuplicate: boolean
  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt: Date
  @Field(() => DateTime, { nullable: true, description: 'When it was sent, cancelled or given up.' })
  endedAt: Date | null
}

export const MessageConnection = connectionType('Message', () => MessageType)

@ObjectType({ simpleResolvers: true, description: 'What a replay of a message answers.' })
export class MessagePayload extends Payload {
  @Field(() => MessageType, { nullable: true, description: 'As the replay left it.' })
  message: MessageType | null
}

@InputType({ description: 'To try a message again that was given up.' })
export class MessageReplayInput {
  @Field(() => ID, { description: 'The message.' })
  id: string
}
