import { Field, ID, InputType } from 'type-graphql'
import { IncidentChangeInput } from './incident.types.js'
import type { ParticipantChange } from './participant.commands.js'

@InputType({ description: 'To let somebody see an incident, whatever its visibility.' })
export class IncidentParticipantAddInput extends IncidentChangeInput implements ParticipantChange {
  @Field(() => ID, { description: 'An active person; a partner must have been granted the service.' })
  userId: string
}

@InputType({ description: 'To end that somebody takes part in an incident.' })
export class IncidentParticipantRemoveInput extends IncidentChangeInput implements ParticipantChange {
  @Field(() => ID, { description: 'Somebody who has neither a role nor an open task there.' })
  userId: string
}
