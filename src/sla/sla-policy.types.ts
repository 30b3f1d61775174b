import { Field, ID, InputType, Int, ObjectType } from 'type-graphql'
import { Visibility } from '../access/rules.js'
import { Priority } from '../incidents/incident.js'
import { Node, Payload } from '../platform/graphql.js'
import { connectionType } from '../platform/paging.js'
import { DateTime } from '../platform/scalars.js'
import type { PolicyChange, PolicyCreate } from './sla-policy.commands.js'
import type { PolicyFilter } from './sla-policy.queries.js'
import type { PolicySketch } from './sla-policy.terms.js'

const TEXTS = {
  name: 'Unique among policies that are not archived; up to 200 characters.',
  description: 'What it is for, in up to 2,000 characters.',
  priorities: 'The incident has any of these. Null: any.',
  services: 'The incident concerns any of these services. Null: any, or none.',
  teams: 'Any of these teams has the incident. Null: any, or none.',
  visibilities: 'The incident has any of these. Null: any.',
  drills: 'Whether it is for drills as well; not, when left out.',
  calendar: 'When time counts. Null: round the clock.',
  response: 'Minutes that count until somebody has taken it: 1 to 527,040. Null: nothing is promised.',
  resolution: 'Minutes that count until it is resolved: 1 to 527,040. Null: nothing is promised.',
  risk: 'Percent of a target from which on it is at risk: 1 to 99; 80 when left out.',
  version: 'Do it only if it still has this version; else CONFLICT.',
}

@ObjectType('SlaPolicy', {
  implements: Node,
  simpleResolvers: true,
  description:
    'Within what time incidents are taken and resolved. The first policy that matches an incident holds for it.',
})
export class SlaPolicyType extends Node {
  @Field(() => Int, { nullable: true, description: 'From 1; they are asked in this order. Null once it is archived.' })
  position: number | null
  @Field(() => String, { description: TEXTS.name })
  name: string
  @Field(() => String, { description: 'What it is for.' })
  description: string
  @Field(() => [Priority], { nullable: true, description: TEXTS.priorities })
  priorities: Priority[] | null
  @Field(() => [Visibility], { nullable: true, description: TEXTS.visibilities })
  visibilities: Visibility[] | null
  @Field(() => Boolean, { description: 'Whether it is for drills as well.' })
  drills: boolean
  @Field(() => Int, { nullable: true, description: TEXTS.response })
  responseMinutes: number | null
  @Field(() => Int, { nullable: true, description: TEXTS.resolution })
  resolutionMinutes: number | null
  @Field(() => Int, { description: 'Percent of a target from which on it is at risk.' })
  atRiskPercent: number
  @Field(() => Boolean, { description: 'Whether it is chosen no more.' })
  archived: boolean
  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt: Date
  @Field(() => DateTime, { description: 'When it last changed.' })
  updatedAt: Date
  @Field(() => Int, { description: 'Rises by one with each change; `expectedVersion` compares with it.' })
  version: number
}

export const SlaPolicyConnection = connectionType('SlaPolicy', () => SlaPolicyType)

@ObjectType({ simpleResolvers: true, description: 'What a change of an SLA policy answers.' })
export class SlaPolicyPayload extends Payload {
  @Field(() => SlaPolicyType, { nullable: true, description: 'As the change left it.' })
  slaPolicy: SlaPolicyType | null
}

@InputType('SlaPolicyFilter', { description: 'Which policies. All that is given must hold.' })
export class SlaPolicyFilterInput implements PolicyFilter {
  @Field(() => String, { nullable: true, description: 'The name contains this.' })
  search?: string
  @Field(() => Boolean, { nullable: true, description: 'Those that are archived, in place of those that are not.' })
  archived?: boolean
}

@InputType()
abstract class SlaPolicySketch implements PolicySketch {
  @Field(() => String, { nullable: true, description: TEXTS.description })
  description?: string
  @Field(() => [Priority], { nullable: true, description: TEXTS.priorities })
  priorities?: Priority[] | null
  @Field(() => [ID], { nullable: true, description: TEXTS.services })
  serviceIds?: string[] | null
  @Field(() => [ID], { nullable: true, description: TEXTS.teams })
  teamIds?: string[] | null
  @Field(() => [Visibility], { nullable: true, description: TEXTS.visibilities })
  visibilities?: Visibility[] | null
  @Field(() => Boolean, { nullable: true, description: TEXTS.drills })
  drills?: boolean
  @Field(() => ID, { nullable: true, description: TEXTS.calendar })
  calendarId?: string | null
  @Field(() => Int, { nullable: true, description: TEXTS.response })
  responseMinutes?: number | null
  @Field(() => Int, { nullable: true, description: TEXTS.resolution })
  resolutionMinutes?: number | null
  @Field(() => Int, { nullable: true, description: TEXTS.risk })
  atRiskPercent?: number
}

@InputType({ description: 'To make an SLA policy: it promises a response, a resolution or both.' })
export class SlaPolicyCreateInput extends SlaPolicySketch implements PolicyCreate {
  @Field(() => String, { description: TEXTS.name })
  name: string
  @Field(() => Int, { nullable: true, description: 'From 1; those from there on make room. Last when left out.' })
  position?: number
}

@InputType({ description: 'To change an SLA policy; what is left out stays. Clocks that run go on as they began.' })
export class SlaPolicyUpdateInput extends SlaPolicySketch implements PolicyChange {
  @Field(() => ID, { description: 'The policy.' })
  id: string
  @Field(() => Int, { nullable: true, description: TEXTS.version })
  expectedVersion?: number
  @Field(() => String, { nullable: true, description: TEXTS.name })
  name?: string
}

@InputType({ description: 'To archive an SLA policy: it is chosen no more.' })
export class SlaPolicyArchiveInput implements PolicyChange {
  @Field(() => ID, { description: 'The policy.' })
  id: string
  @Field(() => Int, { nullable: true, description: TEXTS.version })
  expectedVersion?: number
}

@InputType({ description: 'To ask an SLA policy earlier or later than others.' })
export class SlaPolicyReorderInput extends SlaPolicyArchiveInput {
  @Field(() => Int, { description: 'From 1.' })
  position: number
}
