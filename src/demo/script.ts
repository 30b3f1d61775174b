import { receiveReports } from '../alerts/alert.commands.js'
import type { Sender, Signal } from '../alerts/signal.js'
import { Audience } from '../events/audience.js'
import { assignRole } from '../incidents/assignment.commands.js'
import { IncidentRole } from '../incidents/assignment.js'
import { setCustomFields } from '../incidents/custom-field.commands.js'
import { assessImpact } from '../incidents/impact-assessment.commands.js'
import {
  acknowledgeIncident,
  cancelIncident,
  closeIncident,
  declareIncident,
  holdIncident,
  mitigateIncident,
  reopenIncident,
  resolveIncident,
  setWorkaround,
  startIncident,
  triageIncident,
} from '../incidents/incident.commands.js'
import { Level } from '../incidents/incident.js'
import { publishStatusUpdate } from '../incidents/status-update.commands.js'
import { addTask, updateTask } from '../incidents/task.commands.js'
import { addNote, recordDecision } from '../incidents/timeline-entry.commands.js'
import { type Actor, Role, integrationActor } from '../platform/actor.js'
import type { Context } from '../platform/context.js'
import type { Cast } from './cast.js'
import type { Chance } from './chance.js'
import { Ending, type Scene } from './scene.js'

/** A scene as steps, each done by somebody at its time through the command that does it. */

export interface Step {
  readonly at: Date
  readonly by: Actor
  readonly act: (ctx: Context) => Promise<unknown>
}

export interface Stage {
  readonly now: Date
  readonly cast: Cast
  readonly serviceOf: (name: string) => { readonly id: string; readonly teamId: string | null }
  readonly senderOf: (kind: string) => Sender
}

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

export function scriptOf(scene: Scene, stage: Stage, chance: Chance): Step[] {
  const { plot, ending } = scene
  const script = new Script(scene, stage, chance)
  if (plot.alert) script.alert()
  else script.report()
  if (ending === Ending.TRIGGERED) return script.steps
  script.acknowledge()
  if (ending === Ending.ACKNOWLEDGED) return script.steps
  if (ending === Ending.CANCELLED) return script.cancel().steps
  script.work()
  if (ending === Ending.HELD) script.hold()
  if ([Ending.STARTED, Ending.HELD].includes(ending)) return script.steps
  script.mitigate()
  if (ending === Ending.MITIGATED) return script.steps
  script.resolve()
  if (ending === Ending.REOPENED) script.reopen()
  if (ending === Ending.CLOSED) script.close()
  return script.steps
}

class Script {
  readonly steps: Step[] = []
  /** Known once the first step is done. */
  private id = ''
  private readonly tasks: string[] = []
  private readonly responders: readonly Actor[]
  private readonly lead: Actor
  private readonly manager: Actor
  private readonly sender: Sender | null
  private readonly serviceId: string
  /** Milliseconds from the start to the last step; what still goes on has to fit into the time until now. */
  private readonly span: number

  constructor(
    private readonly scene: Scene,
    private readonly stage: Stage,
    private readonly chance: Chance,
  ) {
    const { plot, startedAt } = scene
    const { cast, now } = stage
    this.sender = plot.alert ? stage.senderOf(plot.alert.kind) : null
    const service = this.sender ?? stage.serviceOf(plot.service!)
    this.serviceId = plot.service ? stage.serviceOf(plot.service).id : this.sender!.serviceId!
    const team = cast.responders(service.teamId)
    const first = Math.floor(chance.between(0, team.length))
    this.responders = [...team.slice(first), ...team.slice(0, first)]
    this.lead = this.responders[0]!
    this.manager = chance.pick(cast.all(Role.MANAGER))
    const length = plot.minutes * MINUTE * chance.between(0.7, 1.4)
    this.span = Math.min(length, (now.getTime() - startedAt.getTime()) * 0.9)
  }

  private get grave(): boolean {
    return this.scene.plot.levels.every((level) => level === Level.HIGH)
  }

