import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql'
import { RecordedPayload } from '../incidents/incident.types.js'
import { Node } from '../platform/graphql.js'
import { connectionType } from '../platform/paging.js'
import { DateTime } from '../platform/scalars.js'
import type { RequestReport } from './request.commands.js'
import { RequestEventType } from './request-event.js'
import type { RequestFilter } from './request.queries.js'
import { RequestHindrance, RequestReach, RequestStatus } from './request.js'

registerEnumType(RequestStatus, {
  name: 'RequestStatus',
  description: 'How things stand, in the words of whoever reported it.',
  valuesConfig: {
    RECEIVED: { description: 'It has arrived; nobody has taken it yet.' },
    IN_PROGRESS: { description: 'Somebody works on it.' },
    WAITING_FOR_YOU: { description: 'An answer of whoever reported it is needed; a comment lets work go on.' },
    WAITING_FOR_OTHERS: { description: 'Work waits for something else, such as a supplier.' },
    SOLVED: { description: 'It works again. It can be reopened for a while, and is closed after that.' },
    CLOSED: { description: 'Done for good.' },
    CANCELLED: { description: 'It was taken back, or was one too many.' },
  },
})
registerEnumType(RequestReach, {
  name: 'RequestReach',
  description: 'How many people it concerns, as far as one knows.',
  valuesConfig: {
    ONLY_ME: { description: 'Only whoever reports it.' },
    MY_TEAM: { description: 'The people around them.' },
    MANY_PEOPLE: { description: 'A department, a building, customers.' },
  },
})
registerEnumType(RequestHindrance, {
  name: 'RequestHindrance',
  description: 'What it does to the work of whoever reports it.',
  valuesConfig: {
    CANNOT_WORK: { description: 'They cannot work.' },
    HINDERED: { description: 'They can work, but with trouble.' },
    CAN_WAIT: { description: 'It does not keep them from work.' },
  },
})
registerEnumType(RequestEventType, {
  name: 'RequestEventType',
  description: 'What can happen to a request.',
  valuesConfig: {
    REPORTED: { description: 'It was reported.' },
    STATUS_CHANGED: { description: 'Its status changed.' },
    DETAILS_CHANGED: { description: 'Its title, description, service, workaround or resolution changed.' },
    COMMENTED: { description: 'Somebody said something on it.' },
    RATED: { description: 'Whoever reported it rated its resolution, or changed the rating.' },
  },
})

@ObjectType({ simpleResolvers: true, description: 'What whoever reported something thinks of its resolution.' })
export class RequestRating {
  @Field(() => Int, { description: 'From 1 to 5, the best.' })
  score: number
  @Field(() => String, { nullable: true, description: 'Why, in their words.' })
  comment: string | null
  @Field(() => DateTime, { description: 'When they gave it, or changed it last.' })
  ratedAt: Date
}

@ObjectType('Request', {
  implements: Node,
  simpleResolvers: true,
  description: 'An incident as whoever reported it sees it: in their words, and only what is meant for them.',
})
export class RequestType extends Node {
  @Field(() => Int, { description: 'Short number for people; the incident has the same.' })
  number: number
  @Field(() => String, { description: 'What is wrong, in a line.' })
  title: string
  @Field(() => String, { description: 'What is known, in Markdown.' })
  description: string
  @Field(() => RequestStatus, { description: 'How things stand.' })
  status: RequestStatus
  @Field(() => RequestReach, { description: 'How many people it concerns, as it was reported.' })
  reach: RequestReach
  @Field(() => RequestHindrance, { description: 'What it does to the work of whoever reported it.' })
  hindrance: RequestHindrance
  @Field(() => String, { nullable: true, description: 'How they are reached, in their words.' })
  contact: string | null
  @Field(() => String, { nullable: true, description: 'What helps until it is solved, in Markdown.' })
  workaround: string | null
  @Field(() => String, { nullable: true, description: 'How it was solved, in Markdown.' })
  resolution: string | null
  @Field(() => DateTime, { description: 'When it was reported.' })
  reportedAt: Date
  @Field(() => DateTime, { nullable: true, description: 'When it was solved; null while it is not.' })
  resolvedAt: Date | null
  @Field(() => DateTime, { nullable: true, description: 'When it was closed or cancelled.' })
  closedAt: Date | null
  @Field(() => DateTime, {
    nullable: true,
    description: 'Until when it may be rated, and reopened as long as it is not closed. Null while it is not solved.',
  })
  answerUntil: Date | null
  @Field(() => RequestRating, { nullable: true, description: 'Of its present resolution; null before it is rated.' })
  rating: RequestRating | null
}

