import { allows, authorise } from '../access/rules.js'
import { type Context, inTransaction } from '../platform/context.js'
import { ErrorCode, UserError, badInput, notFound } from '../platform/errors.js'
import { newId } from '../platform/id.js'
import { mayChange } from '../platform/versioned.js'
import { unique } from '../responders/uniqueness.js'
import { BusinessCalendarEntity } from './business-calendar.entity.js'
import { type BusinessCalendar, type OpeningHours } from './business-calendar.js'
import { findCalendars } from './business-calendar.queries.js'
import { type CalendarSketch, calendarFields, newCalendarFields } from './business-calendar.terms.js'
import { SlaTermsEventType, recordTermsEvent } from './sla-event.js'

/** Held by whoever changes policies or calendars: so no policy names a calendar that is being archived. */
export const SLA_LOCK = 'sla.policies'

export interface CalendarCreate extends CalendarSketch {
  readonly name: string
  readonly timeZone: string
  readonly hours: readonly OpeningHours[]
}

export const createCalendar = (ctx: Context, input: CalendarCreate) =>
  inTransaction(ctx, async (ctx) => {
    authorise(ctx.actor, 'sla.configure')
    const now = ctx.now()
    const calendar: BusinessCalendar = {
      ...{ id: newId('businessCalendar', +now), ...newCalendarFields(input), archived: false },
      ...{ createdAt: now, updatedAt: now, version: 1 },
    }
    await ctx.db.lock(SLA_LOCK)
    await uniqueName(() => ctx.db.entities.insert(BusinessCalendarEntity, calendar as object))
    await recordTermsEvent(ctx, SlaTermsEventType.CALENDAR_CREATED, calendar.id, calendar)
    return { businessCalendar: calendar }
  })

export interface CalendarChange {
  readonly id: string
  /** When given, the command is done only if the calendar still has this version. */
  readonly expectedVersion?: number | null
}

/** What is left out stays. Clocks that run go on by their copy. */
export const updateCalendar = (ctx: Context, input: CalendarChange & CalendarSketch) =>
  inTransaction(ctx, async (ctx) => {
    const before = await lockCalendar(ctx, input.id)
    mayChange('calendar', before, input.expectedVersion)
    const changes = calendarFields(input)
    if (Object.keys(changes).length === 0) throw badInput('id', 'Name at least one field to change.')
    const changed = { ...changes, updatedAt: ctx.now(), version: before.version + 1 }
    await uniqueName(() => ctx.db.entities.update(BusinessCalendarEntity, { id: before.id }, changed as object))
    await recordTermsEvent(ctx, SlaTermsEventType.CALENDAR_UPDATED, before.id, changes)
    return { businessCalendar: { ...before, ...changed } }
  })

/** Refused while a policy goes by it. Archiving it twice is archiving it once. */
export const archiveCalendar = (ctx: Context, input: CalendarChange) =>
  inTransaction(ctx, async (ctx) => {
    const before = await lockCalendar(ctx, input.id)
    if (before.archived) return { businessCalendar: before }
    mayChange('calendar', before, input.expectedVersion)
    const use = await ctx.db.row<{ name: string }>(
      'SELECT name FROM sla_policies WHERE calendar_id = $1 AND NOT archived ORDER BY position LIMIT 1',
      [before.id],
    )
    if (use) throw new UserError(ErrorCode.CONFLICT, `The policy “${use.name}” goes by it. Change that first.`, 'id')
    const changed = { archived: true, updatedAt: ctx.now(), version: before.version + 1 }
    await ctx.db.entities.update(BusinessCalendarEntity, { id: before.id }, changed)
    await recordTermsEvent(ctx, SlaTermsEventType.CALENDAR_ARCHIVED, before.id, {})
    return { businessCalendar: { ...before, ...changed } }
  })

/** For this transaction alone. Errors: NOT_FOUND, FORBIDDEN. */
async function lockCalendar(ctx: Context, id: string): Promise<BusinessCalendar> {
  if (!allows(ctx.actor, 'directory.read')) throw notFound('business calendar')
  await ctx.db.lock(SLA_LOCK)
  const calendar = (await findCalendars(ctx.db, [id])).get(id)
  if (!calendar) throw notFound('business calendar')
  authorise(ctx.actor, 'sla.configure')
  return calendar
}

const uniqueName = <T>(write: () => Promise<T>) => unique('name', 'business_calendars_name', write)
