import { Field, ID, InputType, Int, ObjectType } from 'type-graphql'
import { Node, Payload } from '../platform/graphql.js'
import { connectionType } from '../platform/paging.js'
import { DateTime } from '../platform/scalars.js'

@ObjectType('DeadLetter', {
  implements: Node,
  simpleResolvers: true,
  description: 'What an integration sent and could not be accepted. The newest 1,000 of each integration are kept.',
})
export class DeadLetterType extends Node {
  @Field(() => DateTime, { description: 'When it came.' })
  receivedAt: Date
  @Field(() => String, { description: 'What was wrong with it.' })
  message: string
  @Field(() => String, {
    nullable: true,
    description: "The field at fault, as a dotted path in the sender's JSON; null where the body as a whole was.",
  })
  field: string | null
  @Field(() => String, { description: 'What its sender called it.' })
  contentType: string
  @Field(() => Int, { description: 'Bytes that came.' })
  size: number
  @Field(() => DateTime, { nullable: true, description: 'When it was replayed.' })
  replayedAt: Date | null
}

export const DeadLetterConnection = connectionType('DeadLetter', () => DeadLetterType)

@InputType('DeadLetterFilter', { description: 'Which dead letters.' })
export class DeadLetterFilterInput {
  @Field(() => ID, { nullable: true, description: 'Of this integration.' })
  integrationId?: string
}

@ObjectType({ simpleResolvers: true, description: 'What a replay answers.' })
export class DeadLetterPayload extends Payload {
  @Field(() => DeadLetterType, { nullable: true, description: 'As the replay left it.' })
  deadLetter: DeadLetterType | null
}

@InputType({ description: 'To replay a dead letter.' })
export class DeadLetterReplayInput {
  @Field(() => ID, { description: 'The dead letter.' })
  id: string
}
