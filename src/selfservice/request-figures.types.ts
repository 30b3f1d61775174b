import { Field, ID, InputType, Int, ObjectType } from 'type-graphql'
import { Payload } from '../platform/graphql.js'
import type { SearchSolved } from './deflection.commands.js'

@ObjectType('RequestFigures', {
  simpleResolvers: true,
  description: 'How well people are served who report something, as far as the viewer may see it.',
})
export class RequestFiguresType {
  @Field(() => Int, { description: 'Requests reported in the range.' })
  reported: number
  @Field(() => Int, { description: 'Those of them that were reopened since.' })
  reopened: number
  @Field(() => [Int], { description: 'How many ratings of the range have a score of 1, 2, 3, 4 and 5, in this order.' })
  scores: number[]
  @Field(() => Int, { description: 'Searches that an article solved, as whoever searched said in the range.' })
  deflected: number
  @Field(() => Int, { description: 'Searches after which it was reported all the same.' })
  reportedAfterSearch: number
}

@InputType({ description: 'To say that an article solved what one searched for.' })
export class SearchSolvedInput implements SearchSolved {
  @Field(() => ID, { description: 'The search, as it answered its id.' })
  searchId: string
  @Field(() => ID, { description: 'The article that solved it.' })
  articleId: string
}

@ObjectType({ simpleResolvers: true, description: 'What deciding a search answers.' })
export class SearchSolvedPayload extends Payload {
  @Field(() => String, { nullable: true, description: 'Cursor of the event.' })
  eventCursor: string | null
}
