import { Arg, Ctx, Extensions, FieldResolver, Resolver, Root, Subscription } from 'type-graphql'
import { type AccessFacts, allows, hears } from '../access/rules.js'
import { among } from '../events/event-filter.js'
import { type EventStream, STREAM, carriedByFanOut } from '../events/event-stream.js'
import type { Context } from '../platform/context.js'
import { Shareable } from '../platform/graphql.js'
import { ActorUnion, loadActor } from '../responders/actor.types.js'
import { type ArticleLogEvent, isArticleEvent } from './article-event.js'
import { ArticleEvent, ArticleEventFilterInput } from './article-event.types.js'
import { seesBehind } from './article.queries.js'
import { ArticleType } from './article.types.js'

/** The article's own facts decide, as they are at delivery; and what is not for readers yet, only writers hear of. */
const EVENTS: EventStream<{ filter?: ArticleEventFilterInput | null }, AccessFacts> = {
  carries: (event, { filter }) => {
    if (!isArticleEvent(event)) return false
    const { id, kind, serviceIds, categoryId } = event.payload.article
    return (
      among(filter?.type, event.type) &&
      among(filter?.articleId, id) &&
      among(filter?.kind, kind) &&
      among(filter?.categoryId, categoryId) &&
      (!filter?.serviceId || serviceIds.some((service) => among(filter.serviceId, service)))
    )
  },
  mayReceive: (actor, event, facts) =>
    facts !== null && allows(actor, 'article.read', facts) && hears(actor, event.audience),
  root: (event) => event,
}

@Resolver(() => ArticleEvent)
export class ArticleEventResolver {
  @Extensions({ [STREAM]: EVENTS })
  @Subscription(() => ArticleEvent, {
    subscribe: carriedByFanOut,
    description:
      'Everything that happens to the articles that the viewer may read. With `after` it first brings, once and in order, what they have missed.',
  })
  articleEvents(
    @Root() event: ArticleLogEvent,
    @Arg('after', () => String, { nullable: true, description: 'Cursor of the last event that was seen.' })
    _after?: string,
    @Arg('filter', () => ArticleEventFilterInput, { nullable: true, description: 'Only these.' })
    _filter?: ArticleEventFilterInput,
  ): ArticleLogEvent {
    return event
  }

  @Shareable()
  @FieldResolver(() => ArticleType, { description: 'The article as the event left it.' })
  article(@Root() { payload }: ArticleLogEvent) {
    return payload.article
  }

  @Shareable()
  @FieldResolver(() => ActorUnion, { nullable: true, description: 'Who did it. For those who run incidents.' })
  actor(@Root() { actorKind, actorId }: ArticleLogEvent, @Ctx() ctx: Context) {
    return seesBehind(ctx.actor) ? loadActor(ctx, actorKind, actorId) : null
  }
}
