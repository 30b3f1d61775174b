import type { ActorKind } from '../platform/actor.js'
import type { EscalationEventType } from './escalation-event.js'
import type { Finding } from './target.js'

/**
 * What an escalation did, and why: written with each thing that happens to it and never changed. All of them together
 * explain who was called when.
 */
export interface EscalationEntry {
  readonly id: string
  readonly incidentId: string
  readonly type: EscalationEventType
  readonly policyName: string
  /** From 1. */
  readonly run: number
  /** From 0. */
  readonly pass: number
  /** Index of the step that it is about; null where it is about none. */
  readonly step: number | null
  readonly reason: string | null
  /** Of the targets of a step. */
  readonly findings: readonly Finding[]
  /** When it goes on by itself after this; null when it does not. */
  readonly dueAt: Date | null
  readonly actorKind: ActorKind
  readonly actorId: string
  readonly occurredAt: Date
}

/** `Ada`, `Ada and Bob`, `Ada, Bob and Carol`. */
export const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)!}`

/** Whom a step called. */
export const calledBy = (findings: readonly Finding[]): string[] => [
  ...new Set(
    findings.flatMap(({ callees, contactPoint }) => [
      ...callees.map(({ name }) => name),
      ...(contactPoint ? [contactPoint.name] : []),
    ]),
  ),
]

type Told = Pick<EscalationEntry, 'type' | 'policyName' | 'pass' | 'step' | 'reason' | 'findings' | 'dueAt'>

/** `step 2 of “Payments”`. */
const whichStep = ({ step, pass, policyName }: Told): string =>
  `step ${step! + 1}${pass > 0 ? `, pass ${pass + 1},` : ''} of “${policyName}”`

const because = ({ reason }: Told) => (reason ? `: ${reason}` : '')
const until = ({ dueAt }: Told) => (dueAt ? ` until ${dueAt.toISOString()}` : '')

const IN_WORDS: Record<EscalationEventType, (entry: Told) => string> = {
  'escalation.deferred': (entry) => `Waits for working hours${until(entry)}`,
  'escalation.paged': (entry) => {
    const called = calledBy(entry.findings)
    return called.length > 0 ? `Paged ${listed(called)} (${whichStep(entry)})` : `Nobody to page at ${whichStep(entry)}`
  },
  'escalation.escalated': (entry) => `Escalated${because(entry)}`,
  'escalation.handed_over': (entry) => `Goes on by “${entry.policyName}”${because(entry)}`,
  'escalation.reassigned': (entry) => `Reassigned to “${entry.policyName}”${because(entry)}`,
  'escalation.snoozed': (entry) => `Snoozed${until(entry)}${because(entry)}`,
  'escalation.resumed': () => 'The snooze is over',
  'escalation.acknowledged': () => 'Somebody has it: nobody else is called',
  'escalation.acknowledgement_expired': (entry) => `The acknowledgement has timed out${because(entry)}`,
  'escalation.unreached': (entry) => `Could not be reached: ${entry.reason ?? ''}`,
  'escalation.exhausted': (entry) => `Nobody has answered: “${entry.policyName}” is at its end`,
  'escalation.ended': () => 'The incident is over: nobody is called any more',
}

/** For people, in a line. */
export const inBrief = (entry: Told): string => IN_WORDS[entry.type](entry)

/** What each target led to, for people: the answer to why somebody was called, or nobody. */
export const explained = (findings: readonly Finding[]): string[] =>
  findings.flatMap(({ asked, callees, contactPoint, problem }) => [
    ...callees.map(({ name, because }) => `${name}: ${because}`),
    ...(contactPoint ? [`${contactPoint.name}: Named by the step`] : []),
    ...(problem ? [`${asked}: ${problem}`] : []),
  ])
