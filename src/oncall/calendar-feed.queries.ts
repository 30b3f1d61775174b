import { allows } from '../access/rules.js'
import { hashOf } from '../access/secret.js'
import { Role, SYSTEM } from '../platform/actor.js'
import type { Context } from '../platform/context.js'
import { type Database, selectList } from '../platform/database.js'
import { byId, defineLoader } from '../platform/loader.js'
import { type ForwardArgs, type Listing, type Page, page } from '../platform/paging.js'
import { loadUser } from '../responders/user.queries.js'
import { type CalendarFeed, calendarOf, feedRange } from './calendar-feed.js'
import { loadShiftsOfUser, findShifts } from './final-schedule.queries.js'
import { loadSchedule } from './schedule.queries.js'

const FEED_COLUMNS = selectList('c', ['id', 'userId', 'scheduleId', 'createdAt'])

/** One's own by its id. */
export const loadFeed = defineLoader(async (ctx, ids: readonly string[]) =>
  byId(
    await ctx.db.rows<CalendarFeed>(
      `SELECT ${FEED_COLUMNS} FROM calendar_feeds c WHERE c.id = ANY($1::text[]) AND c.user_id = $2`,
      [ids, ctx.actor.id],
    ),
  ),
)

const NEWEST: Listing<CalendarFeed> = {
  columns: FEED_COLUMNS,
  from: 'calendar_feeds c',
  order: [
    { sql: 'c.created_at', of: ({ createdAt }) => createdAt, type: 'timestamptz' },
    { sql: 'c.id', of: ({ id }) => id, type: 'text' },
  ],
  descending: true,
}

/** The actor's own. */
export const feedPage = (ctx: Context, args: ForwardArgs): Promise<Page<CalendarFeed>> =>
  page(ctx, NEWEST, args, [(bind) => `c.user_id = ${bind(ctx.actor.id)}`])

const READERS = Object.values(Role).filter((role) => allows({ ...SYSTEM, role }, 'directory.read'))

/** The feed that an address names; null when there is none, or its owner may not read schedules any more. */
const findFeed = (db: Database, secret: string): Promise<CalendarFeed | null> =>
  db.row(
    `SELECT ${FEED_COLUMNS} FROM calendar_feeds c JOIN users u ON u.id = c.user_id
      WHERE c.secret_hash = $1 AND u.active AND u.role = ANY($2::text[])`,
    [hashOf(secret), READERS],
  )

/** The text of a calendar; null when nothing is at this address. */
export async function readCalendar(ctx: Context, secret: string): Promise<string | null> {
  const feed = await findFeed(ctx.db, secret)
  if (!feed) return null
  const now = ctx.now()
  const { userId, scheduleId } = feed
  const shifts = scheduleId
    ? await findShifts(ctx, scheduleId, feedRange(now))
    : await loadShiftsOfUser(ctx, userId, feedRange(now))
  const titled = await Promise.all(
    shifts.map(async (shift) => {
      const whose = scheduleId ? await loadUser(ctx, shift.userId) : await loadSchedule(ctx, shift.scheduleId)
      return { ...shift, title: scheduleId ? whose!.name : `On call: ${whose!.name}` }
    }),
  )
  const name = scheduleId
    ? (await loadSchedule(ctx, scheduleId))!.name
    : `On call: ${(await loadUser(ctx, userId))!.name}`
  return calendarOf(name, titled, now).toString()
}
