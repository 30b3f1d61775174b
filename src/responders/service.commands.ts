import { recordAccessChange } from '../access/access-event.js'
import { authorise } from '../access/rules.js'
import { Role } from '../platform/actor.js'
import { type Context, inTransaction } from '../platform/context.js'
import { badInput, notFound } from '../platform/errors.js'
import { newId } from '../platform/id.js'
import { optionalText, text } from '../platform/input.js'
import { ResponderEventType, recordResponderEvent } from './responder-event.js'
import { Service, ServiceGrant } from './service.entity.js'
import { Team } from './team.entity.js'
import { unique } from './uniqueness.js'
import { User } from './user.entity.js'

const NAME = { maximum: 200 }
const DESCRIPTION = { maximum: 2_000, minimum: 0 }
const uniqueName = <T>(write: () => Promise<T>) => unique('name', 'services_name', write)

export interface ServiceCreate {
  readonly name: string
  readonly description?: string | null
  readonly teamId?: string | null
}

export const createService = (ctx: Context, input: ServiceCreate) =>
  inTransaction(ctx, async (ctx) => {
    authorise(ctx.actor, 'configure')
    const now = ctx.now()
    const service: Service = {
      id: newId('service', now.getTime()),
      name: text('name', input.name, NAME),
      description: optionalText('description', input.description, DESCRIPTION) ?? '',
      teamId: await existingTeam(ctx, input.teamId),
      createdAt: now,
    }
    await uniqueName(() => ctx.db.entities.insert(Service, service))
    await recordResponderEvent(ctx, ResponderEventType.SERVICE_CREATED, service.id, service)
    return { service }
  })

export interface ServiceUpdate {
  readonly id: string
  readonly name?: string | null
  readonly description?: string | null
  /** Null takes it from its team. */
  readonly teamId?: string | null
}

/** What is left out stays. Incidents that are under way keep the team that has them. */
export const updateService = (ctx: Context, input: ServiceUpdate) =>
  inTransaction(ctx, async (ctx) => {
    authorise(ctx.actor, 'configure')
    const service = await lockService(ctx, 'id', input.id)
    const changes: Partial<Service> = {}
    const name = optionalText('name', input.name, NAME)
    if (name !== null) changes.name = name
    const description = optionalText('description', input.description, DESCRIPTION)
    if (description !== null) changes.description = description
    if (input.teamId !== undefined) changes.teamId = await existingTeam(ctx, input.teamId)
    if (Object.keys(changes).length === 0) throw badInput('id', 'Name at least one field to change.')
    await uniqueName(() => ctx.db.entities.update(Service, { id: service.id }, changes))
    await recordResponderEvent(ctx, ResponderEventType.SERVICE_UPDATED, service.id, changes)
    return { service: { ...service, ...changes } }
  })

export interface Grant {
  readonly userId: string
  readonly serviceId: string
}

/** Lets a partner see a service. Granting it twice is granting it once. */
export const addServiceGrant = (ctx: Context, { userId, serviceId }: Grant) =>
  inTransaction(ctx, async (ctx) => {
    authorise(ctx.actor, 'configure')
    const { service, user } = await lockGrant(ctx, { userId, serviceId })
    if (user.role !== Role.PARTNER) throw badInput('userId', 'Services are granted to partners only.')
    if (!(await ctx.db.entities.existsBy(ServiceGrant, { userId, serviceId }))) {
      await ctx.db.entities.insert(ServiceGrant, { userId, serviceId })
      await recordGrant(ctx, ResponderEventType.SERVICE_GRANT_ADDED, { userId, serviceId })
    }
    return { service, user }
  })

/** Done as well when there is no such grant. */
export const removeServiceGrant = (ctx: Context, { userId, serviceId }: Grant) =>
  inTransaction(ctx, async (ctx) => {
    authorise(ctx.actor, 'configure')
    const { service, user } = await lockGrant(ctx, { userId, serviceId })
    const { affected } = await ctx.db.entities.delete(ServiceGrant, { userId, serviceId })
    if (affected) await recordGrant(ctx, ResponderEventType.SERVICE_GRANT_REMOVED, { userId, serviceId })
    return { service, user }
  })

async function recordGrant(ctx: Context, type: ResponderEventType, { userId, serviceId }: Grant) {
  await recordResponderEvent(ctx, type, serviceId, { userId })
  await recordAccessChange(ctx, { userId, tokenId: null })
}

async function lockGrant(ctx: Context, { userId, serviceId }: Grant) {
  const service = await lockService(ctx, 'serviceId', serviceId, userId)
  const user = await ctx.db.entities.findOneBy(User, { id: userId })
  if (!user) throw notFound('user', 'userId')
  return { service, user }
}

/** The service, for this transaction alone, together with whoever else it concerns. Errors: NOT_FOUND. */
async function lockService(ctx: Context, field: string, id: string, ...others: string[]): Promise<Service> {
  await ctx.db.lock(id, ...others)
  const service = await ctx.db.entities.findOneBy(Service, { id })
  if (!service) throw notFound('service', field)
  return service
}

async function existingTeam(ctx: Context, teamId: string | null | undefined): Promise<string | null> {
  if (teamId === null || teamId === undefined) return null
  if (!(await ctx.db.entities.existsBy(Team, { id: teamId }))) throw notFound('team', 'teamId')
  return teamId
}
