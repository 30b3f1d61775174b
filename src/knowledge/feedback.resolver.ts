import { Args, Ctx, FieldResolver, Int, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../platform/context.js'
import { Input, Shareable, answer } from '../platform/graphql.js'
import { ConnectionArgs } from '../platform/paging.js'
import { loadUser } from '../responders/user.queries.js'
import { UserType } from '../responders/user.types.js'
import type { Article } from './article.js'
import { ArticleType } from './article.types.js'
import { giveFeedback, withdrawFeedback } from './feedback.commands.js'
import type { Feedback } from './feedback.js'
import { feedbackPage, loadOwnFeedback, loadTally } from './feedback.queries.js'
import * as types from './feedback.types.js'
import { ArticleFeedbackConnection, ArticleFeedbackPayload, FeedbackType } from './feedback.types.js'

@Resolver(() => FeedbackType)
export class FeedbackResolver {
  @Shareable()
  @FieldResolver(() => UserType, { nullable: true, description: 'Who said so.' })
  person(@Root() { userId }: Feedback, @Ctx() ctx: Context) {
    return loadUser(ctx, userId)
  }

  @Mutation(() => ArticleFeedbackPayload, {
    description: 'Says whether an article has helped: once for each person, and whoever may read it may.',
  })
  articleFeedbackGive(
    @Ctx() ctx: Context,
    @Input(() => types.ArticleFeedbackGiveInput) input: types.ArticleFeedbackGiveInput,
  ) {
    return answer(ctx, (ctx) => giveFeedback(ctx, input))
  }

  @Mutation(() => ArticleFeedbackPayload, { description: 'Takes back what one has said of an article.' })
  articleFeedbackWithdraw(
    @Ctx() ctx: Context,
    @Input(() => types.ArticleFeedbackWithdrawInput) input: types.ArticleFeedbackWithdrawInput,
  ) {
    return answer(ctx, (ctx) => withdrawFeedback(ctx, input))
  }
}

@Resolver(() => ArticleType)
export class ArticleFeedbackResolver {
  @Shareable()
  @FieldResolver(() => Int, { description: 'How many people say that it has helped.' })
  async helpfulCount(@Root() { id }: Article, @Ctx() ctx: Context) {
    return (await loadTally(ctx, id))!.helpful
  }

  @Shareable()
  @FieldResolver(() => Int, { description: 'How many people say that it has not helped.' })
  async unhelpfulCount(@Root() { id }: Article, @Ctx() ctx: Context) {
    return (await loadTally(ctx, id))!.unhelpful
  }

  @FieldResolver(() => FeedbackType, { nullable: true, description: 'What the viewer has said of it.' })
  myFeedback(@Root() { id }: Article, @Ctx() ctx: Context) {
    return loadOwnFeedback(ctx, id)
  }

  @Shareable()
  @FieldResolver(() => ArticleFeedbackConnection, {
    description: 'What people have said of it, latest first. For those who run incidents.',
  })
  feedback(@Root() article: Article, @Args(() => ConnectionArgs) args: ConnectionArgs, @Ctx() ctx: Context) {
    return feedbackPage(ctx, article, args)
  }
}
