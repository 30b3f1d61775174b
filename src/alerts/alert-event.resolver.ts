import { Arg, Ctx, Extensions, FieldResolver, Resolver, Root, Subscription } from 'type-graphql'
import { type AccessFacts, allows } from '../access/rules.js'
import { among } from '../events/event-filter.js'
import { type EventStream, STREAM, carriedByFanOut } from '../events/event-stream.js'
import type { Context } from '../platform/context.js'
import { Shareable } from '../platform/graphql.js'
import { ActorUnion, loadActor } from '../responders/actor.types.js'
import { type AlertLogEvent, isAlertEvent } from './alert-event.js'
import { AlertEvent, AlertEventFilterInput } from './alert-event.types.js'
import { AlertType } from './alert.types.js'

/** Who may receive an event is decided by the incident that the alert is on, by the rule of reading alerts. */
const EVENTS: EventStream<{ filter?: AlertEventFilterInput | null }, AccessFacts> = {
  carries: (event, { filter }) => {
    if (!isAlertEvent(event)) return false
    if (!filter) return true
    const { incidentId, integrationId, serviceId, severity } = event.payload.alert
    return (
      among(filter.type, event.type) &&
      among(filter.incidentId, incidentId) &&
      among(filter.integrationId, integrationId) &&
      among(filter.serviceId, serviceId) &&
      among(filter.severity, severity)
    )
  },
  mayReceive: (actor, _event, facts) => facts !== null && allows(actor, 'alert.read', facts),
  root: (event) => event,
}

@Resolver(() => AlertEvent)
export class AlertEventResolver {
  @Extensions({ [STREAM]: EVENTS })
  @Subscription(() => AlertEvent, {
    subscribe: carriedByFanOut,
    description:
      'Everything that happens to the alerts that the viewer may see. With `after` it first brings, once and in order, what they have missed.',
  })
  alertEvents(
    @Root() event: AlertLogEvent,
    @Arg('after', () => String, { nullable: true, description: 'Cursor of the last event that was seen.' })
    _after?: string,
    @Arg('filter', () => AlertEventFilterInput, { nullable: true, description: 'Only these.' })
    _filter?: AlertEventFilterInput,
  ): AlertLogEvent {
    return event
  }

  @Shareable()
  @FieldResolver(() => ActorUnion, { description: 'Who or what did it.' })
  actor(@Root() { actorKind, actorId }: AlertLogEvent, @Ctx() ctx: Context) {
    return loadActor(ctx, actorKind, actorId)
  }

  @Shareable()
  @FieldResolver(() => AlertType, { description: 'The alert as the event left it.' })
  alert(@Root() { payload }: AlertLogEvent) {
    return payload.alert
  }
}
