import { Field, ObjectType } from 'type-graphql'
import { Node } from '../platform/graphql.js'
import { DateTime } from '../platform/scalars.js'

@ObjectType('Service', {
  implements: Node,
  simpleResolvers: true,
  description: 'Something that people use and that can fail.',
})
export class ServiceType extends Node {
  @Field(() => String, { description: 'Unique among services.' })
  name: string
  @Field(() => String, { description: 'What it is for.' })
  description: string
  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt: Date
}
