import { allows, authorise } from '../access/rules.js'
import type { Context } from '../platform/context.js'
import { selectList } from '../platform/database.js'
import { byId, defineLoader, groupBy } from '../platform/loader.js'
import { type ForwardArgs, type Listing, type Page, page } from '../platform/paging.js'
import { type Message, type MessageAttempt, MessageState } from './message.js'

const COLUMNS = `${selectList('m', ['id', 'contactPointId', 'state', 'createdAt', 'endedAt'])},
  EXISTS (SELECT 1 FROM message_attempts a WHERE a.message_id = m.id AND a.possible_duplicate) AS "possibleDuplicate"`

/** For links: whoever reads a notification reads how it was sent. */
export const loadMessage = defineLoader(async (ctx, ids: readonly string[]) =>
  byId(await ctx.db.rows<Message>(`SELECT ${COLUMNS} FROM messages m WHERE m.id = ANY($1::text[])`, [ids])),
)

/** Null unless the viewer may read the configuration. */
export const findMessage = async (ctx: Context, id: string): Promise<Message | null> =>
  allows(ctx.actor, 'configuration.read') ? loadMessage(ctx, id) : null

/** In their order. */
export const loadAttempts = defineLoader(async (ctx, messageIds: readonly string[]) => {
  const columns = selectList('a', [
    ...['messageId', 'number', 'startedAt', 'endedAt', 'outcome', 'error', 'providerId', 'possibleDuplicate'],
  ])
  return groupBy(
    await ctx.db.rows<MessageAttempt>(
      `SELECT ${columns} FROM message_attempts a WHERE a.message_id = ANY($1::text[]) ORDER BY a.message_id, a.number`,
      [messageIds],
    ),
    ({ messageId }) => messageId,
  )
})

/** The ids of what a message carries, or carried before it was withdrawn. */
export const loadNotificationIds = defineLoader(async (ctx, messageIds: readonly string[]) =>
  groupBy(
    await ctx.db.rows<{ messageId: string; notificationId: string }>(
      `SELECT message_id AS "messageId", notification_id AS "notificationId" FROM deliveries
        WHERE message_id = ANY($1::text[]) ORDER BY urgency, due_at, id`,
      [messageIds],
    ),
    ({ messageId }) => messageId,
  ),
)

const NEWEST_DEAD: Listing<Message> = {
  columns: COLUMNS,
  from: 'messages m',
  order: [
    { sql: 'm.ended_at', of: ({ endedAt }) => endedAt, type: 'timestamptz' },
    { sql: 'm.id', of: ({ id }) => id, type: 'text' },
  ],
  descending: true,
}

/** Errors: FORBIDDEN. */
export function undeliverableMessagePage(ctx: Context, args: ForwardArgs): Promise<Page<Message>> {
  authorise(ctx.actor, 'configuration.read')
  return page(ctx, NEWEST_DEAD, args, [() => `m.state = '${MessageState.DEAD}'`])
}
