import { badInput } from '../platform/errors.js'
import { Weekday, timeOfDay } from '../platform/hours.js'
import { optionalText, text } from '../platform/input.js'
import { DAY, dayOf, firstMomentOf, readingAt, sinceMidnight, weekdayOf } from '../platform/wall-clock.js'
import { type Rotation, type RotationTerms, newRotation, turnsBetween } from './rotation.js'

/**
 * A layer of a schedule: people who take turns, around the clock or within hours of the week. A layer is never changed:
 * a change ends its version and begins another, so that the past stays as it was.
 */

/** Hours of the week in the schedule's zone in which a layer has somebody on call. */
export interface Restriction {
  /** The days on which they begin. */
  readonly weekdays: readonly Weekday[]
  /** `HH:MM`, inclusive. */
  readonly from: string
  /** `HH:MM`, exclusive. Not later than `from`: they end on the next day. */
  readonly until: string
}

export interface Layer {
  readonly id: string
  readonly scheduleId: string
  /** Which layers it lies over: those with a lower position. From 0. */
  readonly position: number
  readonly name: string
  /** The schedule's, while this version was valid. */
  readonly timeZone: string
  /** In the order of their turns. */
  readonly participantIds: readonly string[]
  /** Whose turn the first one is: an index into the participants. */
  readonly firstParticipant: number
  readonly rotation: Rotation
  readonly startsAt: Date
  readonly endsAt: Date | null
  /** Empty: around the clock. */
  readonly restrictions: readonly Restriction[]
  readonly validFrom: Date
  /** Null: this is the version of now. */
  readonly validUntil: Date | null
}

/** A layer as people describe it. */
export interface LayerTerms {
  readonly name: string
  readonly participantIds: readonly string[]
  readonly rotation: RotationTerms
  /** Now when left out. */
  readonly startsAt?: Date | null
  readonly endsAt?: Date | null
  readonly restrictions?: readonly Restriction[] | null
}

export type LayerRevision = { readonly [field in keyof LayerTerms]?: LayerTerms[field] | null }

/** What of a layer its terms decide. */
export type LayerPlan = Pick<Layer, 'name' | 'participantIds' | 'rotation' | 'startsAt' | 'endsAt' | 'restrictions'>

export const MAXIMUM_LAYERS = 20
const MAXIMUM_PARTICIPANTS = 100
const MAXIMUM_RESTRICTIONS = 50
const NAME = { maximum: 200 }
const WEEKDAYS = Object.values(Weekday)

/** @param path where the terms stand in the input. Errors: BAD_USER_INPUT that names the field. */
export function newLayer(path: string, terms: LayerTerms, now: Date): LayerPlan {
  const field = (name: string) => (path ? `${path}.${name}` : name)
  const startsAt = terms.startsAt ?? now
  const endsAt = terms.endsAt ?? null
  if (endsAt && endsAt <= startsAt) throw badInput(field('endsAt'), 'Must be later than the start.')
  return {
    name: text(field('name'), terms.name, NAME),
    participantIds: newParticipants(field('participantIds'), terms.participantIds),
    rotation: newRotation(field('rotation'), terms.rotation),
    startsAt,
    endsAt,
    restrictions: newRestrictions(field('restrictions'), terms.restrictions ?? []),
  }
}

/** What is left out stays. Errors: BAD_USER_INPUT that names the field. */
export function reviseLayer(layer: LayerPlan, revision: LayerRevision): LayerPlan {
  const { name, participantIds, rotation, startsAt, endsAt, restrictions } = revision
  const revised: LayerPlan = {
    name: optionalText('name', name, NAME) ?? layer.name,
    participantIds: participantIds ? newParticipants('participantIds', participantIds) : layer.participantIds,
    rotation: rotation ? newRotation('rotation', rotation) : layer.rotation,
    startsAt: startsAt ?? layer.startsAt,
    endsAt: endsAt === undefined ? layer.endsAt : endsAt,
    restrictions: restrictions ? newRestrictions('restrictions', restrictions) : layer.restrictions,
  }
  if (revised.endsAt && revised.endsAt <= revised.startsAt) throw badInput('endsAt', 'Must be later than the start.')
  return revised
}

/** Errors: BAD_USER_INPUT that names the field, or the place within it. */
export function newParticipants(field: string, ids: readonly string[]): readonly string[] {
  if (ids.length === 0) throw badInput(field, 'Name at least one person.')
  if (ids.length > MAXIMUM_PARTICIPANTS) throw badInput(field, `Name at most ${MAXIMUM_PARTICIPANTS} people.`)
  const follows = ids.findIndex((id, index) => ids.length > 1 && id === ids[(index || ids.length) - 1])
  if (follows >= 0) throw badInput(`${field}.${follows}`, 'They would hand over to themselves.')
  return [...ids]
}

