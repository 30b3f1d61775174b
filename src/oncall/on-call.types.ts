import { Field, Float, ID, Int, ObjectType, registerEnumType } from 'type-graphql'
import { DateTime } from '../platform/scalars.js'
import { type ShiftReason, ShiftReasonKind } from './on-call.js'

registerEnumType(ShiftReasonKind, {
  name: 'ShiftReasonKind',
  description: 'What put somebody on call.',
  valuesConfig: {
    LAYER: { description: 'Their turn on a layer.' },
    OVERRIDE: { description: 'An override.' },
    SWAP: { description: 'A swap that they accepted.' },
  },
})

@ObjectType('ShiftReason', { simpleResolvers: true, description: 'Why somebody is on call.' })
export class ShiftReasonType implements ShiftReason {
  @Field(() => ShiftReasonKind, { description: 'What put them there.' })
  kind: ShiftReasonKind
  @Field(() => ID, { description: 'Of the layer, the override or the swap.' })
  id: string
  @Field(() => String, { description: 'For people.' })
  summary: string
}

@ObjectType('Shift', {
  simpleResolvers: true,
  description: 'A stretch of time in which one person is on call, once everything is considered.',
})
export class ShiftType {
  @Field(() => DateTime, { description: 'When it begins.' })
  startsAt: Date
  @Field(() => DateTime, { description: 'When it has ended.' })
  endsAt: Date
  @Field(() => ShiftReasonType, { description: 'Why they have it.' })
  because: ShiftReasonType
}

@ObjectType('OnCall', { simpleResolvers: true, description: 'The turns of a schedule around a moment.' })
export class OnCallType {
  @Field(() => DateTime, { description: 'The moment.' })
  at: Date
  @Field(() => [ShiftType], { description: 'Who is on call; empty when nobody is.' })
  current: ShiftType[]
  @Field(() => [ShiftType], {
    description: 'The last ones that ended, by others than those of now; empty when there was none within 90 days.',
  })
  previous: ShiftType[]
  @Field(() => [ShiftType], {
    description: 'The next ones that begin, by others than those of now; empty when there is none within 90 days.',
  })
  next: ShiftType[]
}

@ObjectType('CoverageGap', { simpleResolvers: true, description: 'A stretch of time in which nobody is on call.' })
export class GapType {
  @Field(() => DateTime, { description: 'When it begins.' })
  startsAt: Date
  @Field(() => DateTime, { description: 'When somebody is on call again, or the range ends.' })
  endsAt: Date
}

@ObjectType('FinalSchedule', {
  simpleResolvers: true,
  description:
    'Who is on call in a range once everything is considered, and when nobody is; cut at the ends of the range.',
})
export class FinalScheduleType {
  @Field(() => [ShiftType], { description: 'In the order of their start.' })
  shifts: ShiftType[]
  @Field(() => [GapType], { description: 'The time in which nobody is on call, in order.' })
  gaps: GapType[]
}

@ObjectType('FairnessShare', {
  simpleResolvers: true,
  description: 'What one person has of a schedule in a range. Nights and weekends are those of its zone.',
})
export class ShareType {
  @Field(() => Float, { description: 'Hours on call, to the hundredth.' })
  hours: number
  @Field(() => Int, { description: 'Nights, 22:00 to 06:00, of which they have any part.' })
  nights: number
  @Field(() => Int, { description: 'Weekends, Saturday and Sunday, of which they have any part.' })
  weekends: number
  @Field(() => Int, { description: 'Shifts.' })
  shifts: number
}
