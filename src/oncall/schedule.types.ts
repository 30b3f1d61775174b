import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql'
import { Node, Payload } from '../platform/graphql.js'
import { Weekday } from '../platform/hours.js'
import '../platform/hours.types.js'
import { connectionType } from '../platform/paging.js'
import { DateTime } from '../platform/scalars.js'
import type { LayerAdd, LayerRemove, LayerReorder, LayerUpdate } from './layer.commands.js'
import type { LayerTerms, Restriction } from './layer.js'
import { type Rotation, RotationKind, type RotationTerms, RotationUnit } from './rotation.js'
import type { ScheduleChange, ScheduleCreate } from './schedule.commands.js'
import type { ScheduleText } from './schedule.js'
import type { ScheduleFilter } from './schedule.queries.js'

registerEnumType(RotationKind, {
  name: 'RotationKind',
  description: 'How long a turn is.',
  valuesConfig: {
    DAILY: { description: 'A day.' },
    WEEKLY: { description: 'A week.' },
    CUSTOM: { description: 'As long as it says.' },
  },
})

registerEnumType(RotationUnit, {
  name: 'RotationUnit',
  description: 'In which unit the length of a turn is told.',
  valuesConfig: {
    HOURS: { description: 'Hours, as the clock on the wall shows them.' },
    DAYS: { description: 'Days of the calendar.' },
    WEEKS: { description: 'Weeks of the calendar.' },
  },
})

@ObjectType('Schedule', {
  implements: Node,
  simpleResolvers: true,
  description: 'Who is on call when. Its layers name people; overrides, swaps and time off are put over them.',
})
export class ScheduleType extends Node {
  @Field(() => String, { description: 'Unique among schedules that are not archived.' })
  name: string
  @Field(() => String, { description: 'What it is for.' })
  description: string
  @Field(() => String, { description: 'IANA time zone in whose wall-clock time it is reckoned.' })
  timeZone: string
  @Field(() => DateTime, {
    nullable: true,
    description: 'Since when nobody is on call on it; null while it is in use.',
  })
  archivedAt: Date | null
  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt: Date
  @Field(() => DateTime, { description: 'When it or its layers last changed.' })
  updatedAt: Date
  @Field(() => Int, {
    description: 'Rises by one with each change of it or its layers; `expectedVersion` compares with it.',
  })
  version: number
}

export const ScheduleConnection = connectionType('Schedule', () => ScheduleType)

@ObjectType('Rotation', { description: 'When one person hands over to the next, in the time of the schedule’s zone.' })
export class RotationType implements Omit<Rotation, 'kind'> {
  @Field(() => Int, { description: 'How long a turn is.' })
  length: number
  @Field(() => RotationUnit, { description: 'In which unit that is told.' })
  unit: RotationUnit
  @Field(() => String, {
    description: 'When to hand over, such as 09:00. Of a rotation by hours: the time from which they are counted.',
  })
  handoverTime: string
  @Field(() => Weekday, { nullable: true, description: 'On which day to hand over; null unless it is by weeks.' })
  handoverWeekday: Weekday | null
}

@ObjectType('LayerRestriction', {
  simpleResolvers: true,
  description: 'Hours of the week in which a layer has somebody on call.',
})
export class RestrictionType implements Restriction {
  @Field(() => [Weekday], { description: 'The days on which they begin.' })
  weekdays: Weekday[]
  @Field(() => String, { description: 'From when, such as 09:00.' })
  from: string
  @Field(() => String, { description: 'Until when. Not later than `from`: they end on the next day.' })
  until: string
}

