import { ICalCalendar, ICalCalendarMethod, ICalEventTransparency } from 'ical-generator'
import { DAY } from '../platform/wall-clock.js'
import type { Shift } from './on-call.js'

/**
 * Shifts as a calendar (RFC 5545) that calendar programs subscribe to. Whoever knows its address may read it: programs
 * cannot sign in. So the address holds a secret, of which only the hash is kept.
 */
export interface CalendarFeed {
  readonly id: string
  /** Whose feed it is. */
  readonly userId: string
  /** Its shifts; null: those of the person. */
  readonly scheduleId: string | null
  readonly createdAt: Date
}

/** What a feed tells: the last 30 days and the next 90. */
export const feedRange = (now: Date) => ({ from: new Date(+now - 30 * DAY), to: new Date(+now + 90 * DAY) })

/** How often programs should look again. */
const AGAIN_AFTER = 15 * 60 // seconds

export interface Titled extends Shift {
  /** What stands in the calendar. */
  readonly title: string
}

/** In UTC. A shift keeps its UID for as long as its start, its person and its schedule stay. */
export function calendarOf(name: string, shifts: readonly Titled[], now: Date): ICalCalendar {
  const calendar = new ICalCalendar({
    name,
    prodId: { company: 'Tocsin', product: 'On call' },
    method: ICalCalendarMethod.PUBLISH,
    ttl: AGAIN_AFTER,
  })
  for (const { scheduleId, userId, startsAt, endsAt, because, title } of shifts)
    calendar.createEvent({
      id: `${scheduleId}.${userId}.${+startsAt}@tocsin`,
      stamp: now,
      start: startsAt,
      end: endsAt,
      summary: title,
      description: because.summary,
      transparency: ICalEventTransparency.TRANSPARENT, // one is on call, not away
    })
  return calendar
}
