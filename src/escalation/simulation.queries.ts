import { loadIncident } from '../incidents/incident.queries.js'
import { Level, Priority } from '../incidents/incident.js'
import type { Context } from '../platform/context.js'
import { notFound } from '../platform/errors.js'
import { termsOf } from './policy.js'
import { findPolicies, loadPolicy } from './policy.queries.js'
import { type SimulatedStep, simulate } from './simulation.js'
import { findTargets } from './target.queries.js'

export interface Supposition {
  readonly policyId: string
  /** Now when left out. */
  readonly at?: Date | null
  /** Whose roles, team, priority and urgency are taken. */
  readonly incidentId?: string | null
  readonly priority?: Priority | null
  readonly urgency?: Level | null
}

/** Errors: NOT_FOUND for what the viewer may not read. */
export async function simulateEscalation(ctx: Context, supposed: Supposition): Promise<SimulatedStep[]> {
  const policy = await loadPolicy(ctx, supposed.policyId)
  if (!policy) throw notFound('escalation policy', 'policyId')
  const known = supposed.incidentId ? await loadIncident(ctx, supposed.incidentId) : null
  if (supposed.incidentId && !known) throw notFound('incident', 'incidentId')
  const incident = {
    id: known?.id ?? '',
    teamId: known ? known.teamId : policy.teamId,
    priority: supposed.priority ?? known?.priority ?? Priority.P1,
    urgency: supposed.urgency ?? known?.urgency ?? Level.HIGH,
  }
  return simulate(termsOf(policy), incident, supposed.at ?? ctx.now(), {
    findTargets: (targets, at) =>
      findTargets(
        ctx.db,
        targets.map((target) => ({ target, incident, at })),
      ),
    findTerms: async (id) => {
      const next = (await findPolicies(ctx.db, [id])).get(id)
      return next && !next.archived ? termsOf(next) : null
    },
  })
}
