import { Field, ID, Int, ObjectType } from 'type-graphql'
import { IncidentRole } from '../incidents/assignment.js'
import { IncidentStatus } from '../incidents/incident.js'
import { IncidentType } from '../incidents/incident.types.js'
import { ArticleLinkType } from '../knowledge/article-link.types.js'
import { DateTime } from '../platform/scalars.js'
import { SlaRecordType } from '../sla/sla-record.types.js'

@ObjectType({ simpleResolvers: true, description: 'How long an incident was in a status, in all.' })
export class IncidentStatusDuration {
  @Field(() => IncidentStatus, { description: 'Which status.' })
  status: IncidentStatus
  @Field(() => Int, { description: 'How often it was entered.' })
  times: number
  @Field(() => Int, { description: 'Seconds, as they were recorded; 0 for what is final.' })
  seconds: number
}

@ObjectType({ simpleResolvers: true, description: 'Somebody who took part in an incident, or was called for it.' })
export class IncidentReportPerson {
  @Field(() => ID, { description: 'Of the person.' })
  id: string
  @Field(() => String, { description: 'Their name.' })
  name: string
  @Field(() => [IncidentRole], { description: 'Their roles in the response.' })
  roles: IncidentRole[]
  @Field(() => Int, { description: 'How often they were called.' })
  pages: number
  @Field(() => Int, { description: 'How often they answered.' })
  answered: number
}

@ObjectType({ simpleResolvers: true, description: 'A line of a report.' })
export class IncidentReportEntry {
  @Field(() => DateTime, { description: 'When.' })
  at: Date
  @Field(() => String, { description: 'Who, by name; “A person” to those who do not read the directory.' })
  by: string
  @Field(() => String, { description: 'What, in Markdown.' })
  body: string
}

@ObjectType({ simpleResolvers: true, description: 'What an escalation did.' })
export class IncidentReportEscalation {
  @Field(() => DateTime, { description: 'When.' })
  at: Date
  @Field(() => String, { description: 'What, in a line.' })
  summary: string
}

@ObjectType('IncidentReport', {
  simpleResolvers: true,
  description: 'The facts of an incident, for a review of it: as far as the viewer may read them.',
})
export class IncidentReportType {
  @Field(() => IncidentType, { description: 'The incident.' })
  incident: IncidentType
  @Field(() => DateTime, { description: 'As of when.' })
  generatedAt: Date
  @Field(() => [IncidentStatusDuration], {
    description: 'How long it was in which status, in the order of the first time.',
  })
  durations: IncidentStatusDuration[]
  @Field(() => [IncidentReportPerson], {
    description: 'Who took part, by name; nobody for those who do not read the directory.',
  })
  people: IncidentReportPerson[]
  @Field(() => [IncidentReportEscalation], {
    description: 'The calling of people, oldest first; for those who run incidents.',
  })
  escalation: IncidentReportEscalation[]
  @Field(() => [SlaRecordType], { description: 'What was promised, and what came of it; for those who run incidents.' })
  sla: SlaRecordType[]
  @Field(() => [ArticleLinkType], { description: 'What helped with it, or was drawn from it.' })
  articles: ArticleLinkType[]
  @Field(() => [IncidentReportEntry], { description: 'What audiences were told, oldest first.' })
  statusUpdates: IncidentReportEntry[]
  @Field(() => [IncidentReportEntry], { description: 'The timeline, oldest first: the latest 1,000 entries.' })
  timeline: IncidentReportEntry[]
  @Field(() => Boolean, { description: 'Whether there are older entries.' })
  timelineTruncated: boolean
}