@ObjectType('ScheduleLayer', {
  implements: Node,
  simpleResolvers: true,
  description: 'People who take turns. A layer lies over those below it, and wins wherever it has somebody.',
})
export class LayerType extends Node {
  @Field(() => String, { description: 'How it is called.' })
  name: string
  @Field(() => RotationType, { description: 'When they hand over.' })
  rotation: RotationType
  @Field(() => DateTime, { description: 'When the first of them begins.' })
  startsAt: Date
  @Field(() => DateTime, { nullable: true, description: 'When the last of them ends; null: it goes on.' })
  endsAt: Date | null
  @Field(() => [RestrictionType], { description: 'The only hours in which it has somebody; none: around the clock.' })
  restrictions: RestrictionType[]
}

@InputType('ScheduleFilter', { description: 'Which schedules. All that is given must hold.' })
export class ScheduleFilterInput implements ScheduleFilter {
  @Field(() => [ID], { nullable: true, description: 'Of any of these teams.' })
  teamId?: string[]
  @Field(() => String, { nullable: true, description: 'The name contains this.' })
  search?: string
  @Field(() => Boolean, { nullable: true, description: 'Only those that are archived; else only those that are not.' })
  archived?: boolean
}

@ObjectType({ simpleResolvers: true, description: 'What a change of a schedule answers.' })
export class SchedulePayload extends Payload {
  @Field(() => ScheduleType, { nullable: true, description: 'As the change left it.' })
  schedule: ScheduleType | null
}

@ObjectType({ simpleResolvers: true, description: 'What a change of a layer answers.' })
export class ScheduleLayerPayload extends SchedulePayload {
  @Field(() => LayerType, { nullable: true, description: 'As the change left it; null when it was removed.' })
  layer: LayerType | null
}

const EXPECTED_VERSION = {
  nullable: true,
  description: 'Do it only if the schedule still has this version; else CONFLICT.',
}

@InputType({ description: 'When one person hands over to the next.' })
export class RotationInput implements RotationTerms {
  @Field(() => RotationKind, { description: 'How long a turn is.' })
  kind: RotationKind
  @Field(() => Int, { nullable: true, description: 'Of a CUSTOM one: how long a turn is, up to a year.' })
  length?: number
  @Field(() => RotationUnit, { nullable: true, description: 'Of a CUSTOM one: in which unit that is told.' })
  unit?: RotationUnit
  @Field(() => String, {
    description: 'When to hand over, such as 09:00. Of a rotation by hours: the time from which they are counted.',
  })
  handoverTime: string
  @Field(() => Weekday, { nullable: true, description: 'On which day to hand over; of a rotation by weeks only.' })
  handoverWeekday?: Weekday
}

@InputType({ description: 'Hours of the week in which a layer has somebody on call.' })
export class LayerRestrictionInput implements Restriction {
  @Field(() => [Weekday], { description: 'The days on which they begin; at least one.' })
  weekdays: Weekday[]
  @Field(() => String, { description: 'From when, such as 09:00.' })
  from: string
  @Field(() => String, { description: 'Until when. Not later than `from`: they end on the next day.' })
  until: string
}

const PARTICIPANTS = 'Active people who work on incidents, in the order of their turns; nobody follows themselves.'

@InputType({ description: 'A layer of a schedule.' })
export class ScheduleLayerInput implements LayerTerms {
  @Field(() => String, { description: 'How it is called, in up to 200 characters.' })
  name: string
  @Field(() => [ID], { description: PARTICIPANTS })
  participantIds: string[]
  @Field(() => RotationInput, { description: 'When they hand over.' })
  rotation: RotationInput
  @Field(() => DateTime, { nullable: true, description: 'When the first of them begins; now when left out.' })
  startsAt?: Date
  @Field(() => DateTime, { nullable: true, description: 'When the last of them ends; it goes on when left out.' })
  endsAt?: Date
  @Field(() => [LayerRestrictionInput], {
    nullable: true,
    description: 'The only hours in which it has somebody; around the clock when left out or empty.',
  })
  restrictions?: LayerRestrictionInput[]
}

