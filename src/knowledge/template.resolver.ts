import { Arg, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql'
import type { Context } from '../platform/context.js'
import { Input, Shareable, answer } from '../platform/graphql.js'
import { ArticleKind } from './article.js'
import { requiredSections } from './sections.js'
import { archiveTemplate, createTemplate, updateTemplate } from './template.commands.js'
import type { Template } from './template.js'
import { readableTemplates } from './template.queries.js'
import * as types from './template.types.js'
import { ArticleTemplatePayload, TemplateType } from './template.types.js'

@Resolver(() => TemplateType)
export class TemplateResolver {
  @Query(() => [TemplateType], {
    description: 'What articles can begin with, by name. For responders, managers, administrators and auditors.',
  })
  articleTemplates(
    @Ctx() ctx: Context,
    @Arg('kind', () => [ArticleKind], { nullable: true, description: 'For any of these kinds.' })
    kind?: ArticleKind[],
    @Arg('archived', () => Boolean, {
      nullable: true,
      description: 'Those that are archived, in place of those that are not.',
    })
    archived?: boolean,
  ) {
    return readableTemplates(ctx, { kind, archived })
  }

  @Shareable()
  @FieldResolver(() => [String], { description: 'The headings that articles of its kind and language should have.' })
  sections(@Root() { body }: Template) {
    return requiredSections(body).map(({ heading }) => heading)
  }

  @Mutation(() => ArticleTemplatePayload, { description: 'Makes a template. For managers and administrators.' })
  articleTemplateCreate(
    @Ctx() ctx: Context,
    @Input(() => types.ArticleTemplateCreateInput) input: types.ArticleTemplateCreateInput,
  ) {
    return answer(ctx, (ctx) => createTemplate(ctx, input))
  }

  @Mutation(() => ArticleTemplatePayload, { description: 'Changes a template. For managers and administrators.' })
  articleTemplateUpdate(
    @Ctx() ctx: Context,
    @Input(() => types.ArticleTemplateUpdateInput) input: types.ArticleTemplateUpdateInput,
  ) {
    return answer(ctx, (ctx) => updateTemplate(ctx, input))
  }

  @Mutation(() => ArticleTemplatePayload, { description: 'Archives a template. For managers and administrators.' })
  articleTemplateArchive(
    @Ctx() ctx: Context,
    @Input(() => types.ArticleTemplateArchiveInput) input: types.ArticleTemplateArchiveInput,
  ) {
    return answer(ctx, (ctx) => archiveTemplate(ctx, input))
  }
}
