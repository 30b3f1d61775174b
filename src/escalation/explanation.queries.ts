import { loadIncident } from '../incidents/incident.queries.js'
import type { Context } from '../platform/context.js'
import { notFound } from '../platform/errors.js'
import { findEntries, loadEscalation, mayReadEscalations } from './escalation.queries.js'
import { type Explanation, summaryOf, verdictsOn } from './explanation.js'
import { findRules } from './rule.queries.js'

/** Null for those who do not run incidents. Errors: NOT_FOUND. */
export async function explainEscalation(ctx: Context, incidentId: string): Promise<Explanation | null> {
  const incident = await loadIncident(ctx, incidentId)
  if (!incident) throw notFound('incident', 'incidentId')
  if (!mayReadEscalations(ctx.actor)) return null
  const escalation = await loadEscalation(ctx, incidentId)
  const entries = await findEntries(ctx.db, incidentId)
  const verdicts = verdictsOn(await findRules(ctx.db), incident, incident.createdAt)
  return { incident, escalation, entries, verdicts, summary: summaryOf(escalation, entries, verdicts) }
}
