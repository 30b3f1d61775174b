import type { Incident } from '../incidents/incident.js'
import { EscalationEventType } from './escalation-event.js'
import { type Escalation, newEscalation, outcomeOf, passesOver, rerun, stepTaken } from './escalation.js'
import type { PolicyTerms, Target } from './policy.js'
import type { Finding } from './target.js'

/**
 * What a policy would do from a moment on, if nobody answered: by the same rules as in earnest, with nobody called. Who is
 * on call is looked up for the moment of each step.
 */

export interface SimulatedStep {
  readonly at: Date
  /** DEFERRED, PAGED, HANDED_OVER or EXHAUSTED. */
  readonly type: EscalationEventType
  readonly policyName: string
  /** From 0. */
  readonly pass: number
  /** Index; null where it is about none. */
  readonly step: number | null
  /** Indices of steps whose condition does not hold then. */
  readonly passedOver: readonly number[]
  readonly findings: readonly Finding[]
  /** When it goes on; null at the end. */
  readonly dueAt: Date | null
}

/** What is looked up for it. */
export interface Surroundings {
  readonly findTargets: (targets: readonly Target[], at: Date) => Promise<Finding[]>
  /** The terms of a policy; null when it is gone or archived. */
  readonly findTerms: (policyId: string) => Promise<PolicyTerms | null>
}

/** However long a policy is, and whatever follows it. */
const MAXIMUM_STEPS = 500

export async function simulate(
  terms: PolicyTerms,
  incident: Pick<Incident, 'priority' | 'urgency'>,
  from: Date,
  { findTargets, findTerms }: Surroundings,
): Promise<SimulatedStep[]> {
  const steps: SimulatedStep[] = []
  let escalation: Escalation = newEscalation('', terms, '', from)
  let at = from
  let inVain = 0
  const tell = (type: EscalationEventType, told: Partial<SimulatedStep> = {}) =>
    steps.push({
      ...{ at, type, policyName: escalation.terms.name, pass: escalation.pass, step: null, passedOver: [] },
      ...{ findings: [], dueAt: escalation.dueAt, ...told },
    })
  while (steps.length < MAXIMUM_STEPS) {
    const outcome = outcomeOf(escalation, incident, at, false)
    if (outcome.does === 'wait') {
      escalation = { ...escalation, dueAt: outcome.until }
      tell(EscalationEventType.DEFERRED)
      at = outcome.until
    } else if (outcome.does === 'call') {
      const { pass, step, passedOver } = outcome
      const findings = await findTargets(escalation.terms.steps[step]!.targets, at)
      const anybody = findings.some(({ callees, contactPoint }) => callees.length > 0 || contactPoint !== null)
      const taken = stepTaken(escalation, pass, step, at)
      escalation = anybody ? taken : { ...taken, dueAt: at }
      tell(EscalationEventType.PAGED, { step, passedOver, findings })
      inVain = anybody ? 0 : inVain + 1
      if (inVain >= escalation.terms.steps.length) escalation = passesOver(escalation)
      at = escalation.dueAt!
    } else {
      const next = outcome.does === 'hand over' ? await findTerms(outcome.policyId) : null
      if (!next) {
        escalation = { ...escalation, dueAt: null }
        tell(EscalationEventType.EXHAUSTED)
        return steps
      }
      escalation = rerun(escalation, '', at, next)
      inVain = 0
      tell(EscalationEventType.HANDED_OVER)
    }
  }
  return steps
}
