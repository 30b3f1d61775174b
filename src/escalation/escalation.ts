import { type Incident, Level } from '../incidents/incident.js'
import { nextWithin } from '../platform/hours.js'
import { type PolicyTerms, conditionHolds } from './policy.js'

/**
 * Calling people for one incident, step by step, until somebody acknowledges. Pure: where an escalation stands, what it
 * does next, and what each thing that happens makes of it. Time arrives as an argument.
 *
 *     DEFERRED ──hours begin──▶ ESCALATING ──passes are over──▶ EXHAUSTED, or on by the management's policy
 *                                 ▲    │
 *     SNOOZED ─────it is over─────┤    └─somebody takes it─▶ ACKNOWLEDGED ──(it may time out)──▶ ESCALATING
 *
 * Each start is a run of its own. Whatever state it is in, the end of the incident makes it ENDED.
 */

export enum EscalationState {
  /** Of low urgency: waits for working hours. */
  DEFERRED = 'DEFERRED',
  /** People are called. */
  ESCALATING = 'ESCALATING',
  /** Somebody has it. */
  ACKNOWLEDGED = 'ACKNOWLEDGED',
  /** Nobody is called until a certain time. */
  SNOOZED = 'SNOOZED',
  /** Everybody was called in vain. */
  EXHAUSTED = 'EXHAUSTED',
  /** The incident is over. */
  ENDED = 'ENDED',
}

export interface Escalation {
  readonly incidentId: string
  readonly state: EscalationState
  readonly terms: PolicyTerms
  /** Why the present run was begun. */
  readonly reason: string
  /** From 1. */
  readonly run: number
  /** From 0. */
  readonly pass: number
  /** Index of the step taken last in this pass; -1 before the first. */
  readonly step: number
  /** When it goes on by itself; null while it waits for nothing. */
  readonly dueAt: Date | null
  /** Who has it; null when nobody has, or a monitoring tool said that somebody does. */
  readonly acknowledgedBy: string | null
  readonly startedAt: Date
  /** Reached a second step, or was escalated by a person: what the escalation rate counts. */
  readonly escalated: boolean
  readonly updatedAt: Date
}

const MINUTE = 60_000

/** How long whoever is asked whether they still have it may take to answer, before others are called. */
export const GRACE_MINUTES = 5

export const newEscalation = (incidentId: string, terms: PolicyTerms, reason: string, now: Date): Escalation => ({
  ...{ incidentId, state: EscalationState.ESCALATING, terms, reason, run: 1, pass: 0, step: -1, dueAt: now },
  ...{ acknowledgedBy: null, startedAt: now, escalated: false, updatedAt: now },
})

/** Begins anew with the first step; by other terms where they are given. */
export const rerun = (escalation: Escalation, reason: string, now: Date, terms = escalation.terms): Escalation => ({
  ...escalation,
  ...{ state: EscalationState.ESCALATING, terms, reason, run: escalation.run + 1, pass: 0, step: -1, dueAt: now },
  ...{ acknowledgedBy: null, updatedAt: now },
})

/** What an escalation does when its time has come. */
export type Outcome =
  | { readonly does: 'wait'; readonly until: Date }
  | { readonly does: 'resume' }
  | { readonly does: 'ask again' }
  | { readonly does: 'call'; readonly pass: number; readonly step: number; readonly passedOver: readonly number[] }
  | { readonly does: 'hand over'; readonly policyId: string }
  | { readonly does: 'give up' }

type Urgent = Pick<Incident, 'priority' | 'urgency'>

/** @param forced by a person, who does not wait for working hours */
export function outcomeOf(escalation: Escalation, incident: Urgent, now: Date, forced: boolean): Outcome {
  if (escalation.state === EscalationState.ACKNOWLEDGED && !forced) return { does: 'ask again' }
  if (escalation.state === EscalationState.SNOOZED && !forced) return { does: 'resume' }
  const until = forced ? now : callableFrom(escalation.terms, incident, now)
  if (until > now) return { does: 'wait', until }
  const next = nextStep(escalation, incident, now)
  if (next) return { does: 'call', ...next }
  const { managementPolicyId } = escalation.terms
  return managementPolicyId ? { does: 'hand over', policyId: managementPolicyId } : { does: 'give up' }
}

