import { Visibility } from '../../src/access/rules.js'
import {
  HoldReason,
  type Incident,
  IncidentStatus,
  Level,
  type Moment,
  Priority,
  correctMoments,
  isOpen,
  priorityOf,
  transition,
  triage,
} from '../../src/incidents/incident.js'
import { ErrorCode } from '../../src/platform/errors.js'

const at = (time: string) => new Date(`2026-11-23T${time}:00Z`)
const NOW = at('12:00')

const anIncident = (fields: Partial<Incident> = {}): Incident => ({
  id: 'inc_1',
  number: 1,
  title: 'Checkout is down',
  description: '',
  status: IncidentStatus.TRIGGERED,
  holdReason: null,
  visibility: Visibility.ORGANIZATION,
  impact: Level.MEDIUM,
  urgency: Level.MEDIUM,
  priority: Priority.P3,
  priorityOverridden: false,
  drill: false,
  serviceId: null,
  teamId: null,
  commanderId: null,
  reporterId: null,
  integrationId: null,
  groupKey: null,
  resolution: null,
  workaround: null,
  customFields: {},
  impactStartedAt: null,
  detectedAt: null,
  createdAt: at('08:00'),
  acknowledgedAt: null,
  mitigatedAt: null,
  firstResolvedAt: null,
  resolvedAt: null,
  closedAt: null,
  reopenCount: 0,
  updatedAt: at('08:00'),
  version: 1,
  ...fields,
})

describe('the lifecycle', () => {
  const ALLOWED: Record<keyof typeof IncidentStatus, string[]> = {
    TRIGGERED: ['ACKNOWLEDGED', 'IN_PROGRESS', 'RESOLVED', 'CANCELLED'],
    ACKNOWLEDGED: ['IN_PROGRESS', 'RESOLVED', 'CANCELLED'],
    IN_PROGRESS: ['ON_HOLD', 'RESOLVED', 'CANCELLED'],
    ON_HOLD: ['IN_PROGRESS', 'RESOLVED', 'CANCELLED'],
    RESOLVED: ['IN_PROGRESS', 'CLOSED'],
    CLOSED: [],
    CANCELLED: [],
  }
  const STEPS = Object.values(IncidentStatus).flatMap((from) =>
    Object.values(IncidentStatus).map((to) => [from, to, ALLOWED[from].includes(to)] as const),
  )

  it.each(STEPS)('from %s to %s: %s', (from, to, allowed) => {
    const step = () => transition(anIncident({ status: from }), to, NOW)
    if (allowed) expect(step()).toMatchObject({ status: to, holdReason: null })
    else expect(step).toThrow(expect.objectContaining({ code: ErrorCode.INVALID_TRANSITION, field: 'id' }))
  })

  it('names both statuses in words when a step is refused', () => {
    expect(() => transition(anIncident({ status: IncidentStatus.CLOSED }), IncidentStatus.IN_PROGRESS, NOW)).toThrow(
      'An incident that is closed cannot become in progress.',
    )
  })

  it.each([
    [IncidentStatus.TRIGGERED, true],
    [IncidentStatus.ACKNOWLEDGED, true],
    [IncidentStatus.IN_PROGRESS, true],
    [IncidentStatus.ON_HOLD, true],
    [IncidentStatus.RESOLVED, false],
    [IncidentStatus.CLOSED, false],
    [IncidentStatus.CANCELLED, false],
  ])('%s is open: %s', (status, open) => expect(isOpen({ status })).toBe(open))

  it('stamps each moment when it comes, and the first acknowledgement and resolution for good', () => {
    const acknowledged = transition(anIncident(), IncidentStatus.ACKNOWLEDGED, at('09:00'))
    expect(acknowledged).toEqual({ status: 'ACKNOWLEDGED', holdReason: null, acknowledgedAt: at('09:00') })
    expect(transition(anIncident(acknowledged), IncidentStatus.IN_PROGRESS, at('09:30'))).toMatchObject({
      acknowledgedAt: at('09:00'),
    })
    const reopened = anIncident({ status: IncidentStatus.IN_PROGRESS, firstResolvedAt: at('10:00') })
    expect(transition(reopened, IncidentStatus.RESOLVED, at('11:00'))).toMatchObject({
      firstResolvedAt: at('10:00'),
      resolvedAt: at('11:00'),
    })
    const resolved = anIncident({ status: IncidentStatus.RESOLVED })
    expect(transition(resolved, IncidentStatus.CLOSED, NOW)).toMatchObject({ closedAt: NOW })
    expect(transition(anIncident(), IncidentStatus.CANCELLED, NOW)).toMatchObject({ closedAt: NOW })
  })

  it('takes starting to work for acknowledging, and invents no acknowledgement when an alert ends by itself', () => {
    expect(transition(anIncident(), IncidentStatus.IN_PROGRESS, NOW)).toMatchObject({ acknowledgedAt: NOW })
    expect(transition(anIncident(), IncidentStatus.RESOLVED, NOW)).not.toHaveProperty('acknowledgedAt')
  })

  it('ends a hold with its reason', () => {
    const held = anIncident({ status: IncidentStatus.ON_HOLD, holdReason: HoldReason.VENDOR })
    expect(transition(held, IncidentStatus.IN_PROGRESS, NOW)).toMatchObject({ holdReason: null })
  })

  it('takes resolution and mitigation back when it is reopened, and counts it', () => {
    const resolved = anIncident({
      status: IncidentStatus.RESOLVED,
      resolution: 'Restarted',
      mitigatedAt: at('09:00'),
      firstResolvedAt: at('10:00'),
      resolvedAt: at('10:00'),
    })
    expect(transition(resolved, IncidentStatus.IN_PROGRESS, NOW)).toEqual({
      status: 'IN_PROGRESS',
      holdReason: null,
      reopenCount: 1,
      resolution: null,
      mitigatedAt: null,
      resolvedAt: null,
    })
  })
})

