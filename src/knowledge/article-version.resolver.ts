import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import type { Context } from '../platform/context.js'
import { Shareable } from '../platform/graphql.js'
import { ActorUnion, loadActor } from '../responders/actor.types.js'
import { loadUser } from '../responders/user.queries.js'
import { UserType } from '../responders/user.types.js'
import type { ArticleReview } from './article-review.js'
import type { ArticleVersion } from './article-version.js'
import { loadReviews, seesBehind } from './article.queries.js'
import { ArticleReviewType, ArticleVersionType } from './article.types.js'
import { showVersion } from './attachment.queries.js'

@Resolver(() => ArticleVersionType)
export class ArticleVersionResolver {
  @Shareable()
  @FieldResolver(() => String, {
    description: 'What it says, as HTML that is safe to show: nothing in it acts, by an allow list.',
  })
  html(@Root() version: ArticleVersion, @Ctx() ctx: Context) {
    return showVersion(ctx, version)
  }

  @Shareable()
  @FieldResolver(() => ActorUnion, { nullable: true, description: 'Who wrote it. For those who run incidents.' })
  author(@Root() { authorKind, authorId }: ArticleVersion, @Ctx() ctx: Context) {
    return seesBehind(ctx.actor) ? loadActor(ctx, authorKind, authorId) : null
  }

  @Shareable()
  @FieldResolver(() => String, {
    nullable: true,
    description: 'What is different from the one before, in the words of its author. For those who run incidents.',
  })
  note(@Root() { note }: ArticleVersion, @Ctx() { actor }: Context) {
    return seesBehind(actor) ? note : null
  }

  @Shareable()
  @FieldResolver(() => [ArticleReviewType], { description: 'Who has looked it over. For those who run incidents.' })
  async reviews(@Root() { id }: ArticleVersion, @Ctx() ctx: Context) {
    return (await loadReviews(ctx, id)) ?? []
  }
}

@Resolver(() => ArticleReviewType)
export class ArticleReviewResolver {
  @Shareable()
  @FieldResolver(() => UserType, { nullable: true, description: 'Who.' })
  reviewer(@Root() { reviewerId }: ArticleReview, @Ctx() ctx: Context) {
    return loadUser(ctx, reviewerId)
  }
}
