import { Field, ID, InputType, ObjectType } from 'type-graphql'
import { Node, Payload } from '../platform/graphql.js'
import { connectionType } from '../platform/paging.js'
import { DateTime } from '../platform/scalars.js'
import type { Grant, ServiceCreate, ServiceUpdate } from './service.commands.js'
import type { ServiceFilter } from './service.queries.js'
import { UserType } from './user.types.js'

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

export const ServiceConnection = connectionType('Service', () => ServiceType)

@InputType('ServiceFilter', { description: 'Which services. All that is given must hold.' })
export class ServiceFilterInput implements ServiceFilter {
  @Field(() => [ID], { nullable: true, description: 'Of any of these teams.' })
  teamId?: string[]
  @Field(() => String, { nullable: true, description: 'The name contains this.' })
  search?: string
}

@ObjectType({ simpleResolvers: true, description: 'What a change of a service answers.' })
export class ServicePayload extends Payload {
  @Field(() => ServiceType, { nullable: true, description: 'As the change left it.' })
  service: ServiceType | null
}

@ObjectType({ simpleResolvers: true, description: 'What a change of the services granted to a partner answers.' })
export class ServiceGrantPayload extends Payload {
  @Field(() => UserType, { nullable: true, description: 'The partner.' })
  user: UserType | null
  @Field(() => ServiceType, { nullable: true, description: 'The service.' })
  service: ServiceType | null
}

@InputType({ description: 'To add a service.' })
export class ServiceCreateInput implements ServiceCreate {
  @Field(() => String, { description: 'Unique among services, in up to 200 characters.' })
  name: string
  @Field(() => String, { nullable: true, description: 'What it is for, in up to 2,000 characters.' })
  description?: string
  @Field(() => ID, { nullable: true, description: 'The team that answers for it.' })
  teamId?: string
}

@InputType({ description: 'To change a service; what is left out stays.' })
export class ServiceUpdateInput implements ServiceUpdate {
  @Field(() => ID, { description: 'The service.' })
  id: string
  @Field(() => String, { nullable: true, description: 'Unique among services.' })
  name?: string
  @Field(() => String, { nullable: true, description: 'What it is for.' })
  description?: string
  @Field(() => ID, { nullable: true, description: 'The team that answers for it; null for none.' })
  teamId?: string | null
}

@InputType({ description: 'Which partner and which service.' })
abstract class GrantInput implements Grant {
  @Field(() => ID, { description: 'A person with the role PARTNER.' })
  userId: string
  @Field(() => ID, { description: 'The service.' })
  serviceId: string
}

@InputType({ description: 'To let a partner see a service.' })
export class ServiceGrantAddInput extends GrantInput {}

@InputType({ description: 'To take a service from a partner.' })
export class ServiceGrantRemoveInput extends GrantInput {}
