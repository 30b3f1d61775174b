import { createHash } from 'node:crypto'
import type { ArticleText } from '../knowledge/article-version.js'
import { type Article, type ArticleFields, ArticleStatus, isSame } from '../knowledge/article.js'

/**
 * What is to become of an article whose file has changed, when the article may have changed here, too. They are compared
 * with what the file said when it was last taken over, field by field: what changed on one side only is taken from
 * there; what changed on both sides is a conflict, and then nothing of the file is taken.
 */

/** What a file says of its article, with the names looked up. */
export interface Said {
  readonly fields: Partial<ArticleFields>
  /** Of the title and the body. */
  readonly text: string
  readonly isDraft: boolean
}

/** A file and its article, as they were when the file was last taken over. */
export interface ArticleSource {
  readonly path: string
  readonly articleId: string
  /** In hexadecimal; null until then, and once the file had vanished and its article was archived. */
  readonly hash: string | null
  readonly said: Said | null
}

export const textKey = ({ title, body }: ArticleText): string => sha256(`${title}\0${body}`)

export const sha256 = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex')

/** The article as it is. */
export interface Current {
  readonly article: Article
  /** What its readers read; what was last written while there is nothing. */
  readonly text: string
  readonly latestText: string
}

export interface Merge {
  readonly fields: Partial<ArticleFields>
  readonly takesText: boolean
  readonly publishes: boolean
  readonly reinstates: boolean
  /** What both have changed. */
  readonly conflicts: readonly string[]
}

export interface Asked {
  /** The file is right, whatever was changed here. */
  readonly force: boolean
  /** The article has not changed since the file was written from it. */
  readonly isFresh: boolean
}

export function merge({ hash, said: base }: ArticleSource, file: Said, current: Current, asked: Asked): Merge {
  const { article } = current
  const wins = asked.force || asked.isFresh
  const conflicts: string[] = []
  const fields: Partial<Record<keyof ArticleFields, unknown>> = {}
  for (const [name, value] of Object.entries(file.fields) as [keyof ArticleFields, unknown][]) {
    const [before, now] = [base?.fields[name], article[name]]
    if (isSame(value, now) || (base && isSame(value, before) && !asked.force)) continue
    // When to look at it again moves on with every look: that is no contradiction.
    if (wins || name === 'reviewAt' || (base && isSame(before, now))) fields[name] = value
    else conflicts.push(name)
  }
  let takesText = false
  if (
    file.text !== current.latestText &&
    (base ? file.text !== base.text || asked.force : file.text !== current.text)
  ) {
    if (wins || base?.text === current.latestText) takesText = true
    else conflicts.push('text')
  }
  const isUnpublished = article.publishedVersion === null
  const wasDraft = !base || base.isDraft || hash === null
  const publishes = !file.isDraft && (takesText || (isUnpublished && (wasDraft || asked.force)))
  const reinstates = article.status === ArticleStatus.ARCHIVED
  // Archived by an import, because the file had vanished: it is back.
  const isBack = reinstates && hash === null && base !== null
  const changes = takesText || publishes || Object.keys(fields).length > 0
  if (reinstates && changes && !isBack && !asked.force) conflicts.push('status')
  return {
    fields: fields as Partial<ArticleFields>,
    takesText,
    publishes,
    reinstates: reinstates && changes,
    conflicts,
  }
}
