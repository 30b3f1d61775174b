import { authorise } from '../access/rules.js'
import { Audience } from '../events/audience.js'
import { recordEvent } from '../events/event-log.js'
import { type Context, inTransaction } from '../platform/context.js'
import { ErrorCode, UserError, badInput, notFound } from '../platform/errors.js'
import { CustomFieldEntity } from './custom-field.entity.js'
import type { CustomFieldKind } from './custom-field.js'
import {
  type CustomField,
  type CustomFieldValue,
  MAXIMUM_FIELDS,
  MAXIMUM_VALUES,
  fieldKey,
  fieldLabel,
  fieldOptions,
  tellValue,
  valueOf,
} from './custom-field.js'
import { findCustomFields } from './custom-field.queries.js'
import { IncidentEventType, recordIncidentEvent } from './incident-event.js'
import { type IncidentInput, lockIncident, saveIncident } from './incident.commands.js'

/** Nobody subscribes to changes of definitions; they are kept for the audit. */
export enum CustomFieldEventType {
  DEFINED = 'custom_field.defined',
  RETIRED = 'custom_field.retired',
}

/** One at a time, so that they can be counted. */
const DEFINITIONS = 'tocsin.custom_fields'

export interface CustomFieldDefine {
  readonly key: string
  readonly label: string
  readonly kind: CustomFieldKind
  readonly options?: readonly string[] | null
}

/** Defines a field, or changes its label and options; a retired one is taken up again. */
export const defineCustomField = (ctx: Context, input: CustomFieldDefine) =>
  inTransaction(ctx, async (ctx) => {
    authorise(ctx.actor, 'configure')
    await ctx.db.lock(DEFINITIONS)
    const key = fieldKey(input.key)
    const [known] = await findCustomFields(ctx.db, [key])
    if (known && known.kind !== input.kind) {
      const message = `This field is of kind ${known.kind} for good: incidents may have values of it.`
      throw new UserError(ErrorCode.CONFLICT, message, 'kind')
    }
    if (!known && (await ctx.db.entities.count(CustomFieldEntity)) >= MAXIMUM_FIELDS)
      throw badInput('key', `There are at most ${MAXIMUM_FIELDS} custom fields.`)
    const customField: CustomField = {
      key,
      label: fieldLabel(input.label),
      kind: input.kind,
      options: fieldOptions(input.kind, input.options ?? []),
      active: true,
      createdAt: known?.createdAt ?? ctx.now(),
    }
    await ctx.db.entities.upsert(CustomFieldEntity, customField, ['key'])
    await recordDefinition(ctx, CustomFieldEventType.DEFINED, customField)
    return { customField }
  })

/** Ends that a field is set; done as well when it has ended. Its values stay readable, and can be cleared. */
export const retireCustomField = (ctx: Context, input: { key: string }) =>
  inTransaction(ctx, async (ctx) => {
    authorise(ctx.actor, 'configure')
    await ctx.db.lock(DEFINITIONS)
    const [known] = await findCustomFields(ctx.db, [input.key])
    if (!known) throw notFound('custom field', 'key')
    const customField = { ...known, active: false }
    if (known.active) {
      await ctx.db.entities.update(CustomFieldEntity, { key: known.key }, { active: false })
      await recordDefinition(ctx, CustomFieldEventType.RETIRED, customField)
    }
    return { customField }
  })

const recordDefinition = (ctx: Context, type: CustomFieldEventType, customField: CustomField) =>
  recordEvent(ctx, {
    type,
    subject: customField.key,
    incidentId: null,
    audience: Audience.INTERNAL,
    payload: customField,
  })

export interface CustomFieldsSet extends IncidentInput {
  readonly values: readonly { readonly key: string; readonly value?: unknown }[]
}

/** Sets the fields that are named; null clears one. */
export const setCustomFields = (ctx: Context, input: CustomFieldsSet) =>
  inTransaction(ctx, async (ctx) => {
    const before = await lockIncident(ctx, input, 'incident.respond')
    const changes = checkValues(await fieldsOf(ctx, input), input)
    const customFields: Record<string, unknown> = { ...before.customFields }
    for (const { field, value } of changes)
      if (value === null) delete customFields[field.key]
      else customFields[field.key] = value
    if (Object.keys(customFields).length > MAXIMUM_VALUES)
      throw badInput('values', `An incident has at most ${MAXIMUM_VALUES} values.`)
    const incident = await saveIncident(ctx, before, { customFields })
    const type = IncidentEventType.CUSTOM_FIELDS_CHANGED
    const body = changes.map(({ field, value }) => tellValue(field, value)).join('; ')
    const { eventCursor } = await recordIncidentEvent(ctx, { type, incident, body, audience: Audience.INTERNAL })
    return { incident, eventCursor }
  })

async function fieldsOf(ctx: Context, { values }: CustomFieldsSet): Promise<Map<string, CustomField>> {
  if (values.length === 0) throw badInput('values', 'Name at least one field to set.')
  if (values.length > MAXIMUM_VALUES)
    throw badInput('values', `Name at most ${MAXIMUM_VALUES} values, not ${values.length}.`)
  const keys = values.map(({ key }) => key)
  return new Map((await findCustomFields(ctx.db, keys)).map((field) => [field.key, field]))
}

interface Change {
  readonly field: CustomField
  /** Null clears it. */
  readonly value: CustomFieldValue | null
}

/** Each value fits its field, or the error names the first that does not. */
function checkValues(fields: ReadonlyMap<string, CustomField>, { values }: CustomFieldsSet): Change[] {
  const seen = new Set<string>()
  return values.map(({ key, value }, index) => {
    const field = fields.get(key)
    if (!field) throw notFound('custom field', `values.${index}.key`)
    if (seen.has(key)) throw badInput(`values.${index}.key`, 'This field is named twice.')
    seen.add(key)
    if (value === undefined) throw badInput(`values.${index}.value`, 'Give a value, or null to clear the field.')
    if (value === null) return { field, value }
    if (!field.active) throw badInput(`values.${index}.key`, 'This field is retired; it can only be cleared.')
    return { field, value: valueOf(field, value, `values.${index}.value`) }
  })
}
