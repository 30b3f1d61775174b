import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Extensions,
  Field,
  FieldResolver,
  ID,
  Int,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql'
import { type AccessFacts, allows } from '../access/rules.js'
import { type EventStream, STREAM, carriedByFanOut } from '../events/event-stream.js'
import type { Context } from '../platform/context.js'
import { notFound } from '../platform/errors.js'
import { Shareable } from '../platform/graphql.js'
import { DateTime } from '../platform/scalars.js'
import type { User } from '../responders/user.entity.js'
import { loadUser } from '../responders/user.queries.js'
import { UserType } from '../responders/user.types.js'
import type { Share } from './fairness.js'
import type { Gap } from './final-schedule.js'
import { type Range, loadFairness, loadFinalSchedule, loadShiftsOfUser, loadUpNext } from './final-schedule.queries.js'
import type { OnCall, Shift } from './on-call.js'
import { loadOnCall } from './on-call.queries.js'
import { FinalScheduleType, GapType, OnCallType, ShareType, ShiftType } from './on-call.types.js'
import { type OnCallLogEvent, isOnCallEvent } from './schedule-event.js'
import type { Schedule } from './schedule.js'
import { findToldCount, loadSchedule } from './schedule.queries.js'
import { ScheduleType } from './schedule.types.js'

@ArgsType()
class RangeArgs implements Range {
  @Field(() => DateTime, { description: 'From when.' })
  from: Date
  @Field(() => DateTime, { description: 'Until when; at most 366 days later.' })
  to: Date
}

@Resolver(() => ShiftType)
export class ShiftResolver {
  @Shareable()
  @FieldResolver(() => UserType, { description: 'Who is on call.' })
  user(@Root() { userId }: Shift, @Ctx() ctx: Context) {
    return loadUser(ctx, userId)
  }

  @Shareable()
  @FieldResolver(() => ScheduleType, { description: 'On which schedule.' })
  schedule(@Root() { scheduleId }: Shift, @Ctx() ctx: Context) {
    return loadSchedule(ctx, scheduleId)
  }
}

const CHANGES: EventStream<{ scheduleId: string }, AccessFacts> = {
  carries: (event, { scheduleId }) => isOnCallEvent(event) && event.subject === scheduleId,
  mayReceive: (actor) => allows(actor, 'directory.read'),
  root: (event) => (event as OnCallLogEvent).payload.onCall,
  open: async (ctx, { scheduleId }) => {
    if (!(await loadSchedule(ctx, scheduleId))) throw notFound('schedule', 'scheduleId')
    const known = await findToldCount(ctx.db, scheduleId) // first: what is told from here on is news
    const snapshot = await loadOnCall(ctx, scheduleId, null)
    return { snapshot, isNews: (event) => (event as OnCallLogEvent).payload.count > known }
  },
}

@Resolver(() => OnCallType)
export class OnCallResolver {
  @Extensions({ [STREAM]: CHANGES })
  @Subscription(() => OnCallType, {
    subscribe: carriedByFanOut,
    description: 'Who is on call on a schedule: first as it is, then whenever others are, by a hand-over or a change.',
  })
  onCallChanged(
    @Root() onCall: OnCall,
    @Arg('scheduleId', () => ID, { description: 'The schedule.' }) _scheduleId: string,
  ): OnCall {
    return onCall
  }

  @Shareable()
  @FieldResolver(() => ScheduleType, { description: 'The schedule.' })
  schedule(@Root() { scheduleId }: OnCall, @Ctx() ctx: Context) {
    return loadSchedule(ctx, scheduleId)
  }
}

@Resolver(() => ScheduleType)
export class ScheduleOnCallResolver {
  @FieldResolver(() => OnCallType, { description: 'Who is on call on it, was and will be.' })
  onCall(
    @Root() { id }: Schedule,
    @Ctx() ctx: Context,
    @Arg('at', () => DateTime, { nullable: true, description: 'At which moment; now when left out.' }) at?: Date,
  ) {
    return loadOnCall(ctx, id, at ?? null)
  }

  @FieldResolver(() => FinalScheduleType, { description: 'Who is on call in a range, and when nobody is.' })
  finalSchedule(@Root() schedule: Schedule, @Ctx() ctx: Context, @Args(() => RangeArgs) range: RangeArgs) {
    return loadFinalSchedule(ctx, schedule, range)
  }

  @FieldResolver(() => [GapType], { description: 'When nobody is on call in a range; cut at its ends.' })
  async gaps(@Root() schedule: Schedule, @Ctx() ctx: Context, @Args(() => RangeArgs) range: RangeArgs) {
    return (await loadFinalSchedule(ctx, schedule, range))?.gaps ?? []
  }

  @FieldResolver(() => [ShareType], {
    description:
      'What each person has of it in a range, whoever has most first. Those who take turns are there with none.',
  })
  fairness(@Root() schedule: Schedule, @Ctx() ctx: Context, @Args(() => RangeArgs) range: RangeArgs) {
    return loadFairness(ctx, schedule, range)
  }

  @FieldResolver(() => [ShiftType], { description: 'The next shifts that begin, within a year.' })
  upNext(
    @Root() schedule: Schedule,
    @Ctx() ctx: Context,
    @Arg('first', () => Int, { description: 'How many, 1 to 100.' }) first: number,
  ) {
    return loadUpNext(ctx, schedule, first)
  }
}

@Resolver(() => GapType)
export class GapResolver {
  @FieldResolver(() => [UserType], {
    description: 'Who would be on call then, were they not off or taken out by an override.',
  })
  absent(@Root() { absentIds }: Gap, @Ctx() ctx: Context) {
    return Promise.all(absentIds.map((id) => loadUser(ctx, id)))
  }
}

@Resolver(() => ShareType)
export class ShareResolver {
  @FieldResolver(() => UserType, { description: 'Whose share it is.' })
  user(@Root() { userId }: Share, @Ctx() ctx: Context) {
    return loadUser(ctx, userId)
  }
}

@Resolver(() => UserType)
export class UserShiftsResolver {
  @FieldResolver(() => [ShiftType], {
    description:
      'When they are on call on any schedule: the shifts that overlap a range, whole. None for those who do not read the directory.',
  })
  onCallShifts(@Root() { id }: User, @Ctx() ctx: Context, @Args(() => RangeArgs) range: RangeArgs) {
    return loadShiftsOfUser(ctx, id, range)
  }
}
