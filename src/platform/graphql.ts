import { Arg, Extensions, Field, ID, InterfaceType, ObjectType, registerEnumType } from 'type-graphql'
import type { Context } from './context.js'
import { ErrorCode, UserError } from './errors.js'
import { type Noun, nounOf } from './id.js'
import { forgetLoaded } from './loader.js'

/** What every type of the schema shares: nodes, errors, payloads. */

registerEnumType(ErrorCode, {
  name: 'ErrorCode',
  description:
    'Every code that an error can have: in `userErrors` of a payload, or in `extensions.code` of a top-level error.',
  valuesConfig: {
    BAD_USER_INPUT: { description: 'An argument or input field is wrong; the message names it.' },
    NOT_FOUND: { description: 'There is no such thing, or the viewer may not know of it.' },
    FORBIDDEN: { description: 'The viewer may see it but not do this to it.' },
    CONFLICT: { description: 'It has changed since the version that was expected, or such a thing exists already.' },
    INVALID_TRANSITION: { description: 'The lifecycle does not lead from the present status to the one asked for.' },
    IDEMPOTENCY_MISMATCH: { description: 'The idempotency key was used before with another request.' },
    UNAUTHENTICATED: { description: 'No sign-in, or one that is not valid any more.' },
    CURSOR_EXPIRED: {
      description: 'Events after the cursor are gone: read the state afresh, then subscribe without it.',
    },
    LIMIT_EXCEEDED: { description: 'The operation is too deep, too wide, too long or too costly.' },
    TIMEOUT: { description: 'The operation took too long and was ended.' },
    UNAVAILABLE: { description: 'The server cannot serve this now; try again.' },
    BAD_REQUEST: { description: 'The request is no well-formed GraphQL request.' },
    GRAPHQL_PARSE_FAILED: { description: 'The document is no GraphQL.' },
    GRAPHQL_VALIDATION_FAILED: { description: 'The document does not fit the schema.' },
    INTERNAL_SERVER_ERROR: { description: 'A fault of the server. The message has an id to find it in the logs.' },
  },
})

@ObjectType('UserError', { description: 'Why a mutation did nothing: an expected failure that its caller can act on.' })
export class UserErrorType {
  @Field(() => ErrorCode, { description: 'The kind of failure.' })
  code: ErrorCode
  @Field(() => String, { nullable: true, description: 'The input field at fault, as a dotted path below `input`.' })
  field: string | null
  @Field(() => String, { description: 'For people.' })
  message: string
}

const TYPE_NAMES: Partial<Record<Noun, string>> = {
  alert: 'Alert',
  apiToken: 'ApiToken',
  article: 'Article',
  articleCategory: 'ArticleCategory',
  articleTemplate: 'ArticleTemplate',
  articleVersion: 'ArticleVersion',
  businessCalendar: 'BusinessCalendar',
  calendarFeed: 'CalendarFeed',
  contactPoint: 'ContactPoint',
  deadLetter: 'DeadLetter',
  escalationEntry: 'EscalationEntry',
  escalationPolicy: 'EscalationPolicy',
  escalationRule: 'EscalationRule',
  impactAssessment: 'ImpactAssessment',
  incident: 'Incident',
  integration: 'Integration',
  message: 'Message',
  notification: 'Notification',
  notificationRule: 'NotificationRule',
  page: 'Page',
  request: 'Request',
  schedule: 'Schedule',
  scheduleLayer: 'ScheduleLayer',
  scheduleOverride: 'ScheduleOverride',
  service: 'Service',
  shiftSwap: 'ShiftSwap',
  slaPolicy: 'SlaPolicy',
  slaRecord: 'SlaRecord',
  statusUpdate: 'StatusUpdate',
  task: 'Task',
  team: 'Team',
  timeOff: 'TimeOff',
  timelineEntry: 'TimelineEntry',
  user: 'User',
}

/** The GraphQL type that an id names. */
export const typeNameOf = (id: string): string | undefined => {
  const noun = nounOf(id)
  return noun && TYPE_NAMES[noun]
}

@InterfaceType({
  description: 'Anything with an id of its own that `node` finds.',
})
export abstract class Node {
  @Field(() => ID, { description: 'Opaque and unique among all types.' })
  id: string
}

/** For subscriptions: this resolver answers the same to everybody of one role, so one execution may serve them all. */
export const Shareable = () => Extensions({ shareable: true })

/** The one argument of every mutation. */
export const Input = (type: () => new () => object) => Arg('input', type, { description: 'What is asked for.' })

@ObjectType()
export abstract class Payload {
  @Field(() => [UserErrorType], { description: 'Empty when it was done; else nothing was written.' })
  userErrors: UserErrorType[]
}

/** Runs a command for a mutation: what it returns, or its expected failure, as a payload. */
export async function answer<T extends object>(
  ctx: Context,
  command: (ctx: Context) => Promise<T>,
): Promise<T & Payload> {
  try {
    return { ...(await command(ctx)), userErrors: [] }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    const { code, field, message } = error // a plain object: an executor takes an Error in a list for a failed field
    return { userErrors: [{ code, field, message }] } as unknown as T & Payload
  } finally {
    forgetLoaded(ctx) // what was loaded before the write is stale
  }
}
