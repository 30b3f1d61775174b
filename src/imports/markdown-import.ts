import { basename, resolve } from 'node:path'
import { type ArticleAudience, authorise } from '../access/rules.js'
import type { Article, ArticleFields, ArticleKind } from '../knowledge/article.js'
import { ArticleStatus, articleFields } from '../knowledge/article.js'
import { articleBody, articleTitle } from '../knowledge/article-version.js'
import { findArticle } from '../knowledge/article.queries.js'
import { archiveArticle } from '../knowledge/publication.commands.js'
import { type Context, inTransaction } from '../platform/context.js'
import { databaseFailure } from '../platform/database.js'
import { UserError, badInput } from '../platform/errors.js'
import { newId } from '../platform/id.js'
import { text } from '../platform/input.js'
import type { ArticleSource } from './article-source.js'
import {
  type Directory,
  type Named,
  findKnown,
  findSources,
  moveSource,
  readDirectory,
  reserve,
  saveSource,
} from './article-source.store.js'
import { type MarkdownFile, probableKind, readMarkdownFile } from './markdown-file.js'
import { type Found, readText, reasonOf, walk } from './markdown-folder.js'
import { readLinks } from './markdown-text.js'
import { Outcome, importFile } from './markdown.commands.js'

/**
 * A folder of Markdown files becomes articles, a file at a time, each in a transaction of its own: whoever ends it in
 * between begins again and finds done what was done. A file is known again by its path in its collection. First every
 * file is given its article's id, so that links lead to articles that are still to come.
 */

export interface MarkdownImport {
  readonly folder: string
  /** Names the collection; the folder's name unless told. */
  readonly source?: string
  /** What new articles are whose files do not say it. */
  readonly kind?: ArticleKind
  readonly audience?: ArticleAudience
  readonly language?: string
  readonly category?: string
  readonly draft?: boolean
  /** Take what files say, whatever was changed here. */
  readonly force?: boolean
  readonly archiveMissing?: boolean
  readonly onFile?: (report: FileReport) => void
}

export interface FileReport {
  readonly path: string
  readonly outcome: Outcome
  /** Why, and what of it could not be taken over. */
  readonly reasons: readonly string[]
}

export type Summary = Record<Outcome, number>

/** Errors: those of reading the folder, BAD_USER_INPUT when there is nothing in it. */
export async function importMarkdown(ctx: Context, options: MarkdownImport): Promise<Summary> {
  authorise(ctx.actor, 'knowledge.configure')
  const source = text('source', options.source ?? basename(resolve(options.folder)), { maximum: 200 })
  const summary = Object.fromEntries(Object.values(Outcome).map((outcome) => [outcome, 0])) as Summary
  const report = (path: string, outcome: Outcome, reasons: readonly string[]) => {
    summary[outcome]++
    options.onFile?.({ path, outcome, reasons })
  }
  const found: Found[] = []
  for await (const one of walk(options.folder)) found.push(one)
  const paths = found.filter(({ reason }) => reason === null).map(({ path }) => path)
  if (paths.length === 0) throw badInput('folder', `There is no Markdown file below ${options.folder}.`)
  const sources = await giveIds(ctx, options.folder, source, paths)
  const articleIds = new Map([...sources].map(([path, { articleId }]) => [path, articleId]))
  const directory = await readDirectory(ctx)
  for (const { path, reason, isFailure } of found) {
    if (reason !== null) {
      report(path, isFailure ? Outcome.FAILED : Outcome.PASSED_OVER, [reason])
      continue
    }
    try {
      const file = readMarkdownFile(path, await readText(options.folder, path))
      const collection = { folder: options.folder, articleIds }
      const links = await readLinks(collection, path, file.body)
      const { fields, notes } = fieldsOf(file, directory)
      const { outcome, notes: more } = await importFile(ctx, {
        ...{ source, path, fields, title: articleTitle(file.title), body: articleBody(links.body) },
        category: file.category,
        otherwise: {
          ...{ kind: options.kind ?? probableKind(file), audience: options.audience, language: options.language },
          category: options.category?.split('/'),
        },
        isDraft: file.isDraft || options.draft === true,
        ...{ pictures: links.pictures, version: file.version, force: options.force === true },
      })
      report(path, outcome, [...file.notes, ...notes, ...links.notes, ...more])
    } catch (error) {
      if (databaseFailure(error)) throw error // it is not the file's fault
      report(path, Outcome.FAILED, [error instanceof UserError ? error.message : reasonOf(error)])
    }
  }
  const isWhole = !found.some(({ isFailure }) => isFailure)
  await tellMissing(ctx, source, new Set(paths), options.archiveMissing === true && isWhole, report)
  return summary
}