@InputType({ description: 'To add a schedule.' })
export class ScheduleCreateInput implements ScheduleCreate {
  @Field(() => String, { description: 'Unique among schedules that are not archived, in up to 200 characters.' })
  name: string
  @Field(() => String, { nullable: true, description: 'What it is for, in up to 2,000 characters.' })
  description?: string
  @Field(() => ID, { nullable: true, description: 'The team that it is for.' })
  teamId?: string
  @Field(() => String, {
    description: 'IANA time zone such as Europe/Berlin, in whose wall-clock time it is reckoned.',
  })
  timeZone: string
  @Field(() => [ScheduleLayerInput], {
    nullable: true,
    description:
      'From the lowest: each lies over those before it. Those that start in the past were on call then, too.',
  })
  layers?: ScheduleLayerInput[]
}

@InputType({ description: 'To change a schedule; what is left out stays.' })
export class ScheduleUpdateInput implements ScheduleChange, ScheduleText {
  @Field(() => ID, { description: 'The schedule.' })
  id: string
  @Field(() => Int, EXPECTED_VERSION)
  expectedVersion?: number
  @Field(() => String, { nullable: true, description: 'Unique among schedules that are not archived.' })
  name?: string
  @Field(() => String, { nullable: true, description: 'What it is for.' })
  description?: string
  @Field(() => ID, { nullable: true, description: 'The team that it is for. Null: none.' })
  teamId?: string | null
  @Field(() => String, {
    nullable: true,
    description: 'IANA time zone; hand-overs move to the same hours of that zone, from now on.',
  })
  timeZone?: string
}

@InputType({ description: 'To archive a schedule.' })
export class ScheduleArchiveInput implements ScheduleChange {
  @Field(() => ID, { description: 'The schedule.' })
  id: string
  @Field(() => Int, EXPECTED_VERSION)
  expectedVersion?: number
}

@InputType({ description: 'To add a layer to a schedule, from now on.' })
export class ScheduleLayerAddInput extends ScheduleLayerInput implements LayerAdd {
  @Field(() => ID, { description: 'The schedule.' })
  scheduleId: string
  @Field(() => Int, EXPECTED_VERSION)
  expectedVersion?: number
  @Field(() => Int, { nullable: true, description: '1 is the lowest; on top of all when left out.' })
  position?: number
}

@InputType({ description: 'To change a layer from now on; what is left out stays.' })
export class ScheduleLayerUpdateInput implements LayerUpdate {
  @Field(() => ID, { description: 'The layer.' })
  layerId: string
  @Field(() => Int, EXPECTED_VERSION)
  expectedVersion?: number
  @Field(() => String, { nullable: true, description: 'How it is called.' })
  name?: string
  @Field(() => [ID], {
    nullable: true,
    description: `${PARTICIPANTS} Whoever has the turn of now keeps it, if they stay.`,
  })
  participantIds?: string[]
  @Field(() => RotationInput, { nullable: true, description: 'When they hand over.' })
  rotation?: RotationInput
  @Field(() => DateTime, { nullable: true, description: 'Begins anew with the first of them.' })
  startsAt?: Date
  @Field(() => DateTime, { nullable: true, description: 'When the last of them ends. Null: it goes on.' })
  endsAt?: Date | null
  @Field(() => [LayerRestrictionInput], { nullable: true, description: 'The only hours in which it has somebody.' })
  restrictions?: LayerRestrictionInput[]
}

@InputType({ description: 'To remove a layer, from now on.' })
export class ScheduleLayerRemoveInput implements LayerRemove {
  @Field(() => ID, { description: 'The layer.' })
  layerId: string
  @Field(() => Int, EXPECTED_VERSION)
  expectedVersion?: number
}

@InputType({ description: 'To put the layers of a schedule into another order, from now on.' })
export class ScheduleLayerReorderInput implements LayerReorder {
  @Field(() => ID, { description: 'The schedule.' })
  scheduleId: string
  @Field(() => Int, EXPECTED_VERSION)
  expectedVersion?: number
  @Field(() => [ID], { description: 'Each of its layers once, from the lowest.' })
  layerIds: string[]
}
