import { createHash } from 'node:crypto'
import type { Priority } from '../incidents/incident.js'
import { Level, priorityOf } from '../incidents/incident.js'
import { firstMomentOf } from '../platform/wall-clock.js'
import type { DateOrder } from './servicenow-mapping.js'
import { COLUMNS, type Column, type Mapping, REQUIRED_COLUMNS, type State } from './servicenow-mapping.js'

/** One audit event of the log: an incident as a change left it. */

/** What a row says, by column, cleaned; null where it says nothing. */
export type Values = Readonly<Record<Column, string | null>>

export interface AuditRow {
  /** Tells this row from all others of the system, as a 64-bit number. */
  readonly key: string
  readonly number: string
  readonly values: Values
  readonly state: State
  readonly openedAt: Date
  readonly updatedAt: Date
  readonly resolvedAt: Date | null
  readonly closedAt: Date | null
  readonly impact: Level
  readonly urgency: Level
  readonly priority: Priority
  /** Counts the changes of the incident; null where the log does not. */
  readonly changeNumber: number | null
  readonly reopenCount: number | null
  readonly reassignmentCount: number | null
  readonly madeSla: boolean | null
  readonly knowledge: boolean | null
}

/** A row that cannot be told, and why. */
export class UnreadableRow extends Error {}

/** ServiceNow writes these into every row of an incident as they are in the end: they do not tell rows apart. */
const OF_THE_END: readonly Column[] = ['closed_code', 'resolved_by', 'resolved_at', 'closed_at']
const TELLING = COLUMNS.filter((column) => !OF_THE_END.includes(column))

/** A 64-bit number out of a text. */
export const keyOf = (text: string): string => createHash('sha1').update(text).digest().readBigInt64BE().toString()

/** The columns of a file, found by its first line. Errors: UnreadableRow when a required one is not there. */
export function readHeader(header: readonly string[], { columns }: Mapping): ReadonlyMap<Column, number> {
  const places = new Map<Column, number>()
  for (const column of COLUMNS) {
    const place = header.findIndex((name) => name.trim().toLowerCase() === columns[column].toLowerCase())
    if (place >= 0) places.set(column, place)
  }
  const absent = REQUIRED_COLUMNS.filter((column) => !places.has(column)).map((column) => columns[column])
  if (absent.length > 0)
    throw new UnreadableRow(`The file has no column ${absent.join(', ')}: a mapping file can name it.`)
  return places
}

/** Errors: UnreadableRow, with the reason in words. */
export function readRow(record: readonly string[], places: ReadonlyMap<Column, number>, mapping: Mapping): AuditRow {
  const valueOf = (column: Column): string | null => {
    const place = places.get(column)
    const value = place === undefined ? '' : (record[place] ?? '').trim()
    return value === '' || mapping.missing.includes(value) ? null : value
  }
  const values = Object.fromEntries(COLUMNS.map((column) => [column, valueOf(column)])) as Values
  const required = (column: Column): string => {
    const value = values[column]
    if (value === null) throw new UnreadableRow(`${mapping.columns[column]} is missing.`)
    return value
  }
  const moment = (column: Column): Date | null =>
    values[column] === null ? null : readDate(values[column], mapping, mapping.columns[column])
  const impact = level(required('impact'), mapping.columns.impact)
  const urgency = level(required('urgency'), mapping.columns.urgency)
  required('opened_at')
  required('sys_updated_at')
  return {
    key: keyOf(TELLING.map((column) => values[column] ?? '').join('\u0000')),
    number: required('number'),
    values,
    state: stateOf(required('incident_state'), mapping),
    openedAt: moment('opened_at')!,
    updatedAt: moment('sys_updated_at')!,
    resolvedAt: moment('resolved_at'),
    closedAt: moment('closed_at'),
    impact,
    urgency,
    priority: values.priority === null ? priorityOf(impact, urgency) : priority(values.priority, mapping),
    changeNumber: count(values, 'sys_mod_count'),
    reopenCount: count(values, 'reopen_count'),
    reassignmentCount: count(values, 'reassignment_count'),
    madeSla: flag(values, 'made_sla'),
    knowledge: flag(values, 'knowledge'),
  }
}

function stateOf(name: string, mapping: Mapping): State {
  const state = mapping.states.get(name.toLowerCase())
  if (!state)
    throw new UnreadableRow(`The state ${JSON.stringify(name)} is unknown: a mapping file can say what it is.`)
  return state
}

const LEVELS: Readonly<Record<string, Level>> = { 1: Level.HIGH, 2: Level.MEDIUM, 3: Level.LOW }
const LEVEL_NAMES: Readonly<Record<string, Level>> = { high: Level.HIGH, medium: Level.MEDIUM, low: Level.LOW }

/** `2 - Medium`, `2` or `Medium`. */
function level(value: string, column: string): Level {
  const found = LEVELS[/^([1-3])(?: *-.*)?$/.exec(value)?.[1] ?? ''] ?? LEVEL_NAMES[value.toLowerCase()]
  if (!found) throw new UnreadableRow(`${column} is ${JSON.stringify(value)}, not 1, 2 or 3.`)
  return found
}

/** `3 - Moderate`, `3` or `P3`. */
function priority(value: string, { columns }: Mapping): Priority {
  const digit = /^P?([1-5])(?: *-.*)?$/i.exec(value)?.[1]
  if (!digit) throw new UnreadableRow(`${columns.priority} is ${JSON.stringify(value)}, not 1 to 5.`)
  return `P${digit}` as Priority
}

function count(values: Values, column: Column): number | null {
  const value = values[column]
  if (value === null) return null
  if (!/^\d{1,9}$/.test(value)) throw new UnreadableRow(`${column} is ${JSON.stringify(value)}, not a number.`)
  return Number(value)
}

const FLAGS: Readonly<Record<string, boolean>> = { true: true, false: false, yes: true, no: false, 1: true, 0: false }

function flag(values: Values, column: Column): boolean | null {
  const value = values[column]
  if (value === null) return null
  const told = FLAGS[value.toLowerCase()]
  if (told === undefined) throw new UnreadableRow(`${column} is ${JSON.stringify(value)}, neither true nor false.`)
  return told
}

const DATE = /^(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?$/

const IN_ORDER: Record<DateOrder, (a: number, b: number, c: number) => [year: number, month: number, day: number]> = {
  DAY_FIRST: (day, month, year) => [year, month, day],
  MONTH_FIRST: (month, day, year) => [year, month, day],
  YEAR_FIRST: (year, month, day) => [year, month, day],
}

function readDate(value: string, { dates, timeZone }: Mapping, column: string): Date {
  const unreadable = () => new UnreadableRow(`${column} is ${JSON.stringify(value)}, no ${dates} date and time.`)
  const parts = DATE.exec(value)
  if (!parts) throw unreadable()
  const [a, b, c, hour, minute, second] = parts.slice(1).map((part) => Number(part ?? 0)) as number[]
  const [year, month, day] = IN_ORDER[dates](a!, b!, c!)
  const reading = Date.UTC(year, month - 1, day, hour, minute, second)
  const date = new Date(reading)
  const fits = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  if (!fits || year < 1970 || hour! > 23 || minute! > 59 || second! > 59) throw unreadable()
  return timeZone === 'UTC' ? date : new Date(firstMomentOf(timeZone, reading))
}
