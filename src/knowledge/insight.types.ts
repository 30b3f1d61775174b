import { Field, Int, ObjectType, registerEnumType } from 'type-graphql'
import { ArticleKind, ArticleStatus } from './article.js'
import { QualityPartName } from './quality.js'

registerEnumType(QualityPartName, {
  name: 'ArticleQualityPartName',
  description: 'What is asked of an article that is well kept.',
  valuesConfig: {
    COMPLETE: { description: 'Does every section that the template of its kind asks for say something?' },
    REVIEWED: { description: 'Has somebody looked in time whether it still holds?' },
    OWNED: { description: 'Does somebody who is active answer for it?' },
    LINKED: { description: 'Is it linked to a service, an alert or an incident?' },
    HELPFUL: { description: 'Do its readers say that it helps? The share of them, which few votes move little.' },
  },
})

@ObjectType('ArticleQualityPart', { simpleResolvers: true, description: 'One question of those that make a score.' })
export class QualityPartType {
  @Field(() => QualityPartName, { description: 'Which.' })
  name: QualityPartName
  @Field(() => Int, { nullable: true, description: 'From 0 to 100; null where it does not apply.' })
  score: number | null
  @Field(() => Int, { description: 'What it weighs, of 100; where some do not apply, the others weigh the more.' })
  weight: number
  @Field(() => String, { description: 'Why, for people.' })
  reason: string
}

@ObjectType('ArticleQuality', { simpleResolvers: true, description: 'How well an article is kept.' })
export class QualityType {
  @Field(() => Int, { description: 'From 0 to 100: the mean of the parts that apply, by their weights.' })
  score: number
  @Field(() => [QualityPartType], { description: 'What it is made of.' })
  parts: QualityPartType[]
}

@ObjectType('ArticleViewsOfDay', { simpleResolvers: true, description: 'How often an article was read on a day.' })
export class ViewsOfDayType {
  @Field(() => String, { description: 'The day in UTC, such as 2026-11-27.' })
  day: string
  @Field(() => Int, { description: 'How many people read it.' })
  views: number
}

@ObjectType('ArticleStatusCount', { simpleResolvers: true, description: 'How many articles have a status.' })
export class StatusCountType {
  @Field(() => ArticleStatus, { description: 'The status.' })
  status: ArticleStatus
  @Field(() => Int, { description: 'How many.' })
  count: number
}

@ObjectType('ArticleKindCount', { simpleResolvers: true, description: 'How many articles are of a kind.' })
export class KindCountType {
  @Field(() => ArticleKind, { description: 'The kind.' })
  kind: ArticleKind
  @Field(() => Int, { description: 'How many, without those that are archived.' })
  count: number
}

@ObjectType('KnowledgeFigures', {
  simpleResolvers: true,
  description: 'How the knowledge base is doing, as far as the viewer may read it.',
})
export class KnowledgeFiguresType {
  @Field(() => [StatusCountType], { description: 'How many articles have each status.' })
  byStatus: StatusCountType[]
  @Field(() => [KindCountType], { description: 'How many there are of each kind, without those that are archived.' })
  byKind: KindCountType[]
  @Field(() => Int, { description: 'Published, and their review is due; `articles(filter: { stale: true })`.' })
  stale: number
  @Field(() => Int, { description: 'Without an owner who is active; `articles(filter: { unowned: true })`.' })
  unowned: number
  @Field(() => Int, {
    description: 'Published for `unreadDays`, and not read in them; `articles(filter: { unreadSince: … })`.',
  })
  unread: number
}
