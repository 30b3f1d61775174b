import { allows, authorise } from '../access/rules.js'
import { type Context, inTransaction } from '../platform/context.js'
import { badInput, notFound } from '../platform/errors.js'
import { newId } from '../platform/id.js'
import { wholeNumber } from '../platform/input.js'
import { mayChange } from '../platform/versioned.js'
import { DAY } from '../platform/wall-clock.js'
import { unique } from '../responders/uniqueness.js'
import { SLA_LOCK } from './business-calendar.commands.js'
import { type CalendarTerms, momentAfter } from './business-calendar.js'
import { findCalendars } from './business-calendar.queries.js'
import { SlaTermsEventType, recordTermsEvent } from './sla-event.js'
import { SlaPolicyEntity } from './sla-policy.entity.js'
import type { SlaPolicy } from './sla-policy.js'
import { findPolicies, findPolicy } from './sla-policy.queries.js'
import { type PolicyFields, type PolicySketch, newPolicyFields, policyFields, targetsFit } from './sla-policy.terms.js'

/** The policies are one list, which whoever changes it has for themselves. */

const MAXIMUM_POLICIES = 500

export interface PolicyCreate extends PolicySketch {
  readonly name: string
  /** From 1; last when left out. */
  readonly position?: number | null
}

export const createPolicy = (ctx: Context, input: PolicyCreate) =>
  inTransaction(ctx, async (ctx) => {
    authorise(ctx.actor, 'sla.configure')
    await ctx.db.lock(SLA_LOCK)
    const policies = await findPolicies(ctx.db)
    if (policies.length >= MAXIMUM_POLICIES)
      throw badInput('position', `There are at most ${MAXIMUM_POLICIES} policies.`)
    const position = place(input.position, policies.length + 1)
    const fields = newPolicyFields(input)
    await mustHold(ctx, fields, fields)
    const now = ctx.now()
    const policy: SlaPolicy = {
      ...{ id: newId('slaPolicy', +now), position, ...fields, archived: false },
      ...{ createdAt: now, updatedAt: now, version: 1 },
    }
    await ctx.db.rows('UPDATE sla_policies SET position = position + 1 WHERE position >= $1', [position])
    await uniqueName(() => ctx.db.entities.insert(SlaPolicyEntity, policy as object))
    await recordTermsEvent(ctx, SlaTermsEventType.POLICY_CREATED, policy.id, policy)
    return { slaPolicy: policy }
  })

export interface PolicyChange {
  readonly id: string
  /** When given, the command is done only if the policy still has this version. */
  readonly expectedVersion?: number | null
}

/** What is left out stays; null takes away what may be missing. Clocks that run go on by their copy. */
export const updatePolicy = (ctx: Context, input: PolicyChange & PolicySketch) =>
  inTransaction(ctx, async (ctx) => {
    const before = await lockPolicy(ctx, input.id)
    mayChange('policy', before, input.expectedVersion)
    const changes = policyFields(input)
    if (Object.keys(changes).length === 0) throw badInput('id', 'Name at least one field to change.')
    await mustHold(ctx, changes, { ...before, ...changes })
    const changed = { ...changes, updatedAt: ctx.now(), version: before.version + 1 }
    await uniqueName(() => ctx.db.entities.update(SlaPolicyEntity, { id: before.id }, changed as object))
    await recordTermsEvent(ctx, SlaTermsEventType.POLICY_UPDATED, before.id, changes)
    return { slaPolicy: { ...before, ...changed } }
  })

/** Asks it earlier or later than others. */
export const reorderPolicy = (ctx: Context, input: PolicyChange & { readonly position: number }) =>
  inTransaction(ctx, async (ctx) => {
    const before = await lockPolicy(ctx, input.id)
    mayChange('policy', before, input.expectedVersion)
    const position = place(input.position, (await findPolicies(ctx.db)).length)
    await ctx.db.rows(
      `UPDATE sla_policies SET position = CASE WHEN id = $1 THEN $3::integer
                                               WHEN $2::integer < $3 THEN position - 1 ELSE position + 1 END
        WHERE position BETWEEN LEAST($2::integer, $3::integer) AND GREATEST($2::integer, $3::integer)`,
      [before.id, before.position, position],
    )
    await recordTermsEvent(ctx, SlaTermsEventType.POLICY_MOVED, before.id, { position })
    return { slaPolicy: { ...before, position } }
  })

