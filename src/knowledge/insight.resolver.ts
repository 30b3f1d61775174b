import { Arg, Ctx, FieldResolver, Float, Int, Query, Resolver, Root } from 'type-graphql'
import type { Context } from '../platform/context.js'
import { wholeNumber } from '../platform/input.js'
import { Shareable } from '../platform/graphql.js'
import { DAY } from '../platform/wall-clock.js'
import { dayOf } from './article-views.js'
import type { Article } from './article.js'
import { ArticleType } from './article.types.js'
import { findByVotes, findKnowledgeFigures, loadViewCount, loadViewsByDay } from './insight.queries.js'
import { KnowledgeFiguresType, QualityType, ViewsOfDayType } from './insight.types.js'
import { findAverageQuality, loadQuality } from './quality.queries.js'

const WRITERS = 'For those who run incidents.'

@Resolver(() => ArticleType)
export class ArticleInsightResolver {
  @Shareable()
  @FieldResolver(() => Int, {
    description:
      'How often people have read what it says, each once a day; its authors and owner aside. A few seconds late.',
  })
  async viewCount(@Root() { id }: Article, @Ctx() ctx: Context) {
    return (await loadViewCount(ctx, id)) ?? 0
  }

  @Shareable()
  @FieldResolver(() => [ViewsOfDayType], {
    description: `How often it was read by day, oldest first; days without a view are left out. ${WRITERS}`,
  })
  async viewsByDay(
    @Root() { id }: Article,
    @Ctx() ctx: Context,
    @Arg('days', () => Int, { nullable: true, description: 'Of the last so many days: 1 to 366; 30 when left out.' })
    days?: number,
  ) {
    const back = wholeNumber('days', days ?? 30, { minimum: 1, maximum: 366 })
    const after = dayOf(new Date(+ctx.now() - back * DAY))
    return ((await loadViewsByDay(ctx, id)) ?? []).filter(({ day }) => day > after)
  }

  @Shareable()
  @FieldResolver(() => QualityType, {
    nullable: true,
    description: `How well it is kept: what its readers read, or what was written last. ${WRITERS}`,
  })
  quality(@Root() { id }: Article, @Ctx() ctx: Context) {
    return loadQuality(ctx, id)
  }
}

const HOW_MANY = { nullable: true, description: 'How many at most: 1 to 100; 10 when left out.' }

@Resolver(() => KnowledgeFiguresType)
export class KnowledgeFiguresResolver {
  @Query(() => KnowledgeFiguresType, {
    nullable: true,
    description: 'How the knowledge base is doing now; null for those who only read articles.',
  })
  knowledgeFigures(
    @Ctx() ctx: Context,
    @Arg('unreadDays', () => Int, {
      nullable: true,
      description: 'What nobody has read in so many days is unread: 1 to 365; 90 when left out.',
    })
    unreadDays?: number,
  ) {
    return findKnowledgeFigures(ctx, unreadDays)
  }

  @FieldResolver(() => Float, {
    nullable: true,
    description: 'The mean quality of what is published, from 0 to 100; null where nothing is.',
  })
  averageQuality(@Ctx() ctx: Context) {
    return findAverageQuality(ctx)
  }

  @FieldResolver(() => [ArticleType], {
    description: 'What helped more readers than it did not, the most helpful first.',
  })
  mostHelpful(@Ctx() ctx: Context, @Arg('first', () => Int, HOW_MANY) first?: number) {
    return findByVotes(ctx, 'most', first ?? 10)
  }

  @FieldResolver(() => [ArticleType], {
    description: 'What helped fewer readers than it did not, the least helpful first.',
  })
  leastHelpful(@Ctx() ctx: Context, @Arg('first', () => Int, HOW_MANY) first?: number) {
    return findByVotes(ctx, 'least', first ?? 10)
  }
}
