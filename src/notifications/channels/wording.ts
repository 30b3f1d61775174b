import type { MessageItem, OutgoingMessage } from './channel.js'

/** What all channels say alike, and the cleaning of what people and alerts have written. */

export const REPEATED = 'This may be a repeat: it is not known whether it has reached you before.'

/** The title of the only item, or how many there are and the first of them. */
export function headline({ items }: OutgoingMessage): string {
  const first = oneLine(items[0]!.title)
  return items.length === 1 ? first : `${items.length} at once: ${first}`
}

/** No line breaks, no control characters, and nothing that turns the direction of writing. */
export const oneLine = (text: string): string =>
  text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069\s]+/gu, ' ').trim()

export interface Link {
  readonly label: string
  readonly url: string
}

/** Where an item leads: what can be done about it, then where more is to be seen. Only what a browser opens by https or http. */
export const linksOf = ({ actions, url }: MessageItem): Link[] =>
  [
    ...actions.map(({ label, url }) => ({ label: oneLine(label), url })),
    ...(url ? [{ label: 'Open', url }] : []),
  ].filter(({ url }) => /^https?:\/\//i.test(url) && URL.canParse(url))

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** For HTML and XML, between tags and in quoted attributes. Characters that XML cannot hold are left out. */
export const escapeMarkup = (text: string): string =>
  text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '').replace(/[&<>"']/g, (c) => ENTITIES[c]!)
