import { Field, InputType, ObjectType, registerEnumType } from 'type-graphql'
import { IncidentChangeInput } from '../incidents/incident.types.js'
import { Node } from '../platform/graphql.js'
import { connectionType } from '../platform/paging.js'
import { DateTime } from '../platform/scalars.js'
import { PageEventType } from './page-event.js'
import { PageState } from './page.js'

registerEnumType(PageState, {
  name: 'PageState',
  description: 'Whether a page wants an answer.',
  valuesConfig: {
    OPEN: { description: 'It does.' },
    ACKNOWLEDGED: { description: 'Whoever was called has taken the incident.' },
    ENDED: {
      description: 'Nobody needs their answer any more: somebody else has it, it is over, or they were called anew.',
    },
  },
})

registerEnumType(PageEventType, {
  name: 'PageEventType',
  description: 'What can happen to a page.',
  valuesConfig: {
    OPENED: { description: 'Somebody is called.' },
    ACKNOWLEDGED: { description: 'They have taken the incident.' },
    ENDED: { description: 'Nobody needs their answer any more.' },
    UNDELIVERABLE: { description: 'None of the ways to reach them works.' },
  },
})

@ObjectType('Page', {
  implements: Node,
  simpleResolvers: true,
  description: 'That somebody was called for an incident: a person, or a shared contact point.',
})
export class PageType extends Node {
  @Field(() => String, { description: 'Why they were called, in words.' })
  because: string
  @Field(() => DateTime, { description: 'When.' })
  pagedAt: Date
  @Field(() => DateTime, { nullable: true, description: 'When they took the incident themselves.' })
  acknowledgedAt: Date | null
  @Field(() => DateTime, { nullable: true, description: 'When nobody needed an answer any more, theirs or another’s.' })
  endedAt: Date | null
  @Field(() => DateTime, { nullable: true, description: 'When it turned out that it reaches nobody.' })
  undeliverableAt: Date | null
}

export const PageConnection = connectionType('Page', () => PageType)

@ObjectType({ simpleResolvers: true, description: 'Something that happened to a page.' })
export class PageEvent {
  @Field(() => String, { description: 'Resumes a stream after this event.' })
  cursor: string
  @Field(() => PageEventType, { description: 'What happened.' })
  type: PageEventType
  @Field(() => DateTime, { description: 'When.' })
  occurredAt: Date
}

@InputType({ description: 'To answer the pages of an incident.' })
export class PageAcknowledgeInput extends IncidentChangeInput {}
