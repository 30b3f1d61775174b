import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql'
import { Node, Payload } from '../platform/graphql.js'
import { connectionType } from '../platform/paging.js'
import { DateTime } from '../platform/scalars.js'
import type { ShiftSwapFilter } from './arrangement.queries.js'
import type { OverrideCreate } from './override.commands.js'
import { OverrideKind } from './override.js'
import { ScheduleType } from './schedule.types.js'
import type { ShiftSwapRequest } from './shift-swap.commands.js'
import { ShiftSwapStatus } from './shift-swap.js'
import type { TimeOffCreate } from './time-off.commands.js'

registerEnumType(OverrideKind, {
  name: 'OverrideKind',
  description: 'What an override does.',
  valuesConfig: {
    ADD: { description: 'Adds somebody beside those on call.' },
    REMOVE: { description: 'Takes somebody out; a lower layer fills the gap, if it has somebody.' },
    REPLACE: { description: 'Puts somebody in the place of another, wherever that one would be on call.' },
  },
})

registerEnumType(ShiftSwapStatus, {
  name: 'ShiftSwapStatus',
  description: 'What has become of a swap that somebody asked for.',
  valuesConfig: {
    REQUESTED: { description: 'It waits for an answer.' },
    ACCEPTED: { description: 'Somebody else has the shift.' },
    DECLINED: { description: 'Whoever was asked would not.' },
    WITHDRAWN: { description: 'Whoever asked wants it no more.' },
  },
})

const BEGINS = 'When it begins. A moment in the past means now: what was stays as it was.'
const ENDS = 'When it has ended: in the future, and at most 366 days after the start.'

@ObjectType('ScheduleOverride', {
  implements: Node,
  simpleResolvers: true,
  description: 'An exception to a schedule for a time. It lies over the layers; time off lies over it.',
})
export class OverrideType extends Node {
  @Field(() => OverrideKind, { description: 'What it does.' })
  kind: OverrideKind
  @Field(() => DateTime, { description: 'When it begins.' })
  startsAt: Date
  @Field(() => DateTime, { description: 'When it has ended.' })
  endsAt: Date
  @Field(() => String, { description: 'Why; empty when nothing was said.' })
  reason: string
  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt: Date
}

export const OverrideConnection = connectionType('ScheduleOverride', () => OverrideType)

@ObjectType('TimeOff', {
  implements: Node,
  simpleResolvers: true,
  description: 'Time in which a person is not on call, on whichever schedule.',
})
export class TimeOffType extends Node {
  @Field(() => DateTime, { description: 'When it begins.' })
  startsAt: Date
  @Field(() => DateTime, {
    nullable: true,
    description: 'When it has ended; null: while they cannot be on call at all.',
  })
  endsAt: Date | null
  @Field(() => DateTime, { description: 'When it was entered.' })
  createdAt: Date
}

export const TimeOffConnection = connectionType('TimeOff', () => TimeOffType)

@ObjectType('ShiftSwap', {
  implements: Node,
  simpleResolvers: true,
  description: 'That somebody asks another to be on call in their place for a time.',
})
export class ShiftSwapType extends Node {
  @Field(() => ShiftSwapStatus, { description: 'What has become of it.' })
  status: ShiftSwapStatus
  @Field(() => DateTime, { description: 'When it begins.' })
  startsAt: Date
  @Field(() => DateTime, { description: 'When it has ended.' })
  endsAt: Date
  @Field(() => String, { description: 'What was said with it; empty when nothing was.' })
  message: string
  @Field(() => DateTime, { description: 'When it was asked for.' })
  requestedAt: Date
  @Field(() => DateTime, { nullable: true, description: 'When it was accepted, declined or withdrawn.' })
  decidedAt: Date | null
}

export const ShiftSwapConnection = connectionType('ShiftSwap', () => ShiftSwapType)

@InputType('ShiftSwapFilter', { description: 'Which swaps. All that is given must hold.' })
export class ShiftSwapFilterInput implements ShiftSwapFilter {
  @Field(() => [ID], { nullable: true, description: 'On any of these schedules.' })
  scheduleId?: string[]
  @Field(() => [ShiftSwapStatus], { nullable: true, description: 'In any of these statuses.' })
  status?: ShiftSwapStatus[]
  @Field(() => [ID], {
    nullable: true,
    description: 'Asked for by, asked of by name, or accepted by any of these people.',
  })
  userId?: string[]
}

