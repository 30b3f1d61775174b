import { authorise } from '../access/rules.js'
import { integrationActor } from '../platform/actor.js'
import { type Context, inTransaction } from '../platform/context.js'
import type { ReportingKind } from '../responders/integration.entity.js'
import { ErrorCode, UserError, badInput, notFound } from '../platform/errors.js'
import { newId } from '../platform/id.js'
import { forgetLoaded } from '../platform/loader.js'
import { receiveReports } from './alert.commands.js'
import { BODY_KEPT, LETTERS_KEPT, isWhole } from './dead-letter.js'
import { loadDeadLetter, loadDeadLetterBody } from './dead-letter.queries.js'
import { UnacceptableBody, decodeBody } from './intake/body.js'
import { TOOLS } from './intake/tool.js'
import { findSender } from './sender.js'
import type { Sender } from './signal.js'

/** Keeps what could not be accepted, and lets the oldest of its sender go. It is no event: nothing has happened. */
export const keepDeadLetter = (
  ctx: Context,
  sender: Sender,
  { body: sent, contentType, problem }: { body: Buffer; contentType: string; problem: UnacceptableBody },
) =>
  inTransaction(ctx, async (ctx) => {
    const body = withoutKey(sent)
    await ctx.db.lock(`dead letters ${sender.id}`)
    const now = ctx.now()
    await ctx.db.rows(
      `INSERT INTO dead_letters (id, integration_id, content_type, body, size, field, message, received_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        newId('deadLetter', now.getTime()),
        sender.id,
        contentType,
        body.subarray(0, BODY_KEPT),
        body.length,
        problem.field,
        problem.message,
        now,
      ],
    )
    await ctx.db.rows(
      `DELETE FROM dead_letters WHERE id IN (
         SELECT id FROM dead_letters WHERE integration_id = $1 ORDER BY received_at DESC, id DESC OFFSET $2)`,
      [sender.id, LETTERS_KEPT],
    )
  })

/**
 * Reads the body again as its integration is set up today, and takes it if that works now. Errors: BAD_USER_INPUT saying
 * what is still wrong, CONFLICT when it was replayed before.
 */
export const replayDeadLetter = (ctx: Context, { id }: { readonly id: string }) =>
  inTransaction(ctx, async (ctx) => {
    await ctx.db.lock(id)
    const letter = await loadDeadLetter(ctx, id)
    if (!letter) throw notFound('dead letter')
    authorise(ctx.actor, 'configure')
    if (letter.replayedAt)
      throw new UserError(ErrorCode.CONFLICT, `It was replayed on ${letter.replayedAt.toISOString()}.`, 'id')
    if (!isWhole(letter))
      throw badInput('id', `Only the first ${BODY_KEPT} of its ${letter.size} bytes have been kept.`)
    const sender = (await findSender(ctx.db, letter.integrationId))!
    const actor = integrationActor(sender)
    const signals = stillParsed((await loadDeadLetterBody(ctx, id))!, sender)
    await receiveReports(
      ctx,
      signals.map((signal) => ({ sender, actor, signal })),
    )
    const replayedAt = ctx.now()
    await ctx.db.rows('UPDATE dead_letters SET replayed_at = $2 WHERE id = $1', [id, replayedAt])
    forgetLoaded(ctx)
    return { deadLetter: { ...letter, replayedAt } }
  })

/** PagerDuty's senders put the key of the integration into the body: it is a secret, and no replay needs it. */
const withoutKey = (body: Buffer): Buffer =>
  Buffer.from(body.toString('latin1').replace(/("routing_key"\s*:\s*")[^"]*/g, '$1(hidden)'), 'latin1')

function stillParsed(body: Buffer, sender: Sender) {
  try {
    return TOOLS[sender.kind as ReportingKind].parse(decodeBody(body), sender)
  } catch (error) {
    if (!(error instanceof UnacceptableBody)) throw error
    throw badInput('id', `It cannot be accepted today either: ${error.field ? `${error.field}: ` : ''}${error.message}`)
  }
}
