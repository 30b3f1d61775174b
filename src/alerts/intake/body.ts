import { isUtf8 } from 'node:buffer'
import { parseMoment } from '../../platform/scalars.js'

/**
 * From the bytes of a request to JSON that can be stored, and the small readers that the parsers of the monitoring tools
 * share. What cannot be accepted names the field, as a dotted path in the sender's JSON.
 */

export class UnacceptableBody extends Error {
  /** @param field null where the body as a whole is at fault */
  constructor(
    readonly field: string | null,
    message: string,
  ) {
    super(message)
  }
}

export type JsonObject = Readonly<Record<string, unknown>>

const DEEPEST = 64

/** Errors: UnacceptableBody for what is no UTF-8, no JSON, nested too deeply, or holds text that no database stores. */
export function decodeBody(body: Buffer): unknown {
  if (!isUtf8(body)) throw new UnacceptableBody(null, 'The body is not valid UTF-8.')
  const text = body.toString('utf8').replace(/^\ufeff/, '')
  let decoded: unknown
  try {
    decoded = JSON.parse(text)
  } catch (error) {
    throw new UnacceptableBody(null, `The body is not valid JSON: ${(error as Error).message}`)
  }
  if (SUSPICIOUS.test(text) || isDeeperThan(DEEPEST, decoded)) checkText(decoded, '', 0)
  return decoded
}

/** In valid UTF-8 and valid JSON, NUL and lone surrogates can only stand as escapes: where there are none, nobody looks. */
const SUSPICIOUS = /\\u(?:0000|d[89a-f])/i

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  for (const member of Array.isArray(value) ? value : Object.values(value))
    if (isDeeperThan(levels - 1, member)) return true
  return false
}

function checkText(value: unknown, path: string, depth: number): void {
  if (typeof value === 'string') return checkStorable(value, path)
  if (typeof value !== 'object' || value === null) return
  if (depth === DEEPEST) throw new UnacceptableBody(path, `This is nested more than ${DEEPEST} levels deep.`)
  for (const [name, member] of Object.entries(value)) {
    const field = path ? `${path}.${name}` : name
    checkStorable(name, path || null, 'The name of a member')
    checkText(member, field, depth + 1)
  }
}

function checkStorable(text: string, field: string | null, what = 'The text'): void {
  if (text.includes('\0')) throw new UnacceptableBody(field || null, `${what} holds a NUL character.`)
  if (!text.isWellFormed())
    throw new UnacceptableBody(field || null, `${what} holds half a character (a lone surrogate).`)
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isMissing = (value: unknown): value is undefined | null => value === undefined || value === null

/** @param field null for the body itself */
export function objectAt(value: unknown, field: string | null): JsonObject {
  if (!isObject(value)) throw new UnacceptableBody(field, `Must be an object, not ${kindOf(value)}.`)
  return value
}

export function listAt(value: unknown, field: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new UnacceptableBody(field, `Must be a list, not ${kindOf(value)}.`)
  return value
}

/** '' when it is missing. */
export function textAt(value: unknown, field: string): string {
  if (isMissing(value)) return ''
  if (typeof value !== 'string') throw new UnacceptableBody(field, `Must be text, not ${kindOf(value)}.`)
  return value
}

/** {} when it is missing. */
export function textsAt(value: unknown, field: string): Record<string, string> {
  if (isMissing(value)) return {}
  return Object.fromEntries(
    Object.entries(objectAt(value, field)).map(([name, member]) => [
      name,
      typeof member === 'string' ? member : textAt(member, `${field}.${name}`),
    ]),
  )
}

/** Null when it is missing. */
export function momentAt(value: unknown, field: string): Date | null {
  if (isMissing(value) || value === '') return null
  try {
    return parseMoment(value)
  } catch (error) {
    throw new UnacceptableBody(field, (error as Error).message)
  }
}

export const kindOf = (value: unknown): string => {
  if (value === null) return 'null'
  if (value === undefined) return 'missing'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
