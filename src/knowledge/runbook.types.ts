import { Field, ObjectType, registerEnumType } from 'type-graphql'
import { ArticleType } from './article.types.js'
import { RunbookClue } from './runbook.js'

registerEnumType(RunbookClue, {
  name: 'RunbookClue',
  description: 'By what an article was found for something that is on fire, the strongest first.',
  valuesConfig: {
    RUNBOOK_URL: { description: 'An alert carries an address under which the article is known.' },
    ALERT_NAME: { description: 'An alert has a name that the article helps with.' },
    SERVICE: { description: 'It is a runbook or a known error of the service.' },
  },
})

@ObjectType('Runbook', {
  simpleResolvers: true,
  description: 'A published article that helps with what is on fire, and why it was found.',
})
export class RunbookType {
  @Field(() => ArticleType, { description: 'The article.' })
  article: ArticleType
  @Field(() => RunbookClue, { description: 'By what it was found: the strongest of several.' })
  by: RunbookClue
  @Field(() => String, { description: 'The address or name that the alert says, or the name of the service.' })
  value: string
}
