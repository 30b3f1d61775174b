import { Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../platform/context.js'
import { Input, Shareable, answer } from '../platform/graphql.js'
import { UserType } from '../responders/user.types.js'
import type { Incident } from './incident.js'
import { IncidentPayload, IncidentType } from './incident.types.js'
import { joinIncident, leaveIncident } from './participant.commands.js'
import { loadParticipants } from './participant.queries.js'
import * as types from './participant.types.js'

@Resolver(() => IncidentType)
export class ParticipantResolver {
  @Shareable()
  @FieldResolver(() => [UserType], {
    description:
      'Who takes part, by name: they see it whatever its visibility. Empty for those who do not read the directory.',
  })
  async participants(@Root() { id }: Incident, @Ctx() ctx: Context) {
    return (await loadParticipants(ctx, id)) ?? []
  }

  @Mutation(() => IncidentPayload, { description: 'Lets somebody see an incident, whatever its visibility.' })
  incidentParticipantAdd(
    @Ctx() ctx: Context,
    @Input(() => types.IncidentParticipantAddInput) input: types.IncidentParticipantAddInput,
  ) {
    return answer(ctx, (ctx) => joinIncident(ctx, input))
  }

  @Mutation(() => IncidentPayload, {
    description: 'Ends that somebody takes part. Refused with CONFLICT while they have a role or an open task there.',
  })
  incidentParticipantRemove(
    @Ctx() ctx: Context,
    @Input(() => types.IncidentParticipantRemoveInput) input: types.IncidentParticipantRemoveInput,
  ) {
    return answer(ctx, (ctx) => leaveIncident(ctx, input))
  }
}
