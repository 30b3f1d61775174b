import { Field, Float, ID, Int, ObjectType } from 'type-graphql'
import { ServiceType } from '../responders/service.types.js'
import { ArticleType } from './article.types.js'
import { ArticleKind } from './article.js'
import { CategoryType } from './category.types.js'

@ObjectType('TextPart', {
  simpleResolvers: true,
  description: 'A piece of plain text, and whether it is what was looked for.',
})
export class TextPartType {
  @Field(() => String, { description: 'The text, without any mark-up: escape it like every text.' })
  text: string
  @Field(() => Boolean, { description: 'Whether to highlight it.' })
  matches: boolean
}

@ObjectType({ description: 'An article that was found.' })
export class ArticleHit {
  @Field(() => ArticleType, { description: 'The article.' })
  article: ArticleType
  @Field(() => Float, { description: 'How well it fits: comparable within one answer only.' })
  score: number
  @Field(() => String, { description: 'Continues the list from here.' })
  cursor: string
}

@ObjectType({ simpleResolvers: true, description: 'How many of what was found are of a kind.' })
export class ArticleKindFacet {
  @Field(() => ArticleKind, { description: 'The kind.' })
  kind: ArticleKind
  @Field(() => Int, { description: 'How many.' })
  count: number
}

@ObjectType({
  simpleResolvers: true,
  description: 'How many of what was found are filed right in a category.',
})
export class ArticleCategoryFacet {
  @Field(() => CategoryType, { description: 'The category.' })
  category: CategoryType
  @Field(() => Int, { description: 'How many.' })
  count: number
}

@ObjectType({ simpleResolvers: true, description: 'How many of what was found are about a service.' })
export class ArticleServiceFacet {
  @Field(() => ServiceType, { description: 'The service.' })
  service: ServiceType
  @Field(() => Int, { description: 'How many.' })
  count: number
}

@ObjectType({ description: 'What was found can be narrowed down by these.' })
export class ArticleFacets {}

@ObjectType({ description: 'What was found, best first.' })
export class ArticleSearchResult {
  @Field(() => ID, {
    nullable: true,
    description:
      'Names this search: `searchSolved` and `requestReport` say by it what came of it. Null for suggestions.',
  })
  searchId: string | null
}
