import { Args, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql'
import type { Context } from '../platform/context.js'
import { Input, answer } from '../platform/graphql.js'
import { ForwardArgs } from '../platform/paging.js'
import { createFeed, revokeFeed } from './calendar-feed.commands.js'
import type { CalendarFeed } from './calendar-feed.js'
import { feedPage } from './calendar-feed.queries.js'
import {
  CalendarFeedConnection,
  CalendarFeedCreateInput,
  CalendarFeedCreatePayload,
  CalendarFeedPayload,
  CalendarFeedRevokeInput,
  CalendarFeedType,
} from './calendar-feed.types.js'
import { loadSchedule } from './schedule.queries.js'
import { ScheduleType } from './schedule.types.js'

@Resolver(() => CalendarFeedType)
export class CalendarFeedResolver {
  @Query(() => CalendarFeedConnection, { description: 'The viewer’s own calendar feeds, newest first.' })
  calendarFeeds(@Ctx() ctx: Context, @Args(() => ForwardArgs) args: ForwardArgs) {
    return feedPage(ctx, args)
  }

  @FieldResolver(() => ScheduleType, {
    nullable: true,
    description: 'Whose shifts it tells; null: those of the viewer on all schedules.',
  })
  schedule(@Root() { scheduleId }: CalendarFeed, @Ctx() ctx: Context) {
    return scheduleId && loadSchedule(ctx, scheduleId)
  }

  @Mutation(() => CalendarFeedCreatePayload, {
    description: 'Makes a calendar feed and shows its address, this once. Made again, it gets another address.',
  })
  calendarFeedCreate(@Ctx() ctx: Context, @Input(() => CalendarFeedCreateInput) input: CalendarFeedCreateInput) {
    return answer(ctx, (ctx) => createFeed(ctx, input))
  }

  @Mutation(() => CalendarFeedPayload, { description: 'Revokes a calendar feed: its address is refused at once.' })
  calendarFeedRevoke(@Ctx() ctx: Context, @Input(() => CalendarFeedRevokeInput) input: CalendarFeedRevokeInput) {
    return answer(ctx, (ctx) => revokeFeed(ctx, input))
  }
}
