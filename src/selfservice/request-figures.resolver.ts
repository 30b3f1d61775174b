import { Arg, Ctx, FieldResolver, Float, Mutation, Query, Resolver, Root } from 'type-graphql'
import type { Context } from '../platform/context.js'
import { Input, Shareable, answer } from '../platform/graphql.js'
import { DateTime } from '../platform/scalars.js'
import { solveSearch } from './deflection.commands.js'
import { type RequestFigures, averageScore, deflectionRate, findRequestFigures } from './request-figures.queries.js'
import { RequestFiguresType, SearchSolvedInput, SearchSolvedPayload } from './request-figures.types.js'

@Resolver(() => RequestFiguresType)
export class RequestFiguresResolver {
  @Query(() => RequestFiguresType, {
    nullable: true,
    description: 'Satisfaction and deflection over a time; null for those who do not read such figures.',
  })
  requestFigures(
    @Ctx() ctx: Context,
    @Arg('since', () => DateTime, { description: 'From this moment.' }) since: Date,
    @Arg('until', () => DateTime, { description: 'Until before this moment.' }) until: Date,
  ) {
    return findRequestFigures(ctx, since, until)
  }

  @Shareable()
  @FieldResolver(() => Float, { nullable: true, description: 'Of the scores, from 1 to 5; null without a rating.' })
  averageScore(@Root() figures: RequestFigures) {
    return averageScore(figures)
  }

  @Shareable()
  @FieldResolver(() => Float, {
    nullable: true,
    description: 'Deflected searches ÷ those whose outcome is known, from 0 to 1; null without any.',
  })
  deflectionRate(@Root() figures: RequestFigures) {
    return deflectionRate(figures)
  }

  @Mutation(() => SearchSolvedPayload, {
    description: 'Says that an article solved what the viewer searched for: nothing has to be reported.',
  })
  searchSolved(@Ctx() ctx: Context, @Input(() => SearchSolvedInput) input: SearchSolvedInput) {
    return answer(ctx, (ctx) => solveSearch(ctx, input))
  }
}
