import { authorise } from '../access/rules.js'
import { Audience } from '../events/audience.js'
import { recordEvent } from '../events/event-log.js'
import { loadArticle } from '../knowledge/article.queries.js'
import { isSearchOf } from '../knowledge/search-log.store.js'
import { type Context, inTransaction } from '../platform/context.js'
import { ErrorCode, UserError, badInput, notFound } from '../platform/errors.js'
import { text } from '../platform/input.js'

/**
 * What came of a search of the knowledge base: an article solved it, and nobody had to be asked; or it was reported all
 * the same. A search has one outcome, and whoever searched decides it.
 */

export const SEARCH_SOLVED = 'search.solved'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Their own search. Errors: BAD_USER_INPUT when it is no id of one; NOT_FOUND when it is none of theirs. */
async function ownSearch(ctx: Context, value: string): Promise<string> {
  if (!UUID.test(value)) throw badInput('searchId', 'This is no id of a search; every search answers its own.')
  const searchId = value.toLowerCase()
  if (!(await isSearchOf(ctx.db, searchId, ctx.actor.id))) throw notFound('search', 'searchId')
  return searchId
}

export interface SearchSolved {
  readonly searchId: string
  readonly articleId: string
}

/** Saying it again, or of another article, is saying it once. Errors: NOT_FOUND; CONFLICT once it has been reported. */
export const solveSearch = (ctx: Context, input: SearchSolved) =>
  inTransaction(ctx, async (ctx) => {
    authorise(ctx.actor, 'search.decide')
    const searchId = await ownSearch(ctx, input.searchId)
    const articleId = text('articleId', input.articleId, { maximum: 40 })
    if (!(await loadArticle(ctx, articleId))) throw notFound('article', 'articleId')
    await ctx.db.lock(`${ctx.actor.id} ${searchId}`)
    const known = await ctx.db.row<{ requestId: string | null }>(
      'SELECT request_id AS "requestId" FROM search_outcomes WHERE user_id = $1 AND search_id = $2',
      [ctx.actor.id, searchId],
    )
    if (known?.requestId)
      throw new UserError(
        ErrorCode.CONFLICT,
        'It has been reported after this search; take the request back.',
        'searchId',
      )
    await ctx.db.rows(
      `INSERT INTO search_outcomes (user_id, search_id, article_id, decided_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (user_id, search_id) DO UPDATE SET article_id = $3, decided_at = $4`,
      [ctx.actor.id, searchId, articleId, ctx.now()],
    )
    const eventCursor = await recordEvent(ctx, {
      ...{ type: SEARCH_SOLVED, subject: articleId, incidentId: null, audience: Audience.INTERNAL },
      payload: { searchId, articleId },
    })
    return { eventCursor }
  })

/** Whoever searched reports it all the same, whatever they said before. Errors: BAD_USER_INPUT, NOT_FOUND, CONFLICT. */
export async function reportAfterSearch(ctx: Context, search: string, requestId: string): Promise<void> {
  const searchId = await ownSearch(ctx, search)
  const decided = await ctx.db.row(
    `INSERT INTO search_outcomes AS o (user_id, search_id, request_id, decided_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (user_id, search_id) DO UPDATE SET request_id = $3, decided_at = $4 WHERE o.request_id IS NULL
     RETURNING 1`,
    [ctx.actor.id, searchId, requestId, ctx.now()],
  )
  if (!decided)
    throw new UserError(ErrorCode.CONFLICT, 'Something has been reported after this search already.', 'searchId')
}