@ObjectType({ simpleResolvers: true, description: 'What a change of an override answers.' })
export class ScheduleOverridePayload extends Payload {
  @Field(() => OverrideType, { nullable: true, description: 'As the change left it; null when nothing of it is left.' })
  override: OverrideType | null
  @Field(() => ScheduleType, { nullable: true, description: 'The schedule.' })
  schedule: ScheduleType | null
}

@ObjectType({ simpleResolvers: true, description: 'What a change of time off answers.' })
export class TimeOffPayload extends Payload {
  @Field(() => TimeOffType, { nullable: true, description: 'As the change left it; null when nothing of it is left.' })
  timeOff: TimeOffType | null
}

@ObjectType({ simpleResolvers: true, description: 'What a change of a swap answers.' })
export class ShiftSwapPayload extends Payload {
  @Field(() => ShiftSwapType, { nullable: true, description: 'As the change left it.' })
  swap: ShiftSwapType | null
}

@InputType({
  description:
    'To make an exception to a schedule. Members of its team and those who take turns on it bring in themselves.',
})
export class ScheduleOverrideCreateInput implements OverrideCreate {
  @Field(() => ID, { description: 'The schedule.' })
  scheduleId: string
  @Field(() => OverrideKind, { description: 'What it does.' })
  kind: OverrideKind
  @Field(() => ID, { nullable: true, description: 'Whose place is taken; not to ADD somebody.' })
  outgoingId?: string
  @Field(() => ID, {
    nullable: true,
    description: 'Who takes it: an active person who works on incidents, and is not off then. Not to REMOVE somebody.',
  })
  incomingId?: string
  @Field(() => DateTime, { description: BEGINS })
  startsAt: Date
  @Field(() => DateTime, { description: ENDS })
  endsAt: Date
  @Field(() => String, { nullable: true, description: 'Why, in up to 300 characters.' })
  reason?: string
}

@InputType({ description: 'To take an override back. One that has begun ends now.' })
export class ScheduleOverrideDeleteInput {
  @Field(() => ID, { description: 'The override.' })
  id: string
}

@InputType({ description: 'To enter time off.' })
export class TimeOffCreateInput implements TimeOffCreate {
  @Field(() => ID, { nullable: true, description: 'Whose; the viewer when left out.' })
  userId?: string
  @Field(() => DateTime, { description: BEGINS })
  startsAt: Date
  @Field(() => DateTime, { description: ENDS })
  endsAt: Date
  @Field(() => String, { nullable: true, description: 'Why, in up to 300 characters.' })
  reason?: string
}

@InputType({ description: 'To take time off back. One that has begun ends now.' })
export class TimeOffDeleteInput {
  @Field(() => ID, { description: 'The time off.' })
  id: string
}

@InputType({ description: 'To ask somebody to be on call in the viewer’s place.' })
export class ShiftSwapRequestInput implements ShiftSwapRequest {
  @Field(() => ID, { description: 'The schedule.' })
  scheduleId: string
  @Field(() => ID, {
    nullable: true,
    description: 'Whom; anybody who takes turns with the viewer when left out.',
  })
  askedId?: string
  @Field(() => DateTime, { description: BEGINS })
  startsAt: Date
  @Field(() => DateTime, { description: ENDS })
  endsAt: Date
  @Field(() => String, { nullable: true, description: 'What to say with it, in up to 300 characters.' })
  message?: string
}

@InputType({ description: 'To take a shift that somebody asked to have taken.' })
export class ShiftSwapAcceptInput {
  @Field(() => ID, { description: 'The swap.' })
  id: string
}

@InputType({ description: 'To decline a swap that was asked of the viewer by name.' })
export class ShiftSwapDeclineInput {
  @Field(() => ID, { description: 'The swap.' })
  id: string
}

@InputType({ description: 'To withdraw a swap that has not been answered.' })
export class ShiftSwapWithdrawInput {
  @Field(() => ID, { description: 'The swap.' })
  id: string
}
