import type { DataSource } from 'typeorm'
import { publicUrl } from '../platform/public-url.js'
import { sealerOf } from '../platform/sealing.js'
import { HOUR } from '../platform/wall-clock.js'
import { type Attachment, nameKey } from './attachment.js'

/**
 * Where the bytes of an attachment go in and come out: addresses that this installation has signed and that end.
 * Whoever has one needs no sign-in, as an `<img>` cannot sign in; it is given only to those who may read, or write, the
 * article.
 */

export const ATTACHMENT_PATH = '/attachments'

export type Purpose = 'attachment-upload' | 'attachment-download'

const UPLOAD_WITHIN = HOUR / 4
/** The same for a whole hour, so that a browser keeps what it has fetched. */
const downloadUntil = (now: Date): Date => new Date((Math.floor(+now / HOUR) + 2) * HOUR)

const addressOf = (source: DataSource, purpose: Purpose, id: string, until: Date): string =>
  publicUrl(source, `${ATTACHMENT_PATH}/${sealerOf(source).sign(purpose, `${id} ${+until}`)}`)

export function uploadAddress(source: DataSource, { id }: Pick<Attachment, 'id'>, now: Date) {
  const until = new Date(+now + UPLOAD_WITHIN)
  return { url: addressOf(source, 'attachment-upload', id, until), expiresAt: until }
}

/** Valid for one to two hours. */
export const downloadAddress = (source: DataSource, { id }: Pick<Attachment, 'id'>, now: Date): string =>
  addressOf(source, 'attachment-download', id, downloadUntil(now))

/** The attachment that such an address is of, and when it ends; null when it has ended, or was not written here. */
export function readAddress(
  source: DataSource,
  purpose: Purpose,
  token: string,
  now: Date,
): { readonly id: string; readonly until: Date } | null {
  const [id, until] = sealerOf(source).verify(purpose, token)?.split(' ') ?? []
  return id && until && Number(until) > +now ? { id, until: new Date(Number(until)) } : null
}

/** A tag of a link or a picture as our own printer writes it: every value stands in double quotes. */
const TAG = /<(?:a|img)(?= )(?:"[^"]*"|[^">])*>/g
const ADDRESS = / (?:href|src)="attachment:([^"]*)"/

function nameIn(address: string): string {
  try {
    return nameKey(decodeURIComponent(address))
  } catch {
    return nameKey(address) // a sign that looks like an escape and is none
  }
}

/** The files that a text names, by their keys. @param html of `htmlOf` */
export const namedIn = (html: string): Set<string> =>
  new Set([...html.matchAll(TAG)].flatMap(([tag]) => ADDRESS.exec(tag)?.slice(1).map(nameIn) ?? []))

/** With the addresses of the files in the place of their names; a file that is not there has none. */
export const withAddresses = (html: string, addresses: ReadonlyMap<string, string>): string =>
  html.replaceAll(TAG, (tag) =>
    tag.replace(ADDRESS, (found, name: string) => {
      const address = addresses.get(nameIn(name))
      return address ? `${found.slice(0, found.indexOf('"'))}"${address}"` : ''
    }),
  )
