import { Arg, Args, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql'
import { allows } from '../access/rules.js'
import type { Context } from '../platform/context.js'
import { Input, answer } from '../platform/graphql.js'
import { ConnectionArgs, ForwardArgs } from '../platform/paging.js'
import type { User } from '../responders/user.entity.js'
import { loadUser } from '../responders/user.queries.js'
import { UserType } from '../responders/user.types.js'
import { overridePage, swapPage, timeOffPage } from './arrangement.queries.js'
import * as types from './arrangement.types.js'
import { createOverride, deleteOverride } from './override.commands.js'
import type { Override } from './override.js'
import type { Schedule } from './schedule.js'
import { loadSchedule } from './schedule.queries.js'
import { ScheduleType } from './schedule.types.js'
import { acceptSwap, declineSwap, requestSwap, withdrawSwap } from './shift-swap.commands.js'
import type { ShiftSwap } from './shift-swap.js'
import { createTimeOff, deleteTimeOff } from './time-off.commands.js'
import type { TimeOff } from './time-off.js'

const userOrNull = (ctx: Context, id: string | null) => id && loadUser(ctx, id)

@Resolver(() => types.OverrideType)
export class OverrideResolver {
  @FieldResolver(() => ScheduleType, { description: 'The schedule.' })
  schedule(@Root() { scheduleId }: Override, @Ctx() ctx: Context) {
    return loadSchedule(ctx, scheduleId)
  }

  @FieldResolver(() => UserType, { nullable: true, description: 'Whose place is taken; null when somebody is added.' })
  outgoing(@Root() { outgoingId }: Override, @Ctx() ctx: Context) {
    return userOrNull(ctx, outgoingId)
  }

  @FieldResolver(() => UserType, { nullable: true, description: 'Who takes it; null when nobody does.' })
  incoming(@Root() { incomingId }: Override, @Ctx() ctx: Context) {
    return userOrNull(ctx, incomingId)
  }

  @FieldResolver(() => UserType, { nullable: true, description: 'Who made it.' })
  createdBy(@Root() { createdBy }: Override, @Ctx() ctx: Context) {
    return loadUser(ctx, createdBy)
  }

  @Mutation(() => types.ScheduleOverridePayload, { description: 'Makes an exception to a schedule.' })
  scheduleOverrideCreate(
    @Ctx() ctx: Context,
    @Input(() => types.ScheduleOverrideCreateInput) input: types.ScheduleOverrideCreateInput,
  ) {
    return answer(ctx, (ctx) => createOverride(ctx, input))
  }

  @Mutation(() => types.ScheduleOverridePayload, {
    description: 'Takes an override back. One that has begun ends now; what of it has been stays.',
  })
  scheduleOverrideDelete(
    @Ctx() ctx: Context,
    @Input(() => types.ScheduleOverrideDeleteInput) input: types.ScheduleOverrideDeleteInput,
  ) {
    return answer(ctx, (ctx) => deleteOverride(ctx, input))
  }
}

@Resolver(() => types.TimeOffType)
export class TimeOffResolver {
  @FieldResolver(() => UserType, { description: 'Who is off.' })
  user(@Root() { userId }: TimeOff, @Ctx() ctx: Context) {
    return loadUser(ctx, userId)
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Why; null for everybody but the person and those who configure schedules.',
  })
  reason(@Root() { userId, reason }: TimeOff, @Ctx() ctx: Context) {
    return userId === ctx.actor.id || allows(ctx.actor, 'schedule.configure') ? reason : null
  }

  @Mutation(() => types.TimeOffPayload, {
    description: 'Enters time off: the next lower layer of each schedule steps in, or a gap is shown.',
  })
  timeOffCreate(@Ctx() ctx: Context, @Input(() => types.TimeOffCreateInput) input: types.TimeOffCreateInput) {
    return answer(ctx, (ctx) => createTimeOff(ctx, input))
  }

  @Mutation(() => types.TimeOffPayload, {
    description: 'Takes time off back. One that has begun ends now; what of it has been stays.',
  })
  timeOffDelete(@Ctx() ctx: Context, @Input(() => types.TimeOffDeleteInput) input: types.TimeOffDeleteInput) {
    return answer(ctx, (ctx) => deleteTimeOff(ctx, input))
  }
}

