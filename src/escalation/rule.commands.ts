import { allows, authorise } from '../access/rules.js'
import { type Context, inTransaction } from '../platform/context.js'
import { badInput, notFound } from '../platform/errors.js'
import { newId } from '../platform/id.js'
import { optionalText, text, wholeNumber } from '../platform/input.js'
import { PolicyEventType, recordPolicyEvent } from './policy-event.js'
import { type ConditionSketch, checkCondition } from './policy-terms.js'
import { POLICIES_LOCK } from './policy.commands.js'
import { findPolicies } from './policy.queries.js'
import { RuleEntity } from './rule.entity.js'
import { findRules } from './rule.queries.js'
import type { EscalationRule } from './rule.js'

/** The rules are one list, which whoever changes it has for themselves. */

const NAME = { maximum: 200 }
const MAXIMUM_RULES = 500

export interface RuleSketch {
  readonly name?: string | null
  /** Null: any, or none. */
  readonly serviceIds?: readonly string[] | null
  readonly teamIds?: readonly string[] | null
  readonly condition?: ConditionSketch | null
  readonly policyId?: string | null
}

export interface RuleCreate extends RuleSketch {
  readonly name: string
  readonly policyId: string
  /** From 1; last when left out. */
  readonly position?: number | null
}

export const createRule = (ctx: Context, input: RuleCreate) =>
  inTransaction(ctx, async (ctx) => {
    const rules = await lockRules(ctx)
    if (rules.length >= MAXIMUM_RULES) throw badInput('position', `There are at most ${MAXIMUM_RULES} rules.`)
    const position = place(input.position, rules.length + 1)
    const now = ctx.now()
    const rule: EscalationRule = {
      ...{ id: newId('escalationRule', now.getTime()), position, serviceIds: null, teamIds: null, condition: null },
      ...{ name: text('name', input.name, NAME), policyId: input.policyId, createdAt: now },
      ...(await ruleFields(ctx, input)),
    }
    await ctx.db.rows('UPDATE escalation_rules SET position = position + 1 WHERE position >= $1', [position])
    await ctx.db.entities.insert(RuleEntity, rule as object)
    await recordPolicyEvent(ctx, PolicyEventType.RULE_CREATED, rule.id, rule)
    return { escalationRule: rule }
  })

/** What is left out stays; null asks for nothing. */
export const updateRule = (ctx: Context, input: RuleSketch & { readonly id: string }) =>
  inTransaction(ctx, async (ctx) => {
    const { before } = await lockRule(ctx, input.id)
    const changes = await ruleFields(ctx, input)
    if (Object.keys(changes).length === 0) throw badInput('id', 'Name at least one field to change.')
    await ctx.db.entities.update(RuleEntity, { id: before.id }, changes as object)
    await recordPolicyEvent(ctx, PolicyEventType.RULE_UPDATED, before.id, changes)
    return { escalationRule: { ...before, ...changes } }
  })

export const moveRule = (ctx: Context, { id, position }: { readonly id: string; readonly position: number }) =>
  inTransaction(ctx, async (ctx) => {
    const { before, rules } = await lockRule(ctx, id)
    const to = place(position, rules.length)
    await ctx.db.rows(
      `UPDATE escalation_rules SET position = CASE WHEN id = $1 THEN $3::integer
                                                   WHEN $2::integer < $3 THEN position - 1 ELSE position + 1 END
        WHERE position BETWEEN LEAST($2::integer, $3::integer) AND GREATEST($2::integer, $3::integer)`,
      [id, before.position, to],
    )
    await recordPolicyEvent(ctx, PolicyEventType.RULE_MOVED, id, { position: to })
    return { escalationRule: { ...before, position: to } }
  })

export const deleteRule = (ctx: Context, { id }: { readonly id: string }) =>
  inTransaction(ctx, async (ctx) => {
    const { before } = await lockRule(ctx, id)
    await ctx.db.entities.delete(RuleEntity, { id })
    await ctx.db.rows('UPDATE escalation_rules SET position = position - 1 WHERE position > $1', [before.position])
    await recordPolicyEvent(ctx, PolicyEventType.RULE_DELETED, id, before)
    return { escalationRule: before }
  })

/** All of them, for this transaction alone. Errors: FORBIDDEN. */
async function lockRules(ctx: Context): Promise<EscalationRule[]> {
  authorise(ctx.actor, 'escalation.configure')
  await ctx.db.lock(POLICIES_LOCK)
  return findRules(ctx.db)
}

/** One of them, as it is before the change. Errors: NOT_FOUND, also for those who read none; FORBIDDEN. */
async function lockRule(ctx: Context, id: string) {
  if (!allows(ctx.actor, 'directory.read')) throw notFound('escalation rule')
  const rules = await lockRules(ctx)
  const before = rules.find((rule) => rule.id === id)
  if (!before) throw notFound('escalation rule')
  return { before, rules }
}

const place = (position: number | null | undefined, last: number): number =>
  typeof position === 'number' ? wholeNumber('position', position, { minimum: 1, maximum: last }) : last

async function ruleFields(ctx: Context, sketch: RuleSketch): Promise<Partial<EscalationRule>> {
  const { policyId, serviceIds, teamIds, condition } = sketch
  const name = optionalText('name', sketch.name, NAME)
  if (typeof policyId === 'string') await policyCanStart(ctx, policyId)
  return {
    ...(name !== null && { name }),
    ...(typeof policyId === 'string' && { policyId }),
    ...(serviceIds !== undefined && { serviceIds: await checkIds(ctx, 'services', 'serviceIds', serviceIds) }),
    ...(teamIds !== undefined && { teamIds: await checkIds(ctx, 'teams', 'teamIds', teamIds) }),
    ...(condition !== undefined && { condition: checkCondition('condition', condition) }),
  }
}

async function policyCanStart(ctx: Context, id: string): Promise<void> {
  const policy = (await findPolicies(ctx.db, [id])).get(id)
  if (!policy) throw notFound('escalation policy', 'policyId')
  if (policy.archived) throw badInput('policyId', `“${policy.name}” is archived.`)
}

/** Each once. Errors: BAD_USER_INPUT for none, NOT_FOUND that names which is not there. */
async function checkIds(ctx: Context, table: 'services' | 'teams', field: string, ids: readonly string[] | null) {
  if (ids === null) return null
  if (ids.length === 0) throw badInput(field, 'Name at least one; null for any.')
  const known = await ctx.db.rows<{ id: string }>(`SELECT id FROM ${table} WHERE id = ANY($1::text[])`, [ids])
  const missing = ids.findIndex((id) => !known.some((row) => row.id === id))
  if (missing >= 0) throw notFound(table.slice(0, -1), `${field}.${missing}`)
  return [...new Set(ids)]
}
