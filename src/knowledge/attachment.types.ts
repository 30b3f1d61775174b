import { Field, ID, InputType, Int, ObjectType } from 'type-graphql'
import { RecordedPayload } from '../incidents/incident.types.js'
import { Payload } from '../platform/graphql.js'
import { DateTime } from '../platform/scalars.js'
import type { AttachmentCreate } from './attachment.commands.js'

const TEXTS = {
  fileName:
    'Up to 120 characters, unique within the article. Its text names the file so: `![Plan](attachment:plan.png)`.',
  contentType: 'Such as image/png or application/pdf. What is not on the list of the server is refused.',
  size: 'Bytes: at most 10,485,760.',
}

@ObjectType('ArticleAttachment', {
  simpleResolvers: true,
  description: 'A file that belongs to an article. Its bytes never change.',
})
export class AttachmentType {
  @Field(() => ID, { description: 'To take it away by.' })
  id: string
  @Field(() => String, { description: TEXTS.fileName })
  fileName: string
  @Field(() => String, { description: 'What it is, such as image/png.' })
  contentType: string
  @Field(() => Int, { description: 'Bytes.' })
  size: number
  @Field(() => DateTime, { nullable: true, description: 'When its bytes came; null until they have.' })
  uploadedAt: Date | null
}

@ObjectType({ simpleResolvers: true, description: 'Where the bytes of a file are to be put.' })
export class AttachmentUpload {
  @Field(() => String, {
    description: 'PUT the bytes here, without a sign-in; 204 says that they are there. Whoever has it may.',
  })
  url: string
  @Field(() => DateTime, { description: 'When it ends.' })
  expiresAt: Date
}

@ObjectType({ simpleResolvers: true, description: 'What announcing a file answers.' })
export class ArticleAttachmentUploadPayload extends Payload {
  @Field(() => AttachmentType, { nullable: true, description: 'The file. It is there once its bytes have come.' })
  attachment: AttachmentType | null
  @Field(() => AttachmentUpload, { nullable: true, description: 'Where to put its bytes.' })
  upload: AttachmentUpload | null
}

@ObjectType({ simpleResolvers: true, description: 'What taking a file away answers.' })
export class ArticleAttachmentPayload extends RecordedPayload {
  @Field(() => AttachmentType, { nullable: true, description: 'As it was.' })
  attachment: AttachmentType | null
}

@InputType({ description: 'To attach a file to an article: at most 50.' })
export class ArticleAttachmentCreateInput implements AttachmentCreate {
  @Field(() => ID, { description: 'The article.' })
  articleId: string
  @Field(() => String, { description: TEXTS.fileName })
  fileName: string
  @Field(() => String, { description: TEXTS.contentType })
  contentType: string
  @Field(() => Int, { description: TEXTS.size })
  size: number
}

@InputType({ description: 'To take a file away from an article whose text does not name it.' })
export class ArticleAttachmentDeleteInput {
  @Field(() => ID, { description: 'The file.' })
  id: string
}
