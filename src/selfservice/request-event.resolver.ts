import { Arg, Ctx, Extensions, FieldResolver, Resolver, Root, Subscription } from 'type-graphql'
import { type AccessFacts, allows } from '../access/rules.js'
import { among } from '../events/event-filter.js'
import { type EventStream, STREAM, carriedByFanOut } from '../events/event-stream.js'
import type { Context } from '../platform/context.js'
import { Shareable } from '../platform/graphql.js'
import { type RequestLogEvent, isRequestEvent } from './request-event.js'
import { loadComment } from './request.queries.js'
import { RequestComment, RequestEvent, RequestEventFilterInput, RequestType } from './request.types.js'

/** Everybody hears of what they have reported themselves, as long as they may read the incident. */
const MY_REQUESTS: EventStream<{ filter?: RequestEventFilterInput | null }, AccessFacts> = {
  carries: (event, { filter }) => {
    if (!isRequestEvent(event)) return false
    const { id, status } = event.payload.request
    return among(filter?.type, event.type) && among(filter?.requestId, id) && among(filter?.status, status)
  },
  mayReceive: (actor, event, facts) =>
    (event as RequestLogEvent).payload.request.reporterId === actor.id &&
    facts !== null &&
    allows(actor, 'incident.read', facts),
  root: (event) => event,
}

@Resolver(() => RequestEvent)
export class RequestEventResolver {
  @Extensions({ [STREAM]: MY_REQUESTS })
  @Subscription(() => RequestEvent, {
    subscribe: carriedByFanOut,
    description:
      'Everything that happens to what the viewer has reported, as far as it is meant for them. With `after` it first brings, once and in order, what they have missed.',
  })
  requestEvents(
    @Root() event: RequestLogEvent,
    @Arg('after', () => String, { nullable: true, description: 'Cursor of the last event that was seen.' })
    _after?: string,
    @Arg('filter', () => RequestEventFilterInput, { nullable: true, description: 'Only these.' })
    _filter?: RequestEventFilterInput,
  ): RequestLogEvent {
    return event
  }

  @Shareable()
  @FieldResolver(() => RequestType, { description: 'The request as the event left it.' })
  request(@Root() { payload }: RequestLogEvent) {
    return payload.request
  }

  @Shareable()
  @FieldResolver(() => RequestComment, {
    nullable: true,
    description: 'What was said with it: a comment, or what work waits for. Null where nothing was.',
  })
  comment(@Root() { payload }: RequestLogEvent, @Ctx() ctx: Context) {
    return payload.entryId && loadComment(ctx, payload.entryId)
  }
}
