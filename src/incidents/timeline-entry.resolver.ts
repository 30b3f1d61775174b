import { Args, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import { ActorKind } from '../platform/actor.js'
import type { Context } from '../platform/context.js'
import { Input, Shareable, answer } from '../platform/graphql.js'
import { ConnectionArgs } from '../platform/paging.js'
import { ActorUnion, loadActor } from '../responders/actor.types.js'
import { loadUser } from '../responders/user.queries.js'
import { UserType } from '../responders/user.types.js'
import type { Incident } from './incident.js'
import { IncidentType } from './incident.types.js'
import { addNote, recordDecision } from './timeline-entry.commands.js'
import type { TimelineEntry } from './timeline-entry.js'
import { timelinePage } from './timeline-entry.queries.js'
import * as types from './timeline-entry.types.js'
import { TimelineEntryConnection, TimelineEntryPayload, TimelineEntryType } from './timeline-entry.types.js'

@Resolver(() => TimelineEntryType)
export class TimelineEntryResolver {
  @Shareable()
  @FieldResolver(() => UserType, { nullable: true, description: 'The person who did or wrote it; null when none did.' })
  author(@Root() { actorKind, actorId }: TimelineEntry, @Ctx() ctx: Context) {
    return actorKind === ActorKind.USER ? loadUser(ctx, actorId) : null
  }

  @Shareable()
  @FieldResolver(() => ActorUnion, { description: 'Who or what did it.' })
  actor(@Root() { actorKind, actorId }: TimelineEntry, @Ctx() ctx: Context) {
    return loadActor(ctx, actorKind, actorId)
  }

  @Mutation(() => TimelineEntryPayload, { description: 'Writes a note on the timeline of an incident.' })
  incidentNoteAdd(@Ctx() ctx: Context, @Input(() => types.IncidentNoteAddInput) input: types.IncidentNoteAddInput) {
    return answer(ctx, (ctx) => addNote(ctx, input))
  }

  @Mutation(() => TimelineEntryPayload, { description: 'Writes down a decision on the timeline of an incident.' })
  incidentDecisionRecord(
    @Ctx() ctx: Context,
    @Input(() => types.IncidentDecisionRecordInput) input: types.IncidentDecisionRecordInput,
  ) {
    return answer(ctx, (ctx) => recordDecision(ctx, input))
  }
}

@Resolver(() => IncidentType)
export class IncidentTimelineResolver {
  @Shareable()
  @FieldResolver(() => TimelineEntryConnection, {
    description: 'What happened, oldest first: as far as it is meant for the viewer.',
  })
  timeline(@Root() incident: Incident, @Args(() => ConnectionArgs) args: ConnectionArgs, @Ctx() ctx: Context) {
    return timelinePage(ctx, incident, args)
  }
}
