import type { Visibility } from '../access/rules.js'
import type { Priority } from '../incidents/incident.js'
import { badInput } from '../platform/errors.js'
import { optionalText, text, wholeNumber } from '../platform/input.js'
import type { SlaPolicy } from './sla-policy.js'

/** What people write of an SLA policy, and the checks of it. Every error is BAD_USER_INPUT that names the field. */

export type PolicyFields = Omit<SlaPolicy, 'id' | 'position' | 'archived' | 'createdAt' | 'updatedAt' | 'version'>

/** Left out, a field stays, or is as simple as can be; null takes away what may be missing. */
export interface PolicySketch {
  readonly name?: string | null
  readonly description?: string | null
  readonly priorities?: readonly Priority[] | null
  readonly serviceIds?: readonly string[] | null
  readonly teamIds?: readonly string[] | null
  readonly visibilities?: readonly Visibility[] | null
  readonly drills?: boolean | null
  readonly calendarId?: string | null
  readonly responseMinutes?: number | null
  readonly resolutionMinutes?: number | null
  readonly atRiskPercent?: number | null
}

const NAME = { maximum: 200 }
const DESCRIPTION = { maximum: 2_000, minimum: 0 }
/** A year. */
const MINUTES = { minimum: 1, maximum: 366 * 1_440 }
const PERCENT = { minimum: 1, maximum: 99 }
const AT_RISK_PERCENT = 80

export function policyFields(sketch: PolicySketch): Partial<PolicyFields> {
  const { drills, calendarId, atRiskPercent } = sketch
  const name = optionalText('name', sketch.name, NAME)
  const description = optionalText('description', sketch.description, DESCRIPTION)
  return {
    ...(name !== null && { name }),
    ...(description !== null && { description }),
    ...(sketch.priorities !== undefined && { priorities: anyOf('priorities', sketch.priorities) }),
    ...(sketch.serviceIds !== undefined && { serviceIds: anyOf('serviceIds', sketch.serviceIds) }),
    ...(sketch.teamIds !== undefined && { teamIds: anyOf('teamIds', sketch.teamIds) }),
    ...(sketch.visibilities !== undefined && { visibilities: anyOf('visibilities', sketch.visibilities) }),
    ...(typeof drills === 'boolean' && { drills }),
    ...(calendarId !== undefined && { calendarId }),
    ...minutes('responseMinutes', sketch.responseMinutes),
    ...minutes('resolutionMinutes', sketch.resolutionMinutes),
    ...(typeof atRiskPercent === 'number' && { atRiskPercent: wholeNumber('atRiskPercent', atRiskPercent, PERCENT) }),
  }
}

export const newPolicyFields = (sketch: PolicySketch & { readonly name: string }): PolicyFields => ({
  ...{ name: text('name', sketch.name, NAME), description: '', atRiskPercent: AT_RISK_PERCENT, drills: false },
  ...{ priorities: null, serviceIds: null, teamIds: null, visibilities: null },
  ...{ calendarId: null, responseMinutes: null, resolutionMinutes: null },
  ...policyFields(sketch),
})

const minutes = (field: 'responseMinutes' | 'resolutionMinutes', value: number | null | undefined) =>
  value === undefined ? {} : { [field]: value === null ? null : wholeNumber(field, value, MINUTES) }

/** Each once; null: any, or none. */
function anyOf<T extends string>(field: string, values: readonly T[] | null): T[] | null {
  if (values?.length === 0) throw badInput(field, 'Name at least one; null for any.')
  return values && [...new Set(values)]
}

export function targetsFit({ responseMinutes: response, resolutionMinutes: resolution }: PolicyFields): void {
  if (response === null && resolution === null)
    throw badInput('resolutionMinutes', 'A policy promises something: give responseMinutes, resolutionMinutes or both.')
  if (response !== null && resolution !== null && response > resolution)
    throw badInput(
      'responseMinutes',
      'Somebody responds before it is resolved: it must not be more than resolutionMinutes.',
    )
}
