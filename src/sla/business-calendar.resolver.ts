import { Arg, Args, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql'
import type { Context } from '../platform/context.js'
import { Input, answer } from '../platform/graphql.js'
import { ForwardArgs } from '../platform/paging.js'
import { archiveCalendar, createCalendar, updateCalendar } from './business-calendar.commands.js'
import { calendarPage, loadCalendar } from './business-calendar.queries.js'
import * as types from './business-calendar.types.js'
import { BusinessCalendarConnection, BusinessCalendarPayload, BusinessCalendarType } from './business-calendar.types.js'

@Resolver(() => BusinessCalendarType)
export class BusinessCalendarResolver {
  @Query(() => BusinessCalendarType, {
    nullable: true,
    description: 'One business calendar; null when there is none that the viewer may read.',
  })
  businessCalendar(@Ctx() ctx: Context, @Arg('id', () => ID, { description: 'The calendar.' }) id: string) {
    return loadCalendar(ctx, id)
  }

  @Query(() => BusinessCalendarConnection, {
    description: 'The business calendars, by name. For responders, managers, administrators and auditors.',
  })
  businessCalendars(
    @Ctx() ctx: Context,
    @Args(() => ForwardArgs) args: ForwardArgs,
    @Arg('filter', () => types.BusinessCalendarFilterInput, { nullable: true, description: 'Only these.' })
    filter?: types.BusinessCalendarFilterInput,
  ) {
    return calendarPage(ctx, args, filter)
  }

  @Mutation(() => BusinessCalendarPayload, { description: 'Makes a business calendar.' })
  businessCalendarCreate(
    @Ctx() ctx: Context,
    @Input(() => types.BusinessCalendarCreateInput) input: types.BusinessCalendarCreateInput,
  ) {
    return answer(ctx, (ctx) => createCalendar(ctx, input))
  }

  @Mutation(() => BusinessCalendarPayload, {
    description: 'Changes a business calendar; clocks that run go on as they began.',
  })
  businessCalendarUpdate(
    @Ctx() ctx: Context,
    @Input(() => types.BusinessCalendarUpdateInput) input: types.BusinessCalendarUpdateInput,
  ) {
    return answer(ctx, (ctx) => updateCalendar(ctx, input))
  }

  @Mutation(() => BusinessCalendarPayload, {
    description: 'Archives a business calendar. Refused while a policy goes by it.',
  })
  businessCalendarArchive(
    @Ctx() ctx: Context,
    @Input(() => types.BusinessCalendarArchiveInput) input: types.BusinessCalendarArchiveInput,
  ) {
    return answer(ctx, (ctx) => archiveCalendar(ctx, input))
  }
}
