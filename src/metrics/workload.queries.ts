import { authorise, predicate } from '../access/rules.js'
import { INCIDENT_ACCESS, OPEN } from '../incidents/incident.queries.js'
import type { Context } from '../platform/context.js'
import { badInput } from '../platform/errors.js'
import { DAY } from '../platform/wall-clock.js'
import type { User } from '../responders/user.entity.js'
import { USER_COLUMNS } from '../responders/user.queries.js'

/** What the work does to those who do it: how much each has, and at which hours of their own day they are called. */

export interface WorkloadRequest {
  readonly from: Date
  readonly until: Date
  readonly teamId?: readonly string[] | null
}

export interface Workload {
  readonly user: User
  /** Times called, and of these acknowledged. */
  readonly pages: number
  readonly acknowledged: number
  /** Incidents opened in the range in which they take part. */
  readonly incidents: number
  /** Incidents that they take part in and that are open now. */
  readonly open: number
  /** Times called in each hour of their own day, from midnight on. */
  readonly interruptions: readonly number[]
  /** Of these, how many before eight, from eighteen o'clock on, or on a Saturday or Sunday. */
  readonly outOfHours: number
}

const LONGEST = 366 * DAY

/** People that are named. */
const MOST = 200

/**
 * Of the people of teams, or of all who work on incidents, those with most calls first. Only incidents that the viewer
 * may read are counted. Errors: FORBIDDEN, BAD_USER_INPUT.
 */
export async function findWorkload(ctx: Context, { from, until, teamId }: WorkloadRequest): Promise<Workload[]> {
  authorise(ctx.actor, 'directory.read')
  if (until <= from) throw badInput('until', 'Must lie after `from`.')
  if (+until - +from > LONGEST) throw badInput('until', 'A range is at most a year long.')
  const values: unknown[] = [from, until, teamId ?? null]
  const readable = predicate(ctx.actor, 'incident.read', INCIDENT_ACCESS)((value) => `$${values.push(value)}`)
  const rows = await ctx.db.rows<
    User & Omit<Workload, 'user' | 'interruptions'> & { hours: Record<string, number> | null }
  >(
    `WITH people AS (
       SELECT u.* FROM users u
        WHERE u.active AND CASE WHEN $3::text[] IS NULL THEN u.role IN ('RESPONDER', 'MANAGER')
              ELSE u.id IN (SELECT user_id FROM team_members WHERE team_id = ANY($3::text[])) END
     ), calls AS (
       SELECT p.user_id, p.acknowledged_at IS NOT NULL AS acknowledged, p.paged_at AT TIME ZONE u.time_zone AS at
         FROM pages p JOIN people u ON u.id = p.user_id JOIN incidents i ON i.id = p.incident_id
        WHERE p.paged_at >= $1 AND p.paged_at < $2 AND ${readable}
     ), called AS (
       SELECT user_id, count(*)::int AS pages, count(*) FILTER (WHERE acknowledged)::int AS acknowledged,
              count(*) FILTER (WHERE extract(hour FROM at) < 8 OR extract(hour FROM at) >= 18
                                  OR extract(isodow FROM at) >= 6)::int AS out_of_hours
         FROM calls GROUP BY user_id
     ), by_hour AS (
       SELECT user_id, jsonb_object_agg(hour, count) AS hours
         FROM (SELECT user_id, extract(hour FROM at)::int AS hour, count(*)::int AS count FROM calls GROUP BY 1, 2) h
        GROUP BY user_id
     ), parts AS (
       SELECT t.user_id, count(*) FILTER (WHERE i.created_at >= $1 AND i.created_at < $2)::int AS incidents,
              count(*) FILTER (WHERE ${OPEN})::int AS open
         FROM incident_participants t JOIN people u ON u.id = t.user_id JOIN incidents i ON i.id = t.incident_id
        WHERE (i.created_at >= $1 AND i.created_at < $2 OR ${OPEN}) AND NOT i.drill AND ${readable}
        GROUP BY t.user_id
     )
     SELECT ${USER_COLUMNS}, coalesce(c.pages, 0) AS pages, coalesce(c.acknowledged, 0) AS acknowledged,
            coalesce(c.out_of_hours, 0) AS "outOfHours", coalesce(p.incidents, 0) AS incidents, coalesce(p.open, 0) AS open,
            h.hours
       FROM people u LEFT JOIN called c ON c.user_id = u.id LEFT JOIN by_hour h ON h.user_id = u.id
       LEFT JOIN parts p ON p.user_id = u.id
      ORDER BY pages DESC, incidents DESC, u.name, u.id LIMIT ${MOST}`,
    values,
  )
  return rows.map(({ pages, acknowledged, outOfHours, incidents, open, hours, ...user }) => ({
    ...{ user, pages, acknowledged, outOfHours, incidents, open },
    interruptions: Array.from({ length: 24 }, (_, hour) => hours?.[hour] ?? 0),
  }))
}
