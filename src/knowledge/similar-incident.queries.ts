import { predicate } from '../access/rules.js'
import type { Incident } from '../incidents/incident.js'
import { INCIDENT_ACCESS, INCIDENT_COLUMNS } from '../incidents/incident.queries.js'
import type { Context } from '../platform/context.js'
import { findAlertClues } from './runbook.queries.js'
import { type SearchResult, suggestArticles } from './search.queries.js'

/** What is known of an open incident from before: incidents like it, and articles that fit what it says. */

export interface SimilarIncident {
  readonly incident: Incident
  readonly score: number
  readonly sameService: boolean
}

/** So many with the same words are looked at: the latest. */
const LOOKED_AT = 500

/**
 * Those whose titles have words in common, of the incidents that the viewer may read. What was resolved and says how comes
 * first, then the same service, then the latest.
 */
export async function findSimilarIncidents(
  ctx: Context,
  incident: Incident,
  first: number,
): Promise<SimilarIncident[]> {
  const values: unknown[] = [incident.title, incident.id, incident.serviceId, LOOKED_AT, first]
  const readable = predicate(ctx.actor, 'incident.read', INCIDENT_ACCESS)((value) => `$${values.push(value)}`)
  const rows = await ctx.db.rows<Incident & { score: number; sameService: boolean }>(
    `WITH words AS (
       SELECT array_to_string(ARRAY(SELECT quote_literal(lexeme)
                                      FROM unnest(tsvector_to_array(to_tsvector('english', $1))) AS lexeme), ' | ')::tsquery AS query
     ), candidates AS MATERIALIZED (
       SELECT i.id FROM incidents i, words w
        WHERE to_tsvector('english', i.title) @@ w.query AND i.id <> $2 AND ${readable}
        ORDER BY i.id DESC LIMIT $4
     ), ranked AS (
       SELECT i.id, coalesce(i.service_id = $3, false) AS same_service,
              ts_rank(to_tsvector('english', i.title), w.query, 2) * (1 + similarity(i.title, $1))
                * CASE WHEN coalesce(i.resolution, '') <> '' THEN 1.5 WHEN i.resolved_at IS NOT NULL THEN 1.2 ELSE 1 END
                * CASE WHEN i.service_id = $3 THEN 1.5 ELSE 1 END AS score
         FROM candidates c JOIN incidents i USING (id), words w
     )
     SELECT ${INCIDENT_COLUMNS}, r.score, r.same_service AS "sameService"
       FROM ranked r JOIN incidents i USING (id) WHERE r.score > 0 ORDER BY r.score DESC, i.id DESC LIMIT $5`,
    values,
  )
  return rows.map(({ score, sameService, ...similar }) => ({ incident: similar, score, sameService }))
}

/** What it says of itself, and what its alerts do. */
export async function suggestForIncident(ctx: Context, incident: Incident, first: number): Promise<SearchResult> {
  const { names } = await findAlertClues(ctx.db, incident.id)
  const text = [incident.title, incident.description.slice(0, 2_000), ...names].join('\n')
  return suggestArticles(ctx, { text: `${text} `, first })
}
