import type { MessageItem, OutgoingMessage } from './channel.js'

/** What all channels say alike, and the cleaning of what people and alerts have written. */

export const REPEATED = 'This may be a repeat: it is not known whether it has reached you before.'

/** No line breaks, no control characters, and nothing that turns the direction of writing. */
export const oneLine = (text: string): string =>
  text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069\s]+/gu, ' ').trim()

export const titleOf = ({ title }: MessageItem): string => oneLine(title) || 'Untitled'

/** The title of the only item, or how many there are and the first of them. */
export function headline({ items }: OutgoingMessage): string {
  const first = titleOf(items[0]!)
  return items.length === 1 ? first : `${items.length} at once: ${first}`
}

export interface Link {
  readonly label: string
  readonly url: string
}

/** Without the marks that end a link in HTML, Markdown or Slack; null when it is not for browsers. */
export function webAddress(url: string): string | null {
  const parsed = URL.canParse(url) ? new URL(url) : null
  if (!parsed || !['https:', 'http:'].includes(parsed.protocol)) return null
  return parsed.href.replace(/["'<>()|]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** Where an item leads: what can be done about it, then where more is to be seen. */
export const linksOf = ({ actions, url }: MessageItem): Link[] =>
  [...actions, ...(url ? [{ label: 'Open', url }] : [])].flatMap((link) => {
    const url = webAddress(link.url)
    return url ? [{ label: oneLine(link.label), url }] : []
  })

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** For HTML and XML, between tags and in quoted attributes. Characters that XML cannot hold are left out. */
export const escapeMarkup = (text: string): string =>
  text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/[&<>"']/g, (mark) => ENTITIES[mark]!)

const ROOMS = [8_000, 2_000, 800, 300, 100, 60, 30]

/**
 * What counterparts limit is the whole of a message: many items have less room each, so that all of them are in it.
 * @param build makes the message with so many characters for each text
 */
export function fitting<Built>(
  build: (room: number) => Built,
  sizeOf: (built: Built) => number,
  maximum: number,
): Built {
  let built: Built
  for (const room of ROOMS) if (sizeOf((built = build(room))) <= maximum) break
  return built!
}
