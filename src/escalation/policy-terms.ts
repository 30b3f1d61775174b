import { worksOnIncidents } from '../incidents/assignment.js'
import { badInput } from '../platform/errors.js'
import { type Hours, checkHours } from '../platform/hours.js'
import { optionalText, text, wholeNumber } from '../platform/input.js'
import {
  type Condition,
  type EscalationPolicy,
  type PolicyStep,
  type PolicyTerms,
  type Target,
  TargetKind,
  Turn,
} from './policy.js'

/** What people write of a policy, and the checks of it. Every error is BAD_USER_INPUT that names the field. */

/** A target as it is written: what its kind has no use for is refused, lest somebody believe that it counts. */
export interface TargetSketch {
  readonly kind: TargetKind
  readonly id?: string | null
  readonly turn?: Turn | null
  readonly incidentRole?: (Target & { readonly kind: TargetKind.INCIDENT_ROLE })['incidentRole'] | null
  readonly role?: (Target & { readonly kind: TargetKind.ROLE })['role'] | null
}

export interface ConditionSketch {
  readonly priorities?: Condition['priorities']
  readonly hours?: Hours | null
}

export interface StepSketch {
  readonly targets: readonly TargetSketch[]
  readonly delayMinutes: number
  readonly condition?: ConditionSketch | null
}

export type PolicyFields = Omit<PolicyTerms, 'policyId'> & Pick<EscalationPolicy, 'description' | 'teamId'>

/** Left out, a field stays, or is as simple as can be; null takes away what may be missing. */
export interface PolicySketch {
  readonly name?: string | null
  readonly description?: string | null
  readonly teamId?: string | null
  readonly steps?: readonly StepSketch[] | null
  readonly repeat?: number | null
  readonly acknowledgementTimeoutMinutes?: number | null
  readonly managementPolicyId?: string | null
  readonly workingHours?: Hours | null
}

const NAME = { maximum: 200 }
const DESCRIPTION = { maximum: 2_000, minimum: 0 }
/** Of a policy, and of the targets of a step. */
const MAXIMUM_STEPS = 20
const MAXIMUM_TARGETS = 20
/** Minutes. */
const DELAY = { minimum: 1, maximum: 1_440 }
const ACKNOWLEDGEMENT = { minimum: 5, maximum: 1_440 }
const REPEAT = { minimum: 0, maximum: 9 }

export function policyFields(sketch: PolicySketch): Partial<PolicyFields> {
  const { steps, repeat, acknowledgementTimeoutMinutes: timeout, workingHours } = sketch
  const name = optionalText('name', sketch.name, NAME)
  const description = optionalText('description', sketch.description, DESCRIPTION)
  return {
    ...(name !== null && { name }),
    ...(description !== null && { description }),
    ...(sketch.teamId !== undefined && { teamId: sketch.teamId }),
    ...(steps && { steps: checkSteps(steps) }),
    ...(typeof repeat === 'number' && { repeat: wholeNumber('repeat', repeat, REPEAT) }),
    ...(timeout !== undefined && {
      acknowledgementTimeoutMinutes:
        timeout === null ? null : wholeNumber('acknowledgementTimeoutMinutes', timeout, ACKNOWLEDGEMENT),
    }),
    ...(sketch.managementPolicyId !== undefined && { managementPolicyId: sketch.managementPolicyId }),
    ...(workingHours !== undefined && { workingHours: workingHours && checkHours('workingHours', workingHours) }),
  }
}

export const newPolicyFields = (
  sketch: PolicySketch & { readonly name: string; readonly steps: readonly StepSketch[] },
): PolicyFields => ({
  ...{ description: '', teamId: null, repeat: 0, acknowledgementTimeoutMinutes: null, managementPolicyId: null },
  ...{ workingHours: null, name: text('name', sketch.name, NAME), steps: checkSteps(sketch.steps) },
  ...policyFields(sketch),
})

function checkSteps(steps: readonly StepSketch[]): PolicyStep[] {
  if (steps.length === 0) throw badInput('steps', 'A policy needs at least one step.')
  if (steps.length > MAXIMUM_STEPS) throw badInput('steps', `A policy has at most ${MAXIMUM_STEPS} steps.`)
  return steps.map(({ targets, delayMinutes, condition }, index) => ({
    targets: checkTargets(`steps.${index}.targets`, targets),
    delayMinutes: wholeNumber(`steps.${index}.delayMinutes`, delayMinutes, DELAY),
    condition: checkCondition(`steps.${index}.condition`, condition),
  }))
}

/** Null for a condition that asks for nothing. */
export function checkCondition(field: string, condition: ConditionSketch | null | undefined): Condition | null {
  const priorities = condition?.priorities ?? null
  if (priorities?.length === 0) throw badInput(`${field}.priorities`, 'Name at least one, or leave them out.')
  const hours = condition?.hours ? checkHours(`${field}.hours`, condition.hours) : null
  return priorities || hours ? { priorities: priorities && [...new Set(priorities)].sort(), hours } : null
}

export function checkTargets(field: string, targets: readonly TargetSketch[]): Target[] {
  if (targets.length === 0) throw badInput(field, 'Name at least one.')
  if (targets.length > MAXIMUM_TARGETS) throw badInput(field, `Name at most ${MAXIMUM_TARGETS}.`)
  const checked = targets.map((target, index) => checkTarget(`${field}.${index}`, target))
  const texts = checked.map((target) => JSON.stringify(target))
  const again = texts.findIndex((text, index) => texts.indexOf(text) < index)
  if (again >= 0) throw badInput(`${field}.${again}`, 'It is named before.')
  return checked
}

type Named = Exclude<keyof TargetSketch, 'kind'>

/** What each kind needs, and what it may have besides. */
const PARTS: Record<TargetKind, { readonly needs: Named; readonly has?: Named }> = {
  USER: { needs: 'id' },
  TEAM: { needs: 'id' },
  SCHEDULE: { needs: 'id', has: 'turn' },
  INCIDENT_ROLE: { needs: 'incidentRole' },
  ROLE: { needs: 'role' },
  CONTACT_POINT: { needs: 'id' },
}

function checkTarget(field: string, sketch: TargetSketch): Target {
  const { kind, id, turn, incidentRole, role } = sketch
  const { needs, has } = PARTS[kind]
  if (!sketch[needs]) throw badInput(`${field}.${needs}`, `A target of kind ${kind} needs it.`)
  for (const name of ['id', 'turn', 'incidentRole', 'role'] as const)
    if (name !== needs && name !== has && sketch[name])
      throw badInput(`${field}.${name}`, `A target of kind ${kind} does not have it.`)
  switch (kind) {
    case TargetKind.SCHEDULE:
      return { kind, id: id!, turn: turn ?? Turn.CURRENT }
    case TargetKind.INCIDENT_ROLE:
      return { kind, incidentRole: incidentRole! }
    case TargetKind.ROLE:
      if (!worksOnIncidents(role!)) throw badInput(`${field}.role`, `Whoever is ${role} does not work on incidents.`)
      return { kind, role: role! }
    default:
      return { kind, id: id! }
  }
}
