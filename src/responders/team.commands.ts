import { recordAccessChange } from '../access/access-event.js'
import { authorise } from '../access/rules.js'
import { type Context, inTransaction } from '../platform/context.js'
import { badInput, notFound } from '../platform/errors.js'
import { newId } from '../platform/id.js'
import { optionalText, text } from '../platform/input.js'
import { ResponderEventType, recordResponderEvent } from './responder-event.js'
import { Team, TeamMember } from './team.entity.js'
import { unique } from './uniqueness.js'
import { User } from './user.entity.js'

const NAME = { maximum: 200 }
const DESCRIPTION = { maximum: 2_000, minimum: 0 }
const uniqueName = <T>(write: () => Promise<T>) => unique('name', 'teams_name', write)

export interface TeamCreate {
  readonly name: string
  readonly description?: string | null
}

export const createTeam = (ctx: Context, input: TeamCreate) =>
  inTransaction(ctx, async (ctx) => {
    authorise(ctx.actor, 'configure')
    const now = ctx.now()
    const team: Team = {
      id: newId('team', now.getTime()),
      name: text('name', input.name, NAME),
      description: optionalText('description', input.description, DESCRIPTION) ?? '',
      createdAt: now,
    }
    await uniqueName(() => ctx.db.entities.insert(Team, team))
    await recordResponderEvent(ctx, ResponderEventType.TEAM_CREATED, team.id, team)
    return { team }
  })

export interface TeamUpdate {
  readonly id: string
  readonly name?: string | null
  readonly description?: string | null
}

/** What is left out stays. */
export const updateTeam = (ctx: Context, input: TeamUpdate) =>
  inTransaction(ctx, async (ctx) => {
    authorise(ctx.actor, 'configure')
    const team = await lockTeam(ctx, 'id', input.id)
    const changes: Partial<Team> = {}
    const name = optionalText('name', input.name, NAME)
    if (name !== null) changes.name = name
    const description = optionalText('description', input.description, DESCRIPTION)
    if (description !== null) changes.description = description
    if (Object.keys(changes).length === 0) throw badInput('id', 'Name at least one field to change.')
    await uniqueName(() => ctx.db.entities.update(Team, { id: team.id }, changes))
    await recordResponderEvent(ctx, ResponderEventType.TEAM_UPDATED, team.id, changes)
    return { team: { ...team, ...changes } }
  })

export interface Membership {
  readonly teamId: string
  readonly userId: string
}

/** Adding a member twice is adding them once. */
export const addTeamMember = (ctx: Context, { teamId, userId }: Membership) =>
  inTransaction(ctx, async (ctx) => {
    authorise(ctx.actor, 'configure')
    const team = await lockTeam(ctx, 'teamId', teamId, userId)
    if (!(await ctx.db.entities.existsBy(User, { id: userId }))) throw notFound('user', 'userId')
    if (!(await ctx.db.entities.existsBy(TeamMember, { teamId, userId }))) {
      await ctx.db.entities.insert(TeamMember, { teamId, userId })
      await recordMembership(ctx, ResponderEventType.TEAM_MEMBER_ADDED, { teamId, userId })
    }
    return { team }
  })

/** Done as well when they are no member. */
export const removeTeamMember = (ctx: Context, { teamId, userId }: Membership) =>
  inTransaction(ctx, async (ctx) => {
    authorise(ctx.actor, 'configure')
    const team = await lockTeam(ctx, 'teamId', teamId, userId)
    const { affected } = await ctx.db.entities.delete(TeamMember, { teamId, userId })
    if (affected) await recordMembership(ctx, ResponderEventType.TEAM_MEMBER_REMOVED, { teamId, userId })
    return { team }
  })

async function recordMembership(ctx: Context, type: ResponderEventType, { teamId, userId }: Membership) {
  await recordResponderEvent(ctx, type, teamId, { userId })
  await recordAccessChange(ctx, { userId, tokenId: null })
}

/** The team, for this transaction alone, together with whoever else it concerns. Errors: NOT_FOUND. */
async function lockTeam(ctx: Context, field: string, id: string, ...others: string[]): Promise<Team> {
  await ctx.db.lock(id, ...others)
  const team = await ctx.db.entities.findOneBy(Team, { id })
  if (!team) throw notFound('team', field)
  return team
}