  /** @param moment 0 is the start, 1 the end */
  private step(moment: number, by: Actor, act: (ctx: Context) => Promise<unknown>): void {
    this.steps.push({ at: new Date(this.scene.startedAt.getTime() + moment * this.span), by, act })
  }

  alert(): void {
    const { sender } = this
    const integration = integrationActor(sender!)
    this.step(0, integration, async (ctx) => {
      await this.signal(ctx, 'trigger')
      const alert = await ctx.db.row<{ incidentId: string }>(
        `SELECT incident_id AS "incidentId" FROM alerts WHERE integration_id = $1 AND dedup_key = $2 AND status = 'OPEN'`,
        [sender!.id, this.scene.plot.alert!.key],
      )
      this.id = alert!.incidentId
    })
    for (const moment of [0.03, 0.1, 0.2].slice(0, Math.floor(this.chance.between(1, 4))))
      this.step(moment, integration, (ctx) => this.signal(ctx, 'trigger'))
  }

  private signal(ctx: Context, action: 'trigger' | 'resolve'): Promise<unknown> {
    const { title, alert } = this.scene.plot
    const { key, source, severity, labels } = alert!
    const signal: Signal = {
      ...{ action, dedupKey: key, groupKey: key, episode: null, severity, summary: title, description: '', source },
      ...{ labels, details: {}, links: [], startedAt: this.scene.startedAt },
      endedAt: action === 'resolve' ? ctx.now() : null,
    }
    return receiveReports(ctx, [{ sender: this.sender!, actor: ctx.actor, signal }])
  }

  /** Somebody notices it themselves: an employee, or who works on the service. */
  report(): void {
    const { plot, startedAt, visibility, drill } = this.scene
    const requester = this.stage.cast.one(Role.REQUESTER)
    const open = visibility === undefined && !drill && requester !== null
    const reporter =
      visibility === 'RESTRICTED' ? this.manager : open && this.chance.next() < 0.5 ? requester : this.lead
    const [impact, urgency] = plot.levels
    this.step(0, reporter, async (ctx) => {
      const { incident } = await declareIncident(ctx, {
        ...{ title: plot.title, description: plot.description, impact, urgency, visibility, drill },
        serviceId: this.serviceId,
        impactStartedAt: new Date(startedAt.getTime() - Math.round(this.chance.between(2, 25)) * MINUTE),
        detectedAt: startedAt,
      })
      this.id = incident.id
    })
    if (reporter === requester)
      this.step(0.25, reporter, (ctx) =>
        addNote(ctx, { id: this.id, body: 'It happens to my colleagues as well.', audience: Audience.PUBLIC }),
      )
    if (visibility === 'RESTRICTED') this.take(0.02, IncidentRole.COMMANDER, this.lead, this.manager)
  }

  acknowledge(): void {
    this.step(0.06, this.lead, (ctx) => acknowledgeIncident(ctx, { id: this.id }))
  }

  work(): void {
    const { lead, responders, scene } = this
    const { plot, visibility } = scene
    const [impact, urgency] = plot.levels
    this.step(0.1, lead, (ctx) => startIncident(ctx, { id: this.id }))
    if (plot.alert) this.step(0.11, lead, (ctx) => triageIncident(ctx, { id: this.id, impact, urgency }))
    if (visibility !== 'RESTRICTED') this.take(0.12, IncidentRole.COMMANDER, lead)
    if (this.grave) {
      this.take(0.13, IncidentRole.OPERATIONS_LEAD, responders[1] ?? lead, this.manager)
      this.take(0.14, IncidentRole.COMMUNICATIONS_LEAD, this.manager, this.manager)
    }
    for (const [n, body] of plot.notes.entries()) {
      const by = visibility === 'RESTRICTED' ? lead : responders[n % responders.length]!
      this.step(0.18 + n * 0.12, by, (ctx) => addNote(ctx, { id: this.id, body }))
    }
    this.document()
    for (const [n, title] of (plot.tasks ?? []).entries()) {
      const assignee = this.grave ? responders[n % responders.length]! : lead
      this.step(0.35 + n * 0.02, this.grave ? this.manager : lead, async (ctx) => {
        this.tasks.push((await addTask(ctx, { id: this.id, title, assigneeId: assignee.id })).task.id)
      })
    }
  }

