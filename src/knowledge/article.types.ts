import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql'
import { ArticleAudience } from '../access/rules.js'
import { RecordedPayload } from '../incidents/incident.types.js'
import { Node } from '../platform/graphql.js'
import { connectionType } from '../platform/paging.js'
import { DateTime } from '../platform/scalars.js'
import { ReviewDecision } from './article-review.js'
import type { ArticleCreate, ArticleInput, ArticleRestore, ArticleUpdate } from './article.commands.js'
import { ArticleKind, type ArticleSketch, ArticleStatus } from './article.js'
import { type ArticleFilter, ArticleOrder } from './article.queries.js'
import type { ArticleConfirm, ArticleDecide, ArticleSubmit } from './publication.commands.js'

registerEnumType(ArticleKind, {
  name: 'ArticleKind',
  description: 'What an article is good for.',
  valuesConfig: {
    HOW_TO: { description: 'How to get something done.' },
    RUNBOOK: { description: 'What to do when an alert fires.' },
    KNOWN_ERROR: { description: 'A fault whose cause is known, and what helps until it is mended.' },
    FAQ: { description: 'What is often asked, answered.' },
    POLICY: { description: 'What is agreed to hold.' },
  },
})
registerEnumType(ArticleStatus, {
  name: 'ArticleStatus',
  description: 'How far the latest version of an article has come. Its readers go on with the published one meanwhile.',
  valuesConfig: {
    DRAFT: { description: 'It is being written.' },
    IN_REVIEW: { description: 'Others look it over.' },
    APPROVED: { description: 'It may be published.' },
    PUBLISHED: { description: 'It is what the readers read.' },
    ARCHIVED: { description: 'It is read no more.' },
  },
})
registerEnumType(ArticleAudience, {
  name: 'ArticleAudience',
  description: 'Whom an article is for.',
  valuesConfig: {
    PUBLIC: { description: 'Everybody who may sign in; partners, where it is about no other service than theirs.' },
    INTERNAL: { description: 'The people who run incidents.' },
    TEAM: { description: 'One team, and those who manage incidents.' },
  },
})
registerEnumType(ReviewDecision, {
  name: 'ArticleReviewDecision',
  description: 'What a reviewer thinks of a version.',
  valuesConfig: {
    APPROVED: { description: 'It may be published.' },
    CHANGES_REQUESTED: { description: 'It has to change; the comment says how.' },
  },
})
registerEnumType(ArticleOrder, {
  name: 'ArticleOrder',
  description: 'How a list of articles is sorted.',
  valuesConfig: {
    TITLE: { description: 'By title.' },
    RECENTLY_UPDATED: { description: 'Latest change first.' },
    NEWEST: { description: 'Latest made first.' },
  },
})

const TEXTS = {
  title: 'What it is about, in a line of up to 300 characters.',
  body: 'Markdown, GitHub’s flavour, of up to 200,000 characters.',
  kind: 'What it is good for.',
  language: 'A language tag such as en or de-AT.',
  audience: 'Whom it is for.',
  team: 'The team that looks after it; for TEAM, also the one that reads it.',
  owner: 'Who answers for it.',
  category: 'Where it is filed.',
  tags: 'Words that help to find it, in lower case: at most 50.',
  services: 'What it is about: at most 50 services.',
  alerts: 'Names of alerts that it helps with: at most 50.',
  runbooks: 'Addresses under which alerts name it as their runbook: at most 50.',
  review: 'When somebody has to look whether it still holds.',
  note: 'What is different, in up to 500 characters: for those who look it over.',
  version: 'Do it only if the article still has this version; else CONFLICT.',
}

@ObjectType('ArticleVersion', {
  implements: Node,
  simpleResolvers: true,
  description: 'What an article said at one time. It never changes.',
})
export class ArticleVersionType extends Node {
  @Field(() => Int, { description: 'From 1.' })
  number: number
  @Field(() => String, { description: 'What it is about, in a line.' })
  title: string
  @Field(() => String, { description: 'What it says, in Markdown: as it was written. Show `html` rather than this.' })
  body: string
  @Field(() => DateTime, { description: 'When it was written.' })
  createdAt: Date
}

