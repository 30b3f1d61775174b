import { Severity } from '../../src/alerts/alert.js'
import type { Report, Sender, Signal } from '../../src/alerts/signal.js'
import { integrationActor } from '../../src/platform/actor.js'
import { IntegrationKind } from '../../src/responders/integration.entity.js'

/** What the tests of the pure rules begin with. */

/** So many minutes after the beginning. */
export const at = (minute: number): Date => new Date(Date.UTC(2026, 10, 23, 9, minute))

export const aSender: Sender = {
  id: 'int_tests',
  name: 'Tests',
  kind: IntegrationKind.GENERIC,
  serviceId: 'svc_database',
  teamId: 'team_storage',
  mapping: null,
  autoResolve: true,
  regroupMinutes: 15,
  active: true,
}

export const aSignal: Signal = {
  action: 'trigger',
  dedupKey: 'disk',
  groupKey: 'disks',
  episode: null,
  severity: Severity.WARNING,
  summary: 'Disk 95% full',
  description: '',
  source: 'db-1',
  labels: {},
  details: {},
  links: [],
  startedAt: null,
  endedAt: null,
}

export const reportOf = (signal: Signal, sender: Partial<Sender> = {}): Report => ({
  sender: { ...aSender, ...sender },
  actor: integrationActor({ ...aSender, ...sender }),
  signal,
})
