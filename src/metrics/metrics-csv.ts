import type { Context } from '../platform/context.js'
import { snake } from '../platform/database.js'
import { DURATION_FIELDS, RATE_FIELDS, type Telling, documentation, duration, rate } from './metric.js'
import { type Metrics, labelOf } from './metrics.queries.js'

/** The figures as a table that spreadsheets read (RFC 4180). */

type Value = string | number | null

/** A spreadsheet would run what begins so. */
const FORMULA = /^[=+\-@\t\r]/

function cell(value: Value): string {
  if (value === null) return ''
  if (typeof value === 'number') return String(Math.round(value * 1_000) / 1_000)
  const text = FORMULA.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

export async function csvOf(ctx: Context, metrics: Metrics): Promise<string> {
  const rows: Record<string, Value>[] = []
  for (const group of metrics.groups) {
    const keys: Record<string, Value> = {}
    for (const key of group.keys) keys[key.dimension.toLowerCase()] = await labelOf(ctx, key)
    rows.push({ ...keys, ...figuresOf({ group, asOf: metrics.asOf, exact: metrics.exact }) })
  }
  const header = Object.keys(
    rows[0] ?? {
      ...Object.fromEntries(metrics.scope.dimensions.map((d) => [d.toLowerCase(), ''])),
      ...figuresOf(nothing(metrics)),
    },
  )
  return [header.join(','), ...rows.map((row) => header.map((name) => cell(row[name] ?? null)).join(','))]
    .map((line) => `${line}\r\n`)
    .join('')
}

const nothing = ({ total, asOf, exact }: Metrics): Telling => ({ group: total, asOf, exact })

function figuresOf(telling: Telling): Record<string, Value> {
  const { group } = telling
  const figures: Record<string, Value> = { opened: group.tally.incidents }
  if (group.backlog !== null) figures['backlog'] = group.backlog
  for (const [name, measure] of Object.entries(DURATION_FIELDS)) {
    const { count, mean, p50, p75, p90, p95, p99 } = duration(measure, telling)
    for (const [part, value] of Object.entries({ count, mean, p50, p75, p90, p95, p99 }))
      figures[`${snake(name)}_${part}`] = value
  }
  for (const [name, measure] of Object.entries(RATE_FIELDS)) {
    const { count, value } = rate(measure, telling)
    Object.assign(figures, { [`${snake(name)}_count`]: count, [snake(name)]: value })
  }
  const { count, value } = documentation(telling)
  return { ...figures, documentation_quality_count: count, documentation_quality: value }
}
