import type { Actor } from '../platform/actor.js'
import type { Integration } from '../responders/integration.entity.js'
import type { AlertLink, Severity } from './alert.js'

/**
 * What every monitoring tool's report is translated into. One request brings one signal or many; from here on nothing
 * knows which tool it was.
 */
export interface Signal {
  readonly action: 'trigger' | 'acknowledge' | 'resolve'
  readonly dedupKey: string
  readonly groupKey: string
  readonly episode: string | null
  readonly severity: Severity
  readonly summary: string
  readonly description: string
  readonly source: string
  readonly labels: Record<string, string>
  readonly details: Record<string, unknown>
  readonly links: AlertLink[]
  readonly startedAt: Date | null
  /** Of a resolve; null when the sender does not say. */
  readonly endedAt: Date | null
}

/** Nothing of this group fires any more: what is open and began by then, but is not listed, has ended unmentioned. */
export interface GroupEnd {
  readonly action: 'resolve_group'
  readonly groupKey: string
  readonly startedUntil: Date
  readonly listed: readonly string[]
}

/** An integration, as far as its reports need it. */
export interface Sender extends Pick<
  Integration,
  'id' | 'name' | 'kind' | 'serviceId' | 'mapping' | 'autoResolve' | 'regroupMinutes' | 'active'
> {
  /** Its own, or its service's. */
  readonly teamId: string | null
}

export interface Report<S extends Signal | GroupEnd = Signal> {
  readonly sender: Sender
  readonly signal: S
  /** In whose name it is done: the integration's, or a person's who ends an alert by hand. */
  readonly actor: Pick<Actor, 'kind' | 'id' | 'name'>
}
