import { Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql'
import { Visibility } from '../access/rules.js'
import { Audience } from '../events/audience.js'
import { Node, Payload } from '../platform/graphql.js'
import { connectionType } from '../platform/paging.js'
import { DateTime } from '../platform/scalars.js'
import type { IncidentDeclare, IncidentInput, IncidentUpdate } from './incident.commands.js'
import { HoldReason, IncidentStatus, Level, Priority } from './incident.js'
import { type IncidentFilter, IncidentOrder } from './incident.queries.js'

registerEnumType(IncidentStatus, {
  name: 'IncidentStatus',
  description: 'Where an incident is in its lifecycle.',
  valuesConfig: {
    TRIGGERED: { description: 'It is known; nobody has taken it yet.' },
    ACKNOWLEDGED: { description: 'Somebody has taken it.' },
    IN_PROGRESS: { description: 'It is being worked on.' },
    ON_HOLD: { description: 'Work waits for something; the hold reason says for what.' },
    RESOLVED: { description: 'The service works again. It can be reopened.' },
    CLOSED: { description: 'Done for good.' },
    CANCELLED: { description: 'It was none, or one too many.' },
  },
})
registerEnumType(HoldReason, {
  name: 'HoldReason',
  description: 'What an incident on hold waits for.',
  valuesConfig: {
    USER_INFORMATION: { description: 'An answer of whoever reported it.' },
    PROBLEM: { description: 'The solution of the underlying problem.' },
    VENDOR: { description: 'A supplier.' },
    EVIDENCE: { description: 'Evidence that is being secured.' },
  },
})
registerEnumType(Level, {
  name: 'Level',
  description: 'A degree of impact or urgency.',
  valuesConfig: {
    HIGH: { description: 'Many people or a critical service; at once.' },
    MEDIUM: { description: 'A department or an important service; today.' },
    LOW: { description: 'A few people; it can wait.' },
  },
})
registerEnumType(Priority, {
  name: 'Priority',
  description: 'In which order incidents are dealt with: the ITIL matrix of impact and urgency.',
  valuesConfig: {
    P1: { description: 'Critical.' },
    P2: { description: 'High.' },
    P3: { description: 'Moderate.' },
    P4: { description: 'Low.' },
    P5: { description: 'Planning.' },
  },
})
registerEnumType(Visibility, {
  name: 'Visibility',
  description: 'Who may see an incident.',
  valuesConfig: {
    ORGANIZATION: { description: 'Everybody whose role reads incidents.' },
    TEAM: { description: 'Its team, its participants and incident managers.' },
    RESTRICTED: { description: 'Its participants, administrators and auditors: for security incidents.' },
  },
})
registerEnumType(Audience, {
  name: 'Audience',
  description: 'Whom something is meant for. Responders, managers, administrators and auditors read everything.',
  valuesConfig: {
    INTERNAL: { description: 'Only the people who run incidents.' },
    STAKEHOLDER: { description: 'Stakeholders, too.' },
    PARTNER: { description: 'Partners, too.' },
    PUBLIC: { description: 'Everyone who sees the incident, requesters among them.' },
  },
})
registerEnumType(IncidentOrder, {
  name: 'IncidentOrder',
  description: 'How a list of incidents is sorted.',
  valuesConfig: {
    NEWEST: { description: 'Newest first.' },
    OLDEST: { description: 'Oldest first.' },
    RECENTLY_UPDATED: { description: 'Last changed first.' },
    PRIORITY: { description: 'Most urgent first, then oldest first.' },
  },
})

@ObjectType('Incident', {
  implements: Node,
  simpleResolvers: true,
  description: 'Something that disturbs or threatens a service, from its detection to its closing.',
})
export class IncidentType extends Node {
  @Field(() => Int, { description: 'Short number for people.' })
  number: number
  @Field(() => String, { description: 'What is wrong, in a line.' })
  title: string
  @Field(() => String, { description: 'What is known, in Markdown.' })
  description: string
  @Field(() => IncidentStatus, { description: 'Where it is in its lifecycle.' })
  status: IncidentStatus
  @Field(() => HoldReason, { nullable: true, description: 'What it waits for while on hold.' })
  holdReason: HoldReason | null
  @Field(() => Visibility, { description: 'Who may see it.' })
  visibility: Visibility
  @Field(() => Level, { description: 'How far it reaches.' })
  impact: Level
  @Field(() => Level, { description: 'How soon it must be dealt with.' })
  urgency: Level
  @Field(() => Priority, { description: 'Of impact and urgency, unless overridden.' })
  priority: Priority
  @Field(() => Boolean, { description: 'Whether somebody has set the priority against the matrix.' })
  priorityOverridden: boolean
  @Field(() => Boolean, { description: 'Whether it is an exercise.' })
  drill: boolean
  @Field(() => String, { nullable: true, description: 'How it was resolved.' })
  resolution: string | null
  @Field(() => String, { nullable: true, description: 'What helps until it is resolved.' })
  workaround: string | null
  @Field(() => DateTime, { nullable: true, description: 'When people began to be affected.' })
  impactStartedAt: Date | null
  @Field(() => DateTime, { nullable: true, description: 'When it was noticed.' })
  detectedAt: Date | null
  @Field(() => DateTime, { description: 'When it was entered here.' })
  createdAt: Date
  @Field(() => DateTime, { nullable: true, description: 'When somebody first took it.' })
  acknowledgedAt: Date | null
  @Field(() => DateTime, { nullable: true, description: 'When people ceased to be affected.' })
  mitigatedAt: Date | null
  @Field(() => DateTime, { nullable: true, description: 'When it was resolved for the first time.' })
  firstResolvedAt: Date | null
  @Field(() => DateTime, { nullable: true, description: 'When it was resolved last; null while it is reopened.' })
  resolvedAt: Date | null
  @Field(() => DateTime, { nullable: true, description: 'When it was closed or cancelled.' })
  closedAt: Date | null
  @Field(() => Int, { description: 'How often it was reopened.' })
  reopenCount: number
  @Field(() => DateTime, { description: 'When a field of it last changed.' })
  updatedAt: Date
  @Field(() => Int, { description: 'Rises by one with each change of a field; `expectedVersion` compares with it.' })
  version: number
}

export const IncidentConnection = connectionType('Incident', () => IncidentType)

@InputType('IncidentFilter', {
  description: 'Which incidents. What is left out does not matter; all that is given must hold.',
})
export class IncidentFilterInput implements IncidentFilter {
  @Field(() => Boolean, {
    nullable: true,
    description: 'Not yet resolved, closed or cancelled; or only those that are.',
  })
  open?: boolean
  @Field(() => [Int], { nullable: true, description: 'Any of these short numbers.' })
  number?: number[]
  @Field(() => [IncidentStatus], { nullable: true, description: 'Any of these.' })
  status?: IncidentStatus[]
  @Field(() => [Priority], { nullable: true, description: 'Any of these.' })
  priority?: Priority[]
  @Field(() => [ID], { nullable: true, description: 'Any of these services.' })
  serviceId?: string[]
  @Field(() => [ID], { nullable: true, description: 'Any of these teams.' })
  teamId?: string[]
  @Field(() => Boolean, { nullable: true, description: 'Only those that the viewer reported or takes part in.' })
  mine?: boolean
  @Field(() => Boolean, { nullable: true, description: 'Only exercises, or only what is none.' })
  drill?: boolean
  @Field(() => String, { nullable: true, description: 'The title contains this.' })
  search?: string
  @Field(() => DateTime, { nullable: true, description: 'Entered at this moment or later.' })
  createdSince?: Date
  @Field(() => DateTime, { nullable: true, description: 'Entered before this moment.' })
  createdUntil?: Date
}

@ObjectType()
export abstract class RecordedPayload extends Payload {
  @Field(() => String, {
    nullable: true,
    description: 'Cursor of the event: subscribe after it to see what comes next. Null when nothing changed.',
  })
  eventCursor: string | null
}

@ObjectType({ simpleResolvers: true, description: 'What a change of an incident answers.' })
export class IncidentPayload extends RecordedPayload {
  @Field(() => IncidentType, { nullable: true, description: 'As the change left it.' })
  incident: IncidentType | null
}

@InputType({ description: 'To declare an incident.' })
export class IncidentDeclareInput implements IncidentDeclare {
  @Field(() => String, { description: 'What is wrong, in a line of up to 300 characters.' })
  title: string
  @Field(() => String, { nullable: true, description: 'What is known, in Markdown of up to 20,000 characters.' })
  description?: string
  @Field(() => Level, { defaultValue: Level.MEDIUM, description: 'How far it reaches.' })
  impact: Level
  @Field(() => Level, { defaultValue: Level.MEDIUM, description: 'How soon it must be dealt with.' })
  urgency: Level
  @Field(() => Visibility, { nullable: true, description: 'Who may see it; ORGANIZATION when left out.' })
  visibility?: Visibility
  @Field(() => ID, { nullable: true, description: 'The service that it concerns.' })
  serviceId?: string
  @Field(() => ID, { nullable: true, description: "The team that takes it; the service's when left out." })
  teamId?: string
  @Field(() => DateTime, { nullable: true, description: 'When people began to be affected.' })
  impactStartedAt?: Date
  @Field(() => DateTime, { nullable: true, description: 'When it was noticed.' })
  detectedAt?: Date
  @Field(() => Boolean, { nullable: true, description: 'Whether it is an exercise.' })
  drill?: boolean
}

@InputType({ description: 'Which incident, and which version of it the caller knows.' })
export abstract class IncidentChangeInput implements IncidentInput {
  @Field(() => ID, { description: 'The incident.' })
  id: string
  @Field(() => Int, {
    nullable: true,
    description: 'Do it only if the incident still has this version; else CONFLICT.',
  })
  expectedVersion?: number
}

const REASON = 'Why; it is kept on the timeline.'

@InputType({ description: 'To acknowledge an incident.' })
export class IncidentAcknowledgeInput extends IncidentChangeInput {}

@InputType({ description: 'To start or resume work on an incident.' })
export class IncidentStartInput extends IncidentChangeInput {}

@InputType({ description: 'To put an incident on hold.' })
export class IncidentHoldInput extends IncidentChangeInput {
  @Field(() => HoldReason, { description: 'What it waits for.' })
  reason: HoldReason
  @Field(() => String, { nullable: true, description: 'More about it.' })
  note?: string
}

@InputType({ description: 'To say that people are not affected any more.' })
export class IncidentMitigateInput extends IncidentChangeInput {}

@InputType({ description: 'To resolve an incident.' })
export class IncidentResolveInput extends IncidentChangeInput {
  @Field(() => String, { nullable: true, description: 'How it was resolved, in Markdown.' })
  resolution?: string
}

@InputType({ description: 'To close a resolved incident.' })
export class IncidentCloseInput extends IncidentChangeInput {}

@InputType({ description: 'To reopen a resolved incident.' })
export class IncidentReopenInput extends IncidentChangeInput {
  @Field(() => String, { description: REASON })
  reason: string
}

@InputType({ description: 'To cancel an open incident.' })
export class IncidentCancelInput extends IncidentChangeInput {
  @Field(() => String, { description: REASON })
  reason: string
}

@InputType({ description: 'To change what an incident says and whom it concerns; what is left out stays.' })
export class IncidentUpdateInput extends IncidentChangeInput implements IncidentUpdate {
  @Field(() => String, { nullable: true, description: 'What is wrong, in a line.' })
  title?: string
  @Field(() => String, { nullable: true, description: 'What is known, in Markdown.' })
  description?: string
  @Field(() => ID, { nullable: true, description: 'The service that it concerns.' })
  serviceId?: string
  @Field(() => ID, { nullable: true, description: 'The team that takes it over.' })
  teamId?: string
  @Field(() => String, { nullable: true, description: 'How it was resolved, once it is: in Markdown.' })
  resolution?: string
}

@InputType({ description: 'To assess impact and urgency.' })
export class IncidentTriageInput extends IncidentChangeInput {
  @Field(() => Level, { nullable: true, description: 'How far it reaches; stays when left out.' })
  impact?: Level
  @Field(() => Level, { nullable: true, description: 'How soon it must be dealt with; stays when left out.' })
  urgency?: Level
}

@InputType({ description: 'To set a priority against the matrix.' })
export class IncidentPriorityOverrideInput extends IncidentChangeInput {
  @Field(() => Priority, { nullable: true, description: 'Null gives it back to the matrix.' })
  priority?: Priority
  @Field(() => String, { description: REASON })
  reason: string
}

@InputType({ description: 'To change who may see an incident.' })
export class IncidentVisibilityChangeInput extends IncidentChangeInput {
  @Field(() => Visibility, { description: 'Who may see it from now on.' })
  visibility: Visibility
  @Field(() => String, { description: REASON })
  reason: string
}

@InputType({
  description:
    'To correct the times of an incident; what is left out stays. Null withdraws what was entered by mistake.',
})
export class IncidentTimesCorrectInput extends IncidentChangeInput {
  @Field(() => String, { description: REASON })
  reason: string
  @Field(() => DateTime, { nullable: true, description: 'When people began to be affected; null withdraws it.' })
  impactStartedAt?: Date | null
  @Field(() => DateTime, { nullable: true, description: 'When it was noticed; null withdraws it.' })
  detectedAt?: Date | null
  @Field(() => DateTime, { nullable: true, description: 'When somebody first took it.' })
  acknowledgedAt?: Date
  @Field(() => DateTime, { nullable: true, description: 'When people ceased to be affected; null withdraws it.' })
  mitigatedAt?: Date | null
  @Field(() => DateTime, { nullable: true, description: 'When it was resolved.' })
  resolvedAt?: Date
  @Field(() => DateTime, { nullable: true, description: 'When it was closed.' })
  closedAt?: Date
}

@InputType({ description: 'To say what helps until an incident is resolved.' })
export class IncidentWorkaroundSetInput extends IncidentChangeInput {
  @Field(() => String, { nullable: true, description: 'In Markdown; null withdraws it.' })
  workaround?: string
}
