import { Field, ID, InputType, Int, ObjectType } from 'type-graphql'
import { Node } from '../platform/graphql.js'
import { connectionType } from '../platform/paging.js'
import { DateTime } from '../platform/scalars.js'
import type { ImpactAssess } from './impact-assessment.commands.js'
import { IncidentChangeInput, RecordedPayload } from './incident.types.js'

@ObjectType('ImpactAssessment', {
  implements: Node,
  simpleResolvers: true,
  description: 'What an incident does to people and services, as somebody judged it at a moment.',
})
export class ImpactAssessmentType extends Node {
  @Field(() => String, { description: 'How bad it is, in Markdown.' })
  summary: string
  @Field(() => Int, { nullable: true, description: 'How many people are affected; null when nobody can tell.' })
  usersAffected: number | null
  @Field(() => DateTime, { description: 'When it was judged so.' })
  assessedAt: Date
}

export const ImpactAssessmentConnection = connectionType('ImpactAssessment', () => ImpactAssessmentType)

@ObjectType({ simpleResolvers: true, description: 'What an assessment of impact answers.' })
export class ImpactAssessmentPayload extends RecordedPayload {
  @Field(() => ImpactAssessmentType, { nullable: true, description: 'The new assessment.' })
  impactAssessment: ImpactAssessmentType | null
}

@InputType({ description: 'To say what an incident does to people and services. Earlier assessments are kept.' })
export class IncidentImpactAssessInput extends IncidentChangeInput implements ImpactAssess {
  @Field(() => String, { description: 'How bad it is, in Markdown of up to 20,000 characters.' })
  summary: string
  @Field(() => Int, { nullable: true, description: 'How many people are affected; left out when nobody can tell.' })
  usersAffected?: number
  @Field(() => [ID], { nullable: true, description: 'Up to 100 services that are affected, too.' })
  serviceIds?: string[]
}