/** The articles of all files, known or to come. What an export wrote names the article that it wrote. */
async function giveIds(ctx: Context, folder: string, source: string, paths: readonly string[]) {
  const sources = await findSources(ctx, source)
  const unknown = paths.filter((path) => !sources.has(path))
  const claims = new Map<string, string>()
  for (const path of unknown) {
    const id = await claimedId(folder, path)
    if (id !== null && !claims.has(id)) claims.set(id, path)
  }
  const known = await findKnown(ctx, [...claims.keys()])
  const present = new Set(paths)
  const byArticle = new Map([...sources.values()].map((row) => [row.articleId, row]))
  const places: Pick<ArticleSource, 'path' | 'articleId'>[] = []
  await inTransaction(ctx, async (ctx) => {
    const claimed = new Map([...claims].filter(([id]) => known.has(id)).map(([id, path]) => [path, id]))
    for (const path of unknown) {
      const id = claimed.get(path)
      const before = id === undefined ? undefined : byArticle.get(id)
      if (before && !present.has(before.path)) await moveSource(ctx, source, before.path, path)
      else places.push({ path, articleId: id !== undefined && !before ? id : newId('article', +ctx.now()) })
    }
    await reserve(ctx, source, places)
  })
  return findSources(ctx, source)
}

async function claimedId(folder: string, path: string): Promise<string | null> {
  try {
    return readMarkdownFile(path, await readText(folder, path)).id
  } catch {
    return null // why it cannot be read is told when it is its turn
  }
}

/** With the names looked up; what is not found is told, and stays as it is here. */
function fieldsOf(file: MarkdownFile, directory: Directory) {
  const notes: string[] = []
  const idOf = (what: string, among: readonly Named[], name: string | undefined): string | undefined => {
    if (name === undefined) return undefined
    const key = name.toLowerCase()
    const found = among.filter(({ name, email }) => name.toLowerCase() === key || email?.toLowerCase() === key)
    if (found.length === 1) return found[0]!.id
    notes.push(`${what}: ${found.length === 0 ? 'nobody and nothing' : 'more than one'} here is called ${name}`)
    return undefined
  }
  const { kind, audience, language, tags, alertNames, runbookUrls, reviewAt } = file
  const serviceIds = file.services?.flatMap((name) => idOf('service', directory.services, name) ?? [])
  const fields: Partial<ArticleFields> = articleFields({
    ...{ kind, audience, language, tags, alertNames, runbookUrls, reviewAt, serviceIds },
    ownerId: idOf('owner', directory.people, file.owner),
    teamId: idOf('team', directory.teams, file.team),
  })
  return { fields, notes }
}

/** Files that are not there any more. Their articles stay unless it is asked for. */
async function tellMissing(
  ctx: Context,
  source: string,
  present: ReadonlySet<string>,
  archives: boolean,
  report: (path: string, outcome: Outcome, reasons: readonly string[]) => void,
): Promise<void> {
  for (const { path, articleId, hash, said } of (await findSources(ctx, source)).values()) {
    const article: Article | null = present.has(path) || hash === null ? null : await findArticle(ctx.db, articleId)
    if (!article || article.status === ArticleStatus.ARCHIVED) continue
    if (!archives) {
      report(path, Outcome.MISSING, [`the file has gone; KB${article.number} stays`])
      continue
    }
    await inTransaction(ctx, async (ctx) => {
      await archiveArticle(ctx, { id: articleId })
      await saveSource(ctx, source, path, null, said)
    })
    report(path, Outcome.ARCHIVED, [`the file has gone: KB${article.number}`])
  }
}