@Resolver(() => types.ShiftSwapType)
export class ShiftSwapResolver {
  @Query(() => types.ShiftSwapConnection, {
    description: 'The swaps, newest first. For responders, managers, administrators and auditors.',
  })
  shiftSwaps(
    @Ctx() ctx: Context,
    @Args(() => ForwardArgs) args: ForwardArgs,
    @Arg('filter', () => types.ShiftSwapFilterInput, { nullable: true, description: 'Only these.' })
    filter?: types.ShiftSwapFilterInput,
  ) {
    return swapPage(ctx, args, filter)
  }

  @FieldResolver(() => ScheduleType, { description: 'The schedule.' })
  schedule(@Root() { scheduleId }: ShiftSwap, @Ctx() ctx: Context) {
    return loadSchedule(ctx, scheduleId)
  }

  @FieldResolver(() => UserType, { description: 'Whose shift it is.' })
  requester(@Root() { requesterId }: ShiftSwap, @Ctx() ctx: Context) {
    return loadUser(ctx, requesterId)
  }

  @FieldResolver(() => UserType, {
    nullable: true,
    description: 'Who was asked; null: anybody who takes turns with the requester.',
  })
  asked(@Root() { askedId }: ShiftSwap, @Ctx() ctx: Context) {
    return userOrNull(ctx, askedId)
  }

  @FieldResolver(() => UserType, { nullable: true, description: 'Who has accepted it.' })
  taker(@Root() { takerId }: ShiftSwap, @Ctx() ctx: Context) {
    return userOrNull(ctx, takerId)
  }

  @Mutation(() => types.ShiftSwapPayload, {
    description: 'Asks somebody to be on call in the viewer’s place. It changes nothing until they accept.',
  })
  shiftSwapRequest(@Ctx() ctx: Context, @Input(() => types.ShiftSwapRequestInput) input: types.ShiftSwapRequestInput) {
    return answer(ctx, (ctx) => requestSwap(ctx, input))
  }

  @Mutation(() => types.ShiftSwapPayload, { description: 'Takes a shift: from now on the viewer is on call instead.' })
  shiftSwapAccept(@Ctx() ctx: Context, @Input(() => types.ShiftSwapAcceptInput) input: types.ShiftSwapAcceptInput) {
    return answer(ctx, (ctx) => acceptSwap(ctx, input))
  }

  @Mutation(() => types.ShiftSwapPayload, { description: 'Declines a swap that was asked of the viewer by name.' })
  shiftSwapDecline(@Ctx() ctx: Context, @Input(() => types.ShiftSwapDeclineInput) input: types.ShiftSwapDeclineInput) {
    return answer(ctx, (ctx) => declineSwap(ctx, input))
  }

  @Mutation(() => types.ShiftSwapPayload, { description: 'Withdraws a swap that has not been answered.' })
  shiftSwapWithdraw(
    @Ctx() ctx: Context,
    @Input(() => types.ShiftSwapWithdrawInput) input: types.ShiftSwapWithdrawInput,
  ) {
    return answer(ctx, (ctx) => withdrawSwap(ctx, input))
  }
}

@Resolver(() => ScheduleType)
export class ScheduleOverridesResolver {
  @FieldResolver(() => types.OverrideConnection, { description: 'Its overrides; what begins last comes first.' })
  overrides(@Root() schedule: Schedule, @Args(() => ConnectionArgs) args: ConnectionArgs, @Ctx() ctx: Context) {
    return overridePage(ctx, schedule, args)
  }
}

@Resolver(() => UserType)
export class UserTimeOffResolver {
  @FieldResolver(() => types.TimeOffConnection, {
    description: 'When they are off; what begins last comes first. None for those who do not read the directory.',
  })
  timeOff(@Root() user: User, @Args(() => ConnectionArgs) args: ConnectionArgs, @Ctx() ctx: Context) {
    return timeOffPage(ctx, user, args)
  }
}
