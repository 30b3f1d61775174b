import { ErrorCode, UserError, badInput } from '../platform/errors.js'
import { optionalText, text, timeZone } from '../platform/input.js'
import { DAY } from '../platform/wall-clock.js'

/** A schedule: who is on call when, for a team, in a time zone. Whom it names is up to its layers. */

export interface Schedule {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly teamId: string | null
  /** IANA name. */
  readonly timeZone: string
  /** From here on nobody is on call on it, and it changes no more. */
  readonly archivedAt: Date | null
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly version: number
}

export type ScheduleFields = Pick<Schedule, 'name' | 'description' | 'teamId' | 'timeZone'>

/** What people write of a schedule. Left out, a field stays; null takes the team away. */
export type ScheduleText = { readonly [field in keyof ScheduleFields]?: ScheduleFields[field] | null }

const NAME = { maximum: 200 }
const DESCRIPTION = { maximum: 2_000, minimum: 0 }

/** Errors: BAD_USER_INPUT that names the field. */
export function fieldsOf(input: ScheduleText): Partial<ScheduleFields> {
  const name = optionalText('name', input.name, NAME)
  const description = optionalText('description', input.description, DESCRIPTION)
  return {
    ...(name !== null && { name }),
    ...(description !== null && { description }),
    ...(input.teamId !== undefined && { teamId: input.teamId }),
    ...(typeof input.timeZone === 'string' && { timeZone: timeZone('timeZone', input.timeZone) }),
  }
}

export const newSchedule = (input: ScheduleText & Pick<ScheduleFields, 'name' | 'timeZone'>): ScheduleFields => ({
  description: '',
  teamId: null,
  name: text('name', input.name, NAME),
  timeZone: timeZone('timeZone', input.timeZone),
  ...fieldsOf(input),
})

/** Milliseconds: of what is asked for or arranged in one go. */
export const LONGEST_RANGE = 366 * DAY

/**
 * Checks a range that somebody asks for or arranges. Errors: BAD_USER_INPUT when it is reversed, empty or longer than
 * 366 days; it names `endField`.
 */
export function checkRange(endField: string, startsAt: Date, endsAt: Date): void {
  if (endsAt <= startsAt) throw badInput(endField, 'Must be later than the start.')
  if (+endsAt - +startsAt > LONGEST_RANGE) throw badInput(endField, 'Must be at most 366 days after the start.')
}

/**
 * The range from when something that is arranged for it can hold: what was is not changed by what is arranged later, so
 * a start in the past means now. Errors: BAD_USER_INPUT.
 */
export function rangeFrom(now: Date, { startsAt, endsAt }: { readonly startsAt: Date; readonly endsAt: Date }) {
  checkRange('endsAt', startsAt, endsAt)
  if (endsAt <= now) throw badInput('endsAt', 'Must lie in the future.')
  return { startsAt: startsAt < now ? now : startsAt, endsAt }
}

/** Errors: CONFLICT when it has changed since, or is archived. */
export function mayChange(schedule: Schedule, expectedVersion: number | null | undefined): void {
  if (schedule.archivedAt) throw new UserError(ErrorCode.CONFLICT, 'The schedule is archived.')
  if (typeof expectedVersion === 'number' && expectedVersion !== schedule.version)
    throw new UserError(
      ErrorCode.CONFLICT,
      `The schedule has changed: it has version ${schedule.version}, not ${expectedVersion}.`,
      'expectedVersion',
    )
}