export const ArticleVersionConnection = connectionType('ArticleVersion', () => ArticleVersionType)

@ObjectType('ArticleReview', {
  simpleResolvers: true,
  description: 'Somebody was asked to look over a version, or did.',
})
export class ArticleReviewType {
  @Field(() => ReviewDecision, { nullable: true, description: 'What they think of it; null until they have said so.' })
  decision: ReviewDecision | null
  @Field(() => String, { nullable: true, description: 'Why, in their words.' })
  comment: string | null
  @Field(() => DateTime, { description: 'When they were asked.' })
  askedAt: Date
  @Field(() => DateTime, { nullable: true, description: 'When they decided.' })
  decidedAt: Date | null
}

@ObjectType('Article', {
  implements: Node,
  simpleResolvers: true,
  description: 'A piece of knowledge. What it says stands in its versions.',
})
export class ArticleType extends Node {
  @Field(() => Int, { description: 'Short number for people: KB12 is 12.' })
  number: number
  @Field(() => String, { description: 'What it is about: the title that its readers read.' })
  title: string
  @Field(() => ArticleKind, { description: TEXTS.kind })
  kind: ArticleKind
  @Field(() => String, { description: TEXTS.language })
  language: string
  @Field(() => ArticleAudience, { description: TEXTS.audience })
  audience: ArticleAudience
  @Field(() => [String], { description: 'Words that help to find it, in lower case.' })
  tags: string[]
  @Field(() => DateTime, { nullable: true, description: TEXTS.review })
  reviewAt: Date | null
  @Field(() => DateTime, { nullable: true, description: 'When what is read now was published; null while nothing is.' })
  publishedAt: Date | null
  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt: Date
  @Field(() => DateTime, { description: 'When it last changed.' })
  updatedAt: Date
  @Field(() => Int, { description: 'Rises by one with each change; `expectedVersion` compares with it.' })
  version: number
}

export const ArticleConnection = connectionType('Article', () => ArticleType)

@ObjectType({ simpleResolvers: true, description: 'What a change of an article answers.' })
export class ArticlePayload extends RecordedPayload {
  @Field(() => ArticleType, { nullable: true, description: 'As the change left it.' })
  article: ArticleType | null
}

@InputType('ArticleFilter', { description: 'Which articles. All that is given must hold.' })
export class ArticleFilterInput implements ArticleFilter {
  @Field(() => [ArticleKind], { nullable: true, description: 'Of any of these kinds.' })
  kind?: ArticleKind[]
  @Field(() => [ArticleStatus], {
    nullable: true,
    description: 'Of any of these; all but archived ones when left out.',
  })
  status?: ArticleStatus[]
  @Field(() => [ArticleAudience], { nullable: true, description: 'For any of these.' })
  audience?: ArticleAudience[]
  @Field(() => [ID], { nullable: true, description: 'In any of these categories, or below them.' })
  categoryId?: string[]
  @Field(() => [ID], { nullable: true, description: 'About any of these services.' })
  serviceId?: string[]
  @Field(() => [ID], { nullable: true, description: 'Of any of these teams. For those who write articles.' })
  teamId?: string[]
  @Field(() => [ID], { nullable: true, description: 'Of any of these owners. For those who write articles.' })
  ownerId?: string[]
  @Field(() => [String], { nullable: true, description: 'With any of these tags.' })
  tag?: string[]
  @Field(() => ID, { nullable: true, description: 'Waiting for this reviewer. For those who write articles.' })
  reviewerId?: string
  @Field(() => DateTime, { nullable: true, description: 'To be looked at before this. For those who write articles.' })
  reviewDueBefore?: Date
  @Field(() => String, { nullable: true, description: 'The title contains this.' })
  title?: string
  @Field(() => Boolean, {
    nullable: true,
    description: 'Published, and its review is due; or, with false, all others. For those who write articles.',
  })
  stale?: boolean
  @Field(() => Boolean, {
    nullable: true,
    description: 'Without an owner who is active; or, with false, all others. For those who write articles.',
  })
  unowned?: boolean
  @Field(() => DateTime, {
    nullable: true,
    description: 'Published before this day in UTC, and not read since. For those who write articles.',
  })
  unreadSince?: Date
}

