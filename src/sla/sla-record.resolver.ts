import { Arg, Args, Ctx, Extensions, FieldResolver, Int, Query, Resolver, Root, Subscription } from 'type-graphql'
import type { AccessFacts } from '../access/rules.js'
import { among } from '../events/event-filter.js'
import { type EventStream, STREAM, carriedByFanOut } from '../events/event-stream.js'
import { mayReceive } from '../incidents/incident-event.resolver.js'
import type { Incident } from '../incidents/incident.js'
import { loadLinkedIncident } from '../incidents/incident.queries.js'
import { IncidentType } from '../incidents/incident.types.js'
import type { Context } from '../platform/context.js'
import { Shareable } from '../platform/graphql.js'
import { ForwardArgs } from '../platform/paging.js'
import { ActorUnion, loadActor } from '../responders/actor.types.js'
import { predictBreach } from './prediction.queries.js'
import { type SlaLogEvent, isSlaEvent } from './sla-event.js'
import { loadPolicy } from './sla-policy.queries.js'
import { SlaPolicyType } from './sla-policy.types.js'
import { loadRecords, recordPage } from './sla-record.queries.js'
import * as types from './sla-record.types.js'
import { IncidentSla, SlaEvent, SlaPauseType, SlaPredictionType, SlaRecordConnection } from './sla-record.types.js'
import { SlaKind, type SlaRecord, elapsed, pauseAt } from './sla-record.js'

const EVENTS: EventStream<{ filter?: types.SlaEventFilterInput | null }, AccessFacts> = {
  carries: (event, { filter }) => {
    if (!isSlaEvent(event)) return false
    if (!filter) return true
    const { record, incident } = event.payload
    return (
      among(filter.type, event.type) &&
      among(filter.kind, record.kind) &&
      among(filter.incidentId, incident.id) &&
      among(filter.serviceId, incident.serviceId) &&
      among(filter.teamId, incident.teamId) &&
      among(filter.priority, incident.priority)
    )
  },
  mayReceive,
  root: (event) => event,
}

@Resolver(() => SlaEvent)
export class SlaEventResolver {
  @Extensions({ [STREAM]: EVENTS })
  @Subscription(() => SlaEvent, {
    subscribe: carriedByFanOut,
    description:
      'Everything that happens to what is promised for the incidents that the viewer runs. With `after` it first brings, once and in order, what they have missed.',
  })
  slaEvents(
    @Root() event: SlaLogEvent,
    @Arg('after', () => String, { nullable: true, description: 'Cursor of the last event that was seen.' })
    _after?: string,
    @Arg('filter', () => types.SlaEventFilterInput, { nullable: true, description: 'Only these.' })
    _filter?: types.SlaEventFilterInput,
  ): SlaLogEvent {
    return event
  }

  @Shareable()
  @FieldResolver(() => ActorUnion, { description: 'Who or what did it.' })
  actor(@Root() { actorKind, actorId }: SlaLogEvent, @Ctx() ctx: Context) {
    return loadActor(ctx, actorKind, actorId)
  }

  @Shareable()
  @FieldResolver(() => IncidentType, { description: 'The incident, as it is.' })
  incident(@Root() { payload }: SlaLogEvent, @Ctx() ctx: Context) {
    return loadLinkedIncident(ctx, payload.incident.id)
  }

  @Shareable()
  @FieldResolver(() => types.SlaRecordType, { description: 'The record as the event left it.' })
  record(@Root() { payload }: SlaLogEvent) {
    return payload.record
  }
}

/** What an event has left holds text in the place of moments. */
const read = (record: SlaRecord): SlaRecord => ({
  ...record,
  startedAt: new Date(record.startedAt),
  stoppedAt: record.stoppedAt && new Date(record.stoppedAt),
})

const secondsOf = (record: SlaRecord, at: Date): number => Math.floor(elapsed(read(record), at) / 1000)

/** What is not known to the clock. */
const isTimed = ({ terms, targetMinutes }: SlaRecord): boolean => terms !== null && targetMinutes !== null

@Resolver(() => types.SlaRecordType)
export class SlaRecordResolver {
  @Query(() => SlaRecordConnection, {
    description: 'What was promised for incidents that the viewer runs, and what came of it; the latest first.',
  })
  slaRecords(
    @Ctx() ctx: Context,
    @Args(() => ForwardArgs) args: ForwardArgs,
    @Arg('filter', () => types.SlaRecordFilterInput, { nullable: true, description: 'Only these.' })
    filter?: types.SlaRecordFilterInput,
  ) {
    return recordPage(ctx, args, filter)
  }

  @Shareable()
  @FieldResolver(() => IncidentType, { description: 'The incident.' })
  incident(@Root() { incidentId }: SlaRecord, @Ctx() ctx: Context) {
    return loadLinkedIncident(ctx, incidentId)
  }

  @Shareable()
  @FieldResolver(() => String, { nullable: true, description: 'The policy that holds, by the name that it had.' })
  policyName(@Root() { terms }: SlaRecord) {
    return terms?.policyName ?? null
  }

  @Shareable()
  @FieldResolver(() => SlaPolicyType, { nullable: true, description: 'That policy, as it is now.' })
  policy(@Root() { policyId }: SlaRecord, @Ctx() ctx: Context) {
    return policyId && loadPolicy(ctx, policyId)
  }

  @Shareable()
  @FieldResolver(() => Int, {
    nullable: true,
    description: 'Seconds that have counted by now, or by its end; null where only the outcome is known.',
  })
  elapsedSeconds(@Root() record: SlaRecord, @Ctx() ctx: Context) {
    return isTimed(record) ? secondsOf(record, ctx.now()) : null
  }

  @Shareable()
  @FieldResolver(() => Int, {
    nullable: true,
    description:
      'Seconds that may still count, or were left; negative after a breach. Null where only the outcome is known.',
  })
  remainingSeconds(@Root() record: SlaRecord, @Ctx() ctx: Context) {
    return isTimed(record) ? record.targetMinutes! * 60 - secondsOf(record, ctx.now()) : null
  }

  @Shareable()
  @FieldResolver(() => SlaPauseType, { nullable: true, description: 'Why no time counts now; null while it does.' })
  pause(@Root() record: SlaRecord, @Ctx() ctx: Context) {
    return isTimed(record) ? pauseAt(read(record), ctx.now()) : null
  }
}

/** With the incident, of which its fields ask more. */
interface Sla {
  readonly incident: Incident
  readonly response: SlaRecord | null
  readonly resolution: SlaRecord | null
  readonly records: readonly SlaRecord[]
}

@Resolver(() => IncidentSla)
export class IncidentSlaResolver {
  @FieldResolver(() => SlaPredictionType, {
    nullable: true,
    description: 'Whether it will miss its resolution target; null when it is over, or fewer than five were like it.',
  })
  prediction(@Root() { incident, resolution }: Sla, @Ctx() ctx: Context) {
    return predictBreach(ctx, incident, resolution)
  }
}

@Resolver(() => IncidentType)
export class IncidentWithSlaResolver {
  @Shareable()
  @FieldResolver(() => IncidentSla, {
    nullable: true,
    description: 'What is promised for it. Null where nothing is, and for those who do not run incidents.',
  })
  async sla(@Root() incident: Incident, @Ctx() ctx: Context): Promise<Sla | null> {
    const records = await loadRecords(ctx, incident.id)
    const last = (kind: SlaKind) => records!.findLast((record) => record.kind === kind) ?? null
    return records && { incident, records, response: last(SlaKind.RESPONSE), resolution: last(SlaKind.RESOLUTION) }
  }
}
