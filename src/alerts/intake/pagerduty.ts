import { randomUUID } from 'node:crypto'
import { parseMoment } from '../../platform/scalars.js'
import { cut } from '../../platform/text.js'
import { type AlertLink, Severity } from '../alert.js'
import type { Signal } from '../signal.js'
import { SOURCE, SUMMARY, boundedDetails, boundedLabels, boundedLinks } from '../text.js'
import { type JsonObject, UnacceptableBody, isObject } from './body.js'

/**
 * The PagerDuty Events API, version 2, as its senders know it: the limits are PagerDuty's, and so are the words of the
 * errors. Alerts are told apart by `dedup_key`; each has an incident of its own.
 */

/** All that is wrong with an event. */
export class InvalidEvent extends UnacceptableBody {
  readonly errors: readonly string[]

  constructor(problems: readonly { readonly field: string | null; readonly message: string }[]) {
    const errors = problems.map(({ message }) => message)
    super(problems[0]!.field, errors.join('; '))
    this.errors = errors
  }
}

const DEDUP_KEY = 255
const ACTIONS = ['trigger', 'acknowledge', 'resolve'] as const
const SEVERITIES: Record<string, Severity> = {
  critical: Severity.CRITICAL,
  error: Severity.ERROR,
  warning: Severity.WARNING,
  info: Severity.INFO,
}

export const routingKeyOf = (body: unknown): string | null =>
  isObject(body) && typeof body['routing_key'] === 'string' ? body['routing_key'] : null

/** Its dedup key is the answer's. Errors: InvalidEvent, with everything that is wrong. */
export function parsePagerDuty(body: unknown, newKey: () => string = randomUUID): Signal {
  const event = new Reader(body)
  const action = event.choice('event_action', ACTIONS)
  const key = event.text('dedup_key', { maximum: DEDUP_KEY, required: action !== null && action !== 'trigger' })
  if (action === null) throw event.invalid()
  if (action !== 'trigger') {
    event.check()
    return { ...NOTHING_TOLD, action, dedupKey: key, groupKey: key }
  }
  const payload = event.object('payload')
  const summary = payload.text('summary', { maximum: SUMMARY, required: true })
  const source = payload.text('source', { required: true })
  const severity = payload.choice('severity', Object.keys(SEVERITIES))
  const startedAt = payload.moment('timestamp')
  const labels = Object.fromEntries(
    ['component', 'group', 'class'].flatMap((name) => {
      const value = payload.text(name)
      return value ? [[name, value] as const] : []
    }),
  )
  const client = event.text('client')
  const clientUrl = event.text('client_url')
  const links = [
    ...event.links('links', 'href', 'text'),
    ...event.links('images', 'src', 'alt'),
    { url: clientUrl, text: client },
  ]
  event.check()
  const dedupKey = key || newKey()
  const { custom_details: details } = payload.members
  return {
    action,
    dedupKey,
    groupKey: dedupKey,
    episode: null,
    severity: SEVERITIES[severity!]!,
    summary,
    description: '',
    source: cut(source, SOURCE),
    labels: boundedLabels(labels),
    details: boundedDetails(
      isObject(details) ? details : (details ?? null) === null ? {} : { custom_details: details },
    ),
    links: boundedLinks(links),
    startedAt,
    endedAt: null,
  }
}

/** Change events are accepted and never page: nothing of them is kept. Errors: InvalidEvent. */
export function checkPagerDutyChange(body: unknown): void {
  const event = new Reader(body)
  const payload = event.object('payload')
  payload.text('summary', { maximum: SUMMARY, required: true })
  payload.moment('timestamp')
  event.check()
}

const NOTHING_TOLD = {
  episode: null,
  severity: Severity.INFO,
  summary: '',
  description: '',
  source: '',
  labels: {},
  details: {},
  links: [],
  startedAt: null,
  endedAt: null,
}

type Problem = { readonly field: string | null; readonly message: string }

/** Reads members of an object and collects what is wrong with them, in PagerDuty's words. */
class Reader {
  readonly members: JsonObject

  constructor(
    value: unknown,
    private readonly path = '',
    private readonly problems: Problem[] = [],
  ) {
    this.members = isObject(value) ? value : {}
    if (!isObject(value))
      this.wrong(path || null, path ? `'${path}' must be an object` : 'Event object is not an object')
  }

  /** Errors: InvalidEvent with everything that was wrong, here and in the objects within. */
  check(): void {
    if (this.problems.length > 0) throw this.invalid()
  }

  invalid(): InvalidEvent {
    return new InvalidEvent(this.problems)
  }

  object(name: string): Reader {
    const field = this.field(name)
    if (this.isMissing(name)) this.wrong(field, `'${field}' is missing or blank`)
    return new Reader(this.members[name] ?? {}, field, this.problems)
  }

  /** '' when it is missing. */
  text(name: string, { maximum = Infinity, required = false } = {}): string {
    const field = this.field(name)
    const value = this.members[name]
    if (this.isMissing(name) || (typeof value === 'string' && value.trim() === '')) {
      if (required) this.wrong(field, `'${field}' is missing or blank`)
      return ''
    }
    if (typeof value !== 'string') return this.wrong(field, `'${field}' must be a string`)
    if (value.length > maximum)
      return this.wrong(field, `Length of '${field}' is incorrect (should be at most ${maximum} characters)`)
    return value
  }

  choice<T extends string>(name: string, choices: readonly T[]): T | null {
    const value = this.text(name, { required: true })
    const chosen = choices.find((choice) => choice === value)
    const last = choices.length - 1
    const listed = `${choices
      .slice(0, last)
      .map((choice) => `'${choice}'`)
      .join(', ')} or '${choices[last]}'`
    if (value && !chosen)
      this.wrong(this.field(name), `'${this.field(name)}' is invalid (must be one of the following: ${listed})`)
    return chosen ?? null
  }

  moment(name: string): Date | null {
    const text = this.text(name)
    if (!text) return null
    try {
      return parseMoment(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2')) // PagerDuty takes +0000, too
    } catch (error) {
      this.wrong(this.field(name), `'${this.field(name)}' is invalid (${(error as Error).message})`)
      return null
    }
  }

  links(name: string, address: string, text: string): AlertLink[] {
    const value = this.members[name]
    if (this.isMissing(name)) return []
    if (!Array.isArray(value)) {
      this.wrong(this.field(name), `'${this.field(name)}' must be an array`)
      return []
    }
    return value.map((link: unknown, n) => {
      const reader = new Reader(link, `${this.field(name)}.${n}`, this.problems)
      return { url: reader.text(address, { required: true }), text: reader.text(text) }
    })
  }

  private isMissing(name: string): boolean {
    return (this.members[name] ?? null) === null
  }

  private field(name: string): string {
    return this.path ? `${this.path}.${name}` : name
  }

  private wrong(field: string | null, message: string): '' {
    this.problems.push({ field, message })
    return ''
  }
}
