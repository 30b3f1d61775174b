import { Field, ObjectType, registerEnumType } from 'type-graphql'
import { Role } from '../platform/actor.js'
import { Node } from '../platform/graphql.js'
import { DateTime } from '../platform/scalars.js'

registerEnumType(Role, {
  name: 'Role',
  description: 'What a person does with Tocsin; it decides what they see and may do.',
  valuesConfig: {
    REQUESTER: { description: 'Reports incidents and follows their own.' },
    STAKEHOLDER: { description: 'Reads status updates and figures.' },
    RESPONDER: { description: 'Works on the incidents of their teams, reads those of the organisation.' },
    MANAGER: { description: 'The incident manager: runs any incident that they may see.' },
    ADMIN: { description: 'Configures Tocsin.' },
    AUDITOR: { description: 'Reads everything, changes nothing.' },
    PARTNER: { description: 'An external partner: sees exactly the services granted to them.' },
  },
})

@ObjectType('User', { implements: Node, simpleResolvers: true, description: 'A person.' })
export class UserType extends Node {
  @Field(() => String, { description: 'How they are called.' })
  name: string
  @Field(() => Role, { description: 'What they do with Tocsin.' })
  role: Role
  @Field(() => String, { description: 'IANA time zone in which they live.' })
  timeZone: string
  @Field(() => Boolean, { description: 'Whether they may sign in.' })
  active: boolean
  @Field(() => DateTime, { description: 'When the account was made.' })
  createdAt: Date
}
