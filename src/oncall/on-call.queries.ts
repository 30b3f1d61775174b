import type { Context } from '../platform/context.js'
import type { Database } from '../platform/database.js'
import { defineLoader, groupBy } from '../platform/loader.js'
import { DAY } from '../platform/wall-clock.js'
import { type Arrangement, HORIZON, type Roster, onCallAt } from './final-schedule.js'
import type { Layer } from './layer.js'
import { type OnCall, ShiftReasonKind } from './on-call.js'
import { LAYER_COLUMNS } from './schedule.queries.js'

/**
 * Who is on call on these schedules at a moment, in three statements however many they are. A schedule that is not there
 * is missing from the answer.
 */
export async function findOnCall(db: Database, scheduleIds: readonly string[], at: Date): Promise<Map<string, OnCall>> {
  const rosters = await findRosters(db, scheduleIds, new Date(+at - HORIZON), new Date(+at + HORIZON))
  return new Map([...rosters].map(([id, roster]) => [id, onCallAt(roster, at)]))
}

/** By schedule and moment; all that ask for now ask for the same. */
const loadOnCallByKey = defineLoader(async (ctx, keys: readonly string[]) => {
  const found = new Map<string, OnCall>()
  for (const [moment, sameMoment] of groupBy(keys, (key) => key.split(' ')[1]!)) {
    const idOf = (key: string) => key.split(' ')[0]!
    const at = moment === NOW ? ctx.now() : new Date(Number(moment))
    const onCalls = await findOnCall(ctx.db, sameMoment.map(idOf), at)
    for (const key of sameMoment) found.set(key, onCalls.get(idOf(key))!)
  }
  return found
})

const NOW = 'now'

/** Of a schedule that there is. Whoever reads a schedule reads who is on call on it. */
export const loadOnCall = async (ctx: Context, scheduleId: string, at: Date | null): Promise<OnCall> =>
  (await loadOnCallByKey(ctx, `${scheduleId} ${at ? +at : NOW}`))!

/** What holds now may have begun, and may end, so long before and after a range that is asked for. */
const AROUND = 400 * DAY

interface ArrangementRow {
  readonly scheduleId: string
  readonly kind: ShiftReasonKind
  readonly id: string
  readonly outgoingId: string | null
  readonly incomingId: string | null
  readonly startsAt: Date
  readonly endsAt: Date
  /** Who made the override, or asked for the swap; null: Tocsin itself. */
  readonly by: string | null
  readonly reason: string
}

/** Everything that decides who is on call in a range, and how long what reaches out of it lasts. */
export async function findRosters(
  db: Database,
  scheduleIds: readonly string[],
  from: Date,
  until: Date,
): Promise<Map<string, Roster>> {
  if (scheduleIds.length === 0) return new Map()
  const range = [new Date(+from - AROUND), new Date(+until + AROUND)]
  const versions = await db.rows<
    Omit<Layer, 'id'> & { id: string | null; rosterId: string; rosterName: string; archivedAt: Date | null }
  >(
    `SELECT s.id AS "rosterId", s.name AS "rosterName", s.archived_at AS "archivedAt", ${LAYER_COLUMNS}
       FROM schedules s
       LEFT JOIN schedule_layers l ON l.schedule_id = s.id
             AND l.valid_from < $3 AND (l.valid_until IS NULL OR l.valid_until > $2)
      WHERE s.id = ANY($1::text[])`,
    [scheduleIds, ...range],
  )
  const arrangements = await db.rows<ArrangementRow>(
    `SELECT a.*, u.name AS "by" FROM (
       SELECT schedule_id AS "scheduleId", 'OVERRIDE' AS kind, id, outgoing_id AS "outgoingId", incoming_id AS "incomingId",
              starts_at AS "startsAt", ends_at AS "endsAt", created_by AS by_id, reason, created_at AS decided_at
         FROM schedule_overrides
        WHERE schedule_id = ANY($1::text[]) AND starts_at < $3 AND ends_at > $2
       UNION ALL
       SELECT schedule_id, 'SWAP', id, requester_id, taker_id, starts_at, ends_at, requester_id, message, decided_at
         FROM shift_swaps
        WHERE schedule_id = ANY($1::text[]) AND starts_at < $3 AND ends_at > $2 AND status = 'ACCEPTED'
     ) a LEFT JOIN users u ON u.id = a.by_id
     ORDER BY a.decided_at, a.id`,
    [scheduleIds, ...range],
  )
  const people = [
    ...versions.flatMap(({ id, participantIds }) => (id ? participantIds : [])),
    ...arrangements.flatMap(({ incomingId }) => incomingId ?? []),
  ]
  const absences = await db.rows<{ userId: string; startsAt: Date; endsAt: Date | null }>(
    `SELECT user_id AS "userId", starts_at AS "startsAt", ends_at AS "endsAt" FROM time_off
      WHERE user_id = ANY($1::text[]) AND starts_at < $3 AND (ends_at IS NULL OR ends_at > $2)`,
    [[...new Set(people)], ...range],
  )
  const arrangementsOf = groupBy(arrangements, ({ scheduleId }) => scheduleId)
  const absencesOf = groupBy(absences, ({ userId }) => userId)
  return new Map(
    [...groupBy(versions, ({ rosterId }) => rosterId)].map(([id, rows]): [string, Roster] => [
      id,
      {
        scheduleId: id,
        scheduleName: rows[0]!.rosterName,
        archivedAt: rows[0]!.archivedAt,
        layers: rows.filter((row): row is typeof row & Layer => row.id !== null),
        arrangements: (arrangementsOf.get(id) ?? []).map(toArrangement),
        absences: new Map(
          [...absencesOf].map(([userId, rows]) => [
            userId,
            rows.map(({ startsAt, endsAt }) => ({ startsAt: +startsAt, endsAt: endsAt ? +endsAt : Infinity })),
          ]),
        ),
      },
    ]),
  )
}

function toArrangement({
  kind,
  id,
  outgoingId,
  incomingId,
  startsAt,
  endsAt,
  by,
  reason,
}: ArrangementRow): Arrangement {
  const what = kind === ShiftReasonKind.OVERRIDE ? `Override by ${by ?? 'Tocsin'}` : `Swap with ${by}`
  const because = { kind, id, summary: reason ? `${what}: ${reason}` : what }
  return { because, outgoingId, incomingId, startsAt: +startsAt, endsAt: +endsAt }
}
