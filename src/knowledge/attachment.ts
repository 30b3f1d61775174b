import { ErrorCode, UserError, badInput } from '../platform/errors.js'
import { text, wholeNumber } from '../platform/input.js'

/** A file of an article: a picture in its text, or a form to download. Its bytes come once and never change. */
export interface Attachment {
  readonly id: string
  readonly articleId: string
  readonly fileName: string
  readonly contentType: string
  /** In bytes. */
  readonly size: number
  /** Null for what an import brought. */
  readonly createdBy: string | null
  readonly createdAt: Date
  /** Under which its bytes are kept; null until they have come. */
  readonly uploadId: string | null
  readonly uploadedAt: Date | null
}

export const MAXIMUM_SIZE = 10 * 1024 * 1024 // bytes
export const MAXIMUM_ATTACHMENTS = 50

interface Kind {
  /** Whether a browser shows it in its place; everything else it saves. */
  readonly inline: boolean
  /** How every such file begins. */
  readonly begins?: (head: Buffer) => boolean
}

const withBytes =
  (...bytes: readonly number[]) =>
  (head: Buffer): boolean =>
    bytes.every((byte, place) => head[place] === byte)
const withText = (at: number, wanted: string) => (head: Buffer) =>
  head.toString('latin1', at, at + wanted.length) === wanted

const picture = (begins: (head: Buffer) => boolean): Kind => ({ inline: true, begins })
const saved = (begins?: (head: Buffer) => boolean): Kind => ({ inline: false, begins })
const archive = saved(withBytes(0x50, 0x4b))
const OFFICE = 'application/vnd.openxmlformats-officedocument'
const OPEN_DOCUMENT = 'application/vnd.oasis.opendocument'

/** What may be attached. SVG and HTML can hold scripts: they are only ever saved. */
const KINDS: Readonly<Record<string, Kind>> = {
  'image/png': picture(withBytes(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)),
  'image/jpeg': picture(withBytes(0xff, 0xd8, 0xff)),
  'image/gif': picture((head) => withText(0, 'GIF87a')(head) || withText(0, 'GIF89a')(head)),
  'image/webp': picture((head) => withText(0, 'RIFF')(head) && withText(8, 'WEBP')(head)),
  'image/svg+xml': saved(),
  'text/html': saved(),
  'text/plain': saved(),
  'text/csv': saved(),
  'text/markdown': saved(),
  'application/json': saved(),
  'application/yaml': saved(),
  'application/pdf': saved(withText(0, '%PDF-')),
  'application/gzip': saved(withBytes(0x1f, 0x8b)),
  'application/zip': archive,
  [`${OFFICE}.wordprocessingml.document`]: archive,
  [`${OFFICE}.spreadsheetml.sheet`]: archive,
  [`${OFFICE}.presentationml.presentation`]: archive,
  [`${OPEN_DOCUMENT}.text`]: archive,
  [`${OPEN_DOCUMENT}.spreadsheet`]: archive,
  [`${OPEN_DOCUMENT}.presentation`]: archive,
}

/** `Text/HTML; charset=utf-8` is `text/html`. */
export const mediaType = (contentType: string): string => contentType.split(';')[0]!.trim().toLowerCase()

export const isShownInPlace = ({ contentType }: Pick<Attachment, 'contentType'>): boolean =>
  KINDS[contentType]?.inline ?? false

/** @param head the first bytes of the file, 12 at least where it has so many */
export const beginsLike = (contentType: string, head: Buffer): boolean => KINDS[contentType]?.begins?.(head) ?? true

const NO_FILE_NAME = /[\u0000-\u001f\u007f/\\:*?"<>|&]|^\.|\.$/

/** As it is named in the text of the article, and by which it is saved. Errors: BAD_USER_INPUT. */
export function attachmentName(field: string, value: string): string {
  const name = text(field, value.normalize('NFC'), { maximum: 120 })
  if (NO_FILE_NAME.test(name))
    throw badInput(field, 'Must be a file name without a path, and without any of / \\ : * ? " < > | &.')
  return name
}

/** What is the same name to a reader. */
export const nameKey = (fileName: string): string => fileName.normalize('NFC').toLowerCase()

export type AttachmentFields = Pick<Attachment, 'fileName' | 'contentType' | 'size'>

/** Errors: BAD_USER_INPUT. */
export function attachmentFields({ fileName, contentType, size }: AttachmentFields): AttachmentFields {
  const type = mediaType(contentType)
  if (!Object.hasOwn(KINDS, type))
    throw badInput('contentType', `Must be one of ${Object.keys(KINDS).join(', ')}, not ${JSON.stringify(type)}.`)
  return {
    fileName: attachmentName('fileName', fileName),
    contentType: type,
    size: wholeNumber('size', size, { minimum: 1, maximum: MAXIMUM_SIZE }),
  }
}

/** Errors: CONFLICT for a file that a reader, or whoever writes the next version, would miss. */
export function mayBeDetached({ fileName }: Attachment, named: ReadonlySet<string>): void {
  if (named.has(nameKey(fileName)))
    throw new UserError(ErrorCode.CONFLICT, `The article names ${fileName} in its text: take it out there first.`, 'id')
}
