import { Arg, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql'
import type { Context } from '../platform/context.js'
import { Input, Shareable, answer } from '../platform/graphql.js'
import { defineCustomField, retireCustomField, setCustomFields } from './custom-field.commands.js'
import { customFieldValues, customFields } from './custom-field.queries.js'
import * as types from './custom-field.types.js'
import { CustomFieldPayload, CustomFieldType, CustomFieldValueType } from './custom-field.types.js'
import type { Incident } from './incident.js'
import { IncidentPayload, IncidentType } from './incident.types.js'

@Resolver(() => CustomFieldType)
export class CustomFieldResolver {
  @Query(() => [CustomFieldType], {
    description: 'The custom fields that can be set, by label. Empty for those who do not work on incidents.',
  })
  customFields(
    @Ctx() ctx: Context,
    @Arg('includeRetired', () => Boolean, { defaultValue: false, description: 'Those that can only be cleared, too.' })
    includeRetired: boolean,
  ) {
    return customFields(ctx, includeRetired)
  }

  @Mutation(() => CustomFieldPayload, { description: 'Defines a custom field, or changes its label and options.' })
  customFieldDefine(
    @Ctx() ctx: Context,
    @Input(() => types.CustomFieldDefineInput) input: types.CustomFieldDefineInput,
  ) {
    return answer(ctx, (ctx) => defineCustomField(ctx, input))
  }

  @Mutation(() => CustomFieldPayload, { description: 'Retires a custom field; what was set stays readable.' })
  customFieldRetire(
    @Ctx() ctx: Context,
    @Input(() => types.CustomFieldRetireInput) input: types.CustomFieldRetireInput,
  ) {
    return answer(ctx, (ctx) => retireCustomField(ctx, input))
  }

  @Mutation(() => IncidentPayload, { description: 'Sets custom fields of an incident.' })
  incidentCustomFieldsSet(
    @Ctx() ctx: Context,
    @Input(() => types.IncidentCustomFieldsSetInput) input: types.IncidentCustomFieldsSetInput,
  ) {
    return answer(ctx, (ctx) => setCustomFields(ctx, input))
  }
}

@Resolver(() => IncidentType)
export class IncidentCustomFieldsResolver {
  @Shareable()
  @FieldResolver(() => [CustomFieldValueType], {
    description: 'What is set of the custom fields, by label. Empty for those who do not work on incidents.',
  })
  customFields(@Root() incident: Incident, @Ctx() ctx: Context) {
    return customFieldValues(ctx, incident)
  }
}
