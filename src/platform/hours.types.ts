import { Field, InputType, ObjectType, registerEnumType } from 'type-graphql'
import { type Hours, Weekday } from './hours.js'

registerEnumType(Weekday, {
  name: 'Weekday',
  description: 'A day of the week.',
  valuesConfig: Object.fromEntries(
    Object.values(Weekday).map((day) => [day, { description: `${day[0]}${day.slice(1).toLowerCase()}.` }]),
  ),
})

const FROM = 'From when, such as 09:00.'
const UNTIL = 'Until when. Not later than `from`: they end on the next day.'

@ObjectType('Hours', { simpleResolvers: true, description: 'Hours of the week, as the clock on a wall shows them.' })
export class HoursType implements Hours {
  @Field(() => String, { description: 'IANA time zone of the clock.' })
  timeZone: string
  @Field(() => [Weekday], { description: 'The days on which they begin.' })
  weekdays: Weekday[]
  @Field(() => String, { description: FROM })
  from: string
  @Field(() => String, { description: UNTIL })
  until: string
}

@InputType({ description: 'Hours of the week, as the clock on a wall shows them.' })
export class HoursInput implements Hours {
  @Field(() => String, { description: 'IANA time zone of the clock, such as Europe/Berlin.' })
  timeZone: string
  @Field(() => [Weekday], { description: 'The days on which they begin; at least one.' })
  weekdays: Weekday[]
  @Field(() => String, { description: FROM })
  from: string
  @Field(() => String, { description: UNTIL })
  until: string
}
