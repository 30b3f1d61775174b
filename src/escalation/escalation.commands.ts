import { ActorKind } from '../platform/actor.js'
import { type Context, inTransaction } from '../platform/context.js'
import { ErrorCode, UserError, badInput, notFound } from '../platform/errors.js'
import { optionalText } from '../platform/input.js'
import { IncidentEventType, recordIncidentEvent } from '../incidents/incident-event.js'
import {
  type IncidentInput,
  type LockedIncident,
  REASON,
  acknowledgeIncident,
  addParticipant,
  lockIncident,
} from '../incidents/incident.commands.js'
import { type Incident, IncidentStatus, isOpen } from '../incidents/incident.js'
import { advance, note, workOn } from './escalation.engine.js'
import { EscalationEventType } from './escalation-event.js'
import { type Escalation, EscalationState, newEscalation, nextStep, rerun, snoozed } from './escalation.js'
import { type Work, findEscalations, saveWorks } from './escalation.store.js'
import { targetsExist } from './policy.commands.js'
import { type TargetSketch, checkTargets } from './policy-terms.js'
import { type PolicyTerms, termsOf } from './policy.js'
import { findPolicies } from './policy.queries.js'

/** What people do to an escalation. Nothing of it changes the incident itself. */

export interface EscalateInput extends IncidentInput {
  /** By another policy than the one that goes on. */
  readonly policyId?: string | null
  /** By the policy of management, at once. */
  readonly toManagement?: boolean | null
  readonly reason?: string | null
}

/** Moves on at once: the next step is taken, whoever has it and whatever is waited for. */
export const escalateIncident = (ctx: Context, input: EscalateInput) =>
  change(ctx, input, async (ctx, incident, escalation) => {
    const reason = optionalText('reason', input.reason, REASON)
    if (input.policyId && input.toManagement) throw badInput('toManagement', 'Give this or policyId, not both.')
    const { managementPolicyId } = escalation?.terms ?? {}
    if (input.toManagement && !managementPolicyId)
      throw badInput('toManagement', 'The policy that it is escalated by names no policy of management.')
    const policyId = input.toManagement ? managementPolicyId! : input.policyId
    if (!policyId && !escalation)
      throw badInput('policyId', 'Nobody is called for this incident yet: name the policy to begin with.')
    const now = ctx.now()
    const why = reason ?? `Escalated by ${ctx.actor.name}`
    const terms = policyId ? await termsFor(ctx, input.policyId ? 'policyId' : 'toManagement', policyId) : null
    const begun = escalation
      ? terms || startsAnew(escalation, incident, now)
        ? rerun(escalation, why, now, terms ?? escalation.terms)
        : { ...escalation, state: EscalationState.ESCALATING }
      : newEscalation(incident.id, terms!, why, now)
    const work = workOn(incident, { ...begun, escalated: true })
    note(ctx, work, EscalationEventType.ESCALATED, { reason })
    await advance(ctx, [work], true)
    return work
  })

/** Where the steps have come to their end there is no next one, and management does not follow. */
const startsAnew = (escalation: Escalation, incident: Incident, now: Date): boolean =>
  escalation.state === EscalationState.EXHAUSTED ||
  escalation.state === EscalationState.ENDED ||
  (!escalation.terms.managementPolicyId && !nextStep(escalation, incident, now))

export interface ReassignInput extends IncidentInput {
  /** Exactly one of the two. */
  readonly policyId?: string | null
  readonly targets?: readonly TargetSketch[] | null
  readonly reason?: string | null
}

/** Minutes until management is called, where the policy before names any, when none of those named here answers. */
const REASSIGNED_DELAY = 15

/** Others are called from now on, and nobody who was before. */
export const reassignIncident = (ctx: Context, input: ReassignInput) =>
  change(ctx, input, async (ctx, incident, escalation) => {
    const reason = optionalText('reason', input.reason, REASON)
    const { policyId, targets } = input
    if (Boolean(policyId) === Boolean(targets)) throw badInput('targets', 'Give either targets or a policy.')
    const terms = policyId
      ? await termsFor(ctx, 'policyId', policyId)
      : await termsOfTargets(ctx, targets!, escalation?.terms ?? null)
    const now = ctx.now()
    const why = reason ?? `Reassigned by ${ctx.actor.name}`
    const begun = escalation ? rerun(escalation, why, now, terms) : newEscalation(incident.id, terms, why, now)
    const work = workOn(incident, begun)
    work.stopped = { by: null }
    note(ctx, work, EscalationEventType.REASSIGNED, { reason })
    await advance(ctx, [work], true)
    return work
  })

