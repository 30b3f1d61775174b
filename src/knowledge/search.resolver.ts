import { Arg, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql'
import type { Context } from '../platform/context.js'
import { PageInfo, pageSize } from '../platform/paging.js'
import { loadLinkedService } from '../responders/service.queries.js'
import type { ArticleKind } from './article.js'
import { ArticleFilterInput } from './article.types.js'
import { loadLinkedCategory } from './category.queries.js'
import { MOST_LOOKED_AT } from './search.js'
import { type Found, type Hit, type SearchResult, searchArticles, suggestArticles } from './search.queries.js'
import {
  ArticleCategoryFacet,
  ArticleFacets,
  ArticleHit,
  ArticleKindFacet,
  ArticleSearchResult,
  ArticleServiceFacet,
  TextPartType,
} from './search.types.js'

const QUERY = `What is looked for, in up to 1,000 characters: words, some of which may be mistyped; "a phrase", -without, this OR that.`

@Resolver(() => ArticleSearchResult)
export class ArticleSearchResolver {
  @Query(() => ArticleSearchResult, {
    description:
      'Finds published articles that the viewer may read, best first. What is looked for is kept, to learn what is missing.',
  })
  articleSearch(
    @Ctx() ctx: Context,
    @Arg('query', () => String, { description: QUERY }) query: string,
    @Arg('first', () => Int, { description: 'How many, 1 to 100.' }) first: number,
    @Arg('after', () => String, { nullable: true, description: 'Only those after this cursor.' }) after?: string,
    @Arg('filter', () => ArticleFilterInput, { nullable: true, description: 'Only these.' })
    filter?: ArticleFilterInput,
  ) {
    return searchArticles(ctx, { query, first: pageSize('first', first), after, filter })
  }

  @Query(() => ArticleSearchResult, {
    description:
      'What may help with a text: of a report, before it is sent, or a few letters while they are typed. Nothing of it is kept.',
  })
  articleSuggest(
    @Ctx() ctx: Context,
    @Arg('text', () => String, {
      description: 'The text, of up to 20,000 characters; its last word may be half a word.',
    })
    text: string,
    @Arg('first', () => Int, { description: 'How many, 1 to 100.' }) first: number,
    @Arg('filter', () => ArticleFilterInput, { nullable: true, description: 'Only these.' })
    filter?: ArticleFilterInput,
  ) {
    return suggestArticles(ctx, { text, first: pageSize('first', first), filter })
  }

  @FieldResolver(() => [ArticleHit], { description: 'What was found, best first.' })
  hits(@Root() { hits }: SearchResult) {
    return hits
  }

  @FieldResolver(() => Int, {
    description: `How many were found, of the ${MOST_LOOKED_AT.toLocaleString('en')} at most that are looked at.`,
  })
  totalCount(@Root() { found }: SearchResult) {
    return found.length
  }

  @FieldResolver(() => PageInfo, { description: 'Where this page lies in the list.' })
  pageInfo(@Root() { hits, found, offset }: SearchResult): PageInfo {
    return {
      ...{ hasNextPage: offset + hits.length < found.length, hasPreviousPage: offset > 0 },
      ...{ startCursor: hits[0]?.cursor ?? null, endCursor: hits.at(-1)?.cursor ?? null },
    }
  }

  @FieldResolver(() => ArticleFacets, { description: 'What it can be narrowed down by.' })
  facets(@Root() { found }: SearchResult) {
    return found
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'The question as it was understood, where typos were mended. Null where there were none.',
  })
  correction(@Root() { correction }: SearchResult) {
    return correction
  }
}

/** What there is how often, most first. */
function counted<T>(values: readonly T[]): { value: T; count: number }[] {
  const counts = new Map<T, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count)
}

@Resolver(() => ArticleFacets)
export class ArticleFacetsResolver {
  @FieldResolver(() => [ArticleKindFacet], { description: 'By kind, most first.' })
  kinds(@Root() found: readonly Found[]): { kind: ArticleKind; count: number }[] {
    return counted(found.map(({ kind }) => kind)).map(({ value, count }) => ({ kind: value, count }))
  }

  @FieldResolver(() => [ArticleCategoryFacet], { description: 'By category, most first.' })
  async categories(@Root() found: readonly Found[], @Ctx() ctx: Context) {
    const counts = counted(found.flatMap(({ categoryId }) => categoryId ?? []))
    return Promise.all(
      counts.map(async ({ value, count }) => ({ category: await loadLinkedCategory(ctx, value), count })),
    )
  }

  @FieldResolver(() => [ArticleServiceFacet], {
    description: 'By service, most first; only services that the viewer may see.',
  })
  async services(@Root() found: readonly Found[], @Ctx() ctx: Context) {
    const counts = counted(found.flatMap(({ serviceIds }) => serviceIds))
    const all = await Promise.all(
      counts.map(async ({ value, count }) => ({ service: await loadLinkedService(ctx, value), count })),
    )
    return all.filter(({ service }) => service !== null)
  }
}

@Resolver(() => ArticleHit)
export class ArticleHitResolver {
  @FieldResolver(() => [TextPartType], { description: 'The title, with what was looked for told apart.' })
  title(@Root() hit: Hit) {
    return hit.title()
  }

  @FieldResolver(() => [[TextPartType]], { description: 'Where it stands in the text: at most two places.' })
  snippets(@Root() hit: Hit) {
    return hit.snippets()
  }
}
