import { allows, authorise } from '../access/rules.js'
import type { Context } from '../platform/context.js'
import { type Database, selectList } from '../platform/database.js'
import { byId, defineLoader, groupBy } from '../platform/loader.js'
import { type Condition, type ForwardArgs, type Listing, type Page, page } from '../platform/paging.js'
import { containing } from '../responders/search.js'
import type { EscalationPolicy } from './policy.js'

const POLICY_COLUMNS = selectList('p', [
  ...['id', 'name', 'description', 'teamId', 'steps', 'repeat', 'acknowledgementTimeoutMinutes', 'managementPolicyId'],
  ...['workingHours', 'archived', 'createdAt', 'updatedAt', 'version'],
])

/** Without a look at access: for the engine and for commands. */
export const findPolicies = async (db: Database, ids: readonly string[]): Promise<Map<string, EscalationPolicy>> =>
  byId(
    await db.rows<EscalationPolicy>(
      `SELECT ${POLICY_COLUMNS} FROM escalation_policies p WHERE p.id = ANY($1::text[])`,
      [ids],
    ),
  )

/** What still needs it, in words: policies by name, then rules in their order. */
export const findUses = async (db: Database, id: string): Promise<string[]> =>
  (
    await db.rows<{ use: string }>(
      `SELECT 0 AS position, name, format('policy “%s”', name) AS use
         FROM escalation_policies WHERE management_policy_id = $1 AND NOT archived
       UNION ALL
       SELECT position, name, format('rule %s “%s”', position, name) FROM escalation_rules WHERE policy_id = $1
       ORDER BY position, name`,
      [id],
    )
  ).map(({ use }) => use)

/** Null for those who do not read the directory. */
export const loadPolicy = defineLoader(async (ctx, ids: readonly string[]) =>
  allows(ctx.actor, 'directory.read') ? findPolicies(ctx.db, ids) : new Map<string, EscalationPolicy>(),
)

/** By name, without those that are archived. None for those who do not read the directory. */
export const loadPoliciesOfTeam = defineLoader(async (ctx, teamIds: readonly string[]) =>
  groupBy(
    allows(ctx.actor, 'directory.read')
      ? await ctx.db.rows<EscalationPolicy>(
          `SELECT ${POLICY_COLUMNS} FROM escalation_policies p
            WHERE p.team_id = ANY($1::text[]) AND NOT p.archived ORDER BY p.name, p.id`,
          [teamIds],
        )
      : [],
    ({ teamId }) => teamId!,
  ),
)

export interface PolicyFilter {
  readonly teamId?: readonly string[] | null
  readonly search?: string | null
  readonly archived?: boolean | null
}

const BY_NAME: Listing<EscalationPolicy> = {
  columns: POLICY_COLUMNS,
  from: 'escalation_policies p',
  order: [
    { sql: 'p.name', of: ({ name }) => name, type: 'text' },
    { sql: 'p.id', of: ({ id }) => id, type: 'text' },
  ],
  descending: false,
}

/** Errors: FORBIDDEN. */
export function policyPage(
  ctx: Context,
  args: ForwardArgs,
  filter?: PolicyFilter | null,
): Promise<Page<EscalationPolicy>> {
  authorise(ctx.actor, 'directory.read')
  const { teamId, search, archived } = filter ?? {}
  const conditions: Condition[] = [() => (archived ? 'p.archived' : 'NOT p.archived')]
  if (teamId) conditions.push((bind) => `p.team_id = ANY(${bind(teamId)}::text[])`)
  if (search) conditions.push((bind) => `p.name ILIKE ${bind(containing(search))}`)
  return page(ctx, BY_NAME, args, conditions)
}
