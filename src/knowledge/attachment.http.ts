import { Readable } from 'node:stream'
import cors from '@fastify/cors'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { DataSource } from 'typeorm'
import { SYSTEM } from '../platform/actor.js'
import type { Context } from '../platform/context.js'
import { Database } from '../platform/database.js'
import { type Attachment, isShownInPlace } from './attachment.js'
import { ATTACHMENT_PATH, readAddress } from './attachment-address.js'
import { findAttachment } from './attachment.queries.js'
import { UploadRefused, findUpload, readBytes, receive } from './attachment.upload.js'

/**
 * PUT takes the bytes of an attachment, GET brings them. The address is all that is asked for (see
 * `attachment-address.ts`); a wrong one is answered like any address at which nothing is served.
 */

type Route = { Params: { token: string } }

export async function serveAttachments(
  app: FastifyInstance,
  { source, now, allowedOrigins }: { source: DataSource; now: () => Date; allowedOrigins: readonly string[] },
): Promise<void> {
  const ctx: Context = { actor: SYSTEM, db: Database.of(source), now }
  await app.register(
    async (scope) => {
      await scope.register(cors, { origin: [...allowedOrigins], methods: ['GET', 'PUT'], maxAge: 600 })
      scope.removeAllContentTypeParsers()
      scope.addContentTypeParser('*', (_request, body, done) => done(null, body)) // read as it comes

      scope.put<Route>('/:token', async ({ params: { token }, headers, raw }, reply) => {
        const address = readAddress(source, 'attachment-upload', token, now())
        const upload = address && (await findUpload(ctx, address.id))
        if (!upload) return reply.callNotFound()
        const length = headers['content-length']
        const announced = { contentType: headers['content-type'], size: length === undefined ? null : Number(length) }
        try {
          await receive(ctx, upload, announced, raw)
          return reply.code(204).send()
        } catch (error) {
          return refuse(reply, raw.errored ? new UploadRefused(400, 'The upload broke off.') : error)
        }
      })

      scope.get<Route>('/:token', async ({ params: { token }, headers }, reply) => {
        const address = readAddress(source, 'attachment-download', token, now())
        const attachment = address && (await findAttachment(ctx.db, address.id))
        if (!attachment?.uploadId) return reply.callNotFound()
        const tag = `"${attachment.uploadId}"`
        void reply.headers(headersOf(attachment, Math.floor((+address!.until - +now()) / 1000))).header('etag', tag)
        if (headers['if-none-match'] === tag) return reply.code(304).send()
        return reply
          .header('content-length', attachment.size)
          .send(Readable.from(readBytes(ctx, attachment.uploadId), { objectMode: false }))
      })
    },
    { prefix: ATTACHMENT_PATH },
  )
}

/** What is left of the body is not read: the connection ends with the answer. */
function refuse(reply: FastifyReply, error: unknown): FastifyReply {
  if (!(error instanceof UploadRefused)) throw error
  return reply.code(error.status).header('connection', 'close').send({ error: error.message })
}

/** Whatever is in the file: nothing in it runs, nothing is guessed, and only pictures are shown in their place. */
const headersOf = (attachment: Attachment, secondsLeft: number): Record<string, string> => ({
  'content-type': attachment.contentType.startsWith('text/')
    ? `${attachment.contentType}; charset=utf-8`
    : attachment.contentType,
  'content-disposition': dispositionOf(attachment),
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'cross-origin',
  'referrer-policy': 'no-referrer',
  'cache-control': `private, max-age=${secondsLeft}, immutable`,
})

/** RFC 6266: the name as it is, and one of ASCII for those who do not know better. */
function dispositionOf(attachment: Attachment): string {
  const { fileName } = attachment
  const encoded = encodeURIComponent(fileName).replaceAll(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  const plain = fileName.replaceAll(/[^\x20-\x7e]/g, '_')
  return `${isShownInPlace(attachment) ? 'inline' : 'attachment'}; filename="${plain}"; filename*=UTF-8''${encoded}`
}
