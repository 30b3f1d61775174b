import { authorise } from '../access/rules.js'
import { type Context, inTransaction } from '../platform/context.js'
import { ErrorCode, UserError, badInput, notFound } from '../platform/errors.js'
import { addJobs } from '../platform/jobs.js'
import { forgetLoaded } from '../platform/loader.js'
import { findMessage } from './message.queries.js'
import { lockMessages, notificationsOf, replayMessages } from './message.store.js'
import { MessageState } from './message.js'
import { NotificationEventType, recordNotificationEvent } from './notification-event.js'
import { MESSAGE_SEND } from './notification.jobs.js'

/** Tries a message again that was given up, as often as a new one. What was withdrawn meanwhile is not in it. */
export const replayMessage = (ctx: Context, { id }: { readonly id: string }) =>
  inTransaction(ctx, async (ctx) => {
    if (!(await findMessage(ctx, id))) throw notFound('message')
    authorise(ctx.actor, 'configure')
    const [message] = await lockMessages(ctx, [id])
    if (message!.state !== MessageState.DEAD)
      throw new UserError(
        ErrorCode.INVALID_TRANSITION,
        `It is ${message!.state}: only a dead message is replayed.`,
        'id',
      )
    if (!message!.inUse) throw badInput('id', 'Its contact point is no longer in use.')
    if ((await notificationsOf(ctx, [id])).length === 0) throw badInput('id', 'All that it carries has been withdrawn.')
    await replayMessages(ctx, [id])
    await addJobs(ctx, [{ task: MESSAGE_SEND, id, at: ctx.now() }])
    await recordNotificationEvent(ctx, NotificationEventType.MESSAGE_REPLAYED, id, {})
    forgetLoaded(ctx)
    return { message: await findMessage(ctx, id) }
  })
