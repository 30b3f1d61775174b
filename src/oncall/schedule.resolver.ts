import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql'
import type { Context } from '../platform/context.js'
import { Input, Shareable, answer } from '../platform/graphql.js'
import { ForwardArgs } from '../platform/paging.js'
import type { Team } from '../responders/team.entity.js'
import { loadTeam } from '../responders/team.queries.js'
import { TeamType } from '../responders/team.types.js'
import { loadUser } from '../responders/user.queries.js'
import { UserType } from '../responders/user.types.js'
import { addLayer, removeLayer, reorderLayers, updateLayer } from './layer.commands.js'
import type { Layer } from './layer.js'
import { type Rotation, RotationKind, kindOf } from './rotation.js'
import { archiveSchedule, createSchedule, updateSchedule } from './schedule.commands.js'
import type { Schedule } from './schedule.js'
import { loadLayersOfSchedule, loadSchedule, loadSchedulesOfTeam, schedulePage } from './schedule.queries.js'
import * as types from './schedule.types.js'
import { LayerType, RotationType, ScheduleConnection, SchedulePayload, ScheduleType } from './schedule.types.js'

@Resolver(() => ScheduleType)
export class ScheduleResolver {
  @Query(() => ScheduleType, {
    nullable: true,
    description: 'One schedule; null when there is none that the viewer may read.',
  })
  schedule(@Ctx() ctx: Context, @Arg('id', () => ID, { description: 'The schedule.' }) id: string) {
    return loadSchedule(ctx, id)
  }

  @Query(() => ScheduleConnection, {
    description: 'The schedules, by name. For responders, managers, administrators and auditors.',
  })
  schedules(
    @Ctx() ctx: Context,
    @Args(() => ForwardArgs) args: ForwardArgs,
    @Arg('filter', () => types.ScheduleFilterInput, { nullable: true, description: 'Only these.' })
    filter?: types.ScheduleFilterInput,
  ) {
    return schedulePage(ctx, args, filter)
  }

  @Shareable()
  @FieldResolver(() => TeamType, { nullable: true, description: 'The team that it is for.' })
  team(@Root() { teamId }: Schedule, @Ctx() ctx: Context) {
    return teamId && loadTeam(ctx, teamId)
  }

  @FieldResolver(() => [LayerType], { description: 'From the lowest: each lies over those before it.' })
  async layers(@Root() { id }: Schedule, @Ctx() ctx: Context) {
    return (await loadLayersOfSchedule(ctx, id)) ?? []
  }

  @Mutation(() => SchedulePayload, { description: 'Adds a schedule.' })
  scheduleCreate(@Ctx() ctx: Context, @Input(() => types.ScheduleCreateInput) input: types.ScheduleCreateInput) {
    return answer(ctx, (ctx) => createSchedule(ctx, input))
  }

  @Mutation(() => SchedulePayload, { description: 'Changes a schedule from now on; what was stays.' })
  scheduleUpdate(@Ctx() ctx: Context, @Input(() => types.ScheduleUpdateInput) input: types.ScheduleUpdateInput) {
    return answer(ctx, (ctx) => updateSchedule(ctx, input))
  }

  @Mutation(() => SchedulePayload, {
    description: 'Archives a schedule: from now on nobody is on call on it. What was stays to be read.',
  })
  scheduleArchive(@Ctx() ctx: Context, @Input(() => types.ScheduleArchiveInput) input: types.ScheduleArchiveInput) {
    return answer(ctx, (ctx) => archiveSchedule(ctx, input))
  }
}

@Resolver(() => LayerType)
export class LayerResolver {
  @FieldResolver(() => ScheduleType, { description: 'The schedule that it belongs to.' })
  schedule(@Root() { scheduleId }: Layer, @Ctx() ctx: Context) {
    return loadSchedule(ctx, scheduleId)
  }

  @FieldResolver(() => [UserType], { description: 'Who takes turns, in their order.' })
  participants(@Root() { participantIds }: Layer, @Ctx() ctx: Context) {
    return Promise.all(participantIds.map((id) => loadUser(ctx, id)))
  }

  @Mutation(() => types.ScheduleLayerPayload, { description: 'Adds a layer to a schedule, from now on.' })
  scheduleLayerAdd(@Ctx() ctx: Context, @Input(() => types.ScheduleLayerAddInput) input: types.ScheduleLayerAddInput) {
    return answer(ctx, (ctx) => addLayer(ctx, input))
  }

  @Mutation(() => types.ScheduleLayerPayload, { description: 'Changes a layer from now on; what was stays.' })
  scheduleLayerUpdate(
    @Ctx() ctx: Context,
    @Input(() => types.ScheduleLayerUpdateInput) input: types.ScheduleLayerUpdateInput,
  ) {
    return answer(ctx, (ctx) => updateLayer(ctx, input))
  }

  @Mutation(() => types.ScheduleLayerPayload, { description: 'Removes a layer from now on; what was stays.' })
  scheduleLayerRemove(
    @Ctx() ctx: Context,
    @Input(() => types.ScheduleLayerRemoveInput) input: types.ScheduleLayerRemoveInput,
  ) {
    return answer(ctx, (ctx) => removeLayer(ctx, input))
  }

  @Mutation(() => SchedulePayload, { description: 'Puts the layers of a schedule into another order, from now on.' })
  scheduleLayerReorder(
    @Ctx() ctx: Context,
    @Input(() => types.ScheduleLayerReorderInput) input: types.ScheduleLayerReorderInput,
  ) {
    return answer(ctx, (ctx) => reorderLayers(ctx, input))
  }
}

@Resolver(() => RotationType)
export class RotationResolver {
  @Shareable()
  @FieldResolver(() => RotationKind, { description: 'How long a turn is, in a word.' })
  kind(@Root() rotation: Rotation) {
    return kindOf(rotation)
  }
}

@Resolver(() => TeamType)
export class TeamSchedulesResolver {
  @FieldResolver(() => [ScheduleType], {
    description: 'Its schedules, by name; none for those who do not read the directory.',
  })
  async schedules(@Root() { id }: Team, @Ctx() ctx: Context) {
    return (await loadSchedulesOfTeam(ctx, id)) ?? []
  }
}
