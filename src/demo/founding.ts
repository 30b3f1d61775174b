import { fileURLToPath } from 'node:url'
import { importMarkdown } from '../imports/markdown-import.js'
import { defineCustomField } from '../incidents/custom-field.commands.js'
import { Role } from '../platform/actor.js'
import type { Context } from '../platform/context.js'
import { ConfigError } from '../platform/config.js'
import { createIntegration } from '../responders/integration.commands.js'
import { addServiceGrant, createService } from '../responders/service.commands.js'
import { addTeamMember, createTeam } from '../responders/team.commands.js'
import { createUser } from '../responders/user.commands.js'
import { CUSTOM_FIELDS, GRANTED, INTEGRATIONS, PEOPLE, SERVICES, TEAMS, emailOf } from './company.js'
import { arrangeOnCall } from './on-call.js'
import { promiseServiceLevels } from './service-levels.js'

/** What the company knows; the build puts it beside this file. */
const KNOWLEDGE = fileURLToPath(new URL('knowledge/', import.meta.url))

/** Makes the company through the commands that an administrator has. The context is that of the system. */
export async function foundCompany(ctx: Context): Promise<void> {
  const teams = new Map<string, string>()
  for (const team of TEAMS) teams.set(team.name, (await createTeam(ctx, team)).team.id)

  const services = new Map<string, string>()
  for (const { name, description, team } of SERVICES) {
    const { service } = await createService(ctx, { name, description, teamId: teams.get(team) })
    services.set(name, service.id)
  }

  const people = new Map<string, string>()
  for (const persona of PEOPLE) {
    const { user } = await createUser(ctx, { ...persona, email: emailOf(persona) })
    people.set(persona.name, user.id)
    if (persona.team) await addTeamMember(ctx, { teamId: teams.get(persona.team)!, userId: user.id })
    if (persona.role === Role.PARTNER)
      await addServiceGrant(ctx, { userId: user.id, serviceId: services.get(GRANTED)! })
  }

  await arrangeOnCall(ctx, teams, people)
  await promiseServiceLevels(ctx)
  for (const { name, kind, key, service } of INTEGRATIONS)
    await createIntegration(ctx, { name, kind, key, serviceId: services.get(service) })
  for (const field of CUSTOM_FIELDS) await defineCustomField(ctx, field)
  await importMarkdown(ctx, { folder: KNOWLEDGE, source: 'demo' })
}

/** The demo is not poured into an installation that somebody uses. */
export async function refuseOthersData(ctx: Context, where: string): Promise<void> {
  if (await ctx.db.row('SELECT 1 FROM incidents LIMIT 1'))
    throw new ConfigError(
      `${where}, which holds incidents that are not the demo's. Name another place: DATA_DIR=.demo npm run demo`,
    )
}
