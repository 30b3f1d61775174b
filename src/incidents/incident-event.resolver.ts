import { Arg, Ctx, Extensions, FieldResolver, ID, Resolver, Root, Subscription } from 'type-graphql'
import { type AccessFacts, allows, hears } from '../access/rules.js'
import { among } from '../events/event-filter.js'
import type { LogEvent } from '../events/event-log.js'
import { type EventStream, STREAM, carriedByFanOut } from '../events/event-stream.js'
import type { Context } from '../platform/context.js'
import { notFound } from '../platform/errors.js'
import { Shareable } from '../platform/graphql.js'
import { ActorUnion, loadActor } from '../responders/actor.types.js'
import { type IncidentLogEvent, isIncidentEvent } from './incident-event.js'
import { IncidentEvent, IncidentEventFilterInput } from './incident-event.types.js'
import type { Incident } from './incident.js'
import { loadIncident } from './incident.queries.js'
import { IncidentType } from './incident.types.js'
import { loadTimelineEntry } from './timeline-entry.queries.js'
import { TimelineEntryType } from './timeline-entry.types.js'

/** Incident facts decide who receives an event, and its audience. */
export const mayReceive = (actor: Context['actor'], event: LogEvent, facts: AccessFacts | null): boolean =>
  facts !== null && allows(actor, 'incident.read', facts) && hears(actor, event.audience)

const EVENTS: EventStream<{ filter?: IncidentEventFilterInput | null }, AccessFacts> = {
  carries: (event, { filter }) => {
    if (!isIncidentEvent(event)) return false
    if (!filter) return true
    const { id, serviceId, teamId, priority, status } = event.payload.incident
    return (
      among(filter.type, event.type) &&
      among(filter.incidentId, id) &&
      among(filter.serviceId, serviceId) &&
      among(filter.teamId, teamId) &&
      among(filter.priority, priority) &&
      among(filter.status, status)
    )
  },
  mayReceive,
  root: (event) => event,
}

const stateOf = (event: LogEvent): Incident => (event as IncidentLogEvent).payload.incident

const CHANGES: EventStream<{ id: string }, AccessFacts> = {
  carries: (event, { id }) => event.incidentId === id && isIncidentEvent(event),
  mayReceive: (actor, _event, facts) => facts !== null && allows(actor, 'incident.read', facts),
  root: stateOf,
  endsWhenWithheld: true,
  open: async (ctx, { id }) => {
    const snapshot = await loadIncident(ctx, id)
    if (!snapshot) throw notFound('incident')
    let { version } = snapshot
    return {
      snapshot,
      isNews: (event) => {
        const news = stateOf(event).version > version
        if (news) ({ version } = stateOf(event))
        return news
      },
    }
  },
}

@Resolver(() => IncidentEvent)
export class IncidentEventResolver {
  @Extensions({ [STREAM]: EVENTS })
  @Subscription(() => IncidentEvent, {
    subscribe: carriedByFanOut,
    description:
      'Everything that happens to the incidents that the viewer may see. With `after` it first brings, once and in order, what they have missed.',
  })
  incidentEvents(
    @Root() event: IncidentLogEvent,
    @Arg('after', () => String, { nullable: true, description: 'Cursor of the last event that was seen.' })
    _after?: string,
    @Arg('filter', () => IncidentEventFilterInput, { nullable: true, description: 'Only these.' })
    _filter?: IncidentEventFilterInput,
  ): IncidentLogEvent {
    return event
  }

  @Extensions({ [STREAM]: CHANGES })
  @Subscription(() => IncidentType, {
    subscribe: carriedByFanOut,
    description: 'One incident: first as it is, then every new state of it.',
  })
  incidentChanged(
    @Root() incident: Incident,
    @Arg('id', () => ID, { description: 'The incident.' }) _id: string,
  ): Incident {
    return incident
  }

  @Shareable()
  @FieldResolver(() => ActorUnion, { description: 'Who or what did it.' })
  actor(@Root() { actorKind, actorId }: IncidentLogEvent, @Ctx() ctx: Context) {
    return loadActor(ctx, actorKind, actorId)
  }

  @Shareable()
  @FieldResolver(() => Boolean, {
    description: 'Whether it is history of another system, told only now: nobody is to act on it.',
  })
  imported(@Root() { payload }: IncidentLogEvent) {
    return payload.imported ?? false
  }

  @Shareable()
  @FieldResolver(() => IncidentType, { description: 'The incident as the event left it.' })
  incident(@Root() { payload }: IncidentLogEvent) {
    return payload.incident
  }

  @Shareable()
  @FieldResolver(() => TimelineEntryType, { nullable: true, description: 'What the timeline says of it.' })
  entry(@Root() { payload }: IncidentLogEvent, @Ctx() ctx: Context) {
    return loadTimelineEntry(ctx, payload.entryId)
  }
}
