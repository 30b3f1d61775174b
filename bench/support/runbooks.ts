import { readFile, readdir } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { parseDocument } from 'yaml'

/**
 * Real articles in Markdown, of the folder `shared/knowledge` beside the checkout. They come from elsewhere and are no
 * part of Tocsin: what needs them is left out where they are not.
 */

export interface Runbook {
  /** Relative to the folder. */
  readonly path: string
  readonly title: string
  /** Without the front matter. */
  readonly body: string
}

/** Seen from `dist/bench/support`. */
const FOLDER = new URL('../../../../shared/knowledge/', import.meta.url)

/** In the order of their paths; null where the folder is absent. */
export async function readRunbooks(): Promise<Runbook[] | null> {
  const paths = await readdir(FOLDER, { recursive: true }).catch(() => null)
  if (!paths) return null
  const articles = paths.filter((path) => path.endsWith('.md') && basename(path) !== 'README.md').toSorted()
  return Promise.all(
    articles.map(async (path) => ({ path, ...read(path, await readFile(new URL(path, FOLDER), 'utf8')) })),
  )
}

const FRONT_MATTER = /^---\n([\s\S]*?)\n---\n/

/** By the title of the front matter, else of a heading at its top, else of the file. */
function read(path: string, text: string): Pick<Runbook, 'title' | 'body'> {
  const front = FRONT_MATTER.exec(text)
  const body = text.slice(front?.[0].length ?? 0).trim()
  const known = front ? parseDocument(front[1]!) : null
  const title = known?.errors.length === 0 ? known.get('title') : null // one of them is a template for articles
  return { title: title ? String(title) : (/^# +(.+)/.exec(body)?.[1] ?? titleOf(path)), body: `${body}\n` }
}

/** Of a folder's own page, the folder. */
function titleOf(path: string): string {
  const name = basename(path, '.md')
  const words = (/^_?index$/.test(name) ? basename(dirname(path)) : name).replaceAll(/[-_]+/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