/** It is chosen no more; clocks that run go on. Archiving it twice is archiving it once. */
export const archivePolicy = (ctx: Context, input: PolicyChange) =>
  inTransaction(ctx, async (ctx) => {
    const before = await lockPolicy(ctx, input.id)
    if (before.archived) return { slaPolicy: before }
    mayChange('policy', before, input.expectedVersion)
    const changed = { archived: true, position: null, updatedAt: ctx.now(), version: before.version + 1 }
    await ctx.db.entities.update(SlaPolicyEntity, { id: before.id }, changed)
    await ctx.db.rows('UPDATE sla_policies SET position = position - 1 WHERE position > $1', [before.position])
    await recordTermsEvent(ctx, SlaTermsEventType.POLICY_ARCHIVED, before.id, {})
    return { slaPolicy: { ...before, ...changed } }
  })

/** The policy, and the order of all, for this transaction alone. Errors: NOT_FOUND, FORBIDDEN. */
async function lockPolicy(ctx: Context, id: string): Promise<SlaPolicy> {
  if (!allows(ctx.actor, 'directory.read')) throw notFound('SLA policy')
  await ctx.db.lock(SLA_LOCK)
  const policy = await findPolicy(ctx.db, id)
  if (!policy) throw notFound('SLA policy')
  authorise(ctx.actor, 'sla.configure')
  return policy
}

const uniqueName = <T>(write: () => Promise<T>) => unique('name', 'sla_policies_name', write)

const place = (position: number | null | undefined, last: number): number =>
  typeof position === 'number' ? wholeNumber('position', position, { minimum: 1, maximum: last }) : last

/** What is named is there, and what is promised can be kept. Errors: NOT_FOUND, BAD_USER_INPUT. */
async function mustHold(ctx: Context, changes: Partial<PolicyFields>, policy: PolicyFields): Promise<void> {
  targetsFit(policy)
  await allExist(ctx, 'services', 'serviceIds', changes.serviceIds)
  await allExist(ctx, 'teams', 'teamIds', changes.teamIds)
  const calendar = policy.calendarId ? (await findCalendars(ctx.db, [policy.calendarId])).get(policy.calendarId) : null
  if (calendar === undefined) throw notFound('business calendar', 'calendarId')
  if (calendar?.archived) throw badInput('calendarId', `“${calendar.name}” is archived.`)
  withinReach(ctx, calendar, policy)
}

/** In a week of one hour even a short target lies years away: that is no promise. */
const LONGEST = 366 * DAY

function withinReach(ctx: Context, calendar: CalendarTerms | null, policy: PolicyFields): void {
  for (const field of ['responseMinutes', 'resolutionMinutes'] as const) {
    const minutes = policy[field]
    const from = +ctx.now()
    const due = minutes === null ? from : momentAfter(calendar, from, minutes * 60_000)
    if (due === null || due - from > LONGEST)
      throw badInput(field, `By the hours of “${calendar!.name}”, it would take more than a year.`)
  }
}

/** Errors: NOT_FOUND that names which is not there. */
async function allExist(ctx: Context, table: 'services' | 'teams', field: string, ids?: readonly string[] | null) {
  if (!ids) return
  const known = await ctx.db.rows<{ id: string }>(`SELECT id FROM ${table} WHERE id = ANY($1::text[])`, [ids])
  const missing = ids.findIndex((id) => !known.some((row) => row.id === id))
  if (missing >= 0) throw notFound(table.slice(0, -1), `${field}.${missing}`)
}
