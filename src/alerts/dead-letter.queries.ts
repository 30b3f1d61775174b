import { allows, authorise } from '../access/rules.js'
import type { Context } from '../platform/context.js'
import { selectList } from '../platform/database.js'
import { byId, defineLoader } from '../platform/loader.js'
import { type ForwardArgs, type Listing, type Page, page } from '../platform/paging.js'
import type { DeadLetter } from './dead-letter.js'

const DEAD_LETTER_COLUMNS = selectList('d', [
  ...['id', 'integrationId', 'contentType', 'size', 'field', 'message', 'receivedAt', 'replayedAt'],
])

/** Null unless the viewer may read the configuration. */
export const loadDeadLetter = defineLoader(async (ctx, ids: readonly string[]) =>
  byId(
    allows(ctx.actor, 'configuration.read')
      ? await ctx.db.rows<DeadLetter>(
          `SELECT ${DEAD_LETTER_COLUMNS} FROM dead_letters d WHERE d.id = ANY($1::text[])`,
          [ids],
        )
      : [],
  ),
)

/** Read only where it is asked for: bodies are large. */
export const loadDeadLetterBody = defineLoader(
  async (ctx, ids: readonly string[]) =>
    new Map(
      (
        await ctx.db.rows<{ id: string; body: Buffer }>(
          'SELECT id, body FROM dead_letters WHERE id = ANY($1::text[])',
          [ids],
        )
      ).map(({ id, body }) => [id, body]),
    ),
)

const NEWEST: Listing<DeadLetter> = {
  columns: DEAD_LETTER_COLUMNS,
  from: 'dead_letters d',
  order: [
    { sql: 'd.received_at', of: ({ receivedAt }) => receivedAt, type: 'timestamptz' },
    { sql: 'd.id', of: ({ id }) => id, type: 'text' },
  ],
  descending: true,
}

/** Errors: FORBIDDEN. */
export function deadLetterPage(
  ctx: Context,
  args: ForwardArgs,
  filter?: { readonly integrationId?: string | null } | null,
): Promise<Page<DeadLetter>> {
  authorise(ctx.actor, 'configuration.read')
  const integrationId = filter?.integrationId
  return page(ctx, NEWEST, args, integrationId ? [(bind) => `d.integration_id = ${bind(integrationId)}`] : [])
}
