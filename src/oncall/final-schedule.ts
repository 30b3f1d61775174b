import { DAY } from '../platform/wall-clock.js'
import { type Layer, type Span, type Stretch, stretchesOf } from './layer.js'
import { type OnCall, type Shift, type ShiftReason, ShiftReasonKind } from './on-call.js'

/**
 * The final schedule: who is on call once everything is considered. At each moment the highest layer that has somebody
 * wins. What has been arranged is applied to whom a layer names, in the order in which it was decided: a swap or an
 * override puts another in their place or takes them out. Who is off has no turn. Then the next lower layer is asked.
 * Those whom overrides add are on call beside whoever that is.
 *
 * The time asked for is cut at every moment at which any of this changes; within a piece the rule is asked once.
 */

/** What was decided of people for a time: an override, or a swap that was accepted. */
export interface Arrangement extends Span {
  readonly because: ShiftReason
  /** Whose place is taken; null: somebody is added. */
  readonly outgoingId: string | null
  /** Who takes it; null: nobody does. */
  readonly incomingId: string | null
}

/** Everything that decides who is on call on a schedule, around some time. */
export interface Roster {
  readonly scheduleId: string
  readonly scheduleName: string
  /** From here on nobody is. */
  readonly archivedAt: Date | null
  /** Every version of every layer. */
  readonly layers: readonly Layer[]
  /** In the order in which they were decided. */
  readonly arrangements: readonly Arrangement[]
  /** When people are off, by person. */
  readonly absences: ReadonlyMap<string, readonly Span[]>
}

export interface Gap {
  readonly startsAt: Date
  /** Exclusive. */
  readonly endsAt: Date
  /** Who would be on call, were they not off or taken out. */
  readonly absentIds: readonly string[]
}

export interface FinalSchedule {
  readonly shifts: readonly Shift[]
  readonly gaps: readonly Gap[]
}

/** That somebody is on call within a piece of time. */
interface Duty {
  readonly userId: string
  readonly because: ShiftReason
  /** Shifts that follow each other are one when they have the same. */
  readonly turn: string
}

interface Standing {
  readonly duties: readonly Duty[]
  readonly absentIds: readonly string[]
}

/**
 * Who is on call from `from` until `until`, cut at both ends. Shifts are in the order of their start, and each is one
 * person's for one reason; gaps are the time in which nobody is on call.
 */
export function finalSchedule(roster: Roster, from: Date, until: Date): FinalSchedule {
  const shifts: Shift[] = []
  const gaps: Gap[] = []
  let open: { readonly duty: Duty; readonly index: number }[] = []
  for (const { startsAt, endsAt, duties, absentIds } of piecesOf(roster, from.getTime(), until.getTime())) {
    const end = new Date(endsAt)
    open = duties.map((duty) => {
      const same = open.find((other) => other.duty.userId === duty.userId && other.duty.turn === duty.turn)
      if (same) {
        shifts[same.index] = { ...shifts[same.index]!, endsAt: end }
        return same
      }
      const { userId, because } = duty
      const shift = { scheduleId: roster.scheduleId, userId, startsAt: new Date(startsAt), endsAt: end, because }
      return { duty, index: shifts.push(shift) - 1 }
    })
    if (duties.length > 0) continue
    const last = gaps.at(-1)
    if (last && +last.endsAt === startsAt && String(last.absentIds) === String(absentIds))
      gaps[gaps.length - 1] = { ...last, endsAt: end }
    else gaps.push({ startsAt: new Date(startsAt), endsAt: end, absentIds })
  }
  return { shifts, gaps }
}

function* piecesOf(roster: Roster, from: number, until: number): Generator<Span & Standing> {
  const overlaps = (span: Span) => span.startsAt < until && from < span.endsAt
  const end = Math.min(until, roster.archivedAt?.getTime() ?? Infinity)
  // The higher layers first: they are asked first.
  const tracks = [...roster.layers]
    .sort((a, b) => b.position - a.position)
    .map((layer) => ({ stretches: stretchesOf(layer, from, end), next: 0 }))
  const arrangements = roster.arrangements.filter((span) => span.startsAt < end && from < span.endsAt)
  const absences = new Map([...roster.absences].map(([userId, spans]) => [userId, spans.filter(overlaps)]))

  const cuts = [...tracks.flatMap(({ stretches }) => stretches), ...arrangements, ...[...absences.values()].flat()]
    .flatMap(({ startsAt, endsAt }) => [startsAt, endsAt])
    .concat(end, until)
    .filter((cut) => from < cut && cut <= until)
  let startsAt = from
  for (const endsAt of new Set(cuts.sort((a, b) => a - b))) {
    const holds = (span: Span) => span.startsAt <= startsAt && startsAt < span.endsAt
    const stretches: Stretch[] = []
    for (const track of tracks) {
      while (track.stretches[track.next] && track.stretches[track.next]!.endsAt <= startsAt) track.next++
      const stretch = track.stretches[track.next]
      if (stretch && holds(stretch)) stretches.push(stretch)
    }
    yield {
      startsAt,
      endsAt,
      ...standing(
        stretches,
        startsAt < end ? arrangements.filter(holds) : [],
        (userId) => absences.get(userId)?.some(holds) ?? false,
      ),
    }
    startsAt = endsAt
  }
}

