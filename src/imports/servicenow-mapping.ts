import { parse } from 'yaml'
import { HoldReason, IncidentStatus } from '../incidents/incident.js'
import { badInput } from '../platform/errors.js'
import { timeZone } from '../platform/input.js'

/**
 * How a log names its columns, writes its dates and calls its states. What a mapping file leaves out is as ServiceNow
 * exports it; states are added to those known.
 */

export const REQUIRED_COLUMNS = [
  'number',
  'incident_state',
  'opened_at',
  'sys_updated_at',
  'impact',
  'urgency',
] as const
export const OPTIONAL_COLUMNS = [
  ...(['priority', 'sys_mod_count', 'sys_updated_by', 'opened_by', 'caller_id', 'assignment_group'] as const),
  ...(['assigned_to', 'resolved_by', 'resolved_at', 'closed_at', 'reassignment_count', 'reopen_count'] as const),
  ...([
    'made_sla',
    'knowledge',
    'contact_type',
    'category',
    'subcategory',
    'u_symptom',
    'location',
    'cmdb_ci',
  ] as const),
  ...(['closed_code', 'problem_id', 'rfc', 'vendor', 'caused_by', 'short_description', 'description'] as const),
] as const
export const COLUMNS = [...REQUIRED_COLUMNS, ...OPTIONAL_COLUMNS]
export type Column = (typeof COLUMNS)[number]

export enum DateOrder {
  DAY_FIRST = 'DAY_FIRST',
  MONTH_FIRST = 'MONTH_FIRST',
  YEAR_FIRST = 'YEAR_FIRST',
}

export interface State {
  readonly status: IncidentStatus
  readonly holdReason: HoldReason | null
}

export interface Mapping {
  /** The name of the other system: with an incident's number it tells one incident from all others. */
  readonly system: string
  readonly columns: Readonly<Record<Column, string>>
  readonly delimiter: string
  /** What stands for a value that is not there, besides nothing at all. */
  readonly missing: readonly string[]
  readonly dates: DateOrder
  readonly timeZone: string
  /** By their names, in lower case. */
  readonly states: ReadonlyMap<string, State>
}

const state = (status: IncidentStatus, holdReason: HoldReason | null = null): State => ({ status, holdReason })
const { TRIGGERED, IN_PROGRESS, ON_HOLD, RESOLVED, CLOSED, CANCELLED } = IncidentStatus

/** ServiceNow knows no acknowledgement: to be given an incident is not to have taken it. Work on it is. */
const STATES: readonly (readonly [string, State])[] = [
  ['new', state(TRIGGERED)],
  ['active', state(IN_PROGRESS)],
  ['in progress', state(IN_PROGRESS)],
  ['awaiting user info', state(ON_HOLD, HoldReason.USER_INFORMATION)],
  ['awaiting problem', state(ON_HOLD, HoldReason.PROBLEM)],
  ['awaiting vendor', state(ON_HOLD, HoldReason.VENDOR)],
  ['awaiting evidence', state(ON_HOLD, HoldReason.EVIDENCE)],
  ['resolved', state(RESOLVED)],
  ['closed', state(CLOSED)],
  ['canceled', state(CANCELLED)],
  ['cancelled', state(CANCELLED)],
]

export const SERVICENOW: Mapping = {
  system: 'servicenow',
  columns: Object.fromEntries(COLUMNS.map((column) => [column, column])) as Record<Column, string>,
  delimiter: ',',
  missing: ['?'],
  dates: DateOrder.DAY_FIRST,
  timeZone: 'UTC',
  states: new Map(STATES),
}

/** Reads a mapping file, YAML or JSON. Errors: BAD_USER_INPUT, which names the key at fault. */
export function readMapping(text: string): Mapping {
  let file: unknown
  try {
    file = parse(text)
  } catch (error) {
    throw badInput('mapping', `The mapping file is neither YAML nor JSON: ${(error as Error).message.split('\n')[0]}`)
  }
  const keys = fieldsOf('mapping', file)
  const unknown = Object.keys(keys).find((key) => !(key in SERVICENOW))
  if (unknown) throw badInput(unknown, `A mapping has no ${unknown}; it has ${Object.keys(SERVICENOW).join(', ')}.`)
  return {
    system: keys['system'] === undefined ? SERVICENOW.system : words('system', keys['system']),
    columns: { ...SERVICENOW.columns, ...columnsOf(keys['columns'] ?? {}) },
    delimiter: keys['delimiter'] === undefined ? SERVICENOW.delimiter : words('delimiter', keys['delimiter']),
    missing: keys['missing'] === undefined ? SERVICENOW.missing : listOf('missing', keys['missing']),
    dates: keys['dates'] === undefined ? SERVICENOW.dates : oneOf('dates', DateOrder, keys['dates']),
    timeZone: keys['timeZone'] === undefined ? 'UTC' : timeZone('timeZone', words('timeZone', keys['timeZone'])),
    states: new Map([...STATES, ...statesOf(keys['states'] ?? {})]),
  }
}

function columnsOf(value: unknown): Partial<Record<Column, string>> {
  const columns = fieldsOf('columns', value)
  for (const [column, name] of Object.entries(columns)) {
    if (!COLUMNS.includes(column as Column))
      throw badInput(`columns.${column}`, `columns has no ${column}; it has ${COLUMNS.join(', ')}.`)
    words(`columns.${column}`, name)
  }
  return columns as Partial<Record<Column, string>>
}

/** A state is the name of a status, `ON_HOLD PROBLEM` where it waits for something. */
const statesOf = (value: unknown) =>
  Object.entries(fieldsOf('states', value)).map(([name, text]) => {
    const field = `states.${name}`
    const [status, reason, ...rest] = words(field, text).split(/\s+/)
    if (rest.length > 0) throw badInput(field, `${field} must be a status, or ON_HOLD and what it waits for.`)
    const mapped = oneOf(field, IncidentStatus, status)
    if ((mapped === ON_HOLD) !== (reason !== undefined))
      throw badInput(field, `${field}: ON_HOLD, and nothing else, needs what it waits for, such as ON_HOLD VENDOR.`)
    return [
      name.trim().toLowerCase(),
      state(mapped, reason === undefined ? null : oneOf(field, HoldReason, reason)),
    ] as const
  })

function fieldsOf(field: string, value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badInput(field, `${field} must be keys with values.`)
  return value as Record<string, unknown>
}

function words(field: string, value: unknown): string {
  if (typeof value !== 'string' || value === '') throw badInput(field, `${field} must be text.`)
  return value
}

function listOf(field: string, value: unknown): string[] {
  if (!Array.isArray(value)) throw badInput(field, `${field} must be a list.`)
  return value.map((item) => String(item))
}

function oneOf<T extends string>(field: string, choices: Record<string, T>, value: unknown): T {
  const choice = choices[String(value).toUpperCase()]
  if (!choice)
    throw badInput(field, `${field} must be one of ${Object.values(choices).join(', ')}, not ${String(value)}.`)
  return choice
}
