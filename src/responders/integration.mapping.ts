import { LRUCache } from 'lru-cache'

/**
 * How an integration of kind GENERIC reads an alert out of a sender's JSON. For each field of an alert there is an
 * expression in a small language that only looks things up, so that whatever is configured ends at once:
 *
 *     event.id                         a member of a member; a number names an element of a list: `hosts.0`
 *     labels."app.kubernetes.io/name"  a name that has dots or spaces stands in double quotes
 *     $                                the whole object
 *     'production'                     this very text
 *     title | message | 'No title'     the first of these that is there, and not null or ''
 */

export interface Mapping {
  /** Where the list of alerts is when one body brings several; without it the body is the alert, or a list of them. */
  readonly items?: string | null
  readonly dedupKey?: string | null
  readonly groupKey?: string | null
  readonly status?: string | null
  readonly severity?: string | null
  readonly summary?: string | null
  readonly description?: string | null
  readonly source?: string | null
  readonly startedAt?: string | null
  readonly endedAt?: string | null
  readonly labels?: string | null
  readonly details?: string | null
  readonly link?: string | null
}

export type MappedField = Exclude<keyof Mapping, 'items'>

/** What holds where a mapping says nothing: the names that senders use most. */
export const DEFAULT_MAPPING: Readonly<Record<MappedField, string>> = {
  dedupKey: 'dedup_key | dedupKey | alert_id | id | fingerprint',
  groupKey: 'group_key | groupKey',
  status: 'status | state | event_action | action',
  severity: 'severity | priority | level',
  summary: 'summary | title | message | alertname | name',
  description: 'description',
  source: 'source | host | hostname | instance | service',
  startedAt: 'started_at | startedAt | starts_at | startsAt | timestamp',
  endedAt: 'ended_at | endedAt | ends_at | endsAt',
  labels: 'labels | tags',
  details: '$',
  link: 'url | link',
}

export const MAPPING_FIELDS = ['items', ...Object.keys(DEFAULT_MAPPING)] as readonly (keyof Mapping)[]

export const MAXIMUM_EXPRESSION = 500 // characters

export class ExpressionError extends Error {}

type Expression = (item: unknown) => unknown

const NAME = `(?:"[^"]+"|[^\\s."'|]+)`
const ALTERNATIVE = new RegExp(`\\s*(?:'([^']*)'|(${NAME}(?:\\.${NAME})*))\\s*(?:\\||$)`, 'y')
const NAMES = new RegExp(NAME, 'g')

const compiled = new LRUCache<string, Expression>({ max: 1_000 })

/** Errors: ExpressionError, which quotes what it does not understand. */
export function compileExpression(text: string): Expression {
  let expression = compiled.get(text)
  if (!expression) compiled.set(text, (expression = firstOf(alternativesOf(text))))
  return expression
}

function alternativesOf(text: string): Expression[] {
  const alternatives: Expression[] = []
  for (let at = 0, more = true; more; at = ALTERNATIVE.lastIndex) {
    ALTERNATIVE.lastIndex = at
    const match = ALTERNATIVE.exec(text)
    if (!match) throw new ExpressionError(`There is no path or 'text' at ${JSON.stringify(text.slice(at))}.`)
    const [whole, literal, path] = match
    alternatives.push(path === undefined ? () => literal : lookUp(path))
    more = whole.endsWith('|')
  }
  return alternatives
}

function lookUp(path: string): Expression {
  if (path === '$') return (item) => item
  const names = path.match(NAMES)!.map((name) => (name.startsWith('"') ? name.slice(1, -1) : name))
  return (item) => names.reduce(member, item)
}

const isOwn = Object.prototype.propertyIsEnumerable

/** Own members only: what every object or list inherits is nothing that a sender said. */
const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && isOwn.call(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined

const firstOf =
  (alternatives: readonly Expression[]): Expression =>
  (item) => {
    for (const alternative of alternatives) {
      const value = alternative(item)
      if (value !== undefined && value !== null && value !== '') return value
    }
    return undefined
  }
