import { randomUUID } from 'node:crypto'
import { acknowledgeIncident, resolveIncident, startIncident, triageIncident } from '../incidents/incident.commands.js'
import { IncidentStatus, Level } from '../incidents/incident.js'
import { addNote } from '../incidents/timeline-entry.commands.js'
import { Role } from '../platform/actor.js'
import type { Context } from '../platform/context.js'
import { Database } from '../platform/database.js'
import type { Logger } from '../platform/log.js'
import type { RunningServer } from '../main.js'
import type { IntegrationKind } from '../responders/integration.entity.js'
import type { Cast } from './cast.js'
import { Chance } from './chance.js'
import { INTEGRATIONS } from './company.js'
import { LIVE_PLOTS, LIVE_PREFIX, type LiveAlert, send } from './live-alert.js'

/**
 * Life, for those who watch: monitoring reports over HTTP every ten seconds, and in between somebody does the next thing
 * that is to be done. All it knows is in the database, so another start goes on where the last one was stopped.
 */

const BEAT = 5_000 // milliseconds
/** Alerts that fire at the same time; beyond them the same are reported again. */
const AT_ONCE = 3

const RESOLVES = 'resolves'

const NOTES = [
  'Looking at the dashboards. It began with the last deployment.',
  'Restarted one instance to see whether it helps. It does.',
  'The same as last week; the ticket for the cause is still open.',
  'Error rate falls again.',
  'Nothing in the logs of this service. Asking its neighbours.',
]

interface OpenAlert extends LiveAlert {
  readonly incidentId: string
  readonly number: number
  readonly status: IncidentStatus
  readonly teamId: string | null
  readonly notes: number
  /** Whether a second step has called others, too. */
  readonly escalated: boolean
}

export class Activity {
  private readonly db: Database
  private readonly chance = new Chance(Date.now())
  private timer: NodeJS.Timeout | null = null
  private beats = 0
  private beating: Promise<void> = Promise.resolve()

  /** @param tell for people who watch the terminal */
  constructor(
    private readonly server: RunningServer,
    private readonly cast: Cast,
    private readonly log: Logger,
    private readonly tell: (line: string) => void,
  ) {
    this.db = Database.of(server.source)
  }

  start(): void {
    this.timer = setInterval(() => {
      this.beating = this.beating.then(() => this.beat())
    }, BEAT)
  }

  async stop(): Promise<void> {
    if (this.timer) clearInterval(this.timer)
    await this.beating
  }

  private async beat(): Promise<void> {
    try {
      const open = await this.openAlerts()
      if (this.beats++ % 2 === 0) await this.report(open)
      else await this.work(open.filter((alert) => !isLeftToEscalate(alert)))
    } catch (error) {
      this.log.warn({ err: error }, 'the demo could not go on; it tries again')
    }
  }

  /** Oldest first. */
  private openAlerts(): Promise<OpenAlert[]> {
    return this.db.rows<OpenAlert>(
      `SELECT n.kind, COALESCE(a.labels ->> 'alertname', a.labels ->> 'class', '') AS name, a.dedup_key AS "dedupKey",
              a.summary, lower(a.severity) AS severity, a.source, a.started_at AS "startedAt",
              i.id AS "incidentId", i.number, i.status, i.team_id AS "teamId",
              (SELECT count(*)::int FROM timeline_entries e WHERE e.incident_id = i.id AND e.kind = 'NOTE') AS notes,
              COALESCE((SELECT escalated FROM escalations WHERE incident_id = i.id), true) AS escalated
         FROM alerts a JOIN integrations n ON n.id = a.integration_id JOIN incidents i ON i.id = a.incident_id
        WHERE a.status = 'OPEN' AND a.dedup_key LIKE $1 AND n.name = ANY($2::text[])
        ORDER BY i.updated_at, a.id`,
      [`${LIVE_PREFIX}%`, INTEGRATIONS.map(({ name }) => name)],
    )
  }

  private async report(open: readonly OpenAlert[]): Promise<void> {
    const again = open.length >= AT_ONCE
    const alert: LiveAlert = again
      ? this.chance.pick(open)
      : {
          ...this.chance.pick(LIVE_PLOTS.filter(({ summary }) => !open.some((other) => other.summary === summary))),
          dedupKey: LIVE_PREFIX + randomUUID().slice(0, 8),
          startedAt: new Date(),
        }
    await this.send(alert, true)
    this.tell(`${nameOf(alert.kind)} reports${again ? ' again' : ''}: ${alert.summary}`)
  }

  private async send(alert: LiveAlert, firing: boolean): Promise<void> {
    await send(this.server.localUrl, { ...alert, startedAt: alert.startedAt ?? new Date() }, firing)
  }

  /** Whoever is free does the next step for the incident that has waited longest. */
  private async work([alert]: readonly OpenAlert[]): Promise<void> {
    if (!alert) return
    const { number, teamId } = alert
    const team = this.cast.responders(teamId)
    const actor = team.length > 0 ? this.chance.pick(team) : this.cast.one(Role.MANAGER)
    if (!actor) return
    const ctx: Context = { actor, db: this.db, now: () => new Date() }
    const did = await this.nextStep(ctx, alert)
    if (did) this.tell(`${actor.name} ${did} #${number}: ${alert.summary}`)
    if (did !== null && did !== RESOLVES) return
    await this.send(alert, false)
    this.tell(`${nameOf(alert.kind)} reports the end: ${alert.summary}`)
  }

  /** Null when nothing is left to do but for the alert to end. */
  private async nextStep(ctx: Context, { incidentId: id, status, notes, number }: OpenAlert): Promise<string | null> {
    switch (status) {
      case IncidentStatus.TRIGGERED:
        await acknowledgeIncident(ctx, { id })
        return 'acknowledges'
      case IncidentStatus.ACKNOWLEDGED:
      case IncidentStatus.ON_HOLD:
        await startIncident(ctx, { id })
        return 'works on'
      case IncidentStatus.IN_PROGRESS:
        if (notes === 0) {
          await addNote(ctx, { id, body: NOTES[number % NOTES.length]! })
          return 'adds a note to'
        }
        if (notes === 1 && this.chance.next() < 0.3) {
          await triageIncident(ctx, { id, impact: Level.MEDIUM, urgency: Level.HIGH })
          return 'assesses'
        }
        await resolveIncident(ctx, { id, resolution: 'It went away after a restart; the cause is being looked for.' })
        return RESOLVES
      default:
        return null
    }
  }
}

/** So that one sees who is called when nobody answers. */
const isLeftToEscalate = ({ status, severity, escalated }: OpenAlert) =>
  status === IncidentStatus.TRIGGERED && severity === 'critical' && !escalated

const nameOf = (kind: IntegrationKind) => INTEGRATIONS.find((integration) => integration.kind === kind)!.name
