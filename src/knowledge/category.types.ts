import { Field, ID, InputType, Int, ObjectType } from 'type-graphql'
import { Node, Payload } from '../platform/graphql.js'
import { DateTime } from '../platform/scalars.js'
import type { CategoryCreate, CategoryUpdate } from './category.commands.js'

const TEXTS = {
  name: 'Unique beside its neighbours; up to 100 characters.',
  version: 'Do it only if it still has this version; else CONFLICT.',
}

@ObjectType('ArticleCategory', {
  implements: Node,
  simpleResolvers: true,
  description: 'Where articles are filed. Categories lie in each other, up to six levels deep.',
})
export class CategoryType extends Node {
  @Field(() => String, { description: TEXTS.name })
  name: string
  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt: Date
  @Field(() => DateTime, { description: 'When it last changed.' })
  updatedAt: Date
  @Field(() => Int, { description: 'Rises by one with each change; `expectedVersion` compares with it.' })
  version: number
}

@ObjectType({ simpleResolvers: true, description: 'What a change of a category answers.' })
export class ArticleCategoryPayload extends Payload {
  @Field(() => CategoryType, { nullable: true, description: 'As the change left it; as it was, once it is deleted.' })
  category: CategoryType | null
}

@InputType({ description: 'A new category.' })
export class ArticleCategoryCreateInput implements CategoryCreate {
  @Field(() => String, { description: TEXTS.name })
  name: string
  @Field(() => ID, { nullable: true, description: 'The category that it lies in; none: it is at the top.' })
  parentId?: string
}

@InputType({ description: 'To change a category; what is left out stays.' })
export class ArticleCategoryUpdateInput implements CategoryUpdate {
  @Field(() => ID, { description: 'The category.' })
  id: string
  @Field(() => Int, { nullable: true, description: TEXTS.version })
  expectedVersion?: number
  @Field(() => String, { nullable: true, description: TEXTS.name })
  name?: string
  @Field(() => ID, { nullable: true, description: 'The category that it shall lie in; null: it is at the top.' })
  parentId?: string | null
}

@InputType({ description: 'To delete a category in which nothing is filed.' })
export class ArticleCategoryDeleteInput {
  @Field(() => ID, { description: 'The category.' })
  id: string
  @Field(() => Int, { nullable: true, description: TEXTS.version })
  expectedVersion?: number
}
