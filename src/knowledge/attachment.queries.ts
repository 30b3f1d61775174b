import type { Context } from '../platform/context.js'
import { type Database, selectList } from '../platform/database.js'
import { defineLoader, groupBy } from '../platform/loader.js'
import { type Attachment, nameKey } from './attachment.js'
import { downloadAddress, namedIn, withAddresses } from './attachment-address.js'
import type { ArticleVersion } from './article-version.js'
import type { Article } from './article.js'
import { findVersion, loadVersion, seesBehind } from './article.queries.js'
import { htmlOf } from './markdown.js'

const ATTACHMENT_COLUMNS = selectList('f', [
  ...['id', 'articleId', 'fileName', 'contentType', 'size', 'createdBy', 'createdAt', 'uploadId', 'uploadedAt'],
])

/** Without a look at access. */
export const findAttachment = (db: Database, id: string): Promise<Attachment | null> =>
  db.row(`SELECT ${ATTACHMENT_COLUMNS} FROM article_attachments f WHERE f.id = $1`, [id])

/** Those that still wait for their bytes, too. Without a look at access. */
export const findAttachments = (db: Database, articleId: string): Promise<Attachment[]> =>
  db.rows(`SELECT ${ATTACHMENT_COLUMNS} FROM article_attachments f WHERE f.article_id = $1`, [articleId])

/** Of articles that the viewer reads: all whose bytes have come, by name. */
const loadUploaded = defineLoader(async (ctx, articleIds: readonly string[]) =>
  groupBy(
    await ctx.db.rows<Attachment>(
      `SELECT ${ATTACHMENT_COLUMNS} FROM article_attachments f
        WHERE f.article_id = ANY($1::text[]) AND f.upload_id IS NOT NULL ORDER BY lower(f.file_name)`,
      [articleIds],
    ),
    ({ articleId }) => articleId,
  ),
)

/**
 * What the viewer may fetch of an article that they read. Readers have what the published text names: the others may be
 * for a version that is still being written.
 */
export async function visibleAttachments(ctx: Context, { id, publishedVersion }: Article): Promise<Attachment[]> {
  const all = (await loadUploaded(ctx, id)) ?? []
  if (all.length === 0 || seesBehind(ctx.actor)) return all
  const version = publishedVersion && (await loadVersion(ctx, id, publishedVersion))
  if (!version) return []
  const named = namedIn(htmlOf(version.id, version.body))
  return all.filter(({ fileName }) => named.has(nameKey(fileName)))
}

/** A version's HTML, with its pictures and links to files leading to where the files are. */
export function showVersion(ctx: Context, { id, articleId, body }: ArticleVersion): string | Promise<string> {
  const html = htmlOf(id, body)
  return html.includes('="attachment:') ? showAttachments(ctx, articleId, html) : html
}

async function showAttachments(ctx: Context, articleId: string, html: string): Promise<string> {
  const files = (await loadUploaded(ctx, articleId)) ?? []
  const now = ctx.now()
  return withAddresses(
    html,
    new Map(files.map((file) => [nameKey(file.fileName), downloadAddress(ctx.db.source, file, now)])),
  )
}

/** What the published and the latest text of an article name. */
export async function namedNow(
  { db }: Context,
  { id, publishedVersion, latestVersion }: Article,
): Promise<Set<string>> {
  const named = new Set<string>()
  for (const number of new Set([publishedVersion, latestVersion])) {
    const version = number && (await findVersion(db, id, number))
    if (version) for (const name of namedIn(htmlOf(version.id, version.body))) named.add(name)
  }
  return named
}
