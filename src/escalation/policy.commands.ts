import { allows, authorise } from '../access/rules.js'
import { mayBeOnCall } from '../oncall/duty.js'
import { type Context, inTransaction } from '../platform/context.js'
import { ErrorCode, UserError, badInput, notFound } from '../platform/errors.js'
import { newId } from '../platform/id.js'
import { byId } from '../platform/loader.js'
import { mayChange } from '../platform/versioned.js'
import { Team } from '../responders/team.entity.js'
import { unique } from '../responders/uniqueness.js'
import { PolicyEventType, recordPolicyEvent } from './policy-event.js'
import { type PolicyFields, type PolicySketch, type StepSketch, newPolicyFields, policyFields } from './policy-terms.js'
import { PolicyEntity } from './policy.entity.js'
import { findPolicies, findUses } from './policy.queries.js'
import { type EscalationPolicy, type PolicyStep, type Target, TargetKind } from './policy.js'

/** Held by whoever changes what leads from one policy to another: so no two changes make a circle together. */
export const POLICIES_LOCK = 'escalation.policies'

export interface PolicyCreate extends PolicySketch {
  readonly name: string
  readonly steps: readonly StepSketch[]
}

export const createPolicy = (ctx: Context, input: PolicyCreate) =>
  inTransaction(ctx, async (ctx) => {
    authorise(ctx.actor, 'escalation.configure')
    const now = ctx.now()
    const id = newId('escalationPolicy', now.getTime())
    const fields = newPolicyFields(input)
    await ctx.db.lock(POLICIES_LOCK)
    await allExist(ctx, fields)
    await leadsOn(ctx, id, fields)
    const policy: EscalationPolicy = { id, ...fields, archived: false, createdAt: now, updatedAt: now, version: 1 }
    await uniqueName(() => ctx.db.entities.insert(PolicyEntity, policy as object))
    await recordPolicyEvent(ctx, PolicyEventType.POLICY_CREATED, id, policy)
    return { escalationPolicy: policy }
  })

export interface PolicyChange {
  readonly id: string
  /** When given, the command is done only if the policy still has this version. */
  readonly expectedVersion?: number | null
}

/** What is left out stays. What is running goes on by its copy. */
export const updatePolicy = (ctx: Context, input: PolicyChange & PolicySketch) =>
  inTransaction(ctx, async (ctx) => {
    const before = await lockPolicy(ctx, input.id)
    mayChange('policy', before, input.expectedVersion)
    const changes = policyFields(input)
    if (Object.keys(changes).length === 0) throw badInput('id', 'Name at least one field to change.')
    await allExist(ctx, changes)
    await leadsOn(ctx, before.id, changes)
    const changed = { ...changes, updatedAt: ctx.now(), version: before.version + 1 }
    await uniqueName(() => ctx.db.entities.update(PolicyEntity, { id: before.id }, changed as object))
    await recordPolicyEvent(ctx, PolicyEventType.POLICY_UPDATED, before.id, changes)
    return { escalationPolicy: { ...before, ...changed } }
  })

/** It is started no more; what is running goes on. Archiving it twice is archiving it once. */
export const archivePolicy = (ctx: Context, input: PolicyChange) =>
  inTransaction(ctx, async (ctx) => {
    const before = await lockPolicy(ctx, input.id)
    if (before.archived) return { escalationPolicy: before }
    mayChange('policy', before, input.expectedVersion)
    const uses = await findUses(ctx.db, before.id)
    if (uses.length > 0)
      throw new UserError(ErrorCode.CONFLICT, `It is used by ${someOf(uses)}. Change that first.`, 'id')
    const changed = { archived: true, updatedAt: ctx.now(), version: before.version + 1 }
    await ctx.db.entities.update(PolicyEntity, { id: before.id }, changed)
    await recordPolicyEvent(ctx, PolicyEventType.POLICY_ARCHIVED, before.id, {})
    return { escalationPolicy: { ...before, ...changed } }
  })

