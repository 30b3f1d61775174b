import { GraphQLJSON } from 'graphql-scalars'
import { Field, InputType, ObjectType, registerEnumType } from 'type-graphql'
import { Payload } from '../platform/graphql.js'
import { DateTime } from '../platform/scalars.js'
import type { CustomFieldDefine, CustomFieldsSet } from './custom-field.commands.js'
import { CustomFieldKind } from './custom-field.js'
import { IncidentChangeInput } from './incident.types.js'

registerEnumType(CustomFieldKind, {
  name: 'CustomFieldKind',
  description: 'Which values a custom field takes.',
  valuesConfig: {
    TEXT: { description: 'Text of up to 4,000 characters.' },
    NUMBER: { description: 'A number.' },
    BOOLEAN: { description: 'True or false.' },
    DATE: { description: 'A day as text: 2026-11-23.' },
    CHOICE: { description: 'One of the options, as text.' },
  },
})

@ObjectType('CustomField', {
  simpleResolvers: true,
  description: 'Something that an organisation wants to know of its incidents beyond what every one has.',
})
export class CustomFieldType {
  @Field(() => String, { description: 'Names it for good, in lower snake case.' })
  key: string
  @Field(() => String, { description: 'Names it for people.' })
  label: string
  @Field(() => CustomFieldKind, { description: 'Which values it takes.' })
  kind: CustomFieldKind
  @Field(() => [String], { description: 'What can be chosen; empty unless it is a choice.' })
  options: string[]
  @Field(() => Boolean, { description: 'Whether it can be set; a retired one can only be cleared.' })
  active: boolean
  @Field(() => DateTime, { description: 'When it was defined.' })
  createdAt: Date
}

@ObjectType('CustomFieldValue', { simpleResolvers: true, description: 'What a custom field is set to.' })
export class CustomFieldValueType {
  @Field(() => CustomFieldType, { description: 'The field.' })
  field: CustomFieldType
  @Field(() => GraphQLJSON, { description: 'Text, a number or a truth value, as the kind of the field says.' })
  value: unknown
}

@ObjectType({ simpleResolvers: true, description: 'What a change of a custom field answers.' })
export class CustomFieldPayload extends Payload {
  @Field(() => CustomFieldType, { nullable: true, description: 'As the change left it.' })
  customField: CustomFieldType | null
}

@InputType({ description: 'To define a custom field, or to change its label and options.' })
export class CustomFieldDefineInput implements CustomFieldDefine {
  @Field(() => String, { description: 'Lower snake case of up to 40 characters. An existing one is changed.' })
  key: string
  @Field(() => String, { description: 'Names it for people, in up to 100 characters.' })
  label: string
  @Field(() => CustomFieldKind, { description: 'Which values it takes; it cannot be changed later.' })
  kind: CustomFieldKind
  @Field(() => [String], { nullable: true, description: 'What can be chosen: 1 to 100 for a choice, none else.' })
  options?: string[]
}

@InputType({ description: 'To retire a custom field.' })
export class CustomFieldRetireInput {
  @Field(() => String, { description: 'The field. What was set stays readable.' })
  key: string
}

@InputType({ description: 'A custom field and what it shall be set to.' })
export class CustomFieldValueInput {
  @Field(() => String, { description: 'The field.' })
  key: string
  @Field(() => GraphQLJSON, {
    nullable: true,
    description: 'Text, a number or a truth value, as the kind of the field says; null clears it.',
  })
  value?: unknown
}

@InputType({ description: 'To set custom fields of an incident; those that are not named stay.' })
export class IncidentCustomFieldsSetInput extends IncidentChangeInput implements CustomFieldsSet {
  @Field(() => [CustomFieldValueInput], { description: 'Up to 50, each field once.' })
  values: CustomFieldValueInput[]
}