  /** What those who are not at work on it want to know. */
  private document(): void {
    const { lead } = this
    const { usersAffected, update, decision, workaround, change } = this.scene.plot
    const id = () => this.id
    if (usersAffected !== undefined) {
      const summary = `About ${usersAffected.toLocaleString('en')} customers are affected.`
      this.step(0.22, lead, (ctx) =>
        assessImpact(ctx, { id: id(), summary, usersAffected, serviceIds: [this.serviceId] }),
      )
    }
    if (update)
      this.step(0.26, this.manager, (ctx) =>
        publishStatusUpdate(ctx, { id: id(), body: update, audience: Audience.STAKEHOLDER }),
      )
    if (workaround) this.step(0.4, lead, (ctx) => setWorkaround(ctx, { id: id(), workaround }))
    if (decision) this.step(0.44, lead, (ctx) => recordDecision(ctx, { id: id(), body: decision }))
    if (this.scene.plot.service === undefined && this.sender?.kind === 'PAGERDUTY') this.hearPartner()
    const values = [
      { key: 'region', value: this.chance.pick(['Europe', 'North America', 'Everywhere']) },
      ...(change ? [{ key: 'change', value: change }] : []),
    ]
    this.step(0.48, lead, (ctx) => setCustomFields(ctx, { id: id(), values }))
  }

  private hearPartner(): void {
    const partner = this.stage.cast.one(Role.PARTNER)
    if (!partner) return
    const body = 'We see it on our side, too, and have opened a case.'
    this.step(0.5, partner, (ctx) => addNote(ctx, { id: this.id, body, audience: Audience.PARTNER }))
  }

  private take(moment: number, role: IncidentRole, person: Actor, by: Actor = this.lead): void {
    this.step(moment, by, (ctx) => assignRole(ctx, { id: this.id, role, userId: person.id }))
  }

  hold(): void {
    const reason = this.scene.holdReason!
    this.step(0.7, this.lead, (ctx) => holdIncident(ctx, { id: this.id, reason }))
  }

  mitigate(): void {
    this.step(0.75, this.lead, (ctx) => mitigateIncident(ctx, { id: this.id }))
    for (const n of (this.scene.plot.tasks ?? []).keys())
      this.step(0.8 + n * 0.02, this.lead, (ctx) => updateTask(ctx, { taskId: this.tasks[n]!, done: true }))
  }

  resolve(): void {
    const { resolution, update } = this.scene.plot
    this.step(0.9, this.lead, (ctx) => resolveIncident(ctx, { id: this.id, resolution }))
    if (this.sender) this.step(0.91, integrationActor(this.sender), (ctx) => this.signal(ctx, 'resolve'))
    if (update)
      this.step(0.92, this.manager, (ctx) =>
        publishStatusUpdate(ctx, { id: this.id, body: `Resolved. ${resolution}`, audience: Audience.STAKEHOLDER }),
      )
  }

  reopen(): void {
    const reason = 'It is back since the last deployment.'
    this.step(0.97, this.lead, (ctx) => reopenIncident(ctx, { id: this.id, reason }))
  }

  close(): void {
    const at = new Date(this.scene.startedAt.getTime() + this.span + DAY)
    this.steps.push({ at, by: this.manager, act: (ctx) => closeIncident(ctx, { id: this.id }) })
  }

  cancel(): this {
    const reason = 'The monitoring was changed at the same time; nothing was wrong.'
    this.step(0.3, this.lead, (ctx) => cancelIncident(ctx, { id: this.id, reason }))
    if (this.sender) this.step(0.32, integrationActor(this.sender), (ctx) => this.signal(ctx, 'resolve'))
    return this
  }
}
