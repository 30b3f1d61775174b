import { type Context, inTransaction } from '../platform/context.js'
import { badInput, notFound } from '../platform/errors.js'
import { newId } from '../platform/id.js'
import { wholeNumber } from '../platform/input.js'
import { mayBeOnCall, participantFields } from './duty.js'
import { followOnCall } from './handover.js'
import {
  type Layer,
  type LayerRevision,
  type LayerTerms,
  MAXIMUM_LAYERS,
  newLayer,
  newParticipants,
  reviseLayer,
} from './layer.js'
import { ScheduleEventType, recordScheduleEvent } from './schedule-event.js'
import { findLayer, findLayers } from './schedule.queries.js'
import type { Schedule } from './schedule.js'
import { type LayerSketch, configure, lockSchedule, saveLayers, saveSchedule } from './schedule.store.js'

/** Changes of the layers of a schedule. Each holds from now on: what was stays. */

interface Versioned {
  /** When given, the command is done only if the schedule still has this version. */
  readonly expectedVersion?: number | null
}

export interface LayerAdd extends LayerTerms, Versioned {
  readonly scheduleId: string
  /** 1 is the lowest; on top of all when left out. */
  readonly position?: number | null
}

export const addLayer = (ctx: Context, input: LayerAdd) =>
  inTransaction(ctx, async (ctx) => {
    const now = ctx.now()
    const plan = newLayer('', input, now)
    const schedule = await lockSchedule(ctx, 'scheduleId', input.scheduleId, ...plan.participantIds)
    configure(ctx, schedule, input.expectedVersion)
    await mayBeOnCall(ctx.db, participantFields('', plan.participantIds))
    const before = await findLayers(ctx.db, schedule.id)
    if (before.length >= MAXIMUM_LAYERS)
      throw badInput('scheduleId', `A schedule has at most ${MAXIMUM_LAYERS} layers.`)
    const place = { minimum: 1, maximum: before.length + 1 }
    const index = wholeNumber('position', input.position ?? place.maximum, place) - 1
    const layer = { id: newId('scheduleLayer', now.getTime()), ...plan }
    const after = [...before.slice(0, index), layer, ...before.slice(index)]
    return changeLayers(ctx, schedule, before, after, layer.id, ScheduleEventType.LAYER_ADDED)
  })

export interface LayerUpdate extends LayerRevision, Versioned {
  readonly layerId: string
}

/** What is left out stays. Whoever has the turn of now keeps it, if they stay; another start begins anew. */
export const updateLayer = (ctx: Context, input: LayerUpdate) =>
  inTransaction(ctx, async (ctx) => {
    const { layerId, expectedVersion, ...revision } = input
    if (Object.values(revision).every((value) => value === undefined))
      throw badInput('layerId', 'Name at least one field to change.')
    const people = input.participantIds ? newParticipants('participantIds', input.participantIds) : []
    const { schedule, before } = await lockLayer(ctx, input, people)
    const revise = (layer: Layer): LayerSketch => ({ id: layer.id, ...reviseLayer(layer, revision) })
    const after = before.map((layer) => (layer.id === layerId ? revise(layer) : layer))
    await mayBeOnCall(ctx.db, participantFields('', people))
    return changeLayers(ctx, schedule, before, after, layerId, ScheduleEventType.LAYER_UPDATED)
  })

export interface LayerRemove extends Versioned {
  readonly layerId: string
}

export const removeLayer = (ctx: Context, input: LayerRemove) =>
  inTransaction(ctx, async (ctx) => {
    const { schedule, before } = await lockLayer(ctx, input)
    const after = before.filter(({ id }) => id !== input.layerId)
    return changeLayers(ctx, schedule, before, after, input.layerId, ScheduleEventType.LAYER_REMOVED)
  })

export interface LayerReorder extends Versioned {
  readonly scheduleId: string
  /** Each of its layers, from the lowest. */
  readonly layerIds: readonly string[]
}

export const reorderLayers = (ctx: Context, { scheduleId, layerIds, expectedVersion }: LayerReorder) =>
  inTransaction(ctx, async (ctx) => {
    const schedule = await lockSchedule(ctx, 'scheduleId', scheduleId)
    configure(ctx, schedule, expectedVersion)
    const before = await findLayers(ctx.db, scheduleId)
    const after = [...new Set(layerIds)].flatMap((id) => before.find((layer) => layer.id === id) ?? [])
    if (after.length !== before.length || after.length !== layerIds.length)
      throw badInput('layerIds', `Name each of the ${before.length} layers of the schedule once.`)
    return changeLayers(ctx, schedule, before, after, null, ScheduleEventType.LAYERS_REORDERED)
  })

/** Errors: NOT_FOUND, FORBIDDEN, CONFLICT. */
async function lockLayer(
  ctx: Context,
  { layerId, expectedVersion }: LayerRemove,
  people: readonly string[] = [],
): Promise<{ schedule: Schedule; before: Layer[] }> {
  const known = await findLayer(ctx.db, layerId)
  if (!known) throw notFound('layer', 'layerId')
  const schedule = await lockSchedule(ctx, 'layerId', known.scheduleId, ...people)
  configure(ctx, schedule, expectedVersion)
  const before = await findLayers(ctx.db, schedule.id)
  if (!before.some(({ id }) => id === layerId)) throw notFound('layer', 'layerId') // somebody was faster
  return { schedule, before }
}

/** @param subject the layer that the change is of, for the event */
async function changeLayers(
  ctx: Context,
  before: Schedule,
  layers: readonly Layer[],
  sketches: readonly LayerSketch[],
  subject: string | null,
  type: ScheduleEventType,
) {
  const schedule = await saveSchedule(ctx, before, {})
  const after = await saveLayers(ctx, schedule, layers, sketches)
  const layer = after.find(({ id }) => id === subject) ?? null
  await recordScheduleEvent(ctx, type, schedule.id, { layerId: subject, layer, order: after.map(({ id }) => id) })
  await followOnCall(ctx, [schedule.id])
  return { schedule, layer }
}
