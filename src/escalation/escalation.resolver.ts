import { Arg, Args, Ctx, Extensions, FieldResolver, Int, Mutation, Resolver, Root, Subscription } from 'type-graphql'
import { type AccessFacts } from '../access/rules.js'
import { among } from '../events/event-filter.js'
import { type EventStream, STREAM, carriedByFanOut } from '../events/event-stream.js'
import { mayReceive } from '../incidents/incident-event.resolver.js'
import type { Incident } from '../incidents/incident.js'
import { loadLinkedIncident } from '../incidents/incident.queries.js'
import { IncidentType } from '../incidents/incident.types.js'
import type { Context } from '../platform/context.js'
import { Input, Shareable, answer } from '../platform/graphql.js'
import { ConnectionArgs } from '../platform/paging.js'
import { ActorUnion, loadActor } from '../responders/actor.types.js'
import { loadUser } from '../responders/user.queries.js'
import { UserType } from '../responders/user.types.js'
import { escalateIncident, reassignIncident, snoozeIncident } from './escalation.commands.js'
import { type EscalationEntry, explained, inBrief } from './escalation-entry.js'
import { type EscalationLogEvent, isEscalationEvent } from './escalation-event.js'
import { type Escalation, upcoming } from './escalation.js'
import { entryPage, loadEscalation } from './escalation.queries.js'
import * as types from './escalation.types.js'
import {
  EscalationEntryConnection,
  EscalationEntryType,
  EscalationEvent,
  EscalationEventFilterInput,
  EscalationPayload,
  EscalationType,
  UpcomingStep,
} from './escalation.types.js'
import { loadPagesOfEntry, pagePage } from './page.queries.js'
import { PageConnection, PageType } from './page.types.js'
import { numbered } from './policy.js'
import { loadPolicy } from './policy.queries.js'
import { EscalationPolicyStepType, EscalationPolicyType } from './policy.types.js'

const EVENTS: EventStream<{ filter?: EscalationEventFilterInput | null }, AccessFacts> = {
  carries: (event, { filter }) => {
    if (!isEscalationEvent(event)) return false
    if (!filter) return true
    const { id, serviceId, teamId, priority } = event.payload.incident
    return (
      among(filter.type, event.type) &&
      among(filter.incidentId, id) &&
      among(filter.serviceId, serviceId) &&
      among(filter.teamId, teamId) &&
      among(filter.priority, priority)
    )
  },
  mayReceive,
  root: (event) => event,
}

@Resolver(() => EscalationEvent)
export class EscalationEventResolver {
  @Extensions({ [STREAM]: EVENTS })
  @Subscription(() => EscalationEvent, {
    subscribe: carriedByFanOut,
    description:
      'Everything that happens to the escalations of the incidents that the viewer runs. With `after` it first brings, once and in order, what they have missed.',
  })
  escalationEvents(
    @Root() event: EscalationLogEvent,
    @Arg('after', () => String, { nullable: true, description: 'Cursor of the last event that was seen.' })
    _after?: string,
    @Arg('filter', () => EscalationEventFilterInput, { nullable: true, description: 'Only these.' })
    _filter?: EscalationEventFilterInput,
  ): EscalationLogEvent {
    return event
  }

  @Shareable()
  @FieldResolver(() => ActorUnion, { description: 'Who or what did it.' })
  actor(@Root() { actorKind, actorId }: EscalationLogEvent, @Ctx() ctx: Context) {
    return loadActor(ctx, actorKind, actorId)
  }

  @Shareable()
  @FieldResolver(() => IncidentType, { description: 'The incident, as it is.' })
  incident(@Root() { payload }: EscalationLogEvent, @Ctx() ctx: Context) {
    return loadLinkedIncident(ctx, payload.incident.id)
  }

  @Shareable()
  @FieldResolver(() => EscalationType, { description: 'The escalation as the event left it.' })
  escalation(@Root() { payload }: EscalationLogEvent) {
    return payload.escalation
  }

  @Shareable()
  @FieldResolver(() => EscalationEntryType, { description: 'What it did, and why.' })
  entry(@Root() { payload }: EscalationLogEvent) {
    return payload.entry
  }
}

@Resolver(() => EscalationType)
export class EscalationResolver {
  @Shareable()
  @FieldResolver(() => String, { description: 'The policy that it goes by, by the name that it had.' })
  policyName(@Root() { terms }: Escalation) {
    return terms.name
  }

  @Shareable()
  @FieldResolver(() => EscalationPolicyType, {
    nullable: true,
    description: 'That policy, as it is now; null where somebody has named people instead.',
  })
  policy(@Root() { terms }: Escalation, @Ctx() ctx: Context) {
    return terms.policyId && loadPolicy(ctx, terms.policyId)
  }

