import { badInput } from '../platform/errors.js'
import { text } from '../platform/input.js'

/**
 * What an organisation wants to know of an incident beyond what every one has. An administrator defines a field; its
 * kind decides for good which values it takes. A retired field is set no more, and what was set stays readable.
 */

export enum CustomFieldKind {
  TEXT = 'TEXT',
  NUMBER = 'NUMBER',
  BOOLEAN = 'BOOLEAN',
  DATE = 'DATE',
  CHOICE = 'CHOICE',
}

export interface CustomField {
  key: string
  label: string
  kind: CustomFieldKind
  /** CHOICE only: what can be chosen. */
  options: string[]
  active: boolean
  createdAt: Date
}

export type CustomFieldValue = string | number | boolean

/** An incident has at most so many values, and so has one request. */
export const MAXIMUM_VALUES = 50
export const MAXIMUM_FIELDS = 200
const MAXIMUM_OPTIONS = 100
const LABEL = { maximum: 100 }
const TEXT = { maximum: 4_000 }

/** Lower snake case, short enough to be the subject of an event. */
export function fieldKey(key: string): string {
  if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(key) || key.length > 40)
    throw badInput('key', 'Must be lower snake case of at most 40 characters, such as customer_tier.')
  return key
}

export const fieldLabel = (label: string): string => text('label', label, LABEL)

export function fieldOptions(kind: CustomFieldKind, options: readonly string[]): string[] {
  if (kind !== CustomFieldKind.CHOICE) {
    if (options.length > 0) throw badInput('options', 'Only a field of kind CHOICE has options.')
    return []
  }
  if (options.length === 0) throw badInput('options', 'A field of kind CHOICE needs at least one option.')
  if (options.length > MAXIMUM_OPTIONS)
    throw badInput('options', `Name at most ${MAXIMUM_OPTIONS} options, not ${options.length}.`)
  const cleaned = options.map((option, index) => text(`options.${index}`, option, LABEL))
  const repeated = cleaned.findIndex((option, index) => cleaned.indexOf(option) !== index)
  if (repeated >= 0) throw badInput(`options.${repeated}`, 'This option is named twice.')
  return cleaned
}

/** The value as it is kept. Errors: BAD_USER_INPUT that says what the kind takes. */
export function valueOf({ kind, options }: CustomField, value: unknown, field: string): CustomFieldValue {
  switch (kind) {
    case CustomFieldKind.TEXT:
      if (typeof value === 'string') return text(field, value, TEXT)
      throw badInput(field, 'Must be text.')
    case CustomFieldKind.NUMBER:
      if (typeof value === 'number' && Number.isFinite(value)) return value
      throw badInput(field, 'Must be a number.')
    case CustomFieldKind.BOOLEAN:
      if (typeof value === 'boolean') return value
      throw badInput(field, 'Must be true or false.')
    case CustomFieldKind.DATE:
      if (typeof value === 'string' && isDay(value)) return value
      throw badInput(field, 'Must be a day of the years 1970 to 2199, such as "2026-11-23".')
    case CustomFieldKind.CHOICE:
      if (typeof value === 'string' && options.includes(value)) return value
      throw badInput(field, `Must be one of: ${options.map((option) => `“${option}”`).join(', ')}.`)
  }
}

function isDay(value: string): boolean {
  if (!/^(19[7-9]\d|2[01]\d\d)-\d\d-\d\d$/.test(value)) return false
  const day = new Date(`${value}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value)
}

/** What the timeline says of a value; a long text is cut. */
export function tellValue({ label }: CustomField, value: CustomFieldValue | null): string {
  if (value === null) return `${label} cleared`
  const shown = String(value)
  return `${label}: ${shown.length > 200 ? `${shown.slice(0, 200)}…` : shown}`
}
