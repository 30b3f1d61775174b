import { allows, heardBy } from '../access/rules.js'
import { findEntries, mayReadEscalations } from '../escalation/escalation.queries.js'
import { inBrief } from '../escalation/escalation-entry.js'
import { loadIncident } from '../incidents/incident.queries.js'
import { loadLinksOfIncident } from '../knowledge/article-link.queries.js'
import { loadArticle } from '../knowledge/article.queries.js'
import type { Context } from '../platform/context.js'
import { loadRecords } from '../sla/sla-record.queries.js'
import {
  type IncidentReport,
  type ReportArticle,
  type ReportEntry,
  type ReportPerson,
  STATUS_EVENTS,
  TIMELINE_ENTRIES,
  durationsOf,
} from './incident-report.js'

/** Null where the viewer does not read the incident. */
export async function findIncidentReport(ctx: Context, id: string): Promise<IncidentReport | null> {
  const incident = await loadIncident(ctx, id)
  if (!incident) return null
  const now = ctx.now()
  const [timeline, changes, statusUpdates, people, escalation, sla, articles] = await Promise.all([
    findTimeline(ctx, id),
    findChanges(ctx, id),
    findStatusUpdates(ctx, id),
    findPeople(ctx, id),
    mayReadEscalations(ctx.actor) ? findEntries(ctx.db, id) : [],
    loadRecords(ctx, id),
    findArticles(ctx, id),
  ])
  return {
    ...{ incident, generatedAt: now, durations: durationsOf(changes, now), people, statusUpdates, sla: sla ?? [] },
    articles,
    escalation: escalation.map((entry) => ({ at: entry.occurredAt, summary: inBrief(entry) })),
    timeline: timeline.slice(0, TIMELINE_ENTRIES).reverse(),
    timelineTruncated: timeline.length > TIMELINE_ENTRIES,
  }
}

/** Whoever does not read the directory learns no names from a report either. */
const nameOf = (ctx: Context, user: string, otherwise: string) =>
  allows(ctx.actor, 'directory.read') ? `COALESCE(${user}, ${otherwise})` : otherwise

/** The latest first, and one more than is shown. */
function findTimeline(ctx: Context, id: string): Promise<ReportEntry[]> {
  const values: unknown[] = [id]
  const heard = heardBy(ctx.actor, 'e.audience')((value) => `$${values.push(value)}`)
  return ctx.db.rows(
    `SELECT e.occurred_at AS at, e.body, e.event_type AS "eventType",
            ${nameOf(ctx, 'u.name', "CASE e.actor_kind WHEN 'USER' THEN 'A person' ELSE 'Tocsin' END")} AS by
       FROM timeline_entries e LEFT JOIN users u ON u.id = e.actor_id
      WHERE e.incident_id = $1 AND ${heard} ORDER BY e.position DESC LIMIT ${TIMELINE_ENTRIES + 1}`,
    values,
  )
}

/** Everybody who sees the incident sees its status, and hears of its changes. */
const findChanges = (ctx: Context, id: string): Promise<{ at: Date; eventType: string }[]> =>
  ctx.db.rows(
    `SELECT occurred_at AS at, event_type AS "eventType" FROM timeline_entries
      WHERE incident_id = $1 AND kind = 'EVENT' AND event_type = ANY($2::text[]) ORDER BY position`,
    [id, STATUS_EVENTS],
  )

function findStatusUpdates(ctx: Context, id: string): Promise<ReportEntry[]> {
  const values: unknown[] = [id]
  const heard = heardBy(ctx.actor, 's.audience')((value) => `$${values.push(value)}`)
  return ctx.db.rows(
    `SELECT s.published_at AS at, s.body, 'incident.status_update_published' AS "eventType",
            ${nameOf(ctx, 'u.name', "CASE WHEN s.author_id IS NULL THEN 'Tocsin' ELSE 'A person' END")} AS by
       FROM status_updates s LEFT JOIN users u ON u.id = s.author_id
      WHERE s.incident_id = $1 AND ${heard} ORDER BY s.position`,
    values,
  )
}

/** As far as the viewer may read them. */
async function findArticles(ctx: Context, id: string): Promise<ReportArticle[]> {
  const links = (await loadLinksOfIncident(ctx, id)) ?? []
  const articles = await Promise.all(links.map(({ articleId }) => loadArticle(ctx, articleId)))
  return links.flatMap((link, index) => {
    const article = articles[index]
    return article ? { ...link, number: article.number, title: article.title } : []
  })
}

/** Who takes part, has a role or was called; nobody for those who do not read the directory. */
async function findPeople(ctx: Context, id: string): Promise<ReportPerson[]> {
  if (!allows(ctx.actor, 'directory.read')) return []
  return ctx.db.rows(
    `SELECT u.id, u.name,
            ARRAY(SELECT a.role FROM incident_assignments a WHERE a.incident_id = $1 AND a.user_id = u.id
                   ORDER BY a.assigned_at, a.role) AS roles,
            (SELECT count(*)::int FROM pages p WHERE p.incident_id = $1 AND p.user_id = u.id) AS pages,
            (SELECT count(p.acknowledged_at)::int FROM pages p WHERE p.incident_id = $1 AND p.user_id = u.id) AS answered
       FROM users u
      WHERE u.id IN (SELECT user_id FROM incident_participants WHERE incident_id = $1
                     UNION SELECT user_id FROM incident_assignments WHERE incident_id = $1
                     UNION SELECT user_id FROM pages WHERE incident_id = $1)
      ORDER BY u.name, u.id`,
    [id],
  )
}
