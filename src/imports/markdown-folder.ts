import { lstat, readFile, readdir, realpath } from 'node:fs/promises'
import { join, posix, relative, sep } from 'node:path'
import { badInput } from '../platform/errors.js'

/** A folder of Markdown files, read one at a time. Nothing outside it is ever read, by whatever way. */

/** Far more than an article may have: what is larger is no text. */
const LARGEST = 5_000_000 // bytes

export interface Found {
  /** Below the folder, with slashes. */
  readonly path: string
  /** Why it is not read; null for a file that is. */
  readonly reason: string | null
  /** Whether something may be hidden behind it that should have been read. */
  readonly isFailure: boolean
}

/** Every Markdown file below the folder, in the order of paths; what is hidden is passed over. */
export async function* walk(folder: string, below = ''): AsyncGenerator<Found> {
  let entries
  try {
    entries = await readdir(join(folder, below), { withFileTypes: true })
  } catch (error) {
    if (below === '') throw error
    yield { path: below, reason: reasonOf(error), isFailure: true }
    return
  }
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.')) continue
    const path = posix.join(below, entry.name)
    const isMarkdown = /\.md$/i.test(entry.name)
    if (entry.isDirectory()) yield* walk(folder, path)
    else if (entry.isFile() && isMarkdown) yield { path, reason: null, isFailure: false }
    else if (entry.isSymbolicLink()) yield { path, reason: 'a symbolic link: it is not followed', isFailure: false }
    else if (isMarkdown) yield { path, reason: 'neither a file nor a folder', isFailure: true }
  }
}

/** Errors: BAD_USER_INPUT when it is not text. */
export async function readText(folder: string, path: string): Promise<string> {
  const { size } = await lstat(join(folder, path))
  if (size > LARGEST)
    throw badInput(
      'body',
      `it has ${size.toLocaleString('en')} bytes: at most ${LARGEST.toLocaleString('en')} are read`,
    )
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(join(folder, path)))
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
      throw badInput('body', 'it is not UTF-8')
    throw error
  }
}

/** A file that an article names; null when there is none below the folder. */
export async function findFile(folder: string, path: string): Promise<{ path: string; size: number } | null> {
  try {
    const [root, file] = [await realpath(folder), await realpath(join(folder, path))]
    const within = relative(root, file)
    const found = await lstat(file)
    // A symbolic link may lead elsewhere, and is not followed here either.
    if (!found.isFile() || within.split(sep).join('/') !== posix.normalize(path)) return null
    return { path: file, size: found.size }
  } catch {
    return null
  }
}

/** In words, for the report. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: unknown; message?: unknown }
  if (code === 'EACCES' || code === 'EPERM') return 'it may not be read'
  if (code === 'ELOOP') return 'its symbolic links go in a circle'
  if (code === 'ENOENT') return 'it has gone'
  return String(message)
}
