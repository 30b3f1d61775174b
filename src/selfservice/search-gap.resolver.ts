import { Arg, Ctx, Field, Int, ObjectType, Query, Resolver } from 'type-graphql'
import type { Context } from '../platform/context.js'
import { pageSize } from '../platform/paging.js'
import { DateTime } from '../platform/scalars.js'
import { findSearchGaps } from './search-gap.queries.js'

@ObjectType({ simpleResolvers: true, description: 'Something that people looked for in the knowledge base in vain.' })
export class ArticleSearchGap {
  @Field(() => String, { description: 'What they typed, in lower case.' })
  text: string
  @Field(() => Int, { description: 'How often it was looked for.' })
  searches: number
  @Field(() => Int, { description: 'How often nothing was found.' })
  withoutResult: number
  @Field(() => Int, { description: 'How often it was reported all the same.' })
  reported: number
  @Field(() => DateTime, { description: 'When it was looked for last.' })
  lastAt: Date
}

@Resolver()
export class SearchGapResolver {
  @Query(() => [ArticleSearchGap], {
    description:
      'What people looked for and did not find, or reported all the same: most missed first. For managers, administrators and auditors.',
  })
  articleSearchGaps(
    @Ctx() ctx: Context,
    @Arg('since', () => DateTime, { description: 'Looked for from here on, as far back as events are kept.' })
    since: Date,
    @Arg('first', () => Int, { description: 'How many, 1 to 100.' }) first: number,
  ) {
    return findSearchGaps(ctx, since, pageSize('first', first))
  }
}
