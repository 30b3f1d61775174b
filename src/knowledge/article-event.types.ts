import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql'
import { DateTime } from '../platform/scalars.js'
import { ArticleEventType } from './article-event.js'
import { ArticleKind } from './article.js'

registerEnumType(ArticleEventType, {
  name: 'ArticleEventType',
  description: 'What can happen to an article.',
  valuesConfig: {
    CREATED: { description: 'It was begun. For those who write articles.' },
    UPDATED: { description: 'What it is about changed: whom it is for, where it is filed, who owns it.' },
    REVISED: { description: 'It has a new version, a draft. For those who write articles.' },
    SUBMITTED: { description: 'Others were asked to look it over. For those who write articles.' },
    APPROVED: { description: 'Somebody approved it. For those who write articles.' },
    CHANGES_REQUESTED: { description: 'Somebody sent it back. For those who write articles.' },
    PUBLISHED: { description: 'A version of it was put before the readers.' },
    CONFIRMED: { description: 'Somebody has looked whether it still holds: it does.' },
    ARCHIVED: { description: 'It was taken away from its readers.' },
    ATTACHED: { description: 'The bytes of a file of it came. For those who write articles.' },
    DETACHED: { description: 'A file was taken away from it. For those who write articles.' },
    REINSTATED: { description: 'It was archived, and is a draft again. For those who write articles.' },
    FEEDBACK_GIVEN: { description: 'A reader said whether it helped. For those who write articles.' },
    FEEDBACK_WITHDRAWN: { description: 'A reader took back what they had said. For those who write articles.' },
  },
})

@ObjectType({ simpleResolvers: true, description: 'Something that happened to an article.' })
export class ArticleEvent {
  @Field(() => String, { description: 'Resumes a stream after this event.' })
  cursor: string
  @Field(() => ArticleEventType, { description: 'What happened.' })
  type: ArticleEventType
  @Field(() => DateTime, { description: 'When.' })
  occurredAt: Date
}

@InputType('ArticleEventFilter', { description: 'Which events. All that is given must hold.' })
export class ArticleEventFilterInput {
  @Field(() => [ArticleEventType], { nullable: true, description: 'Any of these.' })
  type?: ArticleEventType[]
  @Field(() => [ID], { nullable: true, description: 'Of any of these articles.' })
  articleId?: string[]
  @Field(() => [ArticleKind], { nullable: true, description: 'Of articles of any of these kinds.' })
  kind?: ArticleKind[]
  @Field(() => [ID], { nullable: true, description: 'Of articles about any of these services.' })
  serviceId?: string[]
  @Field(() => [ID], { nullable: true, description: 'Of articles filed right in any of these categories.' })
  categoryId?: string[]
}
