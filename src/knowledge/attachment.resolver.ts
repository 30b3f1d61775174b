import { Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import type { Context } from '../platform/context.js'
import { Input, Shareable, answer } from '../platform/graphql.js'
import type { Article } from './article.js'
import { ArticleType } from './article.types.js'
import { downloadAddress } from './attachment-address.js'
import { createAttachment, deleteAttachment } from './attachment.commands.js'
import type { Attachment } from './attachment.js'
import { visibleAttachments } from './attachment.queries.js'
import * as types from './attachment.types.js'
import { ArticleAttachmentPayload, ArticleAttachmentUploadPayload, AttachmentType } from './attachment.types.js'

@Resolver(() => AttachmentType)
export class AttachmentResolver {
  @Shareable()
  @FieldResolver(() => String, {
    nullable: true,
    description:
      'Where to fetch it, without a sign-in, for the next hour at least: whoever has it may. Null until its bytes have come.',
  })
  url(@Root() attachment: Attachment, @Ctx() { db, now }: Context) {
    return attachment.uploadId && downloadAddress(db.source, attachment, now())
  }

  @Mutation(() => ArticleAttachmentUploadPayload, {
    description: 'Announces a file for an article, and answers where its bytes are to be put within 15 minutes.',
  })
  articleAttachmentCreate(
    @Ctx() ctx: Context,
    @Input(() => types.ArticleAttachmentCreateInput) input: types.ArticleAttachmentCreateInput,
  ) {
    return answer(ctx, (ctx) => createAttachment(ctx, input))
  }

  @Mutation(() => ArticleAttachmentPayload, {
    description: 'Takes a file away, for good. Older versions of the article that name it show a gap.',
  })
  articleAttachmentDelete(
    @Ctx() ctx: Context,
    @Input(() => types.ArticleAttachmentDeleteInput) input: types.ArticleAttachmentDeleteInput,
  ) {
    return answer(ctx, (ctx) => deleteAttachment(ctx, input))
  }
}

@Resolver(() => ArticleType)
export class ArticleAttachmentsResolver {
  @Shareable()
  @FieldResolver(() => [AttachmentType], {
    description:
      'Its files, by name. Those who only read have those that the published text names: the others may be for a version that is still being written.',
  })
  attachments(@Root() article: Article, @Ctx() ctx: Context) {
    return visibleAttachments(ctx, article)
  }
}