describe('the priority', () => {
  it.each([
    ['HIGH', 'HIGH', 'P1'],
    ['HIGH', 'MEDIUM', 'P2'],
    ['HIGH', 'LOW', 'P3'],
    ['MEDIUM', 'HIGH', 'P2'],
    ['MEDIUM', 'MEDIUM', 'P3'],
    ['MEDIUM', 'LOW', 'P4'],
    ['LOW', 'HIGH', 'P3'],
    ['LOW', 'MEDIUM', 'P4'],
    ['LOW', 'LOW', 'P5'],
  ])('of impact %s and urgency %s is %s', (impact, urgency, priority) =>
    expect(priorityOf(impact as Level, urgency as Level)).toBe(priority),
  )

  it('follows a triage unless somebody has overridden it', () => {
    expect(triage(anIncident(), Level.HIGH, Level.HIGH)).toEqual({ impact: 'HIGH', urgency: 'HIGH', priority: 'P1' })
    expect(triage(anIncident({ priorityOverridden: true }), Level.HIGH, Level.HIGH)).toEqual({
      impact: 'HIGH',
      urgency: 'HIGH',
    })
  })
})

describe('a correction of times', () => {
  const told = anIncident({
    status: IncidentStatus.RESOLVED,
    detectedAt: at('08:00'),
    acknowledgedAt: at('09:00'),
    firstResolvedAt: at('11:00'),
    resolvedAt: at('11:00'),
  })
  const refused = (corrections: { [moment in Moment]?: Date | null }, incident = told) => {
    let error: unknown
    try {
      correctMoments(incident, corrections, NOW)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toMatchObject({ code: ErrorCode.BAD_USER_INPUT })
    return [(error as { field: string }).field, (error as Error).message]
  }

  it('changes what it names and nothing else', () =>
    expect(correctMoments(told, { impactStartedAt: at('07:00'), acknowledgedAt: at('08:30') }, NOW)).toEqual({
      impactStartedAt: at('07:00'),
      acknowledgedAt: at('08:30'),
    }))

  it('keeps the order in which things happen', () => {
    expect(refused({ detectedAt: at('09:30') })).toEqual(['detectedAt', 'Must not lie after acknowledgedAt.'])
    expect(refused({ acknowledgedAt: at('07:30') })).toEqual(['acknowledgedAt', 'Must not lie before detectedAt.'])
    expect(correctMoments(told, { detectedAt: at('09:30'), acknowledgedAt: at('09:40') }, NOW)).toBeTruthy()
  })

  it('refuses the future, and what has not happened', () => {
    expect(refused({ resolvedAt: at('13:00') })).toEqual(['resolvedAt', 'Must not lie in the future.'])
    expect(refused({ closedAt: at('11:30') })).toEqual(['closedAt', 'This has not happened yet.'])
  })

  it('withdraws what was told by mistake, not what the lifecycle stamped', () => {
    expect(correctMoments(told, { detectedAt: null }, NOW)).toEqual({ detectedAt: null })
    expect(refused({ acknowledgedAt: null })[0]).toBe('acknowledgedAt')
  })

  it('leaves alone what it does not name, even when that came in an unusual order', () => {
    const mitigatedFirst = { ...told, mitigatedAt: at('08:30') }
    expect(correctMoments(mitigatedFirst, { impactStartedAt: at('07:00') }, NOW)).toEqual({
      impactStartedAt: at('07:00'),
    })
  })

  it('moves the first resolution with the only one, and never the first of several', () => {
    expect(correctMoments(told, { resolvedAt: at('10:00') }, NOW)).toEqual({
      resolvedAt: at('10:00'),
      firstResolvedAt: at('10:00'),
    })
    const again = { ...told, reopenCount: 1, firstResolvedAt: at('10:00') }
    expect(correctMoments(again, { resolvedAt: at('11:30') }, NOW)).toEqual({ resolvedAt: at('11:30') })
    expect(refused({ resolvedAt: at('09:30') }, again)).toEqual([
      'resolvedAt',
      'Must not lie before the first resolution.',
    ])
  })
})
