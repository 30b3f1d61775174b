import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import type { Incident } from '../incidents/incident.js'
import { IncidentType } from '../incidents/incident.types.js'
import type { Context } from '../platform/context.js'
import { importedFactsOf, referencesOf } from './imported-incident.queries.js'
import { ExternalReference, ImportedFacts } from './imported-incident.types.js'

@Resolver(() => IncidentType)
export class ImportedIncidentResolver {
  @FieldResolver(() => [ExternalReference], {
    description: 'What other systems call it and what belongs to it there; for those who run incidents.',
  })
  externalReferences(@Root() { id }: Incident, @Ctx() ctx: Context) {
    return referencesOf(ctx, id)
  }

  @FieldResolver(() => ImportedFacts, {
    nullable: true,
    description: 'What the system that it was imported from knew of it besides; for those who run incidents.',
  })
  imported(@Root() { id }: Incident, @Ctx() ctx: Context) {
    return importedFactsOf(ctx, id)
  }
}
