import { Arg, Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import type { Context } from '../platform/context.js'
import { Shareable } from '../platform/graphql.js'
import { DateTime } from '../platform/scalars.js'
import { loadUser } from '../responders/user.queries.js'
import { UserType } from '../responders/user.types.js'
import type { OnCall, Shift } from './on-call.js'
import { loadOnCall } from './on-call.queries.js'
import { OnCallType, ShiftType } from './on-call.types.js'
import type { Schedule } from './schedule.js'
import { loadSchedule } from './schedule.queries.js'
import { ScheduleType } from './schedule.types.js'

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

@Resolver(() => OnCallType)
export class OnCallResolver {
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
    return loadOnCall(ctx, id, at ?? ctx.now())
  }
}
