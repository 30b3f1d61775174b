import { createHash } from 'node:crypto'
import { cut } from '../platform/text.js'
import type { AlertLink } from './alert.js'

/** What senders write without a thought of its length, made to fit. */

export const SUMMARY = 1_024
export const DESCRIPTION = 20_000
export const SOURCE = 255
const LABELS = 100
const LABEL = 1_024
const LINKS = 20
const URL_LENGTH = 2_048

const KEY = 255

/** A key of a sender's making, short enough for an index: what is too long ends in a hash of the whole. */
export const boundedKey = (key: string): string =>
  key.length <= KEY ? key : `${cut(key, KEY - 64)}${createHash('sha256').update(key).digest('hex')}`

export const boundedLabels = (labels: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(labels)
      .slice(0, LABELS)
      .map(([name, value]) => [cut(name, LABEL), cut(value, LABEL)]),
  )

/** Only addresses that a browser may open; the others are no links, whatever they are. */
export const boundedLinks = (links: readonly AlertLink[]): AlertLink[] =>
  links
    .filter(({ url }) => url.length <= URL_LENGTH && /^https?:\/\//i.test(url) && URL.canParse(url))
    .slice(0, LINKS)
    .map(({ url, text }) => ({ url, text: cut(text || url, SOURCE) }))

const DETAILS = 64 * 1024 // characters of JSON
const DETAIL = 1_000

/** Members are kept in their order while there is room; of one that is too large its beginning is, as text. */
export function boundedDetails(details: Readonly<Record<string, unknown>>): Record<string, unknown> {
  let room = DETAILS
  const kept: [string, unknown][] = []
  for (const [name, value] of Object.entries(details)) {
    const text = JSON.stringify(value)
    const fits = name.length + text.length <= room
    const member = fits ? value : cut(text, DETAIL)
    room -= name.length + (fits ? text.length : DETAIL)
    if (room < 0) break
    kept.push([name, member])
  }
  return Object.fromEntries(kept)
}
