import { Field, ID, InputType } from 'type-graphql'

@InputType({ description: 'To be told how an incident goes on.' })
export class IncidentFollowInput {
  @Field(() => ID, { description: 'An incident that the viewer may read.' })
  id: string
}

@InputType({ description: 'To be told no more how an incident goes on.' })
export class IncidentUnfollowInput {
  @Field(() => ID, { description: 'An incident that the viewer may read.' })
  id: string
}
