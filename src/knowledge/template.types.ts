import { Field, ID, InputType, Int, ObjectType } from 'type-graphql'
import { Node, Payload } from '../platform/graphql.js'
import { DateTime } from '../platform/scalars.js'
import { ArticleKind } from './article.js'
import type { TemplateChange, TemplateCreate, TemplateUpdate } from './template.commands.js'

const TEXTS = {
  name: 'Unique among templates that are not archived; up to 100 characters.',
  kind: 'The kind of articles that it is for.',
  language: 'A language tag such as en or de-AT.',
  body: 'Markdown, of up to 200,000 characters. Its headings of the second level are the sections that articles need; hints in comments are not shown to readers.',
  version: 'Do it only if it still has this version; else CONFLICT.',
}

@ObjectType('ArticleTemplate', {
  implements: Node,
  simpleResolvers: true,
  description: 'What articles of a kind begin with.',
})
export class TemplateType extends Node {
  @Field(() => String, { description: TEXTS.name })
  name: string
  @Field(() => ArticleKind, { description: TEXTS.kind })
  kind: ArticleKind
  @Field(() => String, { description: TEXTS.language })
  language: string
  @Field(() => String, { description: 'Markdown: what an article begins with.' })
  body: string
  @Field(() => Boolean, { description: 'Whether no article begins with it any more.' })
  archived: boolean
  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt: Date
  @Field(() => DateTime, { description: 'When it last changed.' })
  updatedAt: Date
  @Field(() => Int, { description: 'Rises by one with each change; `expectedVersion` compares with it.' })
  version: number
}

@ObjectType({ simpleResolvers: true, description: 'What a change of a template answers.' })
export class ArticleTemplatePayload extends Payload {
  @Field(() => TemplateType, { nullable: true, description: 'As the change left it.' })
  template: TemplateType | null
}

@InputType({ description: 'A new template.' })
export class ArticleTemplateCreateInput implements TemplateCreate {
  @Field(() => String, { description: TEXTS.name })
  name: string
  @Field(() => ArticleKind, { description: TEXTS.kind })
  kind: ArticleKind
  @Field(() => String, { nullable: true, description: `${TEXTS.language} English when left out.` })
  language?: string
  @Field(() => String, { description: TEXTS.body })
  body: string
}

@InputType({ description: 'To change a template; what is left out stays, and so do the articles that began with it.' })
export class ArticleTemplateUpdateInput implements TemplateUpdate {
  @Field(() => ID, { description: 'The template.' })
  id: string
  @Field(() => Int, { nullable: true, description: TEXTS.version })
  expectedVersion?: number
  @Field(() => String, { nullable: true, description: TEXTS.name })
  name?: string
  @Field(() => ArticleKind, { nullable: true, description: TEXTS.kind })
  kind?: ArticleKind
  @Field(() => String, { nullable: true, description: TEXTS.language })
  language?: string
  @Field(() => String, { nullable: true, description: TEXTS.body })
  body?: string
}

@InputType({ description: 'To archive a template: no article begins with it any more.' })
export class ArticleTemplateArchiveInput implements TemplateChange {
  @Field(() => ID, { description: 'The template.' })
  id: string
  @Field(() => Int, { nullable: true, description: TEXTS.version })
  expectedVersion?: number
}
