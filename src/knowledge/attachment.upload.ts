import type { Readable } from 'node:stream'
import { allows } from '../access/rules.js'
import { signedIn } from '../incidents/participant.js'
import { findPeople } from '../incidents/participant.queries.js'
import { type Context, inTransaction } from '../platform/context.js'
import { newId } from '../platform/id.js'
import { HOUR } from '../platform/wall-clock.js'
import { ArticleEventType, recordArticleEvent } from './article-event.js'
import { factsOfArticle } from './article.js'
import { findArticle } from './article.queries.js'
import { type Attachment, beginsLike, mediaType } from './attachment.js'
import { findAttachment } from './attachment.queries.js'

/**
 * The bytes of attachments, on their way into the database and out of it, a chunk at a time: no node ever holds a file
 * as a whole, and no transaction waits for a slow client. An upload that came whole becomes the attachment's in one
 * statement; any other is taken away, at once or by the next tidying.
 */

const CHUNK = 256 * 1024 // bytes

/** Why bytes were not taken, with the HTTP status that says so. */
export class UploadRefused extends Error {
  constructor(
    readonly status: 400 | 404 | 409 | 413 | 415,
    message: string,
  ) {
    super(message)
  }
}

export interface Upload {
  readonly attachment: Attachment
  /** In whose name: whoever made the attachment, as far as they may still write the article. */
  readonly actor: Context['actor']
}

/** Null when there is nothing to upload to any more. The context is that of the system. */
export async function findUpload(ctx: Context, attachmentId: string): Promise<Upload | null> {
  const attachment = await findAttachment(ctx.db, attachmentId)
  if (!attachment?.createdBy) return null
  const [person] = await findPeople(ctx.db, [attachment.createdBy])
  const article = await findArticle(ctx.db, attachment.articleId)
  if (!person?.active || !article) return null
  const actor = signedIn(person)
  return allows(actor, 'article.write', factsOfArticle(article)) ? { attachment, actor } : null
}

/** What the client says of the bytes before they come. */
export interface Announced {
  readonly contentType: string | undefined
  readonly size: number | null
}

/** Takes the bytes. Errors: UploadRefused. */
export async function receive(ctx: Context, upload: Upload, announced: Announced, body: Readable): Promise<void> {
  const { attachment } = upload
  const { contentType, size } = attachment
  if (attachment.uploadId) throw alreadyThere()
  if (announced.contentType && mediaType(announced.contentType) !== contentType)
    throw new UploadRefused(415, `This is to be ${contentType}, not ${mediaType(announced.contentType)}.`)
  if (announced.size !== null) mustHaveSize(announced.size, size)
  const uploadId = newId('articleUpload', +ctx.now())
  await ctx.db.rows('INSERT INTO article_uploads (id, attachment_id, begun_at) VALUES ($1, $2, $3)', [
    ...[uploadId, attachment.id, ctx.now()],
  ])
  try {
    let [received, position] = [0, 0]
    for await (const chunk of inChunks(body, size)) {
      if (position === 0 && !beginsLike(contentType, chunk))
        throw new UploadRefused(415, `These bytes are not ${contentType}.`)
      await ctx.db.rows('INSERT INTO article_upload_chunks (upload_id, position, bytes) VALUES ($1, $2, $3)', [
        ...[uploadId, position++, chunk],
      ])
      received += chunk.length
    }
    mustHaveSize(received, size)
    await finish({ ...ctx, actor: upload.actor }, attachment, uploadId)
  } catch (error) {
    await ctx.db.rows('DELETE FROM article_uploads WHERE id = $1', [uploadId])
    throw error
  }
}

const alreadyThere = () => new UploadRefused(409, 'The bytes have come already, and never change.')

function mustHaveSize(size: number, wanted: number): void {
  if (size > wanted) throw new UploadRefused(413, `These are more than the ${wanted} bytes that were announced.`)
  if (size < wanted) throw new UploadRefused(400, `These are ${size} bytes, not the ${wanted} that were announced.`)
}

/** All but the last of one size. Errors: UploadRefused as soon as there are more bytes than wanted. */
async function* inChunks(body: Readable, wanted: number): AsyncGenerator<Buffer> {
  let [waiting, received, length] = [[] as Buffer[], 0, 0]
  // The stream stays open when we stop reading: the client is to read the answer.
  for await (const part of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    mustNotExceed((received += part.length), wanted)
    waiting.push(part)
    length += part.length
    if (length < CHUNK) continue
    const bytes = Buffer.concat(waiting)
    let at = 0
    for (; bytes.length - at >= CHUNK; at += CHUNK) yield bytes.subarray(at, at + CHUNK)
    waiting = [bytes.subarray(at)]
    length = bytes.length - at
  }
  if (length > 0) yield Buffer.concat(waiting)
}

const mustNotExceed = (size: number, wanted: number): void => mustHaveSize(Math.max(size, wanted), wanted)

/** From now on the bytes are there. Errors: UploadRefused when others were faster, or it has been taken away. */
const finish = (ctx: Context, { id, articleId }: Attachment, uploadId: string) =>
  inTransaction(ctx, async (ctx) => {
    await ctx.db.lock(articleId)
    const current = await findAttachment(ctx.db, id)
    if (!current) throw new UploadRefused(404, 'The attachment has been taken away.')
    if (current.uploadId) throw alreadyThere()
    await ctx.db.rows('UPDATE article_attachments SET upload_id = $2, uploaded_at = $3 WHERE id = $1', [
      ...[id, uploadId, ctx.now()],
    ])
    await recordArticleEvent(ctx, ArticleEventType.ATTACHED, (await findArticle(ctx.db, articleId))!)
  })

/** The bytes of an upload that came whole, in order. */
export async function* readBytes({ db }: Context, uploadId: string): AsyncGenerator<Buffer> {
  for (let position = 0; ; position++) {
    const chunk = await db.row<{ bytes: Buffer }>(
      'SELECT bytes FROM article_upload_chunks WHERE upload_id = $1 AND position = $2',
      [uploadId, position],
    )
    if (!chunk) return
    yield chunk.bytes
  }
}

/** Nobody may still upload to, or be uploading, what is older. */
const FORGOTTEN_AFTER = HOUR

/** Takes away what was announced and never came, and what came in part. */
export async function tidyUploads({ db, now }: Context): Promise<void> {
  const before = new Date(+now() - FORGOTTEN_AFTER)
  await db.rows('DELETE FROM article_attachments WHERE upload_id IS NULL AND created_at < $1', [before])
  await db.rows(
    `DELETE FROM article_uploads u WHERE u.begun_at < $1
        AND NOT EXISTS (SELECT FROM article_attachments f WHERE f.id = u.attachment_id AND f.upload_id = u.id)`,
    [before],
  )
}
