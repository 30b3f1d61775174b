import { Field, ID, ObjectType, registerEnumType } from 'type-graphql'
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
