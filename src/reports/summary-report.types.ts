import { Field, Int, ObjectType, registerEnumType } from 'type-graphql'
import { Priority } from '../incidents/incident.js'
import { DateTime } from '../platform/scalars.js'
import { SlaKind } from '../sla/sla-record.js'
import { SummaryPeriod } from './summary-report.js'

registerEnumType(SummaryPeriod, {
  name: 'SummaryPeriod',
  description: 'How long a summary is.',
  valuesConfig: {
    WEEK: { description: 'Seven days.' },
    MONTH: { description: 'Until the same day of the next month, or its last day.' },
  },
})

const OPENED = 'How many were opened.'
const RESOLVED = 'How many were resolved: those that are not open again.'
const ACKNOWLEDGE = 'Median seconds from opening to first acknowledgement, of those opened; null where there was none.'
const RESOLVE = 'Median seconds from opening to resolution, of those resolved; null where there was none.'

@ObjectType({ simpleResolvers: true, description: 'The incidents of one priority in a period.' })
export class SummaryOfPriority {
  @Field(() => Priority, { description: 'Which priority.' })
  priority: Priority
  @Field(() => Int, { description: OPENED })
  opened: number
  @Field(() => Int, { description: RESOLVED })
  resolved: number
  @Field(() => Int, { nullable: true, description: ACKNOWLEDGE })
  secondsToAcknowledge: number | null
  @Field(() => Int, { nullable: true, description: RESOLVE })
  secondsToResolve: number | null
}

@ObjectType({ simpleResolvers: true, description: 'The incidents of one service in a period.' })
export class SummaryOfService {
  @Field(() => String, { description: 'Its name.' })
  service: string
  @Field(() => Int, { description: OPENED })
  opened: number
  @Field(() => Int, { description: RESOLVED })
  resolved: number
}

@ObjectType({ simpleResolvers: true, description: 'The incidents of one day.' })
export class SummaryOfDay {
  @Field(() => String, { description: 'The day, such as 2026-11-27, in the time zone of the report.' })
  day: string
  @Field(() => Int, { description: OPENED })
  opened: number
  @Field(() => Int, { description: RESOLVED })
  resolved: number
}

@ObjectType({ simpleResolvers: true, description: 'What of the promises of one kind was kept in a period.' })
export class SummaryOfSla {
  @Field(() => SlaKind, { description: 'What was promised.' })
  kind: SlaKind
  @Field(() => Int, { description: 'How many ended, or were broken.' })
  decided: number
  @Field(() => Int, { description: 'How many of them were kept.' })
  met: number
}

@ObjectType('SummaryReport', {
  simpleResolvers: true,
  description: 'What happened in a week or a month: of the incidents that the viewer may read, without drills.',
})
export class SummaryReportType {
  @Field(() => SummaryPeriod, { description: 'How long it is.' })
  period: SummaryPeriod
  @Field(() => String, { description: 'Its first day.' })
  start: string
  @Field(() => String, { description: 'In which its days are.' })
  timeZone: string
  @Field(() => DateTime, { description: 'Its first moment.' })
  from: Date
  @Field(() => DateTime, { description: 'The first moment after it.' })
  until: Date
  @Field(() => DateTime, { description: 'As of when.' })
  generatedAt: Date
  @Field(() => String, { nullable: true, description: 'Of which team; null: of all.' })
  teamName: string | null
  @Field(() => Int, { description: OPENED })
  opened: number
  @Field(() => Int, { description: RESOLVED })
  resolved: number
  @Field(() => Int, { description: 'How many were not over at its end.' })
  open: number
  @Field(() => Int, { description: 'How many of those opened were reopened.' })
  reopened: number
  @Field(() => Int, { nullable: true, description: ACKNOWLEDGE })
  secondsToAcknowledge: number | null
  @Field(() => Int, { nullable: true, description: RESOLVE })
  secondsToResolve: number | null
  @Field(() => [SummaryOfPriority], { description: 'By priority, all five.' })
  byPriority: SummaryOfPriority[]
  @Field(() => [SummaryOfService], { description: 'By service, the ten with the most.' })
  byService: SummaryOfService[]
  @Field(() => [SummaryOfDay], { description: 'By day, each of the period.' })
  byDay: SummaryOfDay[]
  @Field(() => [SummaryOfSla], { description: 'What of the promises was kept; for those who run incidents.' })
  sla: SummaryOfSla[]
}