function newRestrictions(field: string, restrictions: readonly Restriction[]): readonly Restriction[] {
  if (restrictions.length > MAXIMUM_RESTRICTIONS) throw badInput(field, `Give at most ${MAXIMUM_RESTRICTIONS}.`)
  return restrictions.map(({ weekdays, from, until }, index) => {
    if (weekdays.length === 0) throw badInput(`${field}.${index}.weekdays`, 'Name at least one day.')
    return {
      weekdays: WEEKDAYS.filter((day) => weekdays.includes(day)),
      from: timeOfDay(`${field}.${index}.from`, from),
      until: timeOfDay(`${field}.${index}.until`, until),
    }
  })
}

/** Milliseconds; `endsAt` is exclusive. */
export interface Span {
  readonly startsAt: number
  readonly endsAt: number
}

/** What a layer gives to one person in one go. */
export interface Stretch extends Span {
  readonly layer: Layer
  readonly userId: string
  /** Tells one turn of the layer from another, whichever version of it is valid. */
  readonly turn: string
}

/** What the layer gives to whom within a stretch of time, in order, without overlaps. */
export function stretchesOf(layer: Layer, from: number, until: number): Stretch[] {
  const startsAt = layer.startsAt.getTime()
  const begin = Math.max(from, startsAt, layer.validFrom.getTime())
  const end = Math.min(until, layer.endsAt?.getTime() ?? Infinity, layer.validUntil?.getTime() ?? Infinity)
  if (begin >= end) return []
  const hours = hoursOf(layer, begin, end)
  const turns = turnsBetween({ rotation: layer.rotation, timeZone: layer.timeZone, startsAt }, begin, end)
  const stretches: Stretch[] = []
  for (let t = 0, h = 0; t < turns.length && h < hours.length;) {
    const turn = turns[t]!
    const span = {
      startsAt: Math.max(turn.startsAt, hours[h]!.startsAt),
      endsAt: Math.min(turn.endsAt, hours[h]!.endsAt),
    }
    if (span.startsAt < span.endsAt) {
      const index = (layer.firstParticipant + turn.number) % layer.participantIds.length
      const userId = layer.participantIds[index]!
      stretches.push({ layer, userId, turn: `${layer.id} ${turn.startsAt}`, ...span })
    }
    if (turn.endsAt < hours[h]!.endsAt) t++
    else h++
  }
  return stretches
}

/** The hours within a stretch of time in which the layer has somebody, in order, those that touch joined. */
function hoursOf({ restrictions, timeZone }: Layer, begin: number, end: number): Span[] {
  if (restrictions.length === 0) return [{ startsAt: begin, endsAt: end }]
  const spans: Span[] = []
  for (let day = dayOf(readingAt(timeZone, begin)) - DAY; firstMomentOf(timeZone, day) < end; day += DAY)
    for (const { weekdays, from, until } of restrictions) {
      if (!weekdays.includes(WEEKDAYS[weekdayOf(day)]!)) continue
      const startsAt = firstMomentOf(timeZone, day + sinceMidnight(from))
      const endsAt = firstMomentOf(timeZone, day + sinceMidnight(until) + (until > from ? 0 : DAY))
      if (startsAt < end && begin < endsAt) spans.push({ startsAt, endsAt })
    }
  return joined(spans).map((span) => ({
    startsAt: Math.max(span.startsAt, begin),
    endsAt: Math.min(span.endsAt, end),
  }))
}

function joined(spans: readonly Span[]): Span[] {
  const result: Span[] = []
  for (const span of [...spans].sort((a, b) => a.startsAt - b.startsAt)) {
    const last = result.at(-1)
    if (last && span.startsAt <= last.endsAt)
      result[result.length - 1] = { startsAt: last.startsAt, endsAt: Math.max(last.endsAt, span.endsAt) }
    else if (span.startsAt < span.endsAt) result.push(span)
  }
  return result
}

/**
 * The index of whose turn the first one is, so that a change of the layer makes no hand-over: whoever has the turn of now
 * keeps it if they stay; else it goes to whoever of those that stay would have come next. A layer with another start
 * begins anew.
 */
export function firstParticipantAfter(before: Layer, plan: LayerPlan & Pick<Layer, 'timeZone'>, now: Date): number {
  const at = now.getTime()
  if (plan.startsAt.getTime() !== before.startsAt.getTime() || plan.startsAt > now) return 0
  const numberOf = ({ rotation, timeZone, startsAt }: LayerPlan & Pick<Layer, 'timeZone'>) =>
    turnsBetween({ rotation, timeZone, startsAt: startsAt.getTime() }, at, at + 1)[0]!.number
  const { participantIds, firstParticipant } = before
  const count = plan.participantIds.length
  const turn = firstParticipant + numberOf(before)
  for (let step = 0; step < participantIds.length; step++) {
    const place = (turn + step) % participantIds.length
    const person = participantIds[place]!
    const index = plan.participantIds[place] === person ? place : plan.participantIds.indexOf(person)
    if (index >= 0) return (((index - numberOf(plan)) % count) + count) % count
  }
  return 0
}
