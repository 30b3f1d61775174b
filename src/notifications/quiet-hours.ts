import { badInput } from '../platform/errors.js'
import { type Hours, checkHours, nextOutside } from '../platform/hours.js'

/** When a person wants to be left alone by what is not urgent; in their own time zone, wherever they move. */
export type QuietHours = Omit<Hours, 'timeZone'>

/** Errors: BAD_USER_INPUT that names the field, also when they would never end. */
export function checkQuietHours(field: string, quietHours: QuietHours, now: Date): QuietHours {
  const checked = checkHours(field, { ...quietHours, timeZone: 'UTC' })
  if (!nextOutside(checked, now)) throw badInput(`${field}.until`, 'Leave some time of the week outside.')
  const { timeZone: _, ...kept } = checked
  return kept
}
