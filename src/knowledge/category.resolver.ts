import { Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql'
import type { Context } from '../platform/context.js'
import { Input, Shareable, answer } from '../platform/graphql.js'
import { createCategory, deleteCategory, updateCategory } from './category.commands.js'
import type { Category } from './category.js'
import { loadLinkedCategory, visibleCategories } from './category.queries.js'
import * as types from './category.types.js'
import { ArticleCategoryPayload, CategoryType } from './category.types.js'

@Resolver(() => CategoryType)
export class CategoryResolver {
  @Query(() => [CategoryType], {
    description: 'The categories in which there is something for the viewer to read, by name; all for those who write.',
  })
  articleCategories(@Ctx() ctx: Context) {
    return visibleCategories(ctx)
  }

  @Shareable()
  @FieldResolver(() => CategoryType, {
    nullable: true,
    description: 'The category that it lies in; null at the top.',
  })
  parent(@Root() { parentId }: Category, @Ctx() ctx: Context) {
    return parentId && loadLinkedCategory(ctx, parentId)
  }

  @Mutation(() => ArticleCategoryPayload, { description: 'Makes a category.' })
  articleCategoryCreate(
    @Ctx() ctx: Context,
    @Input(() => types.ArticleCategoryCreateInput) input: types.ArticleCategoryCreateInput,
  ) {
    return answer(ctx, (ctx) => createCategory(ctx, input))
  }

  @Mutation(() => ArticleCategoryPayload, { description: 'Renames a category, or moves it with all that is in it.' })
  articleCategoryUpdate(
    @Ctx() ctx: Context,
    @Input(() => types.ArticleCategoryUpdateInput) input: types.ArticleCategoryUpdateInput,
  ) {
    return answer(ctx, (ctx) => updateCategory(ctx, input))
  }

  @Mutation(() => ArticleCategoryPayload, { description: 'Deletes a category in which nothing is filed.' })
  articleCategoryDelete(
    @Ctx() ctx: Context,
    @Input(() => types.ArticleCategoryDeleteInput) input: types.ArticleCategoryDeleteInput,
  ) {
    return answer(ctx, (ctx) => deleteCategory(ctx, input))
  }
}