/**
 * The rule itself, for one moment.
 *
 * @param stretches of the layers that have somebody, the highest first
 */
function standing(
  stretches: readonly Stretch[],
  arrangements: readonly Arrangement[],
  isOff: (userId: string) => boolean,
): Standing {
  const duties: Duty[] = []
  const absentIds: string[] = []
  /** Whether somebody is on call by this. */
  const give = (duty: Duty, later: readonly Arrangement[]): boolean => {
    const { userId, because, turn } = arranged(duty, later)
    if (userId === null || isOff(userId)) {
      absentIds.push(userId ?? duty.userId)
      return false
    }
    if (!duties.some((other) => other.userId === userId)) duties.push({ userId, because, turn })
    return true
  }
  for (const { layer, userId, turn } of stretches) {
    const because = { kind: ShiftReasonKind.LAYER, id: layer.id, summary: `Layer “${layer.name}”` }
    if (give({ userId, because, turn }, arrangements)) break
  }
  arrangements.forEach(({ outgoingId, incomingId, because }, index) => {
    if (outgoingId === null && incomingId !== null)
      give({ userId: incomingId, because, turn: because.id }, arrangements.slice(index + 1))
  })
  return { duties, absentIds: [...new Set(absentIds)] }
}

/** The duty as it is after what was arranged of it; nobody's when they were taken out. */
function arranged(duty: Duty, arrangements: readonly Arrangement[]): Omit<Duty, 'userId'> & { userId: string | null } {
  let result: ReturnType<typeof arranged> = duty
  for (const { outgoingId, incomingId, because } of arrangements)
    if (outgoingId !== null && outgoingId === result.userId)
      result = { userId: incomingId, because, turn: `${because.id} ${duty.turn}` }
  return result
}

/** No turn, override or absence that makes a boundary is longer than a year, so beyond this nothing is cut in two. */
const LONGEST = 400 * DAY
/** The first look, and by how much each further one reaches further. */
const LOOK = DAY
const FURTHER = 4

/** The shifts that overlap a stretch of time, whole: also what of them lies before and after it. */
export function wholeShifts(roster: Roster, from: Date, until: Date): Shift[] {
  for (let before = LOOK, after = LOOK; ;) {
    const start = from.getTime() - before
    const end = until.getTime() + after
    const shifts = finalSchedule(roster, new Date(start), new Date(end)).shifts.filter(
      (shift) => shift.startsAt < until && from < shift.endsAt,
    )
    const isCutBefore = before < LONGEST && shifts.some(({ startsAt }) => +startsAt === start)
    const isCutAfter = after < LONGEST && shifts.some(({ endsAt }) => +endsAt === end)
    if (!isCutBefore && !isCutAfter) return shifts
    if (isCutBefore) before *= FURTHER
    if (isCutAfter) after *= FURTHER
  }
}

/** How far the turns before and after are looked for. */
export const HORIZON = 90 * DAY

/** The turns around a moment. It looks a day around it first, and further only where that does not tell. */
export function onCallAt(roster: Roster, at: Date): OnCall {
  const now = at.getTime()
  for (let before = LOOK, after = LOOK; ;) {
    const start = now - before
    const end = now + after
    const { shifts } = finalSchedule(roster, new Date(start), new Date(end))
    const current = shifts.filter(({ startsAt, endsAt }) => startsAt <= at && at < endsAt)
    const others = shifts.filter(({ userId }) => !current.some((shift) => shift.userId === userId))
    const previous = latest(others.filter(({ endsAt }) => endsAt <= at && +endsAt > now - HORIZON))
    const next = earliest(others.filter(({ startsAt }) => startsAt > at && +startsAt < now + HORIZON))
    const mayBeOthers = othersIn(roster, current)
    const found = [...current, ...previous, ...next]
    const lookBefore =
      (previous.length === 0 && mayBeOthers && before < HORIZON) ||
      (before < LONGEST && found.some(({ startsAt }) => +startsAt === start))
    const lookAfter =
      (next.length === 0 && mayBeOthers && after < HORIZON) ||
      (after < LONGEST && found.some(({ endsAt }) => +endsAt === end))
    if (!lookBefore && !lookAfter)
      return { scheduleId: roster.scheduleId, scheduleName: roster.scheduleName, at, current, previous, next }
    if (lookBefore) before *= FURTHER
    if (lookAfter) after *= FURTHER
  }
}

const latest = (shifts: readonly Shift[]) => {
  const end = Math.max(...shifts.map(({ endsAt }) => +endsAt))
  return shifts.filter(({ endsAt }) => +endsAt === end)
}

const earliest = (shifts: readonly Shift[]) => {
  const start = Math.min(...shifts.map(({ startsAt }) => +startsAt))
  return shifts.filter(({ startsAt }) => +startsAt === start)
}

/** Whether anybody but these could ever be on call. */
const othersIn = ({ layers, arrangements }: Roster, current: readonly Shift[]): boolean =>
  [...layers.flatMap(({ participantIds }) => participantIds), ...arrangements.map(({ incomingId }) => incomingId)].some(
    (id) => id !== null && !current.some(({ userId }) => userId === id),
  )