/** The policy, and what leads from one to another, for this transaction alone. Errors: NOT_FOUND, FORBIDDEN. */
async function lockPolicy(ctx: Context, id: string): Promise<EscalationPolicy> {
  if (!allows(ctx.actor, 'directory.read')) throw notFound('escalation policy')
  await ctx.db.lock(POLICIES_LOCK)
  const policy = (await findPolicies(ctx.db, [id])).get(id)
  if (!policy) throw notFound('escalation policy')
  authorise(ctx.actor, 'escalation.configure')
  return policy
}

/** Hundreds of rules may lead to one policy: so many tell enough. */
const TOLD = 5
const someOf = (uses: readonly string[]): string =>
  uses.length <= TOLD ? uses.join(', ') : `${uses.slice(0, TOLD).join(', ')} and ${uses.length - TOLD} more`

const uniqueName = <T>(write: () => Promise<T>) => unique('name', 'escalation_policies_name', write)

async function allExist(ctx: Context, { teamId, steps }: Partial<PolicyFields>): Promise<void> {
  if (typeof teamId === 'string' && !(await ctx.db.entities.existsBy(Team, { id: teamId })))
    throw notFound('team', 'teamId')
  for (const [index, { targets }] of (steps ?? ([] as PolicyStep[])).entries())
    await targetsExist(ctx, `steps.${index}.targets`, targets)
}

/** Whom a target can name besides a person. A flaw says why nobody is reached there. */
const CALLABLE = {
  TEAM: { noun: 'team', read: 'SELECT id, NULL AS flaw FROM teams WHERE id = ANY($1::text[])' },
  SCHEDULE: {
    noun: 'schedule',
    read: `SELECT id, CASE WHEN archived_at IS NOT NULL THEN format('“%s” is archived.', name) END AS flaw
             FROM schedules WHERE id = ANY($1::text[])`,
  },
  CONTACT_POINT: {
    noun: 'shared contact point',
    read: `SELECT id, CASE WHEN NOT active THEN format('“%s” is not active.', name) END AS flaw
             FROM contact_points WHERE id = ANY($1::text[]) AND user_id IS NULL AND deleted_at IS NULL`,
  },
} as const

/** All that they name is there and can be called. Errors: NOT_FOUND, BAD_USER_INPUT. */
export async function targetsExist(ctx: Context, field: string, targets: readonly Target[]): Promise<void> {
  const named = targets.flatMap((target, index) =>
    'id' in target ? [{ ...target, field: `${field}.${index}.id` }] : [],
  )
  const people = named.filter(({ kind }) => kind === TargetKind.USER)
  await mayBeOnCall(ctx.db, Object.fromEntries(people.map(({ field, id }) => [field, id])))
  for (const [kind, { noun, read }] of Object.entries(CALLABLE)) {
    const wanted = named.filter((target) => target.kind === kind)
    if (wanted.length === 0) continue
    const ids = wanted.map(({ id }) => id)
    const found = byId(await ctx.db.rows<{ id: string; flaw: string | null }>(read, [ids]))
    for (const { id, field } of wanted) {
      const callable = found.get(id)
      if (!callable) throw notFound(noun, field)
      if (callable.flaw !== null) throw badInput(field, callable.flaw)
    }
  }
}

/** The way to management comes to an end. Errors: NOT_FOUND, BAD_USER_INPUT for an archived policy, or a circle. */
async function leadsOn(ctx: Context, id: string, { managementPolicyId }: Partial<PolicyFields>): Promise<void> {
  const field = 'managementPolicyId'
  const path: string[] = []
  for (let next = managementPolicyId ?? null; next !== null;) {
    if (next === id) {
      const told = path.length > 0 ? `: it goes by ${path.map((name) => `“${name}”`).join(', ')} back to itself` : ''
      throw badInput(field, `A policy cannot lead to itself${told}.`)
    }
    const policy: EscalationPolicy | undefined = (await findPolicies(ctx.db, [next])).get(next)
    if (!policy) throw notFound('escalation policy', field)
    if (policy.archived && path.length === 0) throw badInput(field, `“${policy.name}” is archived.`)
    path.push(policy.name)
    next = policy.managementPolicyId
  }
}
