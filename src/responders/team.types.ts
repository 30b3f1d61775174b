import { Field, ID, InputType, ObjectType } from 'type-graphql'
import { Node, Payload } from '../platform/graphql.js'
import { connectionType } from '../platform/paging.js'
import { DateTime } from '../platform/scalars.js'
import type { Membership, TeamCreate, TeamUpdate } from './team.commands.js'

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

export const TeamConnection = connectionType('Team', () => TeamType)

@ObjectType({ simpleResolvers: true, description: 'What a change of a team answers.' })
export class TeamPayload extends Payload {
  @Field(() => TeamType, { nullable: true, description: 'As the change left it.' })
  team: TeamType | null
}

@InputType({ description: 'To add a team.' })
export class TeamCreateInput implements TeamCreate {
  @Field(() => String, { description: 'Unique among teams, in up to 200 characters.' })
  name: string
  @Field(() => String, { nullable: true, description: 'What the team does, in up to 2,000 characters.' })
  description?: string
}

@InputType({ description: 'To change a team; what is left out stays.' })
export class TeamUpdateInput implements TeamUpdate {
  @Field(() => ID, { description: 'The team.' })
  id: string
  @Field(() => String, { nullable: true, description: 'Unique among teams.' })
  name?: string
  @Field(() => String, { nullable: true, description: 'What the team does.' })
  description?: string
}

@InputType({ description: 'Which person and which team.' })
abstract class MembershipInput implements Membership {
  @Field(() => ID, { description: 'The team.' })
  teamId: string
  @Field(() => ID, { description: 'The person.' })
  userId: string
}

@InputType({ description: 'To put a person into a team.' })
export class TeamMemberAddInput extends MembershipInput {}

@InputType({ description: 'To take a person out of a team.' })
export class TeamMemberRemoveInput extends MembershipInput {}
