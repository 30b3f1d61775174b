import { allows, authorise } from '../access/rules.js'
import type { Context } from '../platform/context.js'
import { type Database, selectList } from '../platform/database.js'
import { byId, defineLoader, groupBy } from '../platform/loader.js'
import { type Condition, type ForwardArgs, type Listing, type Page, page } from '../platform/paging.js'
import { containing } from '../responders/search.js'
import type { Layer } from './layer.js'
import type { Schedule } from './schedule.js'

const SCHEDULE_COLUMNS = selectList('s', [
  ...['id', 'name', 'description', 'teamId', 'timeZone', 'archivedAt', 'createdAt', 'updatedAt', 'version'],
])

export const LAYER_COLUMNS = selectList('l', [
  ...['id', 'scheduleId', 'position', 'name', 'timeZone', 'participantIds', 'firstParticipant', 'rotation', 'startsAt'],
  ...['endsAt', 'restrictions', 'validFrom', 'validUntil'],
])

/** Without a look at access: for commands, which ask the rules themselves. */
export const findSchedule = (db: Database, id: string): Promise<Schedule | null> =>
  db.row(`SELECT ${SCHEDULE_COLUMNS} FROM schedules s WHERE s.id = $1`, [id])

/** How often a change of who is on call has been told. */
export const findToldCount = async (db: Database, scheduleId: string): Promise<number> =>
  (await db.row<{ count: number }>('SELECT told_count AS count FROM schedules WHERE id = $1', [scheduleId]))!.count

/** As it is now. */
export const findLayer = (db: Database, id: string): Promise<Layer | null> =>
  db.row(`SELECT ${LAYER_COLUMNS} FROM schedule_layers l WHERE l.id = $1 AND l.valid_until IS NULL`, [id])

/** As they are now, from the lowest. */
export const findLayers = (db: Database, scheduleId: string): Promise<Layer[]> =>
  db.rows(
    `SELECT ${LAYER_COLUMNS} FROM schedule_layers l
      WHERE l.schedule_id = $1 AND l.valid_until IS NULL ORDER BY l.position`,
    [scheduleId],
  )

/** Null for those who do not read the directory. */
export const loadSchedule = defineLoader(async (ctx, ids: readonly string[]) =>
  allows(ctx.actor, 'directory.read')
    ? byId(
        await ctx.db.rows<Schedule>(`SELECT ${SCHEDULE_COLUMNS} FROM schedules s WHERE s.id = ANY($1::text[])`, [ids]),
      )
    : new Map<string, Schedule>(),
)

/** By name, without those that are archived. None for those who do not read the directory. */
export const loadSchedulesOfTeam = defineLoader(async (ctx, teamIds: readonly string[]) =>
  groupBy(
    allows(ctx.actor, 'directory.read')
      ? await ctx.db.rows<Schedule>(
          `SELECT ${SCHEDULE_COLUMNS} FROM schedules s
            WHERE s.team_id = ANY($1::text[]) AND s.archived_at IS NULL ORDER BY s.name, s.id`,
          [teamIds],
        )
      : [],
    ({ teamId }) => teamId!,
  ),
)

/** One by its id, as it is now; null for those who do not read the directory. */
export const loadLayer = defineLoader(async (ctx, ids: readonly string[]) =>
  allows(ctx.actor, 'directory.read')
    ? byId(
        await ctx.db.rows<Layer>(
          `SELECT ${LAYER_COLUMNS} FROM schedule_layers l WHERE l.id = ANY($1::text[]) AND l.valid_until IS NULL`,
          [ids],
        ),
      )
    : new Map<string, Layer>(),
)

export const loadLayersOfSchedule = defineLoader(async (ctx, scheduleIds: readonly string[]) =>
  groupBy(
    await ctx.db.rows<Layer>(
      `SELECT ${LAYER_COLUMNS} FROM schedule_layers l
        WHERE l.schedule_id = ANY($1::text[]) AND l.valid_until IS NULL ORDER BY l.position`,
      [scheduleIds],
    ),
    ({ scheduleId }) => scheduleId,
  ),
)

export interface ScheduleFilter {
  readonly teamId?: readonly string[] | null
  readonly search?: string | null
  readonly archived?: boolean | null
}

const BY_NAME: Listing<Schedule> = {
  columns: SCHEDULE_COLUMNS,
  from: 'schedules s',
  order: [
    { sql: 's.name', of: ({ name }) => name, type: 'text' },
    { sql: 's.id', of: ({ id }) => id, type: 'text' },
  ],
  descending: false,
}

/** Errors: FORBIDDEN. */
export function schedulePage(ctx: Context, args: ForwardArgs, filter?: ScheduleFilter | null): Promise<Page<Schedule>> {
  authorise(ctx.actor, 'directory.read')
  const { teamId, search, archived } = filter ?? {}
  const conditions: Condition[] = [() => (archived ? 's.archived_at IS NOT NULL' : 's.archived_at IS NULL')]
  if (teamId) conditions.push((bind) => `s.team_id = ANY(${bind(teamId)}::text[])`)
  if (search) conditions.push((bind) => `s.name ILIKE ${bind(containing(search))}`)
  return page(ctx, BY_NAME, args, conditions)
}
