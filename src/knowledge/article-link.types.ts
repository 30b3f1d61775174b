import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql'
import { IncidentChangeInput, RecordedPayload } from '../incidents/incident.types.js'
import { connectionType } from '../platform/paging.js'
import { DateTime } from '../platform/scalars.js'
import type { ArticleLinking } from './article-link.commands.js'
import { ArticleRelation } from './article-link.js'
import { ArticleKind } from './article.js'

registerEnumType(ArticleRelation, {
  name: 'ArticleRelation',
  description: 'What an article and an incident have to do with each other.',
  valuesConfig: {
    USED: { description: 'It was of use while people worked on the incident.' },
    SOLVED: { description: 'What it says solved the incident.' },
    DRAWN_FROM: { description: 'It tells what was learned from the incident.' },
  },
})

@ObjectType('ArticleLink', { simpleResolvers: true, description: 'An article and an incident belong together.' })
export class ArticleLinkType {
  @Field(() => ArticleRelation, { description: 'How.' })
  relation: ArticleRelation
  @Field(() => DateTime, { description: 'When somebody said so.' })
  linkedAt: Date
}

export const ArticleLinkConnection = connectionType('ArticleLink', () => ArticleLinkType)

@ObjectType({ simpleResolvers: true, description: 'What linking an article answers.' })
export class ArticleLinkPayload extends RecordedPayload {
  @Field(() => ArticleLinkType, { nullable: true, description: 'The link; as it was, once it is taken away.' })
  link: ArticleLinkType | null
}

@InputType()
abstract class ArticleLinkingInput extends IncidentChangeInput implements ArticleLinking {
  @Field(() => ID, { description: 'The article.' })
  articleId: string
  @Field(() => ArticleRelation, { description: 'What they have to do with each other.' })
  relation: ArticleRelation
}

@InputType({ description: 'To say that an article helped with an incident, or was drawn from it: at most 50 links.' })
export class IncidentArticleLinkInput extends ArticleLinkingInput {}

@InputType({ description: 'To take such a link away.' })
export class IncidentArticleUnlinkInput extends ArticleLinkingInput {}

@InputType({ description: 'To begin an article with what is known of an incident.' })
export class ArticleDraftFromIncidentInput {
  @Field(() => ID, { description: 'The incident.' })
  incidentId: string
  @Field(() => ArticleKind, { nullable: true, description: 'What it shall be good for; KNOWN_ERROR when left out.' })
  kind?: ArticleKind
}
