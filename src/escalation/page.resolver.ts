import { Arg, Args, Ctx, Extensions, FieldResolver, Mutation, Query, Resolver, Root, Subscription } from 'type-graphql'
import { type AccessFacts, allows } from '../access/rules.js'
import { type EventStream, STREAM, carriedByFanOut } from '../events/event-stream.js'
import { loadLinkedIncident } from '../incidents/incident.queries.js'
import { IncidentPayload, IncidentType } from '../incidents/incident.types.js'
import { loadContactPoint } from '../notifications/contact-point.queries.js'
import { ContactPointType } from '../notifications/contact-point.types.js'
import { loadNotification } from '../notifications/notification.queries.js'
import { NotificationType } from '../notifications/notification.types.js'
import type { Context } from '../platform/context.js'
import { Input, Shareable, answer } from '../platform/graphql.js'
import { ForwardArgs } from '../platform/paging.js'
import { loadUser } from '../responders/user.queries.js'
import { UserType } from '../responders/user.types.js'
import { acknowledgePages } from './escalation.commands.js'
import { loadEntry } from './escalation.queries.js'
import { EscalationEntryType } from './escalation.types.js'
import { type PageLogEvent, isPageEvent } from './page-event.js'
import { myPagePage } from './page.queries.js'
import { PageAcknowledgeInput, PageConnection, PageEvent, PageType } from './page.types.js'
import { type Page, PageState, pageState } from './page.js'

/** Everybody hears of their own pages, as long as they may read the incident. */
const MY_PAGES: EventStream<object, AccessFacts> = {
  carries: isPageEvent,
  mayReceive: (actor, event, facts) =>
    (event as PageLogEvent).payload.page.userId === actor.id && facts !== null && allows(actor, 'incident.read', facts),
  root: (event) => event,
}

@Resolver(() => PageType)
export class PageResolver {
  @Query(() => PageConnection, { description: 'When the viewer was called, the last time first.' })
  myPages(
    @Ctx() ctx: Context,
    @Args(() => ForwardArgs) args: ForwardArgs,
    @Arg('open', () => Boolean, {
      nullable: true,
      description: 'Only those that still want an answer, or only the others.',
    })
    open?: boolean,
  ) {
    return myPagePage(ctx, args, open)
  }

  @Shareable()
  @FieldResolver(() => PageState, { description: 'Whether it wants an answer.' })
  state(@Root() page: Page) {
    return pageState(page)
  }

  @Shareable()
  @FieldResolver(() => IncidentType, { description: 'For which incident.' })
  incident(@Root() { incidentId }: Page, @Ctx() ctx: Context) {
    return loadLinkedIncident(ctx, incidentId)
  }

  @Shareable()
  @FieldResolver(() => UserType, { nullable: true, description: 'Who was called; null for a contact point.' })
  user(@Root() { userId }: Page, @Ctx() ctx: Context) {
    return userId && loadUser(ctx, userId)
  }

  @Shareable()
  @FieldResolver(() => ContactPointType, {
    nullable: true,
    description: 'The shared contact point that was told; null for a person.',
  })
  contactPoint(@Root() { contactPointId }: Page, @Ctx() ctx: Context) {
    return contactPointId && loadContactPoint(ctx, contactPointId)
  }

  @Shareable()
  @FieldResolver(() => EscalationEntryType, {
    nullable: true,
    description: 'The step that called; null for those who do not run incidents.',
  })
  entry(@Root() { entryId }: Page, @Ctx() ctx: Context) {
    return loadEntry(ctx, entryId)
  }

  @FieldResolver(() => NotificationType, {
    nullable: true,
    description: 'How it reached them: for whom it is, and for those who run incidents.',
  })
  notification(@Root() { notificationId }: Page, @Ctx() ctx: Context) {
    return loadNotification(ctx, notificationId)
  }

  @Mutation(() => IncidentPayload, {
    description:
      'Answers the pages of an incident: acknowledges it, or takes it over from whoever has it. Nobody else is called then.',
  })
  pageAcknowledge(@Ctx() ctx: Context, @Input(() => PageAcknowledgeInput) input: PageAcknowledgeInput) {
    return answer(ctx, (ctx) => acknowledgePages(ctx, input))
  }
}

@Resolver(() => PageEvent)
export class PageEventResolver {
  @Extensions({ [STREAM]: MY_PAGES })
  @Subscription(() => PageEvent, {
    subscribe: carriedByFanOut,
    description:
      'Everything that happens to the viewer’s own pages. With `after` it first brings, once and in order, what they have missed.',
  })
  myPages(
    @Root() event: PageLogEvent,
    @Arg('after', () => String, { nullable: true, description: 'Cursor of the last event that was seen.' })
    _after?: string,
  ): PageLogEvent {
    return event
  }

  @Shareable()
  @FieldResolver(() => PageType, { description: 'The page as the event left it.' })
  page(@Root() { payload }: PageLogEvent) {
    return payload.page
  }
}
