import type { Alert, Severity } from '../../src/alerts/alert.js'
import { dedup } from '../../src/alerts/dedup.js'
import { Grouping, type KnownIncident, incidentToJoin, raised } from '../../src/alerts/grouping.js'
import type { Sender, Signal } from '../../src/alerts/signal.js'
import { type Incident, IncidentStatus, Level } from '../../src/incidents/incident.js'
import { aSignal, at, reportOf } from './given.js'

/** A world in memory: the rules carry a batch out, and what they leave is known to the next. */
class World {
  incidents: KnownIncident[] = []
  triagedByHand = new Set<string>()
  alerts: Alert[] = []
  /** Everything that the timelines would say. */
  told: string[] = []

  report(now: Date, signals: readonly Partial<Signal>[], sender: Partial<Sender> = {}): this {
    const reports = signals.map((signal) => reportOf({ ...aSignal, ...signal }, sender))
    const grouping = new Grouping(this.incidents, this.triagedByHand, now)
    for (const step of dedup(reports, this.alerts, now)) grouping.carryOut(step)
    const alerts = [...grouping.newAlerts, ...grouping.changedAlerts]
    this.alerts = [...this.alerts.filter(({ id }) => !alerts.some((alert) => alert.id === id)), ...alerts]
    const incidents = [...grouping.newIncidents, ...grouping.changedIncidents]
    const all = new Map([...this.incidents.map(({ incident }) => incident), ...incidents].map((one) => [one.id, one]))
    this.incidents = [...all.values()].map((incident) => ({
      incident,
      openAlerts: this.alerts.filter(({ incidentId, endedAt }) => incidentId === incident.id && !endedAt).length,
    }))
    this.told.push(...grouping.happenings.map(({ type, incident }) => `${type.slice(9)} v${incident.version}`))
    return this
  }

  /** A person changes the only incident. */
  byHand(changes: Partial<Incident>, triagedByHand = false): this {
    this.incidents = this.incidents.map((known) => ({ ...known, incident: { ...known.incident, ...changes } }))
    if (triagedByHand) this.triagedByHand = new Set(this.incidents.map(({ incident }) => incident.id))
    return this
  }

  get statuses(): IncidentStatus[] {
    return this.incidents.map(({ incident }) => incident.status)
  }
}

const end = { action: 'resolve' as const }

describe('an alert', () => {
  it('opens an incident that says what is wrong, whose it is and how bad', () => {
    const { incidents } = new World().report(at(5), [{ severity: 'CRITICAL' as Severity, startedAt: at(1) }])
    expect(incidents[0]!.incident).toMatchObject({
      ...{ title: 'Disk 95% full', status: 'TRIGGERED', impact: 'HIGH', urgency: 'HIGH', priority: 'P1', version: 1 },
      ...{ serviceId: 'svc_database', teamId: 'team_storage', integrationId: 'int_tests', groupKey: 'disks' },
      ...{ impactStartedAt: at(1), detectedAt: at(5), createdAt: at(5), acknowledgedAt: null },
    })
  })

  it('does not invent when the impact began', () => {
    expect(new World().report(at(5), [{}]).incidents[0]!.incident.impactStartedAt).toBeNull()
    expect(new World().report(at(5), [{ startedAt: at(6) }]).incidents[0]!.incident.impactStartedAt).toBeNull()
  })

  it('joins the open incident of its group, and no other', () => {
    const world = new World().report(at(0), [{ dedupKey: 'a' }, { dedupKey: 'b' }, { dedupKey: 'c', groupKey: 'cpus' }])
    expect(world.told).toEqual(['triggered v1', 'alert_added v1', 'triggered v1'])
    expect(world.incidents.map(({ openAlerts }) => openAlerts)).toEqual([2, 1])
  })

  it('resolves its incident by its end, when it was the last', () => {
    const world = new World().report(at(0), [{ dedupKey: 'a' }, { dedupKey: 'b' }])
    expect(world.report(at(1), [{ dedupKey: 'a', ...end }]).statuses).toEqual(['TRIGGERED'])
    expect(world.report(at(2), [{ dedupKey: 'b', ...end }]).statuses).toEqual(['RESOLVED'])
    expect(world.incidents[0]!.incident).toMatchObject({ resolvedAt: at(2), firstResolvedAt: at(2), version: 2 })
  })

  it('leaves its incident open where its integration says so', () => {
    const sender = { autoResolve: false }
    expect(new World().report(at(0), [{}], sender).report(at(1), [end], sender).statuses).toEqual(['TRIGGERED'])
  })

  it.each([
    ['a short while ago', 14, {}, ['IN_PROGRESS'], 1],
    ['too long ago', 15, {}, ['RESOLVED', 'TRIGGERED'], 0],
    ['at all, where nothing is reopened', 1, { regroupMinutes: 0 }, ['RESOLVED', 'TRIGGERED'], 0],
  ])('reopens the incident of its group that was resolved %s', (_told, minutes, sender, statuses, reopenCount) => {
    const world = new World().report(at(0), [{}], sender).report(at(10), [end], sender)
    world.report(at(10 + minutes), [{ dedupKey: 'another' }], sender)
    expect(world.statuses).toEqual(statuses)
    expect(world.incidents.at(-1)!.incident.reopenCount).toBe(reopenCount)
  })

  it('has an incident even when it is known only as ended', () => {
    const ended = { ...end, episode: at(0).toISOString(), startedAt: at(0), endedAt: at(3) }
    const world = new World().report(at(5), [ended])
    expect(world.told).toEqual(['triggered v1', 'resolved v2'])
    expect(world.alerts[0]).toMatchObject({ status: 'ENDED', endedAt: at(3), occurrences: 1 })
    // The next joins it, and does not wake it up again.
    world.report(at(6), [{ ...ended, dedupKey: 'another' }])
    expect(world.told.slice(2)).toEqual(['alert_added v2'])
    expect(world.statuses).toEqual(['RESOLVED'])
  })

  it('that makes way for its next occurrence does not resolve the incident in between', () => {
    const dated = (minute: number) => ({ episode: at(minute).toISOString(), startedAt: at(minute) })
    const world = new World().report(at(0), [dated(0)]).report(at(9), [dated(8)])
    expect(world.told).toEqual(['triggered v1', 'alert_added v1'])
    expect(world.incidents[0]!.openAlerts).toBe(1)
  })
})

