import { allows, authorise } from '../access/rules.js'
import type { Context } from '../platform/context.js'
import { type Database, selectList } from '../platform/database.js'
import { byId, defineLoader, groupBy } from '../platform/loader.js'
import { type EscalationRule, type Routed, ruleFor } from './rule.js'

const SELECT = `SELECT ${selectList('r', [
  ...['id', 'position', 'name', 'serviceIds', 'teamIds', 'condition', 'policyId', 'createdAt'],
])} FROM escalation_rules r`

/** All of them, in order. Without a look at access: for the engine and for commands. */
export const findRules = (db: Database): Promise<EscalationRule[]> => db.rows(`${SELECT} ORDER BY r.position`)

/** Null for those who do not read the directory. */
export const loadRule = defineLoader(async (ctx, ids: readonly string[]) =>
  allows(ctx.actor, 'directory.read')
    ? byId(await ctx.db.rows<EscalationRule>(`${SELECT} WHERE r.id = ANY($1::text[])`, [ids]))
    : new Map<string, EscalationRule>(),
)

/** In order. Whether the viewer may read the policy is asked before. */
export const loadRulesOfPolicy = defineLoader(async (ctx, policyIds: readonly string[]) =>
  groupBy(
    await ctx.db.rows<EscalationRule>(`${SELECT} WHERE r.policy_id = ANY($1::text[]) ORDER BY r.position`, [policyIds]),
    ({ policyId }) => policyId,
  ),
)

/** All of them, in order. Errors: FORBIDDEN. */
export function listRules(ctx: Context): Promise<EscalationRule[]> {
  authorise(ctx.actor, 'directory.read')
  return findRules(ctx.db)
}

/** The rule that would match; null when none does. Errors: FORBIDDEN. */
export const findRuleFor = async (ctx: Context, incident: Routed, at: Date): Promise<EscalationRule | null> =>
  ruleFor(await listRules(ctx), incident, at)
