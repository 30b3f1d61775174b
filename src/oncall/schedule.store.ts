import { allows, authorise } from '../access/rules.js'
import type { Context } from '../platform/context.js'
import { notFound } from '../platform/errors.js'
import { type Layer, type LayerPlan, firstParticipantAfter } from './layer.js'
import { LayerEntity, ScheduleEntity } from './schedule.entity.js'
import { findSchedule } from './schedule.queries.js'
import { type Schedule, mayChange } from './schedule.js'

/** How the commands of this folder load a schedule, and write it and its layers. */

/** Errors: FORBIDDEN, CONFLICT. */
export function configure(ctx: Context, schedule: Schedule, expectedVersion: number | null | undefined): void {
  authorise(ctx.actor, 'schedule.configure')
  mayChange(schedule, expectedVersion)
}

/**
 * The schedule, for this transaction alone, together with whoever it will name: what is changed of them meanwhile (time
 * off, an account that is switched off) is seen by one of the two. Errors: NOT_FOUND.
 */
export async function lockSchedule(ctx: Context, field: string, id: string, ...people: string[]): Promise<Schedule> {
  if (!allows(ctx.actor, 'directory.read')) throw notFound('schedule', field)
  await ctx.db.lock(id, ...people)
  const schedule = await findSchedule(ctx.db, id)
  if (!schedule) throw notFound('schedule', field)
  return schedule
}

/** Writes the changed fields; answers the schedule as it is now. */
export async function saveSchedule(ctx: Context, before: Schedule, changes: Partial<Schedule>): Promise<Schedule> {
  const changed = { ...changes, updatedAt: ctx.now(), version: before.version + 1 }
  await ctx.db.entities.update(ScheduleEntity, { id: before.id }, changed)
  return { ...before, ...changed }
}

/** A layer as it shall be. */
export type LayerSketch = LayerPlan & Pick<Layer, 'id'>

/** Ends the versions of what changes and begins others. Answers the layers as they are now. */
export async function saveLayers(
  ctx: Context,
  { id: scheduleId, timeZone }: Schedule,
  before: readonly Layer[],
  sketches: readonly LayerSketch[],
): Promise<Layer[]> {
  const now = ctx.now()
  const after = sketches.map(
    ({ id, name, participantIds, rotation, startsAt, endsAt, restrictions }, position): Layer => {
      const plan = { name, participantIds, rotation, startsAt, endsAt, restrictions, timeZone }
      const known = before.find((layer) => layer.id === id)
      const firstParticipant = known ? firstParticipantAfter(known, plan, now) : 0
      const layer = { id, scheduleId, position, ...plan, firstParticipant }
      return known && isSame(known, layer) ? known : { ...layer, validFrom: now, validUntil: null }
    },
  )
  const ended = before.filter((layer) => !after.includes(layer)).map(({ id }) => id)
  // A version that began at this very moment was never valid.
  await ctx.db.rows(
    'DELETE FROM schedule_layers WHERE id = ANY($1::text[]) AND valid_until IS NULL AND valid_from >= $2',
    [ended, now],
  )
  await ctx.db.rows('UPDATE schedule_layers SET valid_until = $2 WHERE id = ANY($1::text[]) AND valid_until IS NULL', [
    ...[ended, now],
  ])
  await insertLayers(
    ctx,
    after.filter((layer) => !before.includes(layer)),
  )
  return after
}

const isSame = ({ validFrom: _, validUntil: __, ...known }: Layer, layer: Omit<Layer, 'validFrom' | 'validUntil'>) =>
  (Object.keys(layer) as (keyof typeof layer)[]).every(
    (field) => JSON.stringify(known[field]) === JSON.stringify(layer[field]),
  )

export async function insertLayers(ctx: Context, layers: readonly Layer[]): Promise<void> {
  if (layers.length > 0) await ctx.db.entities.insert(LayerEntity, layers as object[])
}
