import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { extname, posix } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { LocalFile } from '../knowledge/attachment-file.commands.js'
import { MAXIMUM_SIZE, attachmentName, nameKey } from '../knowledge/attachment.js'
import { exchangeAddresses } from './markdown-address.js'
import { findFile } from './markdown-folder.js'

/**
 * The text of a file as its article says it: links to other files lead to their articles, wherever those are shown, and
 * local files become the article's own. What leads nowhere stays as it is written, and is told.
 */

export interface PictureFile extends LocalFile {
  /** As the text names it. */
  readonly address: string
}

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  ...{ '.png': 'image/png', '.jpg': 'image/jpeg', '.jpeg': 'image/jpeg', '.gif': 'image/gif', '.webp': 'image/webp' },
  ...{ '.svg': 'image/svg+xml', '.pdf': 'application/pdf', '.txt': 'text/plain', '.csv': 'text/csv' },
  ...{
    '.json': 'application/json',
    '.yaml': 'application/yaml',
    '.yml': 'application/yaml',
    '.zip': 'application/zip',
  },
}

/** A link of Hugo: `[text]({{< ref "other.md" >}})`. */
const HUGO = /\]\(\{\{[<%]\s*(?:rel)?ref\s+"([^"]+)"\s*[>%]\}\}\)/g

export interface Collection {
  readonly folder: string
  /** The articles of its files, by path. */
  readonly articleIds: ReadonlyMap<string, string>
}

export async function readLinks({ folder, articleIds }: Collection, path: string, body: string) {
  const [notes, waiting] = [new Set<string>(), new Map<string, string>()]
  const text = body.replaceAll(HUGO, ']($1)')
  exchangeAddresses(text, (address) => {
    const target = targetOf(path, address)
    if (!target || articleAt(articleIds, target.path)) return null
    if (target.path.startsWith('../')) notes.add(`${address} leads out of the folder`)
    else if (!Object.hasOwn(MEDIA_TYPES, extname(target.path).toLowerCase()))
      notes.add(`${address} leads to no file here`)
    else waiting.set(target.path, address)
    return null
  })
  const pictures = new Map<string, PictureFile>()
  for (const [wanted, address] of waiting) {
    const file = await findFile(folder, wanted)
    if (!file) notes.add(`${address} is not loaded: there is no such file`)
    else if (file.size > MAXIMUM_SIZE) notes.add(`${address} is not loaded: it is larger than 10 MB`)
    else {
      const fileName = freeName(posix.basename(wanted), [...pictures.values()])
      if (!fileName) notes.add(`${address} is not loaded: such a name cannot be kept`)
      else pictures.set(wanted, await pictureOf(file, fileName, address))
    }
  }
  const exchanged = exchangeAddresses(text, (address) => {
    const target = targetOf(path, address)
    const articleId = target && articleAt(articleIds, target.path)
    if (articleId) return `article:${articleId}${target.part}`
    const picture = target && pictures.get(target.path)
    return picture ? `attachment:${writtenName(address, picture.fileName)}` : null
  })
  return { body: exchanged, pictures: [...pictures.values()], notes: [...notes] }
}

/** Where a relative link leads, below the folder; null for every other. */
function targetOf(from: string, address: string): { path: string; part: string } | null {
  if (/^([a-z][a-z0-9+.-]*:|\/\/|#|\?|$)/i.test(address)) return null
  const [, way, part] = /^([^?#]*)(?:\?[^#]*)?(#.*)?$/s.exec(address)!
  const path = decoded(way!).replace(/\/$/, '')
  return {
    path: path.startsWith('/') ? posix.normalize(path.slice(1)) : posix.join(posix.dirname(from), path),
    part: part ?? '',
  }
}

function decoded(way: string): string {
  try {
    return decodeURIComponent(way)
  } catch {
    return way // a sign that looks like an escape and is none
  }
}

/** Documentation tools leave the ending out, or name the folder. */
const articleAt = (articleIds: ReadonlyMap<string, string>, path: string): string | undefined =>
  [path, `${path}.md`, ...['index.md', '_index.md', 'README.md'].map((name) => posix.join(path, name))]
    .map((candidate) => articleIds.get(candidate))
    .find((id) => id !== undefined)

/** As the text wrote it where that names the same, so that an export and its import change nothing. */
function writtenName(address: string, fileName: string): string {
  const written = posix.basename(/^[^?#]*/.exec(address)![0])
  return decoded(written) === fileName ? written : encodeURIComponent(fileName)
}

/** Two folders may each have a `plan.png`. Null for a name that cannot be an attachment's. */
function freeName(name: string, others: readonly PictureFile[]): string | null {
  const isTaken = (wanted: string) => others.some(({ fileName }) => nameKey(fileName) === nameKey(wanted))
  const { length } = extname(name)
  let free = name
  for (let n = 2; isTaken(free); n++) free = `${name.slice(0, -length)}-${n}${name.slice(-length)}`
  try {
    return attachmentName('fileName', free) === free ? free : null
  } catch {
    return null
  }
}

async function pictureOf(
  file: { path: string; size: number },
  fileName: string,
  address: string,
): Promise<PictureFile> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file.path), hash)
  return {
    ...{ fileName, address, size: file.size, sha256: hash.digest('hex') },
    contentType: MEDIA_TYPES[extname(fileName).toLowerCase()]!,
    open: () => createReadStream(file.path),
  }
}
