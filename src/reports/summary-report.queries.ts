import { predicate } from '../access/rules.js'
import { INCIDENT_ACCESS, OPEN } from '../incidents/incident.queries.js'
import { Priority } from '../incidents/incident.js'
import type { Context } from '../platform/context.js'
import { notFound } from '../platform/errors.js'
import { mayReadClocks } from '../sla/sla-record.queries.js'
import { SlaKind } from '../sla/sla-record.js'
import { SLA_DECIDED, SLA_MET } from '../sla/sla-record.store.js'
import { loadFindableTeam } from '../responders/team.queries.js'
import { type Counts, type SlaCompliance, type SummaryReport, type SummaryRequest, rangeOf } from './summary-report.js'

/** How many services are named. */
const SERVICES = 10

/** Errors: BAD_USER_INPUT; NOT_FOUND for a team that the viewer does not read. */
export async function findSummaryReport(ctx: Context, request: SummaryRequest): Promise<SummaryReport> {
  const { from, until, timeZone, days } = rangeOf(request)
  const team = request.teamId ? await loadFindableTeam(ctx, request.teamId) : null
  if (request.teamId && !team) throw notFound('team', 'teamId')
  const scope = new Scope(ctx, from, until, timeZone, request.teamId ?? null)
  const [totals, byPriority, byService, byDay, sla] = await Promise.all([
    scope.totals(),
    scope.byPriority(),
    scope.byService(),
    scope.byDay(),
    mayReadClocks(ctx.actor) ? scope.sla() : [],
  ])
  const nothing = { opened: 0, resolved: 0, secondsToAcknowledge: null, secondsToResolve: null }
  return {
    ...{ period: request.period, start: request.start, timeZone, from, until, generatedAt: ctx.now() },
    ...{ teamName: team?.name ?? null, ...totals, byService },
    byPriority: Object.values(Priority).map(
      (priority) => byPriority.find((row) => row.priority === priority) ?? { priority, ...nothing },
    ),
    byDay: days.map((day) => byDay.find((row) => row.day === day) ?? { day, opened: 0, resolved: 0 }),
    sla,
  }
}

const OPENED = 'i.created_at >= $1 AND i.created_at < $2'
const RESOLVED = 'i.resolved_at >= $1 AND i.resolved_at < $2'

const median = (from: string, to: string, condition: string) =>
  `round(percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM ${to} - ${from}))
         FILTER (WHERE ${condition} AND ${to} >= ${from}))::int`

const COUNTS = `count(*) FILTER (WHERE ${OPENED})::int AS opened, count(*) FILTER (WHERE ${RESOLVED})::int AS resolved,
  ${median('i.created_at', 'i.acknowledged_at', OPENED)} AS "secondsToAcknowledge",
  ${median('i.created_at', 'i.resolved_at', RESOLVED)} AS "secondsToResolve"`

/** The incidents of a period that the viewer may read. */
class Scope {
  private readonly values: unknown[]
  private readonly where: string
  private readonly touched = `((${OPENED}) OR (${RESOLVED}))`

  constructor(
    private readonly ctx: Context,
    from: Date,
    until: Date,
    private readonly timeZone: string,
    teamId: string | null,
  ) {
    this.values = [from, until]
    const bind = (value: unknown) => `$${this.values.push(value)}`
    const readable = predicate(ctx.actor, 'incident.read', INCIDENT_ACCESS)(bind)
    this.where = `NOT i.drill AND ${readable}${teamId ? ` AND i.team_id = ${bind(teamId)}` : ''}`
  }

  async totals(): Promise<Counts & { open: number; reopened: number }> {
    const row = await this.ctx.db.row<Counts & { open: number; reopened: number }>(
      `SELECT ${COUNTS}, count(*) FILTER (WHERE i.reopen_count > 0 AND ${OPENED})::int AS reopened,
              count(*) FILTER (WHERE (i.resolved_at IS NULL OR i.resolved_at >= $2)
                                 AND (i.closed_at IS NULL OR i.closed_at >= $2))::int AS open
         FROM incidents i WHERE ${this.where} AND i.created_at < $2
          AND (i.created_at >= $1 OR i.resolved_at >= $1 OR i.closed_at >= $1
               OR ${OPEN})`,
      this.values,
    )
    return row!
  }

  byPriority(): Promise<(Counts & { priority: Priority })[]> {
    return this.ctx.db.rows(
      `SELECT i.priority, ${COUNTS} FROM incidents i WHERE ${this.where} AND ${this.touched} GROUP BY i.priority`,
      this.values,
    )
  }

  byService(): Promise<{ service: string; opened: number; resolved: number }[]> {
    return this.ctx.db.rows(
      `SELECT COALESCE(s.name, 'Without a service') AS service, count(*) FILTER (WHERE ${OPENED})::int AS opened,
              count(*) FILTER (WHERE ${RESOLVED})::int AS resolved
         FROM incidents i LEFT JOIN services s ON s.id = i.service_id
        WHERE ${this.where} AND ${this.touched} GROUP BY s.id, s.name ORDER BY 2 DESC, 3 DESC, 1 LIMIT ${SERVICES}`,
      this.values,
    )
  }

  byDay(): Promise<{ day: string; opened: number; resolved: number }[]> {
    const values = [...this.values, this.timeZone]
    const day = (column: string) => `to_char(${column} AT TIME ZONE $${values.length}, 'YYYY-MM-DD')`
    return this.ctx.db.rows(
      `SELECT day, sum(opened)::int AS opened, sum(resolved)::int AS resolved FROM (
         SELECT ${day('i.created_at')} AS day, 1 AS opened, 0 AS resolved FROM incidents i WHERE ${this.where} AND ${OPENED}
         UNION ALL
         SELECT ${day('i.resolved_at')}, 0, 1 FROM incidents i WHERE ${this.where} AND ${RESOLVED}
       ) each GROUP BY day`,
      values,
    )
  }

  /** By when it was decided: a breach counts when it happened, however long the incident went on. */
  async sla(): Promise<SlaCompliance[]> {
    const rows = await this.ctx.db.rows<SlaCompliance>(
      `SELECT r.kind, count(*)::int AS decided, count(*) FILTER (WHERE ${SLA_MET})::int AS met
         FROM sla_records r JOIN incidents i ON i.id = r.incident_id
        WHERE ${this.where} AND ${SLA_DECIDED}
          AND COALESCE(r.breached_at, r.stopped_at) >= $1 AND COALESCE(r.breached_at, r.stopped_at) < $2
        GROUP BY r.kind`,
      this.values,
    )
    return Object.values(SlaKind).map((kind) => rows.find((row) => row.kind === kind) ?? { kind, decided: 0, met: 0 })
  }
}
