import { allows } from '../access/rules.js'
import type { Context } from '../platform/context.js'
import { badInput } from '../platform/errors.js'
import { defineLoader, groupBy } from '../platform/loader.js'
import { pageSize } from '../platform/paging.js'
import { DAY } from '../platform/wall-clock.js'
import { type Share, fairness } from './fairness.js'
import { type FinalSchedule, type Roster, finalSchedule, wholeShifts } from './final-schedule.js'
import type { Shift } from './on-call.js'
import { findRosters } from './on-call.queries.js'
import { LONGEST_RANGE, type Schedule, checkRange } from './schedule.js'

/** What is read of schedules over a range of at most 366 days. */

export interface Range {
  readonly from: Date
  readonly to: Date
}

/** Shifts that one request may read of one range, over all schedules. */
const MAXIMUM_SHIFTS = 10_000

interface Read extends FinalSchedule {
  readonly roster: Roster
}

const keyOf = (id: string, { from, to }: Range) => `${+from} ${+to} ${id}`

/** The ids of keys by their range. */
function byRange(keys: readonly string[]) {
  const parts = keys.map((key) => key.split(' ') as [from: string, to: string, id: string])
  return [...groupBy(parts, ([from, to]) => `${from} ${to}`).values()].map((same) => ({
    range: { from: new Date(Number(same[0]![0])), to: new Date(Number(same[0]![1])) },
    ids: same.map(([, , id]) => id),
  }))
}

const loadByKey = defineLoader(async (ctx, keys: readonly string[]) => {
  const found = new Map<string, Read>()
  for (const { range, ids } of byRange(keys)) {
    let count = 0
    for (const [id, roster] of await findRosters(ctx.db, ids, range.from, range.to)) {
      const read = { roster, ...finalSchedule(roster, range.from, range.to) }
      count += read.shifts.length
      mayRead(count)
      found.set(keyOf(id, range), read)
    }
  }
  return found
})

function mayRead(count: number): void {
  if (count > MAXIMUM_SHIFTS)
    throw badInput('to', `There are more than ${MAXIMUM_SHIFTS} shifts: ask for a shorter range.`)
}

/** Cut at the ends of the range. Errors: BAD_USER_INPUT naming `to`. */
export function loadFinalSchedule(ctx: Context, { id }: Schedule, range: Range): Promise<FinalSchedule | null> {
  checkRange('to', range.from, range.to)
  return loadByKey(ctx, keyOf(id, range))
}

/** Errors: BAD_USER_INPUT naming `to`. */
export async function loadFairness(ctx: Context, { id, timeZone }: Schedule, range: Range): Promise<Share[]> {
  checkRange('to', range.from, range.to)
  const read = await loadByKey(ctx, keyOf(id, range))
  return read ? fairness(read.roster, read.shifts, timeZone) : []
}

const loadUpNextByKey = defineLoader(async (ctx, keys: readonly string[]) => {
  const found = new Map<string, Shift[]>()
  const now = ctx.now()
  const ids = [...new Set(keys.map((key) => key.split(' ')[1]!))]
  const rosters = await findRosters(ctx.db, ids, now, new Date(+now + LONGEST_RANGE))
  for (const key of keys) {
    const [first, id] = key.split(' ') as [string, string]
    const roster = rosters.get(id)
    if (roster) found.set(key, upNext(roster, now, Number(first)))
  }
  return found
})

function upNext(roster: Roster, now: Date, first: number): Shift[] {
  for (let ahead = DAY; ; ahead *= 4) {
    const shifts = wholeShifts(roster, now, new Date(+now + Math.min(ahead, LONGEST_RANGE))).filter(
      ({ startsAt }) => startsAt > now,
    )
    if (shifts.length >= first || ahead >= LONGEST_RANGE) return shifts.slice(0, first)
  }
}

/** The next shifts that begin within 366 days. Errors: BAD_USER_INPUT naming `first`. */
export const loadUpNext = async (ctx: Context, { id }: Schedule, first: number): Promise<Shift[]> =>
  (await loadUpNextByKey(ctx, `${pageSize('first', first)} ${id}`)) ?? []

/** The shifts of one schedule that overlap a range, whole. Errors: BAD_USER_INPUT naming `to`. */
export async function findShifts(ctx: Context, scheduleId: string, { from, to }: Range): Promise<Shift[]> {
  const roster = (await findRosters(ctx.db, [scheduleId], from, to)).get(scheduleId)
  const shifts = roster ? wholeShifts(roster, from, to) : []
  mayRead(shifts.length)
  return shifts
}

/** Where people can be on call within a range: by turns, by an override or by a swap. */
export async function findSchedulesOfPeople(
  ctx: Context,
  userIds: readonly string[],
  { from, to }: Range,
): Promise<string[]> {
  const rows = await ctx.db.rows<{ id: string }>(
    `SELECT schedule_id AS id FROM schedule_layers
      WHERE participant_ids && $1::text[] AND valid_from < $3 AND (valid_until IS NULL OR valid_until > $2)
     UNION
     SELECT schedule_id FROM schedule_overrides WHERE incoming_id = ANY($1::text[]) AND starts_at < $3 AND ends_at > $2
     UNION
     SELECT schedule_id FROM shift_swaps
      WHERE taker_id = ANY($1::text[]) AND status = 'ACCEPTED' AND starts_at < $3 AND ends_at > $2`,
    [userIds, from, to],
  )
  return rows.map(({ id }) => id)
}

const loadShiftsByKey = defineLoader(async (ctx, keys: readonly string[]) => {
  const found = new Map<string, Shift[]>()
  for (const { range, ids: userIds } of byRange(keys)) {
    let count = 0
    const scheduleIds = await findSchedulesOfPeople(ctx, userIds, range)
    for (const roster of (await findRosters(ctx.db, scheduleIds, range.from, range.to)).values()) {
      const shifts = wholeShifts(roster, range.from, range.to)
      count += shifts.length
      mayRead(count)
      for (const [userId, own] of groupBy(shifts, (shift) => shift.userId)) {
        const key = keyOf(userId, range)
        found.set(key, [...(found.get(key) ?? []), ...own])
      }
    }
  }
  for (const shifts of found.values()) shifts.sort((a, b) => +a.startsAt - +b.startsAt)
  return found
})

/**
 * When a person is on call on any schedule, each shift whole, in the order of their start. None for those who do not
 * read the directory. Errors: BAD_USER_INPUT naming `to`.
 */
export async function loadShiftsOfUser(ctx: Context, userId: string, range: Range): Promise<Shift[]> {
  checkRange('to', range.from, range.to)
  if (!allows(ctx.actor, 'directory.read')) return []
  return (await loadShiftsByKey(ctx, keyOf(userId, range))) ?? []
}
