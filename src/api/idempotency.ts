import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'
import type { ExecutionResult } from 'graphql'
import { type Context, inTransaction } from '../platform/context.js'
import { ErrorCode, UserError, badInput } from '../platform/errors.js'

/**
 * The same key and request have one effect and one answer, under concurrency and across a crash: the mutation runs in
 * the transaction that keeps its answer, behind a lock of the key. Answers are kept for a day. One may hold a secret
 * that is shown once, so it is sealed with the idempotency key, of which the database keeps only the hash.
 */
export const KEPT_FOR = 24 * 60 * 60 * 1000 // milliseconds

/** From the `Idempotency-Key` header or `extensions.idempotencyKey`. Errors: BAD_REQUEST when it is no text. */
export function idempotencyKeyOf(header: unknown, extensions: unknown): string | null {
  const key = header ?? (extensions as Record<string, unknown> | null | undefined)?.['idempotencyKey'] ?? null
  if (key === null || typeof key === 'string') return key
  throw new UserError(ErrorCode.BAD_REQUEST, '`extensions.idempotencyKey` must be a string.', 'idempotencyKey')
}

interface RepeatableRequest {
  readonly query: string
  readonly operationName: string | undefined
  readonly variables: object
}

/** Errors: BAD_USER_INPUT for a key that is none, IDEMPOTENCY_MISMATCH when it was used with another request. */
export async function once(
  ctx: Context,
  key: string,
  { query, operationName, variables }: RepeatableRequest,
  run: (ctx: Context) => Promise<ExecutionResult>,
): Promise<ExecutionResult> {
  if (!/^[\x20-\x7e]{1,255}$/.test(key))
    throw badInput('idempotencyKey', 'Must have 1 to 255 characters, printable ASCII all of them.')
  const keyHash = sha256(JSON.stringify([ctx.actor.tokenId, key])) // another token may have other scopes
  const requestHash = sha256(JSON.stringify([query, operationName ?? null, variables]))
  return inTransaction(ctx, async (ctx) => {
    await ctx.db.lock(`idempotency ${ctx.actor.id} ${ctx.actor.tokenId} ${key}`)
    const known = await ctx.db.row<{ requestHash: Buffer; answer: Buffer }>(
      `SELECT request_hash AS "requestHash", answer FROM idempotency_keys
        WHERE actor_id = $1 AND key_hash = $2 AND created_at > $3`,
      [ctx.actor.id, keyHash, new Date(ctx.now().getTime() - KEPT_FOR)],
    )
    if (known) {
      if (known.requestHash.equals(requestHash)) return unseal(known.answer, key)
      throw new UserError(ErrorCode.IDEMPOTENCY_MISMATCH, 'This idempotency key was used before with another request.')
    }
    const answer = await run(ctx)
    await ctx.db.rows(
      `INSERT INTO idempotency_keys (actor_id, key_hash, request_hash, answer, created_at) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (actor_id, key_hash) DO UPDATE SET request_hash = $3, answer = $4, created_at = $5`,
      [ctx.actor.id, keyHash, requestHash, seal(answer, key), ctx.now()],
    )
    return answer
  })
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest()

const CIPHER = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16

const sealingKey = (key: string, nonce: Buffer) => Buffer.from(hkdfSync('sha256', key, nonce, 'tocsin answer', 32))

/** Nonce, authentication tag, ciphertext. */
function seal(answer: ExecutionResult, key: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(CIPHER, sealingKey(key, nonce), nonce)
  const text = Buffer.concat([cipher.update(JSON.stringify(answer)), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), text])
}

function unseal(sealed: Buffer, key: string): ExecutionResult {
  const nonce = sealed.subarray(0, NONCE_BYTES)
  const decipher = createDecipheriv(CIPHER, sealingKey(key, nonce), nonce)
  decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
  const text = Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()])
  return JSON.parse(text.toString()) as ExecutionResult
}