async function termsOfTargets(
  ctx: Context,
  targets: readonly TargetSketch[],
  before: PolicyTerms | null,
): Promise<PolicyTerms> {
  const checked = checkTargets('targets', targets)
  await targetsExist(ctx, 'targets', checked)
  return {
    policyId: null,
    name: `Reassignment by ${ctx.actor.name}`,
    steps: [{ targets: checked, delayMinutes: REASSIGNED_DELAY, condition: null }],
    repeat: 0,
    acknowledgementTimeoutMinutes: before?.acknowledgementTimeoutMinutes ?? null,
    managementPolicyId: before?.managementPolicyId ?? null,
    workingHours: null,
  }
}

const MINUTE = 60_000
const LONGEST_SNOOZE = 7 * 24 * 60 * MINUTE

export interface SnoozeInput extends IncidentInput {
  readonly until: Date
  readonly reason?: string | null
}

/** Nobody is called until then; after it, it begins anew, unless somebody has taken the incident. */
export const snoozeIncident = (ctx: Context, input: SnoozeInput) =>
  change(ctx, input, async (ctx, incident, escalation) => {
    const now = ctx.now()
    const reason = optionalText('reason', input.reason, REASON)
    const length = +input.until - +now
    if (length < MINUTE || length > LONGEST_SNOOZE)
      throw badInput('until', 'Must be at least a minute and at most seven days from now.')
    if (!escalation)
      throw new UserError(
        ErrorCode.INVALID_TRANSITION,
        'Nobody is called for this incident: there is nothing to snooze.',
        'id',
      )
    const work = workOn(incident, snoozed(escalation, input.until, now))
    work.stopped = { by: null }
    note(ctx, work, EscalationEventType.SNOOZED, { reason })
    return work
  })

/** Errors: NOT_FOUND, FORBIDDEN, CONFLICT, INVALID_TRANSITION for an incident that is over. */
const change = (
  ctx: Context,
  input: IncidentInput,
  rule: (ctx: Context, incident: LockedIncident, escalation: Escalation | null) => Promise<Work>,
) =>
  inTransaction(ctx, async (ctx) => {
    const incident = await lockIncident(ctx, input, 'incident.respond')
    mustBeOpen(incident)
    const escalation = (await findEscalations(ctx.db, [incident.id])).get(incident.id) ?? null
    const work = await rule(ctx, incident, escalation)
    const eventCursor = await saveWorks(ctx, [work])
    return { incident, escalation: work.escalation, eventCursor }
  })

function mustBeOpen(incident: LockedIncident): void {
  if (!isOpen(incident))
    throw new UserError(ErrorCode.INVALID_TRANSITION, 'It is over: people are called for open incidents.', 'id')
}

async function termsFor(ctx: Context, field: string, policyId: string): Promise<PolicyTerms> {
  const policy = (await findPolicies(ctx.db, [policyId])).get(policyId)
  if (!policy) throw notFound('escalation policy', field)
  if (policy.archived) throw badInput(field, `“${policy.name}” is archived.`)
  return termsOf(policy)
}

/**
 * Answers the pages of an incident: takes it, and nobody else is called. One that somebody has taken already is taken over,
 * or confirmed by whoever has it and was asked. Doing it twice is doing it once.
 */
export const acknowledgePages = (ctx: Context, input: IncidentInput) =>
  inTransaction(ctx, async (ctx) => {
    const incident = await lockIncident(ctx, input, 'incident.respond')
    if (incident.status === IncidentStatus.TRIGGERED) return acknowledgeIncident(ctx, input)
    mustBeOpen(incident)
    const escalation = (await findEscalations(ctx.db, [incident.id])).get(incident.id)
    const { id, kind } = ctx.actor
    if (escalation?.state === EscalationState.ACKNOWLEDGED && escalation.acknowledgedBy === id)
      return { incident, eventCursor: null }
    if (kind === ActorKind.USER) await addParticipant(ctx, incident.id, id)
    const happening = { type: IncidentEventType.ACKNOWLEDGED, incident, body: 'Acknowledged again' }
    return { incident, eventCursor: (await recordIncidentEvent(ctx, happening)).eventCursor }
  })
