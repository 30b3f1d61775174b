import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql'
import { Priority } from '../incidents/incident.js'
import { Node } from '../platform/graphql.js'
import { connectionType } from '../platform/paging.js'
import { DateTime } from '../platform/scalars.js'
import { type Prediction, PredictionBasis } from './prediction.js'
import { SlaEventType } from './sla-event.js'
import type { RecordFilter } from './sla-record.queries.js'
import { PauseReason, SlaKind, SlaSource, SlaState } from './sla-record.js'

registerEnumType(SlaKind, {
  name: 'SlaKind',
  description: 'What is promised.',
  valuesConfig: {
    RESPONSE: { description: 'That somebody takes the incident.' },
    RESOLUTION: { description: 'That it is resolved.' },
  },
})

registerEnumType(SlaState, {
  name: 'SlaState',
  description: 'How a promise stands.',
  valuesConfig: {
    RUNNING: { description: 'Its clock runs.' },
    AT_RISK: { description: 'Its clock runs, and most of the time is gone.' },
    PAUSED: { description: 'It waits for the requester.' },
    BREACHED: { description: 'It was broken, whether the incident is over or not.' },
    MET: { description: 'It was kept.' },
    CANCELLED: { description: 'The incident was none, or nothing is promised for it any more.' },
  },
})

registerEnumType(SlaSource, {
  name: 'SlaSource',
  description: 'Where a record is from.',
  valuesConfig: {
    LIVE: { description: 'Its clock ran here.' },
    IMPORT: { description: 'Only its outcome is known, from where it was imported.' },
  },
})

registerEnumType(PauseReason, {
  name: 'SlaPauseReason',
  description: 'Why no time counts.',
  valuesConfig: {
    ON_HOLD: { description: 'The incident waits for its requester.' },
    OUTSIDE_HOURS: { description: 'It is outside the hours of the business calendar.' },
  },
})

registerEnumType(PredictionBasis, {
  name: 'SlaPredictionBasis',
  description: 'Which incidents were compared.',
  valuesConfig: {
    SERVICE_AND_PRIORITY: { description: 'Those of the same service and priority.' },
    PRIORITY: { description: 'Those of the same priority: of the service there were too few.' },
  },
})

registerEnumType(SlaEventType, {
  name: 'SlaEventType',
  description: 'What can happen to a promise.',
  valuesConfig: {
    STARTED: { description: 'Its clock began.' },
    RESELECTED: { description: 'Another policy holds: the incident has changed.' },
    PAUSED: { description: 'It waits for the requester.' },
    RESUMED: { description: 'Its clock goes on.' },
    AT_RISK: { description: 'Most of the time is gone.' },
    BREACHED: { description: 'The time is over.' },
    MET: { description: 'It was kept.' },
    ENDED: { description: 'It was cancelled, or is over after it was broken.' },
    CORRECTED: { description: 'The times of the incident were corrected, and the outcome told anew.' },
  },
})

@ObjectType('SlaPause', { simpleResolvers: true, description: 'Why no time counts now.' })
export class SlaPauseType {
  @Field(() => PauseReason, { description: 'Why.' })
  reason: PauseReason
  @Field(() => DateTime, { nullable: true, description: 'Since when; null: for more than a month.' })
  since: Date | null
  @Field(() => DateTime, { nullable: true, description: 'Until when, as far as it is known.' })
  until: Date | null
}

@ObjectType('SlaRecord', {
  implements: Node,
  simpleResolvers: true,
  description: 'One promise for one incident: its target, its clock, and what came of it.',
})
export class SlaRecordType extends Node {
  @Field(() => SlaKind, { description: 'What is promised.' })
  kind: SlaKind
  @Field(() => Int, { description: '1, and one more each time that the incident was reopened.' })
  number: number
  @Field(() => SlaState, { description: 'How it stands, as of the last thing that happened to it.' })
  state: SlaState
  @Field(() => SlaSource, { description: 'Where it is from.' })
  source: SlaSource
  @Field(() => Int, { nullable: true, description: 'Minutes that may count; null where only the outcome is known.' })
  targetMinutes: number | null
  @Field(() => DateTime, { description: 'When its clock began.' })
  startedAt: Date
  @Field(() => DateTime, {
    nullable: true,
    description: 'When the time is over, or was; null while it waits for the requester.',
  })
  dueAt: Date | null
  @Field(() => DateTime, { nullable: true, description: 'Since when it is at risk; null: it was not.' })
  atRiskAt: Date | null
  @Field(() => DateTime, { nullable: true, description: 'When it was broken; null: it was not, or nobody knows when.' })
  breachedAt: Date | null
  @Field(() => DateTime, { nullable: true, description: 'When it was kept; null: it was not.' })
  metAt: Date | null
  @Field(() => DateTime, { nullable: true, description: 'When its clock ended; null: it has not.' })
  stoppedAt: Date | null
}

