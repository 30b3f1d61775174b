import { Args, Ctx, FieldResolver, Int, Mutation, Resolver, Root } from 'type-graphql'
import type { Incident } from '../incidents/incident.js'
import { loadIncident } from '../incidents/incident.queries.js'
import { IncidentType } from '../incidents/incident.types.js'
import type { Context } from '../platform/context.js'
import { Input, Shareable, answer } from '../platform/graphql.js'
import { ConnectionArgs } from '../platform/paging.js'
import { ActorUnion, loadActor } from '../responders/actor.types.js'
import { draftFromIncident } from './article-draft.commands.js'
import { linkArticle, unlinkArticle } from './article-link.commands.js'
import type { ArticleLink } from './article-link.js'
import { linksOfArticlePage, loadIncidentCount, loadLinksOfIncident } from './article-link.queries.js'
import * as types from './article-link.types.js'
import { ArticleLinkConnection, ArticleLinkPayload, ArticleLinkType } from './article-link.types.js'
import type { Article } from './article.js'
import { loadArticle, seesBehind } from './article.queries.js'
import { ArticlePayload, ArticleType } from './article.types.js'

@Resolver(() => ArticleLinkType)
export class ArticleLinkResolver {
  @FieldResolver(() => ArticleType, { nullable: true, description: 'The article; null where the viewer reads it not.' })
  article(@Root() { articleId }: ArticleLink, @Ctx() ctx: Context) {
    return loadArticle(ctx, articleId)
  }

  @FieldResolver(() => IncidentType, {
    nullable: true,
    description: 'The incident; null where the viewer reads it not.',
  })
  incident(@Root() { incidentId }: ArticleLink, @Ctx() ctx: Context) {
    return loadIncident(ctx, incidentId)
  }

  @Shareable()
  @FieldResolver(() => ActorUnion, { nullable: true, description: 'Who said so. For those who run incidents.' })
  actor(@Root() { actorKind, actorId }: ArticleLink, @Ctx() ctx: Context) {
    return seesBehind(ctx.actor) ? loadActor(ctx, actorKind, actorId) : null
  }

  @Mutation(() => ArticleLinkPayload, {
    description:
      'Says that an article helped with an incident, or was drawn from it. Saying it twice is saying it once.',
  })
  incidentArticleLink(
    @Ctx() ctx: Context,
    @Input(() => types.IncidentArticleLinkInput) input: types.IncidentArticleLinkInput,
  ) {
    return answer(ctx, (ctx) => linkArticle(ctx, input))
  }

  @Mutation(() => ArticleLinkPayload, { description: 'Takes such a link away.' })
  incidentArticleUnlink(
    @Ctx() ctx: Context,
    @Input(() => types.IncidentArticleUnlinkInput) input: types.IncidentArticleUnlinkInput,
  ) {
    return answer(ctx, (ctx) => unlinkArticle(ctx, input))
  }

  @Mutation(() => ArticlePayload, {
    description:
      'Begins an article with what is known of an incident, for no more readers than the incident has. Asked again, it answers the draft that there is, without an event. Refused for an incident that is RESTRICTED.',
  })
  articleDraftFromIncident(
    @Ctx() ctx: Context,
    @Input(() => types.ArticleDraftFromIncidentInput) input: types.ArticleDraftFromIncidentInput,
  ) {
    return answer(ctx, (ctx) => draftFromIncident(ctx, input))
  }
}

@Resolver(() => IncidentType)
export class IncidentArticlesResolver {
  @FieldResolver(() => [ArticleLinkType], {
    description:
      'What helped with it, or was drawn from it, in the order of linking: as far as the viewer may read it.',
  })
  async articles(@Root() { id }: Incident, @Ctx() ctx: Context) {
    return (await loadLinksOfIncident(ctx, id)) ?? []
  }
}

@Resolver(() => ArticleType)
export class ArticleIncidentsResolver {
  @FieldResolver(() => ArticleLinkConnection, {
    description: 'Incidents that it helped with, or was drawn from, the latest first: those that the viewer may read.',
  })
  incidents(@Root() article: Article, @Args(() => ConnectionArgs) args: ConnectionArgs, @Ctx() ctx: Context) {
    return linksOfArticlePage(ctx, article, args)
  }

  @FieldResolver(() => Int, { description: 'With how many incidents it helped, of those that the viewer may read.' })
  async incidentCount(@Root() { id }: Article, @Ctx() ctx: Context) {
    return (await loadIncidentCount(ctx, id)) ?? 0
  }
}
