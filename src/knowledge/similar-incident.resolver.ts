import { Arg, Ctx, Field, FieldResolver, Float, Int, ObjectType, Resolver, Root } from 'type-graphql'
import type { Incident } from '../incidents/incident.js'
import { IncidentType } from '../incidents/incident.types.js'
import type { Context } from '../platform/context.js'
import { pageSize } from '../platform/paging.js'
import { seesBehind } from './article.queries.js'
import { ArticleHit } from './search.types.js'
import { findSimilarIncidents, suggestForIncident } from './similar-incident.queries.js'

@ObjectType('SimilarIncident', { simpleResolvers: true, description: 'An incident that is like another.' })
export class SimilarIncidentType {
  @Field(() => IncidentType, { description: 'The incident; its `resolution` says what solved it.' })
  incident: IncidentType
  @Field(() => Float, { description: 'How alike they are: comparable within one answer only.' })
  score: number
  @Field(() => Boolean, { description: 'Whether both concern the same service.' })
  sameService: boolean
}

@Resolver(() => IncidentType)
export class SimilarIncidentResolver {
  @FieldResolver(() => [SimilarIncidentType], {
    description:
      'Incidents like this one that the viewer may read: by the words of their titles, those first that say what solved them.',
  })
  similarIncidents(
    @Root() incident: Incident,
    @Ctx() ctx: Context,
    @Arg('first', () => Int, { description: 'How many, 1 to 100.' }) first: number,
  ) {
    return findSimilarIncidents(ctx, incident, pageSize('first', first))
  }

  @FieldResolver(() => [ArticleHit], {
    description: 'Articles that fit what it says of itself, best first. None for those who do not run incidents.',
  })
  async suggestedArticles(
    @Root() incident: Incident,
    @Ctx() ctx: Context,
    @Arg('first', () => Int, { description: 'How many, 1 to 100.' }) first: number,
  ) {
    const size = pageSize('first', first)
    return seesBehind(ctx.actor) ? (await suggestForIncident(ctx, incident, size)).hits : []
  }
}