describe('a rising severity', () => {
  const rising = [{ severity: 'CRITICAL' as Severity }]

  it('raises the incident, in the same group', () => {
    const world = new World().report(at(0), [{}]).report(at(1), rising)
    expect(world.told).toEqual(['triggered v1', 'triaged v2'])
    expect(world.incidents[0]!.incident).toMatchObject({ impact: 'HIGH', urgency: 'HIGH', priority: 'P1' })
  })

  it('never lowers it', () => {
    const world = new World().report(at(0), rising).report(at(1), [{ severity: 'INFO' as Severity }])
    expect(world.incidents[0]!.incident.priority).toBe('P1')
  })

  it.each<[string, Partial<Incident>, boolean]>([
    ['has taken it', { status: IncidentStatus.ACKNOWLEDGED }, false],
    ['has set its priority', { priorityOverridden: true }, false],
    ['has assessed it', {}, true],
  ])('leaves it alone once somebody %s', (_told, changes, triaged) => {
    const world = new World().report(at(0), [{}]).byHand(changes, triaged).report(at(1), rising)
    expect(world.incidents[0]!.incident.priority).toBe('P3')
  })

  it.each<[Level, Level, string, object | null]>([
    [Level.LOW, Level.LOW, 'WARNING', { impact: 'MEDIUM', urgency: 'MEDIUM' }],
    [Level.LOW, Level.HIGH, 'ERROR', { impact: 'HIGH', urgency: 'HIGH' }],
    [Level.MEDIUM, Level.MEDIUM, 'WARNING', null],
    [Level.HIGH, Level.HIGH, 'INFO', null],
  ])('%s impact and %s urgency become with %s', (impact, urgency, severity, to) =>
    expect(raised({ impact, urgency }, severity as Severity)).toEqual(to),
  )
})

describe('an alert that goes on after its incident was resolved by hand', () => {
  const resolved = { status: IncidentStatus.RESOLVED, resolvedAt: at(10) }

  it('reopens it', () => {
    const world = new World().report(at(0), [{}]).byHand(resolved).report(at(12), [{}])
    expect(world.statuses).toEqual(['IN_PROGRESS'])
    expect(world.told).toEqual(['triggered v1', 'reopened v2'])
    expect(world.alerts).toHaveLength(1)
  })

  it('moves to a new one when that is long ago', () => {
    const world = new World().report(at(0), [{}]).byHand(resolved).report(at(40), [{}])
    expect(world.statuses).toEqual(['RESOLVED', 'TRIGGERED'])
    expect(world.alerts).toMatchObject([{ incidentId: world.incidents[1]!.incident.id, occurrences: 2 }])
  })

  it('stays quiet when it was cancelled', () => {
    const cancelled = { status: IncidentStatus.CANCELLED, closedAt: at(10) }
    expect(new World().report(at(0), [{}]).byHand(cancelled).report(at(40), [{}]).statuses).toEqual(['CANCELLED'])
  })
})

it('acknowledges an incident once', () => {
  const acknowledge = { action: 'acknowledge' as const }
  const world = new World().report(at(0), [{}]).report(at(1), [acknowledge]).report(at(2), [acknowledge])
  expect(world.told).toEqual(['triggered v1', 'acknowledged v2'])
  expect(world.incidents[0]!.incident.acknowledgedAt).toEqual(at(1))
})

it('prefers an open incident to one that was resolved just now', () => {
  const resolved = { id: 'a', status: IncidentStatus.RESOLVED, resolvedAt: at(9) } as Incident
  const earlier = { id: 'b', status: IncidentStatus.RESOLVED, resolvedAt: at(8) } as Incident
  const open = { id: 'c', status: IncidentStatus.ON_HOLD, resolvedAt: null } as Incident
  expect(incidentToJoin([earlier, resolved, open], at(0))).toBe(open)
  expect(incidentToJoin([earlier, resolved], at(0))).toBe(resolved)
  expect(incidentToJoin([earlier, resolved], at(9))).toBeNull()
  expect(incidentToJoin([{ ...resolved, status: IncidentStatus.CLOSED }], at(0))).toBeNull()
})
