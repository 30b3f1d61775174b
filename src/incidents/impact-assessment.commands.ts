import { Audience } from '../events/audience.js'
import { ActorKind } from '../platform/actor.js'
import { type Context, inTransaction } from '../platform/context.js'
import { badInput, notFound } from '../platform/errors.js'
import { newId } from '../platform/id.js'
import { text, wholeNumber } from '../platform/input.js'
import type { Service } from '../responders/service.entity.js'
import { ImpactAssessmentEntity } from './impact-assessment.entity.js'
import { type ImpactAssessment, MAXIMUM_SERVICES, tell } from './impact-assessment.js'
import { findServices } from './impact-assessment.queries.js'
import { IncidentEventType, recordIncidentEvent } from './incident-event.js'
import { type IncidentInput, PROSE, lockIncident } from './incident.commands.js'

export interface ImpactAssess extends IncidentInput {
  readonly summary: string
  readonly usersAffected?: number | null
  readonly serviceIds?: readonly string[] | null
}

const USERS = { minimum: 0, maximum: 2_147_483_647 }

/** Says how bad it is. Priority is another matter: triage sets impact and urgency. */
export const assessImpact = (ctx: Context, input: ImpactAssess) =>
  inTransaction(ctx, async (ctx) => {
    const incident = await lockIncident(ctx, input, 'incident.respond')
    const now = ctx.now()
    const services = await existingServices(ctx, input.serviceIds ?? [])
    const impactAssessment: ImpactAssessment = {
      id: newId('impactAssessment', now.getTime()),
      incidentId: incident.id,
      summary: text('summary', input.summary, PROSE),
      usersAffected: wholeNumberOrNull('usersAffected', input.usersAffected),
      serviceIds: services.map(({ id }) => id),
      authorId: ctx.actor.kind === ActorKind.USER ? ctx.actor.id : null,
      assessedAt: now,
    }
    await ctx.db.entities.insert(ImpactAssessmentEntity, impactAssessment)
    const type = IncidentEventType.IMPACT_ASSESSED
    const body = tell(impactAssessment, services)
    const { eventCursor } = await recordIncidentEvent(ctx, { type, incident, body, audience: Audience.STAKEHOLDER })
    return { impactAssessment, eventCursor }
  })

const wholeNumberOrNull = (field: string, value: number | null | undefined) =>
  typeof value === 'number' ? wholeNumber(field, value, USERS) : null

/** Each once. Errors: NOT_FOUND that names the one which does not exist. */
async function existingServices(ctx: Context, ids: readonly string[]): Promise<Service[]> {
  if (ids.length > MAXIMUM_SERVICES)
    throw badInput('serviceIds', `Name at most ${MAXIMUM_SERVICES} services, not ${ids.length}.`)
  const services = await findServices(ctx.db, ids)
  const missing = ids.findIndex((id) => !services.some((service) => service.id === id))
  if (missing >= 0) throw notFound('service', `serviceIds.${missing}`)
  return services
}
