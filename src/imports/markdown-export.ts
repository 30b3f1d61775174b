import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { createWriteStream } from 'node:fs'
import { join, posix, relative, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import GithubSlugger, { slug } from 'github-slugger'
import { stringify } from 'yaml'
import { authorise } from '../access/rules.js'
import type { ArticleText } from '../knowledge/article-version.js'
import { type Article, ArticleStatus } from '../knowledge/article.js'
import { ARTICLE_COLUMNS, findVersion } from '../knowledge/article.queries.js'
import type { Attachment } from '../knowledge/attachment.js'
import { findAttachments } from '../knowledge/attachment.queries.js'
import { readBytes } from '../knowledge/attachment.upload.js'
import { type Category, pathOf } from '../knowledge/category.js'
import { findCategories } from '../knowledge/category.queries.js'
import type { Context } from '../platform/context.js'
import { badInput } from '../platform/errors.js'
import { type Directory, type Named, readDirectory } from './article-source.store.js'
import { exchangeAddresses } from './markdown-address.js'

/**
 * Articles as a folder of Markdown files: categories are folders, links lead from file to file, and an article's own
 * files lie beside it. An import of what was exported changes nothing. The article is written as its readers read it.
 */

export interface MarkdownExport {
  readonly folder: string
  /** Those that are not published (yet), too; archived ones never. */
  readonly all?: boolean
  /** Write among files that no export wrote. */
  readonly force?: boolean
}

/** Says that an export wrote the folder, and which files: those that it does not write again are taken away. */
const MARK = '.tocsin-export.json'

/** Answers how many articles were written. Errors: BAD_USER_INPUT for a folder that is not empty and not an export's. */
export async function exportMarkdown(ctx: Context, { folder, all, force }: MarkdownExport): Promise<number> {
  authorise(ctx.actor, 'knowledge.configure')
  const before = await readMark(folder, force === true)
  const tree = await findCategories(ctx.db)
  const articles = await ctx.db.rows<Article>(
    `SELECT ${ARTICLE_COLUMNS} FROM articles a WHERE ${all ? `a.status <> '${ArticleStatus.ARCHIVED}'` : 'a.published_version IS NOT NULL'} ORDER BY a.number`,
  )
  const paths = placesOf(articles, tree)
  const names = await readDirectory(ctx)
  const written: string[] = []
  for (const article of articles) {
    const path = paths.get(article.id)!
    const version = (await findVersion(ctx.db, article.id, article.publishedVersion ?? article.latestVersion))!
    const files = (await findAttachments(ctx.db, article.id)).filter(({ uploadId }) => uploadId !== null)
    const beside = path.replace(/\.md$/, '.files')
    const body = exchangeAddresses(version.body, (address) => addressFrom(path, beside, address, paths))
    const matter = stringify(matterOf(article, version, tree, names), { lineWidth: 0 })
    await write(folder, path, [`---\n${matter}---\n\n# ${version.title}\n\n${body}`], written)
    for (const file of files) await write(folder, posix.join(beside, file.fileName), bytesOf(ctx, file), written)
  }
  const kept = new Set(written)
  for (const path of before)
    if (!kept.has(path) && isWithin(folder, path)) await rm(join(folder, path), { force: true })
  await writeFile(join(folder, MARK), `${JSON.stringify({ files: written }, null, 2)}\n`)
  return articles.length
}

/** The files that the last export wrote. */
async function readMark(folder: string, force: boolean): Promise<string[]> {
  await mkdir(folder, { recursive: true })
  const names = await readdir(folder)
  if (names.includes(MARK)) {
    const { files } = JSON.parse(await readFile(join(folder, MARK), 'utf8')) as { files: string[] }
    return files
  }
  if (names.length > 0 && !force)
    throw badInput('folder', `${folder} is not empty, and no export wrote it. Name another, or use --force.`)
  return []
}

const isWithin = (folder: string, path: string) => !relative(resolve(folder), resolve(folder, path)).startsWith('..')

async function write(
  folder: string,
  path: string,
  content: Iterable<string> | AsyncIterable<Buffer>,
  written: string[],
) {
  await mkdir(join(folder, posix.dirname(path)), { recursive: true })
  await pipeline(Readable.from(content), createWriteStream(join(folder, path)))
  written.push(path)
}

const bytesOf = (ctx: Context, { uploadId }: Attachment) => readBytes(ctx, uploadId!)

/** File systems bear some 255 bytes. */
const LONGEST_NAME = 60

const nameOf = (words: string, otherwise: string) =>
  slug(words)
    .slice(0, LONGEST_NAME)
    .replace(/^[-.]+/, '') || otherwise

/** A path for each article: its category's, and its title. */
function placesOf(articles: readonly Article[], tree: ReadonlyMap<string, Category>): Map<string, string> {
  const inFolder = new Map<string, GithubSlugger>()
  return new Map(
    articles.map(({ id, number, title, categoryId }) => {
      const folder = pathOf(tree, categoryId)
        .map((place) => nameOf(place.name, place.id))
        .join('/')
      const slugger = inFolder.get(folder) ?? new GithubSlugger()
      inFolder.set(folder, slugger)
      return [id, posix.join(folder, `${slugger.slug(nameOf(title, `kb${number}`))}.md`)]
    }),
  )
}

/** Back from what an import made of it. */
function addressFrom(path: string, beside: string, address: string, paths: ReadonlyMap<string, string>): string | null {
  const [, scheme, rest, part = ''] = /^(article|attachment):([^#]*)(#.*)?$/s.exec(address) ?? []
  if (scheme === 'attachment') return `${posix.basename(beside)}/${rest}${part}`
  const target = scheme === 'article' ? paths.get(rest!) : undefined
  return target === undefined ? null : `${posix.relative(posix.dirname(path), target)}${part}`
}

function matterOf(article: Article, version: ArticleText, tree: ReadonlyMap<string, Category>, names: Directory) {
  const category = pathOf(tree, article.categoryId).map(({ name }) => name)
  const named = (among: readonly Named[], id: string | null) => among.find((one) => one.id === id)
  const { reviewAt } = article
  return {
    ...{ id: article.id, version: article.version, title: version.title, kind: article.kind },
    ...(category.length > 0 && {
      category: category.some((name) => name.includes('/')) ? category : category.join('/'),
    }),
    ...{ tags: article.tags, audience: article.audience, language: article.language },
    owner: named(names.people, article.ownerId)?.email,
    team: named(names.teams, article.teamId)?.name,
    services: article.serviceIds.flatMap((id) => named(names.services, id)?.name ?? []),
    ...{ alerts: article.alertNames, runbookUrls: article.runbookUrls },
    reviewBy: reviewAt?.toISOString().replace('T00:00:00.000Z', ''),
    ...(article.publishedVersion === null && { status: article.status }),
  }
}
