import { Field, Int, ObjectType, registerEnumType } from 'type-graphql'
import { DateTime } from '../platform/scalars.js'

export enum ExternalReferenceKind {
  INCIDENT = 'INCIDENT',
  PROBLEM = 'PROBLEM',
  CHANGE = 'CHANGE',
  CAUSING_CHANGE = 'CAUSING_CHANGE',
  VENDOR = 'VENDOR',
}

registerEnumType(ExternalReferenceKind, {
  name: 'ExternalReferenceKind',
  description: 'What a reference to another system leads to.',
  valuesConfig: {
    INCIDENT: { description: 'The incident itself, as it is called there.' },
    PROBLEM: { description: 'The problem behind it.' },
    CHANGE: { description: 'A change that was requested because of it.' },
    CAUSING_CHANGE: { description: 'The change that caused it.' },
    VENDOR: { description: 'A supplier that it concerns.' },
  },
})

@ObjectType({ simpleResolvers: true, description: 'What something is called in another system.' })
export class ExternalReference {
  @Field(() => String, { description: 'The other system.' })
  system: string
  @Field(() => ExternalReferenceKind, { description: 'What it leads to.' })
  kind: ExternalReferenceKind
  @Field(() => String, { description: 'Its number or name there.' })
  key: string
}

@ObjectType({
  simpleResolvers: true,
  description: 'What another system knew of an incident that was imported from it.',
})
export class ImportedFacts {
  @Field(() => String, { description: 'The other system.' })
  system: string
  @Field(() => String, { description: 'Its number there.' })
  number: string
  @Field(() => Boolean, { nullable: true, description: 'Whether it met its SLA there.' })
  madeSla: boolean | null
  @Field(() => Boolean, { nullable: true, description: 'Whether knowledge was used or written for it there.' })
  knowledge: boolean | null
  @Field(() => String, { nullable: true, description: 'How it was reported.' })
  contactType: string | null
  @Field(() => String, { nullable: true, description: 'Its category there.' })
  category: string | null
  @Field(() => String, { nullable: true, description: 'Its subcategory there.' })
  subcategory: string | null
  @Field(() => String, { nullable: true, description: 'With which code it was closed there.' })
  closeCode: string | null
  @Field(() => Int, { nullable: true, description: 'How often it was handed on there.' })
  reassignmentCount: number | null
  @Field(() => DateTime, { description: 'When it was last imported.' })
  importedAt: Date
}
