import { Field, ID, InputType, Int, ObjectType } from 'type-graphql'
import { Node, Payload } from '../platform/graphql.js'
import { Weekday } from '../platform/hours.js'
import { connectionType } from '../platform/paging.js'
import { DateTime } from '../platform/scalars.js'
import type { CalendarChange, CalendarCreate } from './business-calendar.commands.js'
import type { Holiday, OpeningHours } from './business-calendar.js'
import type { CalendarFilter } from './business-calendar.queries.js'
import type { CalendarSketch, HolidaySketch } from './business-calendar.terms.js'

const TEXTS = {
  name: 'Unique among calendars that are not archived; up to 200 characters.',
  description: 'What it is for, in up to 2,000 characters.',
  zone: 'IANA time zone of its clock, such as Europe/Berlin.',
  hours: 'When time counts: 1 to 50. What overlaps counts once.',
  holidays: 'Days on which no time counts, from midnight to midnight: at most 500.',
  weekdays: 'The days on which they begin; at least one.',
  from: 'From when, such as 09:00.',
  until: 'Until when. Not later than `from`: they end on the next day.',
  date: 'The day in the zone of the calendar, such as 2026-12-25.',
  yearly: 'Whether it is the same day of every later year, too.',
  version: 'Do it only if it still has this version; else CONFLICT.',
}

@ObjectType({ simpleResolvers: true, description: 'Hours of the week at which time counts.' })
export class BusinessHours implements OpeningHours {
  @Field(() => [Weekday], { description: TEXTS.weekdays })
  weekdays: Weekday[]
  @Field(() => String, { description: TEXTS.from })
  from: string
  @Field(() => String, { description: TEXTS.until })
  until: string
}

@ObjectType('Holiday', { simpleResolvers: true, description: 'A day on which no time counts.' })
export class HolidayType implements Holiday {
  @Field(() => String, { description: TEXTS.date })
  date: string
  @Field(() => String, { description: 'How it is called.' })
  name: string
  @Field(() => Boolean, { description: TEXTS.yearly })
  yearly: boolean
}

@ObjectType('BusinessCalendar', {
  implements: Node,
  simpleResolvers: true,
  description: 'When time counts for what is promised: hours of the week, without holidays.',
})
export class BusinessCalendarType extends Node {
  @Field(() => String, { description: TEXTS.name })
  name: string
  @Field(() => String, { description: 'What it is for.' })
  description: string
  @Field(() => String, { description: TEXTS.zone })
  timeZone: string
  @Field(() => [BusinessHours], { description: 'When time counts.' })
  hours: BusinessHours[]
  @Field(() => [HolidayType], { description: 'When none does, in order.' })
  holidays: HolidayType[]
  @Field(() => Boolean, { description: 'Whether no policy goes by it any more.' })
  archived: boolean
  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt: Date
  @Field(() => DateTime, { description: 'When it last changed.' })
  updatedAt: Date
  @Field(() => Int, { description: 'Rises by one with each change; `expectedVersion` compares with it.' })
  version: number
}

export const BusinessCalendarConnection = connectionType('BusinessCalendar', () => BusinessCalendarType)

@ObjectType({ simpleResolvers: true, description: 'What a change of a business calendar answers.' })
export class BusinessCalendarPayload extends Payload {
  @Field(() => BusinessCalendarType, { nullable: true, description: 'As the change left it.' })
  businessCalendar: BusinessCalendarType | null
}

@InputType('BusinessCalendarFilter', { description: 'Which calendars. All that is given must hold.' })
export class BusinessCalendarFilterInput implements CalendarFilter {
  @Field(() => String, { nullable: true, description: 'The name contains this.' })
  search?: string
  @Field(() => Boolean, { nullable: true, description: 'Those that are archived, in place of those that are not.' })
  archived?: boolean
}

@InputType({ description: 'Hours of the week at which time counts.' })
export class BusinessHoursInput implements OpeningHours {
  @Field(() => [Weekday], { description: TEXTS.weekdays })
  weekdays: Weekday[]
  @Field(() => String, { description: TEXTS.from })
  from: string
  @Field(() => String, { description: TEXTS.until })
  until: string
}

@InputType({ description: 'A day on which no time counts.' })
export class HolidayInput implements HolidaySketch {
  @Field(() => String, { description: TEXTS.date })
  date: string
  @Field(() => String, { description: 'How it is called, in up to 200 characters.' })
  name: string
  @Field(() => Boolean, { nullable: true, description: TEXTS.yearly })
  yearly?: boolean
}

@InputType({ description: 'To make a business calendar.' })
export class BusinessCalendarCreateInput implements CalendarCreate {
  @Field(() => String, { description: TEXTS.name })
  name: string
  @Field(() => String, { nullable: true, description: TEXTS.description })
  description?: string
  @Field(() => String, { description: TEXTS.zone })
  timeZone: string
  @Field(() => [BusinessHoursInput], { description: TEXTS.hours })
  hours: BusinessHoursInput[]
  @Field(() => [HolidayInput], { nullable: true, description: TEXTS.holidays })
  holidays?: HolidayInput[]
}

@InputType({ description: 'To archive a business calendar that no policy goes by.' })
export class BusinessCalendarArchiveInput implements CalendarChange {
  @Field(() => ID, { description: 'The calendar.' })
  id: string
  @Field(() => Int, { nullable: true, description: TEXTS.version })
  expectedVersion?: number
}

@InputType({
  description: 'To change a business calendar; what is left out stays. Clocks that run go on as they began.',
})
export class BusinessCalendarUpdateInput implements CalendarChange, CalendarSketch {
  @Field(() => ID, { description: 'The calendar.' })
  id: string
  @Field(() => Int, { nullable: true, description: TEXTS.version })
  expectedVersion?: number
  @Field(() => String, { nullable: true, description: TEXTS.name })
  name?: string
  @Field(() => String, { nullable: true, description: TEXTS.description })
  description?: string
  @Field(() => String, { nullable: true, description: TEXTS.zone })
  timeZone?: string
  @Field(() => [BusinessHoursInput], { nullable: true, description: TEXTS.hours })
  hours?: BusinessHoursInput[]
  @Field(() => [HolidayInput], { nullable: true, description: TEXTS.holidays })
  holidays?: HolidayInput[]
}
