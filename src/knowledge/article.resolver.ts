import type { GraphQLResolveInfo } from 'graphql'
import { Arg, Args, Ctx, FieldResolver, ID, Info, Int, Mutation, Query, Resolver, Root } from 'type-graphql'
import type { Context } from '../platform/context.js'
import { notFound } from '../platform/errors.js'
import { Input, Shareable, answer } from '../platform/graphql.js'
import { present } from '../platform/loader.js'
import { ConnectionArgs, ForwardArgs } from '../platform/paging.js'
import { loadLinkedService } from '../responders/service.queries.js'
import { ServiceType } from '../responders/service.types.js'
import { loadTeam } from '../responders/team.queries.js'
import { TeamType } from '../responders/team.types.js'
import { loadUser } from '../responders/user.queries.js'
import { UserType } from '../responders/user.types.js'
import { differenceOf } from './article-version.js'
import { countView } from './article-views.js'
import { createArticle, restoreVersion, updateArticle } from './article.commands.js'
import { type Article, ArticleStatus } from './article.js'
import { ArticleOrder, articlePage, loadArticle, loadVersion, seesBehind, versionPage } from './article.queries.js'
import * as types from './article.types.js'
import {
  ArticleConnection,
  ArticlePayload,
  ArticleType,
  ArticleVersionConnection,
  ArticleVersionType,
} from './article.types.js'
import { loadLinkedCategory } from './category.queries.js'
import { CategoryType } from './category.types.js'
import {
  archiveArticle,
  confirmArticle,
  publishArticle,
  reinstateArticle,
  reviewArticle,
  submitArticle,
} from './publication.commands.js'

const WRITERS = 'For those who run incidents.'

@Resolver(() => ArticleType)
export class ArticleResolver {
  @Query(() => ArticleType, {
    nullable: true,
    description: 'One article; null when there is none that the viewer may read.',
  })
  async article(
    @Ctx() ctx: Context,
    @Arg('id', () => ID, { description: 'The article.' }) id: string,
    @Info() info: GraphQLResolveInfo,
  ) {
    const article = await loadArticle(ctx, id)
    if (article) await countView(ctx, article, info)
    return article
  }

  @Query(() => ArticleConnection, { description: 'The articles that the viewer may read.' })
  articles(
    @Ctx() ctx: Context,
    @Args(() => ForwardArgs) args: ForwardArgs,
    @Arg('filter', () => types.ArticleFilterInput, { nullable: true, description: 'Only these.' })
    filter?: types.ArticleFilterInput,
    @Arg('orderBy', () => ArticleOrder, { nullable: true, description: 'By title unless told.' })
    orderBy?: ArticleOrder,
  ) {
    return articlePage(ctx, args, filter, orderBy)
  }

  @Shareable()
  @FieldResolver(() => ArticleStatus, {
    description: 'How far the latest version has come; to those who only read, it is always published.',
  })
  status(@Root() { status }: Article, @Ctx() { actor }: Context) {
    return seesBehind(actor) ? status : ArticleStatus.PUBLISHED
  }

  @Shareable()
  @FieldResolver(() => ArticleVersionType, { nullable: true, description: 'What its readers read; null for nothing.' })
  published(@Root() { id, publishedVersion }: Article, @Ctx() ctx: Context) {
    return publishedVersion && loadVersion(ctx, id, publishedVersion)
  }

  @Shareable()
  @FieldResolver(() => ArticleVersionType, {
    nullable: true,
    description: `What it says most lately, published or not. ${WRITERS}`,
  })
  latest(@Root() { id, latestVersion }: Article, @Ctx() ctx: Context) {
    return seesBehind(ctx.actor) ? loadVersion(ctx, id, latestVersion) : null
  }

  @Shareable()
  @FieldResolver(() => ArticleVersionConnection, { description: `What it said, newest first. ${WRITERS}` })
  versions(@Root() article: Article, @Args(() => ConnectionArgs) args: ConnectionArgs, @Ctx() ctx: Context) {
    return versionPage(ctx, article, args)
  }

  @Shareable()
  @FieldResolver(() => String, {
    description: `How one version differs from another: a unified diff, empty for no difference. ${WRITERS}`,
  })
  async difference(
    @Root() { id }: Article,
    @Ctx() ctx: Context,
    @Arg('from', () => Int, { description: 'The number of the one.' }) from: number,
    @Arg('to', () => Int, { description: 'The number of the other.' }) to: number,
  ) {
    const [before, after] = await Promise.all([from, to].map((number) => loadVersion(ctx, id, number)))
    if (!before || !seesBehind(ctx.actor)) throw notFound('version', 'from')
    if (!after) throw notFound('version', 'to')
    return differenceOf(before, after)
  }

