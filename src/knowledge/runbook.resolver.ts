import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import type { Alert } from '../alerts/alert.js'
import { AlertType } from '../alerts/alert.types.js'
import type { Incident } from '../incidents/incident.js'
import { IncidentType } from '../incidents/incident.types.js'
import type { Context } from '../platform/context.js'
import { loadRunbooksOfAlert, loadRunbooksOfIncident } from './runbook.queries.js'
import { RunbookType } from './runbook.types.js'

@Resolver(() => IncidentType)
export class IncidentRunbooksResolver {
  @FieldResolver(() => [RunbookType], {
    description:
      'Articles that help with it: those that its alerts lead to by address or name, and those of their service. The strongest first, at most 20; none for those who do not see its alerts.',
  })
  async runbooks(@Root() { id }: Incident, @Ctx() ctx: Context) {
    return (await loadRunbooksOfIncident(ctx, id)) ?? []
  }
}

@Resolver(() => AlertType)
export class AlertRunbooksResolver {
  @FieldResolver(() => [RunbookType], { description: 'Articles that help with it: the strongest first, at most 20.' })
  async runbooks(@Root() { id }: Alert, @Ctx() ctx: Context) {
    return (await loadRunbooksOfAlert(ctx, id)) ?? []
  }
}