export const SlaRecordConnection = connectionType('SlaRecord', () => SlaRecordType)

@ObjectType('SlaPrediction', {
  simpleResolvers: true,
  description: 'Whether an open incident will miss its resolution target, by how long others like it took.',
})
export class SlaPredictionType implements Prediction {
  @Field(() => Float, {
    description: 'Of missing it, 0 to 1: `(exceeding + 1) / (sampleSize + 2)`; 1 once the time is over.',
  })
  probability: number
  @Field(() => DateTime, { description: 'When half of those like it were resolved.' })
  expectedResolvedAt: Date
  @Field(() => PredictionBasis, { description: 'Which incidents were compared.' })
  basis: PredictionBasis
  @Field(() => Int, {
    description: 'How many: resolved in the last 180 days, and still open when as old as this one is; at most 200.',
  })
  sampleSize: number
  @Field(() => Int, { description: 'How many of them took longer than this one may take.' })
  exceeding: number
  @Field(() => String, { description: 'The same in words.' })
  explanation: string
}

@ObjectType({ simpleResolvers: true, description: 'What is promised for an incident, and how that stands now.' })
export class IncidentSla {
  @Field(() => SlaRecordType, { nullable: true, description: 'That somebody takes it.' })
  response: SlaRecordType | null
  @Field(() => SlaRecordType, {
    nullable: true,
    description: 'That it is resolved: since it was opened, or since it was last reopened.',
  })
  resolution: SlaRecordType | null
  @Field(() => [SlaRecordType], { description: 'All of them, oldest first; those before each reopening, too.' })
  records: SlaRecordType[]
}

@ObjectType({ simpleResolvers: true, description: 'Something that has happened to a promise.' })
export class SlaEvent {
  @Field(() => String, { description: 'Resumes a stream after this event.' })
  cursor: string
  @Field(() => SlaEventType, { description: 'What happened.' })
  type: SlaEventType
  @Field(() => DateTime, { description: 'When it was noticed; when it happened, the record tells.' })
  occurredAt: Date
}

@InputType('SlaEventFilter', {
  description: 'Which events. What is left out does not matter; all that is given must hold.',
})
export class SlaEventFilterInput {
  @Field(() => [SlaEventType], { nullable: true, description: 'Any of these.' })
  type?: SlaEventType[]
  @Field(() => [SlaKind], { nullable: true, description: 'Of promises of any of these kinds.' })
  kind?: SlaKind[]
  @Field(() => [ID], { nullable: true, description: 'Of any of these incidents.' })
  incidentId?: string[]
  @Field(() => [ID], { nullable: true, description: 'Of incidents of any of these services.' })
  serviceId?: string[]
  @Field(() => [ID], { nullable: true, description: 'Of incidents of any of these teams.' })
  teamId?: string[]
  @Field(() => [Priority], { nullable: true, description: 'Of incidents of any of these priorities.' })
  priority?: Priority[]
}

@InputType('SlaRecordFilter', { description: 'Which promises. All that is given must hold.' })
export class SlaRecordFilterInput implements RecordFilter {
  @Field(() => [SlaKind], { nullable: true, description: 'Of any of these kinds.' })
  kind?: SlaKind[]
  @Field(() => [SlaState], { nullable: true, description: 'That stand in any of these ways.' })
  state?: SlaState[]
  @Field(() => [ID], { nullable: true, description: 'For incidents of any of these services.' })
  serviceId?: string[]
  @Field(() => [ID], { nullable: true, description: 'For incidents of any of these teams.' })
  teamId?: string[]
  @Field(() => Boolean, { nullable: true, description: 'Whose clocks run, or do not.' })
  running?: boolean
}
