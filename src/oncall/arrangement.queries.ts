import { allows, authorise } from '../access/rules.js'
import { definePages } from '../platform/child-pages.js'
import type { Context } from '../platform/context.js'
import { type Database, selectList } from '../platform/database.js'
import { byId, defineLoader } from '../platform/loader.js'
import { type Condition, type ForwardArgs, type Listing, type Page, page } from '../platform/paging.js'
import type { Override } from './override.js'
import type { ShiftSwap, ShiftSwapStatus } from './shift-swap.js'
import type { TimeOff } from './time-off.js'

/** Overrides, time off and swaps, as they are listed and looked up. */

const OVERRIDE_COLUMNS = selectList('o', [
  ...['id', 'scheduleId', 'kind', 'outgoingId', 'incomingId', 'startsAt', 'endsAt', 'reason', 'createdBy', 'createdAt'],
])
const TIME_OFF_COLUMNS = selectList('f', ['id', 'userId', 'startsAt', 'endsAt', 'reason', 'createdBy', 'createdAt'])
const SWAP_COLUMNS = selectList('w', [
  ...['id', 'scheduleId', 'status', 'requesterId', 'askedId', 'takerId', 'startsAt', 'endsAt', 'message'],
  ...['requestedAt', 'decidedAt'],
])

/** Without a look at access: for commands, which ask the rules themselves. */
export const findOverride = (db: Database, id: string): Promise<Override | null> =>
  db.row(`SELECT ${OVERRIDE_COLUMNS} FROM schedule_overrides o WHERE o.id = $1`, [id])

interface Span {
  readonly startsAt: Date
  readonly endsAt: Date
}

/** Those that hold in some part of a time, in the order of their making. */
export const findOverrides = (db: Database, scheduleId: string, { startsAt, endsAt }: Span): Promise<Override[]> =>
  db.rows(
    `SELECT ${OVERRIDE_COLUMNS} FROM schedule_overrides o
      WHERE o.schedule_id = $1 AND o.starts_at < $3 AND o.ends_at > $2 ORDER BY o.created_at, o.id`,
    [scheduleId, startsAt, endsAt],
  )

/** Without a look at access. */
export const findTimeOff = (db: Database, id: string): Promise<TimeOff | null> =>
  db.row(`SELECT ${TIME_OFF_COLUMNS} FROM time_off f WHERE f.id = $1`, [id])

/** The first time within a range in which a person is off. */
export const findAbsence = (db: Database, userId: string, { startsAt, endsAt }: Span): Promise<TimeOff | null> =>
  db.row(
    `SELECT ${TIME_OFF_COLUMNS} FROM time_off f
      WHERE f.user_id = $1 AND f.starts_at < $3 AND (f.ends_at IS NULL OR f.ends_at > $2) ORDER BY f.starts_at LIMIT 1`,
    [userId, startsAt, endsAt],
  )

/** Without a look at access. */
export const findSwap = (db: Database, id: string): Promise<ShiftSwap | null> =>
  db.row(`SELECT ${SWAP_COLUMNS} FROM shift_swaps w WHERE w.id = $1`, [id])

/** Null for those who do not read the directory. */
export const loadOverride = defineLoader(async (ctx, ids: readonly string[]) =>
  allows(ctx.actor, 'directory.read')
    ? byId(
        await ctx.db.rows<Override>(
          `SELECT ${OVERRIDE_COLUMNS} FROM schedule_overrides o WHERE o.id = ANY($1::text[])`,
          [ids],
        ),
      )
    : new Map<string, Override>(),
)

/** Null for those who do not read the directory. */
export const loadSwap = defineLoader(async (ctx, ids: readonly string[]) =>
  allows(ctx.actor, 'directory.read')
    ? byId(
        await ctx.db.rows<ShiftSwap>(`SELECT ${SWAP_COLUMNS} FROM shift_swaps w WHERE w.id = ANY($1::text[])`, [ids]),
      )
    : new Map<string, ShiftSwap>(),
)

/** Null for those who do not read the directory. */
export const loadTimeOff = defineLoader(async (ctx, ids: readonly string[]) =>
  allows(ctx.actor, 'directory.read')
    ? byId(await ctx.db.rows<TimeOff>(`SELECT ${TIME_OFF_COLUMNS} FROM time_off f WHERE f.id = ANY($1::text[])`, [ids]))
    : new Map<string, TimeOff>(),
)

const readable = (ctx: Context): Condition => {
  const may = allows(ctx.actor, 'directory.read')
  return () => String(may)
}

/** What begins last comes first. */
const latest = (alias: string) => ({
  order: [
    { sql: `${alias}.starts_at`, of: ({ startsAt }: { startsAt: Date }) => startsAt, type: 'timestamptz' as const },
    { sql: `${alias}.id`, of: ({ id }: { id: string }) => id, type: 'text' as const },
  ],
  descending: true,
})

export const overridePage = definePages<Override>({
  ...{ columns: OVERRIDE_COLUMNS, from: 'schedule_overrides o', ...latest('o') },
  parent: 'o.schedule_id',
  visible: readable,
})

export const timeOffPage = definePages<TimeOff>({
  ...{ columns: TIME_OFF_COLUMNS, from: 'time_off f', ...latest('f') },
  parent: 'f.user_id',
  visible: readable,
})

export interface ShiftSwapFilter {
  readonly scheduleId?: readonly string[] | null
  readonly status?: readonly ShiftSwapStatus[] | null
  /** Who asks, is asked by name, or has accepted. */
  readonly userId?: readonly string[] | null
}

const NEWEST_SWAPS: Listing<ShiftSwap> = {
  columns: SWAP_COLUMNS,
  from: 'shift_swaps w',
  order: [
    { sql: 'w.requested_at', of: ({ requestedAt }) => requestedAt, type: 'timestamptz' },
    { sql: 'w.id', of: ({ id }) => id, type: 'text' },
  ],
  descending: true,
}

/** Errors: FORBIDDEN. */
export function swapPage(ctx: Context, args: ForwardArgs, filter?: ShiftSwapFilter | null): Promise<Page<ShiftSwap>> {
  authorise(ctx.actor, 'directory.read')
  const { scheduleId, status, userId } = filter ?? {}
  const conditions: Condition[] = []
  if (scheduleId) conditions.push((bind) => `w.schedule_id = ANY(${bind(scheduleId)}::text[])`)
  if (status) conditions.push((bind) => `w.status = ANY(${bind(status)}::text[])`)
  if (userId)
    conditions.push((bind) => `ARRAY[w.requester_id, w.asked_id, w.taker_id]::text[] && ${bind(userId)}::text[]`)
  return page(ctx, NEWEST_SWAPS, args, conditions)
}