  @Shareable()
  @FieldResolver(() => [EscalationPolicyStepType], { description: 'Its steps, as they were copied.' })
  steps(@Root() { terms }: Escalation) {
    return numbered(terms.steps)
  }

  @Shareable()
  @FieldResolver(() => Int, { description: 'Which pass through the steps, from 1.' })
  pass(@Root() { pass }: Escalation) {
    return pass + 1
  }

  @Shareable()
  @FieldResolver(() => Int, {
    nullable: true,
    description: 'The step taken last in this pass, from 1; null before the first.',
  })
  step(@Root() { step }: Escalation) {
    return step < 0 ? null : step + 1
  }

  @Shareable()
  @FieldResolver(() => UpcomingStep, { nullable: true, description: 'The step that comes next; null when none does.' })
  async next(@Root() escalation: Escalation, @Ctx() ctx: Context) {
    const incident = await loadLinkedIncident(ctx, escalation.incidentId)
    const dueAt = escalation.dueAt && new Date(escalation.dueAt) // text, in what an event has left
    const next = incident && upcoming({ ...escalation, dueAt }, incident)
    return next && { at: next.at, number: next.step + 1 }
  }

  @Shareable()
  @FieldResolver(() => UserType, { nullable: true, description: 'Who has it; null while nobody is known to.' })
  acknowledgedBy(@Root() { acknowledgedBy }: Escalation, @Ctx() ctx: Context) {
    return acknowledgedBy && loadUser(ctx, acknowledgedBy)
  }

  @FieldResolver(() => EscalationEntryConnection, { description: 'What it did, and why, oldest first.' })
  entries(@Root() { incidentId }: Escalation, @Args(() => ConnectionArgs) args: ConnectionArgs, @Ctx() ctx: Context) {
    return entryPage(ctx, { id: incidentId }, args)
  }

  @FieldResolver(() => PageConnection, { description: 'Who was called, oldest first.' })
  pages(@Root() { incidentId }: Escalation, @Args(() => ConnectionArgs) args: ConnectionArgs, @Ctx() ctx: Context) {
    return pagePage(ctx, { id: incidentId }, args)
  }

  @Mutation(() => EscalationPayload, {
    description: 'Moves on at once: the next step is taken, or management is called, whoever has the incident.',
  })
  incidentEscalate(@Ctx() ctx: Context, @Input(() => types.IncidentEscalateInput) input: types.IncidentEscalateInput) {
    return answer(ctx, (ctx) => escalateIncident(ctx, input))
  }

  @Mutation(() => EscalationPayload, { description: 'Calls others for an incident, and nobody who was called before.' })
  incidentReassign(@Ctx() ctx: Context, @Input(() => types.IncidentReassignInput) input: types.IncidentReassignInput) {
    return answer(ctx, (ctx) => reassignIncident(ctx, input))
  }

  @Mutation(() => EscalationPayload, { description: 'Calls nobody for a while; then it begins anew.' })
  incidentSnooze(@Ctx() ctx: Context, @Input(() => types.IncidentSnoozeInput) input: types.IncidentSnoozeInput) {
    return answer(ctx, (ctx) => snoozeIncident(ctx, input))
  }
}

@Resolver(() => EscalationEntryType)
export class EscalationEntryResolver {
  @Shareable()
  @FieldResolver(() => Int, { description: 'Which pass through the steps, from 1.' })
  pass(@Root() { pass }: EscalationEntry) {
    return pass + 1
  }

  @Shareable()
  @FieldResolver(() => Int, { nullable: true, description: 'Which step, from 1; null where it is about none.' })
  step(@Root() { step }: EscalationEntry) {
    return step === null ? null : step + 1
  }

  @Shareable()
  @FieldResolver(() => ActorUnion, { description: 'Who or what did it.' })
  actor(@Root() { actorKind, actorId }: EscalationEntry, @Ctx() ctx: Context) {
    return loadActor(ctx, actorKind, actorId)
  }

  @Shareable()
  @FieldResolver(() => String, { description: 'What it did, in a line.' })
  summary(@Root() entry: EscalationEntry) {
    return inBrief(entry)
  }

  @Shareable()
  @FieldResolver(() => [String], { description: 'Why each of them was called, and why somebody was not, in words.' })
  reasons(@Root() { findings }: EscalationEntry) {
    return explained(findings)
  }

  @FieldResolver(() => [PageType], { description: 'Those whom it called.' })
  async pages(@Root() { id }: EscalationEntry, @Ctx() ctx: Context) {
    return (await loadPagesOfEntry(ctx, id)) ?? []
  }
}

@Resolver(() => IncidentType)
export class IncidentEscalationResolver {
  @FieldResolver(() => EscalationType, {
    nullable: true,
    description: 'The calling of people for it. Null where nobody is called, and for those who do not run incidents.',
  })
  escalation(@Root() { id }: Incident, @Ctx() ctx: Context) {
    return loadEscalation(ctx, id)
  }
}
