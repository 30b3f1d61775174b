import { badInput } from './errors.js'

/** Checks of what people type. Each answers the cleaned value, or a `BAD_USER_INPUT` that names the field. */

export interface TextRule {
  readonly maximum: number
  readonly minimum?: number
}

/** Text of `minimum` (1 unless told) to `maximum` characters, trimmed. */
export function text(field: string, value: string, { maximum, minimum = 1 }: TextRule): string {
  const trimmed = value.trim()
  if (trimmed.length < minimum)
    throw badInput(field, minimum === 1 ? 'Must not be empty.' : `Must have at least ${minimum} characters.`)
  if (trimmed.length > maximum)
    throw badInput(field, `Must have at most ${maximum} characters; this has ${trimmed.length}.`)
  return trimmed
}

/** Like `text` for a field that may be left out; null stays null. */
export const optionalText = (field: string, value: string | null | undefined, rule: TextRule): string | null =>
  value === null || value === undefined ? null : text(field, value, rule)

export function wholeNumber(field: string, value: number, { minimum, maximum }: { minimum: number; maximum: number }) {
  if (!Number.isInteger(value) || value < minimum || value > maximum)
    throw badInput(field, `Must be a whole number from ${minimum} to ${maximum}, not ${value}.`)
  return value
}

export function email(field: string, value: string): string {
  const trimmed = text(field, value, { maximum: 320 })
  if (!/^[^\s@]+@[^\s@]+$/.test(trimmed)) throw badInput(field, 'Must be an e-mail address.')
  return trimmed
}

/** A telephone number as E.164 writes it. */
export const TELEPHONE = /^\+[1-9]\d{6,14}$/

export function timeZone(field: string, value: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone
  } catch {
    throw badInput(field, `Must be an IANA time zone such as Europe/Berlin, not ${JSON.stringify(value)}.`)
  }
}

/** A moment that is not after `now`, allowing for a sender's clock that runs a little ahead. */
export function pastMoment(field: string, value: Date, now: Date): Date {
  if (value.getTime() > now.getTime() + 60_000) throw badInput(field, 'Must not lie in the future.')
  return value
}
