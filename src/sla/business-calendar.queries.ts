import { allows, authorise } from '../access/rules.js'
import type { Context } from '../platform/context.js'
import { type Database, selectList } from '../platform/database.js'
import { byId, defineLoader } from '../platform/loader.js'
import { type Condition, type ForwardArgs, type Listing, type Page, page } from '../platform/paging.js'
import { containing } from '../responders/search.js'
import type { BusinessCalendar } from './business-calendar.js'

const CALENDAR_COLUMNS = selectList('c', [
  ...['id', 'name', 'description', 'timeZone', 'hours', 'holidays', 'archived', 'createdAt', 'updatedAt', 'version'],
])

/** Without a look at access: for commands and for the clocks. */
export const findCalendars = async (db: Database, ids: readonly string[]): Promise<Map<string, BusinessCalendar>> =>
  ids.length === 0
    ? new Map()
    : byId(
        await db.rows<BusinessCalendar>(
          `SELECT ${CALENDAR_COLUMNS} FROM business_calendars c WHERE c.id = ANY($1::text[])`,
          [ids],
        ),
      )

/** Null for those who do not read the directory. */
export const loadCalendar = defineLoader(async (ctx, ids: readonly string[]) =>
  allows(ctx.actor, 'directory.read') ? findCalendars(ctx.db, ids) : new Map<string, BusinessCalendar>(),
)

export interface CalendarFilter {
  readonly search?: string | null
  readonly archived?: boolean | null
}

const BY_NAME: Listing<BusinessCalendar> = {
  columns: CALENDAR_COLUMNS,
  from: 'business_calendars c',
  order: [
    { sql: 'c.name', of: ({ name }) => name, type: 'text' },
    { sql: 'c.id', of: ({ id }) => id, type: 'text' },
  ],
  descending: false,
}

/** Errors: FORBIDDEN. */
export function calendarPage(
  ctx: Context,
  args: ForwardArgs,
  filter?: CalendarFilter | null,
): Promise<Page<BusinessCalendar>> {
  authorise(ctx.actor, 'directory.read')
  const { search, archived } = filter ?? {}
  const conditions: Condition[] = [() => (archived ? 'c.archived' : 'NOT c.archived')]
  if (search) conditions.push((bind) => `c.name ILIKE ${bind(containing(search))}`)
  return page(ctx, BY_NAME, args, conditions)
}