@InputType()
abstract class ArticleSketchInput implements ArticleSketch {
  @Field(() => ArticleKind, { nullable: true, description: TEXTS.kind })
  kind?: ArticleKind
  @Field(() => String, { nullable: true, description: TEXTS.language })
  language?: string
  @Field(() => ArticleAudience, { nullable: true, description: TEXTS.audience })
  audience?: ArticleAudience
  @Field(() => ID, { nullable: true, description: TEXTS.team })
  teamId?: string | null
  @Field(() => ID, { nullable: true, description: TEXTS.owner })
  ownerId?: string | null
  @Field(() => ID, { nullable: true, description: TEXTS.category })
  categoryId?: string | null
  @Field(() => [String], { nullable: true, description: TEXTS.tags })
  tags?: string[]
  @Field(() => [ID], { nullable: true, description: TEXTS.services })
  serviceIds?: string[]
  @Field(() => [String], { nullable: true, description: TEXTS.alerts })
  alertNames?: string[]
  @Field(() => [String], { nullable: true, description: TEXTS.runbooks })
  runbookUrls?: string[]
  @Field(() => DateTime, { nullable: true, description: TEXTS.review })
  reviewAt?: Date | null
}

@InputType({
  description: 'A new article: a how-to in English for the people who run incidents, unless it is said otherwise.',
})
export class ArticleCreateInput extends ArticleSketchInput implements ArticleCreate {
  @Field(() => String, { description: TEXTS.title })
  title: string
  @Field(() => String, { nullable: true, description: `${TEXTS.body} That of the template when left out.` })
  body?: string
  @Field(() => ID, {
    nullable: true,
    description: 'A template to begin with; its kind and language, too, unless others are named.',
  })
  templateId?: string
}

@InputType()
abstract class ArticleChangeInput implements ArticleInput {
  @Field(() => ID, { description: 'The article.' })
  id: string
  @Field(() => Int, { nullable: true, description: TEXTS.version })
  expectedVersion?: number
}

@InputType({ description: 'To change an article; what is left out stays.' })
export class ArticleUpdateInput extends ArticleSketchInput implements ArticleUpdate {
  @Field(() => ID, { description: 'The article.' })
  id: string
  @Field(() => Int, { nullable: true, description: TEXTS.version })
  expectedVersion?: number
  @Field(() => String, { nullable: true, description: TEXTS.title })
  title?: string
  @Field(() => String, { nullable: true, description: TEXTS.body })
  body?: string
  @Field(() => String, { nullable: true, description: TEXTS.note })
  note?: string
}

@InputType({ description: 'To say again what an article said before.' })
export class ArticleRestoreInput extends ArticleChangeInput implements ArticleRestore {
  @Field(() => Int, { description: 'The number of the version.' })
  number: number
}

@InputType({ description: 'To have the latest version of an article looked over.' })
export class ArticleSubmitInput extends ArticleChangeInput implements ArticleSubmit {
  @Field(() => [ID], {
    nullable: true,
    description: 'Who shall: at most 10, all of whom have to approve. None: somebody who decides over articles.',
  })
  reviewerIds?: string[]
}

@InputType({ description: 'To say what one thinks of the version that is in review.' })
export class ArticleReviewInput extends ArticleChangeInput implements ArticleDecide {
  @Field(() => ReviewDecision, { description: 'Whether it may be published.' })
  decision: ReviewDecision
  @Field(() => String, { nullable: true, description: 'Why: up to 5,000 characters. Needed to ask for changes.' })
  comment?: string
}

@InputType({ description: 'To publish the version that was approved.' })
export class ArticlePublishInput extends ArticleChangeInput {}

@InputType({ description: 'To say that an article still holds.' })
export class ArticleConfirmInput extends ArticleChangeInput implements ArticleConfirm {
  @Field(() => DateTime, { nullable: true, description: 'When to look again; in 180 days when left out.' })
  reviewAt?: Date
}

@InputType({ description: 'To take an article away from its readers.' })
export class ArticleArchiveInput extends ArticleChangeInput {}

@InputType({ description: 'To make an archived article a draft again.' })
export class ArticleReinstateInput extends ArticleChangeInput {}
