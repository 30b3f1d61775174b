import type { Incident } from '../incidents/incident.js'
import { covers } from '../platform/hours.js'
import { inBrief, type EscalationEntry } from './escalation-entry.js'
import type { EscalationState } from './escalation.js'
import { type Escalation } from './escalation.js'
import type { EscalationRule, Routed } from './rule.js'

/** Why people were called for an incident, or nobody was: what its escalation did, and what the rules say of it. */

export interface Explanation {
  readonly incident: Incident
  readonly escalation: Escalation | null
  readonly summary: string
  readonly entries: readonly EscalationEntry[]
  readonly verdicts: readonly RuleVerdict[]
}

/** What a rule says of an incident. */
export interface RuleVerdict {
  readonly rule: EscalationRule
  readonly matches: boolean
  /** For people. */
  readonly reason: string
}

export function verdictOf(rule: EscalationRule, { serviceId, teamId, priority }: Routed, at: Date): RuleVerdict {
  const { serviceIds, teamIds, condition } = rule
  const against = [
    ...(serviceIds && !(serviceId && serviceIds.includes(serviceId))
      ? ['its service is none of those of the rule']
      : []),
    ...(teamIds && !(teamId && teamIds.includes(teamId)) ? ['its team is none of those of the rule'] : []),
    ...(condition?.priorities && !condition.priorities.includes(priority)
      ? [`its priority is ${priority}, not ${condition.priorities.join(' or ')}`]
      : []),
    ...(condition?.hours && !covers(condition.hours, at) ? ['it is outside the hours of the rule'] : []),
  ]
  return { rule, matches: against.length === 0, reason: against.length > 0 ? against.join('; ') : 'all of it holds' }
}

/** The rules up to the first one that matches: those after it are not asked. */
export function verdictsOn(rules: readonly EscalationRule[], incident: Routed, at: Date): RuleVerdict[] {
  const verdicts: RuleVerdict[] = []
  for (const rule of rules) {
    const verdict = verdictOf(rule, incident, at)
    verdicts.push(verdict)
    if (verdict.matches) break
  }
  return verdicts
}

const STATES: Record<EscalationState, string> = {
  DEFERRED: 'It is of low urgency and waits for working hours',
  ESCALATING: 'People are being called',
  ACKNOWLEDGED: 'Somebody has it',
  SNOOZED: 'It is snoozed',
  EXHAUSTED: 'Everybody was called in vain',
  ENDED: 'It is over',
}

export function summaryOf(
  escalation: Escalation | null,
  entries: readonly EscalationEntry[],
  verdicts: readonly RuleVerdict[],
): string {
  if (escalation) {
    const last = entries.at(-1)
    return `${STATES[escalation.state]}. ${last ? `Last: ${inBrief(last)}.` : 'The first step is about to be taken.'}`
  }
  if (verdicts.length === 0) return 'Nobody was called: there are no escalation rules.'
  return verdicts.at(-1)!.matches
    ? 'Nobody was called. By the rules as they are now somebody would be: they have changed, or it was over at once.'
    : `Nobody was called: none of the ${verdicts.length} rules matches.`
}