export const RequestConnection = connectionType('Request', () => RequestType)

@ObjectType({ simpleResolvers: true, description: 'Something that was said on a request.' })
export class RequestComment {
  @Field(() => ID, { description: 'The same as that of the entry on the timeline of the incident.' })
  id: string
  @Field(() => String, { description: 'In Markdown.' })
  body: string
  @Field(() => DateTime, { description: 'When it was said.' })
  occurredAt: Date
}

export const RequestCommentConnection = connectionType('RequestComment', () => RequestComment)

@ObjectType({ simpleResolvers: true, description: 'Something that happened to a request.' })
export class RequestEvent {
  @Field(() => String, { description: 'Resumes a stream after this event.' })
  cursor: string
  @Field(() => RequestEventType, { description: 'What happened.' })
  type: RequestEventType
  @Field(() => DateTime, { description: 'When.' })
  occurredAt: Date
}

@ObjectType({ simpleResolvers: true, description: 'What a change of a request answers.' })
export class RequestPayload extends RecordedPayload {
  @Field(() => RequestType, { nullable: true, description: 'As the change left it.' })
  request: RequestType | null
}

@InputType('RequestFilter', { description: 'Which requests. All that is given must hold.' })
export class RequestFilterInput implements RequestFilter {
  @Field(() => Boolean, { nullable: true, description: 'Not yet solved, closed or cancelled; or only those that are.' })
  open?: boolean
  @Field(() => [RequestStatus], { nullable: true, description: 'Any of these.' })
  status?: RequestStatus[]
}

@InputType('RequestEventFilter', { description: 'Which events. All that is given must hold.' })
export class RequestEventFilterInput {
  @Field(() => [RequestEventType], { nullable: true, description: 'Any of these.' })
  type?: RequestEventType[]
  @Field(() => [ID], { nullable: true, description: 'Of any of these requests.' })
  requestId?: string[]
  @Field(() => [RequestStatus], { nullable: true, description: 'Of requests in any of these after the event.' })
  status?: RequestStatus[]
}

@InputType({ description: 'To report that something does not work.' })
export class RequestReportInput implements RequestReport {
  @Field(() => String, { description: 'What is wrong, in a line of up to 300 characters.' })
  title: string
  @Field(() => String, { nullable: true, description: 'More about it, in Markdown of up to 20,000 characters.' })
  description?: string
  @Field(() => ID, { nullable: true, description: 'The service that it concerns; a partner names one of theirs.' })
  serviceId?: string
  @Field(() => RequestReach, { nullable: true, description: 'How many people it concerns; ONLY_ME when left out.' })
  reach?: RequestReach
  @Field(() => RequestHindrance, { nullable: true, description: 'What it does to their work; HINDERED when left out.' })
  hindrance?: RequestHindrance
  @Field(() => String, {
    nullable: true,
    description: 'How to reach them best, in up to 300 characters: a telephone number, a room.',
  })
  contact?: string
  @Field(() => ID, { nullable: true, description: 'The search of the knowledge base that has not helped before.' })
  searchId?: string
}

@InputType()
abstract class OwnRequestInput {
  @Field(() => ID, { description: 'A request of the viewer.' })
  id: string
}

@InputType({ description: 'To say something on a request.' })
export class RequestCommentInput extends OwnRequestInput {
  @Field(() => String, { description: 'Markdown of up to 20,000 characters.' })
  body: string
}

@InputType({ description: 'To say that a request is not solved.' })
export class RequestReopenInput extends OwnRequestInput {
  @Field(() => String, { description: 'What still does not work, in up to 2,000 characters.' })
  reason: string
}

@InputType({ description: 'To take a request back.' })
export class RequestCancelInput extends OwnRequestInput {
  @Field(() => String, { nullable: true, description: 'Why, in up to 2,000 characters.' })
  reason?: string
}

@InputType({ description: 'To rate how a request was solved.' })
export class RequestRateInput extends OwnRequestInput {
  @Field(() => Int, { description: 'From 1 to 5, the best.' })
  score: number
  @Field(() => String, { nullable: true, description: 'Why, in up to 2,000 characters.' })
  comment?: string
}