/** What is of low urgency waits for working hours, where the policy has any. */
export const callableFrom = ({ workingHours }: PolicyTerms, { urgency }: Urgent, now: Date): Date =>
  workingHours && urgency === Level.LOW ? nextWithin(workingHours, now) : now

/** The next step whose condition holds, in this pass or in those to come; null when there is none. */
export function nextStep(
  { terms, pass, step }: Pick<Escalation, 'terms' | 'pass' | 'step'>,
  incident: Urgent,
  at: Date,
) {
  const passedOver: number[] = []
  for (let inPass = pass, index = step + 1; inPass <= terms.repeat; inPass++, index = 0)
    for (; index < terms.steps.length; index++) {
      if (conditionHolds(terms.steps[index]!.condition, incident, at)) return { pass: inPass, step: index, passedOver }
      passedOver.push(index)
    }
  return null
}

/** The hours have not begun. Where it stands stays. */
export const deferred = (escalation: Escalation, until: Date, now: Date): Escalation => ({
  ...escalation,
  ...{ state: EscalationState.DEFERRED, dueAt: until, updatedAt: now },
})

/** A step has been taken: the next one waits for its delay. */
export const stepTaken = (escalation: Escalation, pass: number, step: number, now: Date): Escalation => ({
  ...escalation,
  ...{ state: EscalationState.ESCALATING, pass, step, acknowledgedBy: null, updatedAt: now },
  dueAt: new Date(+now + escalation.terms.steps[step]!.delayMinutes * MINUTE),
  escalated: escalation.escalated || escalation.step >= 0 || escalation.pass > 0,
})

/** Nothing of it is left to try: the next outcome is to hand over, or to give up. */
export const passesOver = (escalation: Escalation): Escalation => ({
  ...escalation,
  pass: escalation.terms.repeat,
  step: escalation.terms.steps.length - 1,
})

export const exhausted = (escalation: Escalation, now: Date): Escalation => ({
  ...escalation,
  ...{ state: EscalationState.EXHAUSTED, dueAt: null, updatedAt: now },
})

/** Whoever had it is asked, and has a while to answer; then it begins anew. */
export const askedAgain = (escalation: Escalation, now: Date): Escalation => ({
  ...rerun(escalation, 'The acknowledgement has timed out', now),
  ...(escalation.acknowledgedBy && { dueAt: new Date(+now + GRACE_MINUTES * MINUTE) }),
})

/** @param timesOut whether it may: not once work has begun */
export function acknowledged(escalation: Escalation, by: string | null, timesOut: boolean, now: Date): Escalation {
  const { acknowledgementTimeoutMinutes } = escalation.terms
  const dueAt =
    timesOut && acknowledgementTimeoutMinutes ? new Date(+now + acknowledgementTimeoutMinutes * MINUTE) : null
  return { ...escalation, state: EscalationState.ACKNOWLEDGED, dueAt, acknowledgedBy: by, updatedAt: now }
}

export const snoozed = (escalation: Escalation, until: Date, now: Date): Escalation => ({
  ...escalation,
  ...{ state: EscalationState.SNOOZED, dueAt: until, acknowledgedBy: null, updatedAt: now },
})

export const ended = (escalation: Escalation, now: Date): Escalation => ({
  ...escalation,
  ...{ state: EscalationState.ENDED, dueAt: null, updatedAt: now },
})

/** Its time is now. */
export const hastened = (escalation: Escalation, now: Date): Escalation => ({
  ...escalation,
  ...{ dueAt: now, updatedAt: now },
})

export const isDue = ({ dueAt }: Pick<Escalation, 'dueAt'>, now: Date): boolean => dueAt !== null && dueAt <= now

/** The step that comes next by itself, as far as that can be said now; null when none does. */
export function upcoming(
  escalation: Escalation,
  incident: Urgent,
): { readonly at: Date; readonly step: number } | null {
  const { state, dueAt, acknowledgedBy } = escalation
  if (!dueAt) return null
  if (state === EscalationState.SNOOZED) return { at: dueAt, step: 0 }
  if (state === EscalationState.ACKNOWLEDGED)
    return { at: acknowledgedBy ? new Date(+dueAt + GRACE_MINUTES * MINUTE) : dueAt, step: 0 }
  const next = nextStep(escalation, incident, dueAt)
  return next && { at: dueAt, step: next.step }
}