  @Shareable()
  @FieldResolver(() => [ServiceType], { description: 'What it is about, as far as the viewer may see it.' })
  async services(@Root() { serviceIds }: Article, @Ctx() ctx: Context) {
    return present(await Promise.all(serviceIds.map((id) => loadLinkedService(ctx, id))))
  }

  @Shareable()
  @FieldResolver(() => [String], { description: `Names of alerts that it helps with. ${WRITERS}` })
  alertNames(@Root() { alertNames }: Article, @Ctx() { actor }: Context) {
    return seesBehind(actor) ? alertNames : []
  }

  @Shareable()
  @FieldResolver(() => [String], {
    description: `Addresses under which alerts name it as their runbook. ${WRITERS}`,
  })
  runbookUrls(@Root() { runbookUrls }: Article, @Ctx() { actor }: Context) {
    return seesBehind(actor) ? runbookUrls : []
  }

  @Shareable()
  @FieldResolver(() => CategoryType, { nullable: true, description: 'Where it is filed.' })
  category(@Root() { categoryId }: Article, @Ctx() ctx: Context) {
    return categoryId && loadLinkedCategory(ctx, categoryId)
  }

  @Shareable()
  @FieldResolver(() => TeamType, { nullable: true, description: `The team that looks after it. ${WRITERS}` })
  team(@Root() { teamId }: Article, @Ctx() ctx: Context) {
    return teamId && seesBehind(ctx.actor) ? loadTeam(ctx, teamId) : null
  }

  @Shareable()
  @FieldResolver(() => UserType, { nullable: true, description: `Who answers for it. ${WRITERS}` })
  owner(@Root() { ownerId }: Article, @Ctx() ctx: Context) {
    return ownerId && seesBehind(ctx.actor) ? loadUser(ctx, ownerId) : null
  }

  @Mutation(() => ArticlePayload, { description: 'Begins an article: a draft.' })
  articleCreate(@Ctx() ctx: Context, @Input(() => types.ArticleCreateInput) input: types.ArticleCreateInput) {
    return answer(ctx, (ctx) => createArticle(ctx, input))
  }

  @Mutation(() => ArticlePayload, {
    description: 'Changes an article. A new text is a new version, and a draft; readers go on with the published one.',
  })
  articleUpdate(@Ctx() ctx: Context, @Input(() => types.ArticleUpdateInput) input: types.ArticleUpdateInput) {
    return answer(ctx, (ctx) => updateArticle(ctx, input))
  }

  @Mutation(() => ArticlePayload, { description: 'Says again what an older version said: in a new one, a draft.' })
  articleRestore(@Ctx() ctx: Context, @Input(() => types.ArticleRestoreInput) input: types.ArticleRestoreInput) {
    return answer(ctx, (ctx) => restoreVersion(ctx, input))
  }

  @Mutation(() => ArticlePayload, { description: 'Has the latest version looked over.' })
  articleSubmit(@Ctx() ctx: Context, @Input(() => types.ArticleSubmitInput) input: types.ArticleSubmitInput) {
    return answer(ctx, (ctx) => submitArticle(ctx, input))
  }

  @Mutation(() => ArticlePayload, { description: 'Approves the version that is in review, or sends it back.' })
  articleReview(@Ctx() ctx: Context, @Input(() => types.ArticleReviewInput) input: types.ArticleReviewInput) {
    return answer(ctx, (ctx) => reviewArticle(ctx, input))
  }

  @Mutation(() => ArticlePayload, {
    description: 'Puts the version that was approved before the readers. For its owner, managers and administrators.',
  })
  articlePublish(@Ctx() ctx: Context, @Input(() => types.ArticlePublishInput) input: types.ArticlePublishInput) {
    return answer(ctx, (ctx) => publishArticle(ctx, input))
  }

  @Mutation(() => ArticlePayload, { description: 'Says that an article still holds, and when to look again.' })
  articleConfirm(@Ctx() ctx: Context, @Input(() => types.ArticleConfirmInput) input: types.ArticleConfirmInput) {
    return answer(ctx, (ctx) => confirmArticle(ctx, input))
  }

  @Mutation(() => ArticlePayload, { description: 'Takes an article away from its readers. Its versions are kept.' })
  articleArchive(@Ctx() ctx: Context, @Input(() => types.ArticleArchiveInput) input: types.ArticleArchiveInput) {
    return answer(ctx, (ctx) => archiveArticle(ctx, input))
  }

  @Mutation(() => ArticlePayload, { description: 'Makes an archived article a draft again.' })
  articleReinstate(@Ctx() ctx: Context, @Input(() => types.ArticleReinstateInput) input: types.ArticleReinstateInput) {
    return answer(ctx, (ctx) => reinstateArticle(ctx, input))
  }
}
