import type { Readable } from 'node:stream'
import { type Context, inTransaction } from '../platform/context.js'
import { lockArticle } from './article.commands.js'
import { replaceAttachment } from './attachment.commands.js'
import { type Attachment, attachmentFields, nameKey } from './attachment.js'
import { findAttachments } from './attachment.queries.js'
import { receive } from './attachment.upload.js'

/** Attaching files that are here already, as an import does: nobody uploads them, so nobody is asked to. */

export interface LocalFile {
  readonly fileName: string
  readonly contentType: string
  /** In bytes. */
  readonly size: number
  /** Of its bytes, in hexadecimal. */
  readonly sha256: string
  readonly open: () => Readable
}

/** Attaches it in the place of one of the same name. Answers false when that is the same. Errors: UploadRefused, too. */
export const attachFile = (ctx: Context, articleId: string, file: LocalFile): Promise<boolean> =>
  inTransaction(ctx, async (ctx) => {
    const article = await lockArticle(ctx, { id: articleId }, 'article.write', 'articleId')
    const fields = attachmentFields(file)
    const others = await findAttachments(ctx.db, article.id)
    const before = others.find(({ fileName }) => nameKey(fileName) === nameKey(fields.fileName))
    if (before && (await digestOf(ctx, before)) === file.sha256) return false
    const attachment = await replaceAttachment(ctx, article.id, fields, { among: others, createdBy: null })
    const announced = { contentType: fields.contentType, size: fields.size }
    await receive(ctx, { attachment, actor: ctx.actor }, announced, file.open())
    return true
  })

async function digestOf({ db }: Context, { uploadId }: Attachment): Promise<string | null> {
  const row = await db.row<{ digest: string | null }>(
    `SELECT encode(sha256(string_agg(bytes, ''::bytea ORDER BY position)), 'hex') AS digest
       FROM article_upload_chunks WHERE upload_id = $1`,
    [uploadId],
  )
  return row?.digest ?? null
}
