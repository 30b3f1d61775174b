import { type Context, inTransaction } from '../platform/context.js'
import { ErrorCode, UserError, badInput, notFound } from '../platform/errors.js'
import { newId } from '../platform/id.js'
import { ArticleEventType, recordArticleEvent } from './article-event.js'
import { lockArticle } from './article.commands.js'
import { mayBeWritten } from './article.js'
import { loadArticle } from './article.queries.js'
import {
  type Attachment,
  type AttachmentFields,
  MAXIMUM_ATTACHMENTS,
  attachmentFields,
  mayBeDetached,
  nameKey,
} from './attachment.js'
import { uploadAddress } from './attachment-address.js'
import { findAttachment, findAttachments, namedNow } from './attachment.queries.js'

export interface AttachmentCreate {
  readonly articleId: string
  readonly fileName: string
  readonly contentType: string
  readonly size: number
}

/** Makes room for a file and answers where its bytes are to be put. A name whose bytes never came is free again. */
export const createAttachment = (ctx: Context, input: AttachmentCreate) =>
  inTransaction(ctx, async (ctx) => {
    const article = await lockArticle(ctx, { id: input.articleId }, 'article.write', 'articleId')
    mayBeWritten(article)
    const fields = attachmentFields(input)
    const others = await findAttachments(ctx.db, article.id)
    const same = others.find(({ fileName }) => nameKey(fileName) === nameKey(fields.fileName))
    if (same?.uploadId)
      throw new UserError(ErrorCode.CONFLICT, `The article has a file ${same.fileName} already.`, 'fileName')
    const attachment = await replaceAttachment(ctx, article.id, fields, { among: others, createdBy: ctx.actor.id })
    return { attachment, upload: uploadAddress(ctx.db.source, attachment, ctx.now()) }
  })

/**
 * Makes room for a file among those of a locked article, in the place of one of the same name. Its bytes are still to come.
 * Errors: BAD_USER_INPUT for one too many.
 */
export async function replaceAttachment(
  ctx: Context,
  articleId: string,
  fields: AttachmentFields,
  { among, createdBy }: { readonly among: readonly Attachment[]; readonly createdBy: string | null },
): Promise<Attachment> {
  const same = among.find(({ fileName }) => nameKey(fileName) === nameKey(fields.fileName))
  if (!same && among.length >= MAXIMUM_ATTACHMENTS)
    throw badInput('articleId', `An article has at most ${MAXIMUM_ATTACHMENTS} files.`)
  if (same) await ctx.db.rows('DELETE FROM article_attachments WHERE id = $1', [same.id])
  const now = ctx.now()
  const attachment: Attachment = {
    ...{ id: newId('articleAttachment', +now), articleId, ...fields },
    ...{ createdBy, createdAt: now, uploadId: null, uploadedAt: null },
  }
  await ctx.db.rows(
    `INSERT INTO article_attachments (id, article_id, file_name, content_type, size, created_by, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [attachment.id, articleId, fields.fileName, fields.contentType, fields.size, createdBy, now],
  )
  return attachment
}

/** Takes a file away for good. Older versions may have named it: they show a gap. */
export const deleteAttachment = (ctx: Context, { id }: { readonly id: string }) =>
  inTransaction(ctx, async (ctx) => {
    const known = await findAttachment(ctx.db, id)
    if (!known || !(await loadArticle(ctx, known.articleId))) throw notFound('attachment')
    const article = await lockArticle(ctx, { id: known.articleId }, 'article.write')
    const attachment = await findAttachment(ctx.db, id) // as it is now that nobody else can change it
    if (!attachment) throw notFound('attachment')
    mayBeDetached(attachment, await namedNow(ctx, article))
    await ctx.db.rows('DELETE FROM article_attachments WHERE id = $1', [id])
    const eventCursor = attachment.uploadId ? await recordArticleEvent(ctx, ArticleEventType.DETACHED, article) : null
    return { attachment, eventCursor }
  })
