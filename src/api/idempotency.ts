import { createHash } from 'node:crypto'
import type { ExecutionResult } from 'graphql'
import { type Context, inTransaction } from '../platform/context.js'
import { ErrorCode, UserError, badInput } from '../platform/errors.js'

/**
 * The same key and request have one effect and one answer, under concurrency and across a crash: the mutation runs in
 * the transaction that keeps its answer, behind a lock of the key. Answers are kept for a day.
 */
export const KEPT_FOR = 24 * 60 * 60 * 1000 // milliseconds

export async function once(
  ctx: Context,
  key: string,
  request: { query: string; operationName: string | undefined; variables: object },
  run: (ctx: Context) => Promise<ExecutionResult>,
): Promise<ExecutionResult> {
  if (key.length < 1 || key.length > 255) throw badInput('idempotencyKey', 'Must have 1 to 255 characters.')
  const hash = createHash('sha256')
    .update(JSON.stringify([request.query, request.operationName ?? null, request.variables]))
    .digest()
  return inTransaction(ctx, async (ctx) => {
    await ctx.db.lock(`idempotency ${ctx.actor.id} ${key}`)
    const known = await ctx.db.row<{ hash: Buffer; response: ExecutionResult }>(
      'SELECT request_hash AS hash, response FROM idempotency_keys WHERE actor_id = $1 AND key = $2',
      [ctx.actor.id, key],
    )
    if (known) {
      if (known.hash.equals(hash)) return known.response
      throw new UserError(ErrorCode.IDEMPOTENCY_MISMATCH, 'This idempotency key was used before with another request.')
    }
    const response = await run(ctx)
    await ctx.db.rows(
      'INSERT INTO idempotency_keys (actor_id, key, request_hash, response, created_at) VALUES ($1, $2, $3, $4, $5)',
      [ctx.actor.id, key, hash, JSON.stringify(response), ctx.now()],
    )
    return response
  })
}
