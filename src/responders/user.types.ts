import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql'
import { Role } from '../platform/actor.js'
import { Node, Payload } from '../platform/graphql.js'
import { connectionType } from '../platform/paging.js'
import { DateTime } from '../platform/scalars.js'
import type { UserCreate, UserUpdate } from './user.commands.js'
import type { UserFilter } from './user.queries.js'

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

export const UserConnection = connectionType('User', () => UserType)

@InputType('UserFilter', { description: 'Which people. All that is given must hold.' })
export class UserFilterInput implements UserFilter {
  @Field(() => [Role], { nullable: true, description: 'Any of these roles.' })
  role?: Role[]
  @Field(() => [ID], { nullable: true, description: 'In any of these teams.' })
  teamId?: string[]
  @Field(() => String, { nullable: true, description: 'The name or the e-mail address contains this.' })
  search?: string
  @Field(() => Boolean, { nullable: true, description: 'Only who may sign in, or only who may not.' })
  active?: boolean
}

@ObjectType({ simpleResolvers: true, description: 'What a change of a person answers.' })
export class UserPayload extends Payload {
  @Field(() => UserType, { nullable: true, description: 'As the change left them.' })
  user: UserType | null
}

@InputType({ description: 'To add a person.' })
export class UserCreateInput implements UserCreate {
  @Field(() => String, { description: 'How they are called, in up to 200 characters.' })
  name: string
  @Field(() => String, { description: 'Their e-mail address; no two people have the same.' })
  email: string
  @Field(() => Role, { description: 'What they do with Tocsin.' })
  role: Role
  @Field(() => String, { nullable: true, description: 'IANA time zone such as Europe/Berlin; UTC when left out.' })
  timeZone?: string
}

@InputType({ description: 'To change a person; what is left out stays.' })
export class UserUpdateInput implements UserUpdate {
  @Field(() => ID, { description: 'The person.' })
  id: string
  @Field(() => String, { nullable: true, description: 'How they are called.' })
  name?: string
  @Field(() => String, { nullable: true, description: 'Their e-mail address.' })
  email?: string
  @Field(() => Role, { nullable: true, description: 'Leaving PARTNER withdraws the services granted to them.' })
  role?: Role
  @Field(() => String, { nullable: true, description: 'IANA time zone such as Europe/Berlin.' })
  timeZone?: string
  @Field(() => Boolean, { nullable: true, description: 'Whether they may sign in.' })
  active?: boolean
}
