import { Audience } from '../events/audience.js'
import { type Context, inTransaction } from '../platform/context.js'
import { text } from '../platform/input.js'
import { IncidentEventType, recordIncidentEvent } from './incident-event.js'
import { type IncidentInput, PROSE, lockIncident } from './incident.commands.js'
import { TimelineEntryKind } from './timeline-entry.js'

export interface NoteAdd extends IncidentInput {
  readonly body: string
  readonly audience?: Audience | null
}

/** Internal unless told: a note for others is a comment, which requesters and partners may write, too. */
export const addNote = (ctx: Context, input: NoteAdd) =>
  inTransaction(ctx, async (ctx) => {
    const audience = input.audience ?? Audience.INTERNAL
    const internal = audience === Audience.INTERNAL
    const incident = await lockIncident(ctx, input, internal ? 'incident.respond' : 'incident.comment')
    const body = text('body', input.body, PROSE)
    const kind = TimelineEntryKind.NOTE
    return recordIncidentEvent(ctx, { type: IncidentEventType.NOTE_ADDED, incident, body, kind, audience })
  })

/** What was decided, and why: kept apart from notes so that a review finds it. */
export const recordDecision = (ctx: Context, input: IncidentInput & { body: string }) =>
  inTransaction(ctx, async (ctx) => {
    const incident = await lockIncident(ctx, input, 'incident.respond')
    const body = text('body', input.body, PROSE)
    const kind = TimelineEntryKind.DECISION
    return recordIncidentEvent(ctx, {
      type: IncidentEventType.DECISION_RECORDED,
      incident,
      body,
      kind,
      audience: Audience.INTERNAL,
    })
  })
