import { Field, ObjectType } from 'type-graphql'
import { Node } from '../platform/graphql.js'
import { DateTime } from '../platform/scalars.js'

@ObjectType('Team', {
  implements: Node,
  simpleResolvers: true,
  description: 'People who answer for services together.',
})
export class TeamType extends Node {
  @Field(() => String, { description: 'Unique among teams.' })
  name: string
  @Field(() => String, { description: 'What the team does.' })
  description: string
  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt: Date
}
