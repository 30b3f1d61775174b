import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql'
import { RecordedPayload } from '../incidents/incident.types.js'
import { connectionType } from '../platform/paging.js'
import { DateTime } from '../platform/scalars.js'
import { ArticleType } from './article.types.js'
import type { FeedbackGive } from './feedback.commands.js'
import { FeedbackReason } from './feedback.js'

registerEnumType(FeedbackReason, {
  name: 'ArticleFeedbackReason',
  description: 'Why an article has not helped.',
  valuesConfig: {
    OUTDATED: { description: 'It was right once.' },
    UNCLEAR: { description: 'It is hard to follow.' },
    INCOMPLETE: { description: 'Something is missing.' },
    WRONG: { description: 'What it says does not hold.' },
    NOT_WHAT_I_LOOKED_FOR: { description: 'It answers another question.' },
    OTHER: { description: 'Something else; the comment may say what.' },
  },
})

const TEXTS = {
  helpful: 'Whether it has helped.',
  reason: 'Why it has not.',
  comment: 'In their own words: up to 2,000 characters, for those who write articles.',
}

@ObjectType('ArticleFeedback', {
  simpleResolvers: true,
  description: 'Whether an article has helped somebody. Everybody has one vote for each article.',
})
export class FeedbackType {
  @Field(() => Boolean, { description: TEXTS.helpful })
  helpful: boolean
  @Field(() => FeedbackReason, { nullable: true, description: TEXTS.reason })
  reason: FeedbackReason | null
  @Field(() => String, { nullable: true, description: TEXTS.comment })
  comment: string | null
  @Field(() => Int, { description: 'The number of the version that they had read.' })
  number: number
  @Field(() => DateTime, { description: 'When they said so last.' })
  givenAt: Date
}

export const ArticleFeedbackConnection = connectionType('ArticleFeedback', () => FeedbackType)

@ObjectType({ simpleResolvers: true, description: 'What a vote answers.' })
export class ArticleFeedbackPayload extends RecordedPayload {
  @Field(() => ArticleType, { nullable: true, description: 'The article.' })
  article: ArticleType | null
  @Field(() => FeedbackType, { nullable: true, description: 'The viewer’s vote; null once it is withdrawn.' })
  feedback: FeedbackType | null
}

@InputType({ description: 'To say whether an article has helped, in the place of what one has said before.' })
export class ArticleFeedbackGiveInput implements FeedbackGive {
  @Field(() => ID, { description: 'The article. It has to be published.' })
  articleId: string
  @Field(() => Boolean, { description: TEXTS.helpful })
  helpful: boolean
  @Field(() => FeedbackReason, { nullable: true, description: `${TEXTS.reason} Only where it has not helped.` })
  reason?: FeedbackReason
  @Field(() => String, { nullable: true, description: TEXTS.comment })
  comment?: string
}

@InputType({ description: 'To take back one’s vote.' })
export class ArticleFeedbackWithdrawInput {
  @Field(() => ID, { description: 'The article.' })
  articleId: string
}
