import { createHash } from 'node:crypto'
import {
  DEFAULT_MAPPING,
  type MappedField,
  type Mapping,
  compileExpression,
} from '../../responders/integration.mapping.js'
import { cut } from '../../platform/text.js'
import { severityOf } from '../alert.js'
import type { Signal } from '../signal.js'
import { DESCRIPTION, SOURCE, SUMMARY, boundedDetails, boundedKey, boundedLabels, boundedLinks } from '../text.js'
import { UnacceptableBody, isObject, kindOf, listAt, momentAt } from './body.js'

/**
 * Any JSON, read through the mapping of its integration (`integration.mapping.ts` tells its language). One body is one
 * alert, or a list of up to 500. What the mapping does not name is looked for under the names that senders use most, so
 * that `{"summary": "Disk full", "source": "db-1"}` is an alert without any configuration.
 */

const MOST = 500

export function parseGeneric(body: unknown, mapping: Mapping | null, senderName: string): Signal[] {
  const [items, prefix] = itemsOf(body, mapping)
  if (items.length > MOST)
    throw new UnacceptableBody(mapping?.items ?? null, `At most ${MOST} alerts are taken at once, not ${items.length}.`)
  return items.map((item, n) =>
    new Item(item, items === body || prefix ? `${prefix}${n}.` : '', mapping).signal(senderName),
  )
}

/** The alerts, and what stands before their number in the names of fields. */
function itemsOf(body: unknown, mapping: Mapping | null): [items: readonly unknown[], prefix: string] {
  if (mapping?.items) return [listAt(compileExpression(mapping.items)(body), mapping.items), `${mapping.items}.`]
  return Array.isArray(body) ? [body, ''] : [[body], '']
}

const ACTIONS: Record<Signal['action'], readonly string[]> = {
  trigger: [],
  acknowledge: ['acknowledge', 'acknowledged', 'ack', 'acked'],
  resolve: [
    'resolve',
    'resolved',
    'ok',
    'ended',
    'end',
    'closed',
    'close',
    'recovered',
    'recovery',
    'up',
    'normal',
    'clear',
    'cleared',
    'inactive',
    'success',
    'healthy',
  ],
}

/** A word that nobody knows fires: rather one alert too many. */
const actionOf = (word: string): Signal['action'] => {
  const known = word.trim().toLowerCase()
  return ACTIONS.resolve.includes(known) ? 'resolve' : ACTIONS.acknowledge.includes(known) ? 'acknowledge' : 'trigger'
}

/** One alert of a body. */
class Item {
  constructor(
    private readonly item: unknown,
    private readonly prefix: string,
    private readonly mapping: Mapping | null,
  ) {
    if (!isObject(item))
      throw new UnacceptableBody(prefix.slice(0, -1) || null, `Must be an object, not ${kindOf(item)}.`)
  }

  signal(senderName: string): Signal {
    const action = actionOf(this.text('status'))
    const summary = this.text('summary')
    const source = this.text('source')
    const key = this.text('dedupKey') || (summary && keyOfContent(source, summary))
    if (action === 'trigger' && !summary) throw this.missing('summary')
    if (!key) throw this.missing('dedupKey')
    const dedupKey = boundedKey(key)
    const link = this.text('link')
    return {
      action,
      dedupKey,
      groupKey: boundedKey(this.text('groupKey') || dedupKey),
      episode: null,
      severity: severityOf(this.text('severity')),
      summary: cut(summary, SUMMARY),
      description: cut(this.text('description'), DESCRIPTION),
      source: cut(source || senderName, SOURCE),
      labels: this.labels(),
      details: this.details(),
      links: boundedLinks(link ? [{ url: link, text: 'Source' }] : []),
      startedAt: this.moment('startedAt'),
      endedAt: this.moment('endedAt'),
    }
  }

  private expression(field: MappedField): string {
    return this.mapping?.[field] ?? DEFAULT_MAPPING[field]
  }

  private value(field: MappedField): unknown {
    return compileExpression(this.expression(field))(this.item)
  }

  /** Numbers and truth values are taken as they are written; '' when there is nothing. */
  private text(field: MappedField): string {
    const value = this.value(field)
    if (value === undefined) return ''
    if (typeof value === 'object') throw this.wrong(field, `must be text, not ${kindOf(value)}`)
    return String(value).trim()
  }

  private moment(field: MappedField): Date | null {
    const value = this.value(field)
    const moment = typeof value === 'number' ? momentOfNumber(value) : value
    try {
      return momentAt(moment, field)
    } catch (error) {
      throw this.wrong(field, `is wrong: ${(error as Error).message}`)
    }
  }

  private labels(): Record<string, string> {
    const value = this.value('labels')
    if (value === undefined) return {}
    if (Array.isArray(value)) return boundedLabels({ tags: value.map(written).join(', ') })
    if (!isObject(value)) throw this.wrong('labels', `must be an object or a list, not ${kindOf(value)}`)
    return boundedLabels(Object.fromEntries(Object.entries(value).map(([name, member]) => [name, written(member)])))
  }

  private details(): Record<string, unknown> {
    const value = this.value('details')
    return value === undefined ? {} : boundedDetails(isObject(value) ? value : { details: value })
  }

  private missing(field: MappedField): UnacceptableBody {
    return this.wrong(field, 'is missing or empty')
  }

  private wrong(field: MappedField, what: string): UnacceptableBody {
    return new UnacceptableBody(`${this.prefix}${field}`, `The ${field} (${this.expression(field)}) ${what}.`)
  }
}

const written = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** Seconds or milliseconds since 1970, told apart by their size: 100 thousand million seconds lie in the year 5138. */
const momentOfNumber = (value: number): string => {
  const moment = new Date(value < 100_000_000_000 ? value * 1000 : value)
  return Number.isNaN(moment.getTime()) ? String(value) : moment.toISOString()
}

const keyOfContent = (source: string, summary: string): string =>
  createHash('sha256').update(`${source}\n${summary}`).digest('hex')
