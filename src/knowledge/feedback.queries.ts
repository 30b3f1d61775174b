import { definePages } from '../platform/child-pages.js'
import { type Database, selectList } from '../platform/database.js'
import { defineLoader } from '../platform/loader.js'
import { seesBehind } from './article.queries.js'
import type { Feedback } from './feedback.js'

const FEEDBACK_COLUMNS = selectList('f', [
  ...['articleId', 'userId', 'number', 'helpful', 'reason', 'comment', 'givenAt'],
])

/** Without a look at access. */
export const findFeedback = (db: Database, articleId: string, userId: string): Promise<Feedback | null> =>
  db.row(`SELECT ${FEEDBACK_COLUMNS} FROM article_feedback f WHERE f.article_id = $1 AND f.user_id = $2`, [
    articleId,
    userId,
  ])

/** The viewer's own, by article. */
export const loadOwnFeedback = defineLoader(async (ctx, articleIds: readonly string[]) => {
  const rows = await ctx.db.rows<Feedback>(
    `SELECT ${FEEDBACK_COLUMNS} FROM article_feedback f WHERE f.user_id = $1 AND f.article_id = ANY($2::text[])`,
    [ctx.actor.id, articleIds],
  )
  return new Map(rows.map((row) => [row.articleId, row]))
})

/** Newest first; none but for those who see behind an article. */
export const feedbackPage = definePages<Feedback>({
  columns: FEEDBACK_COLUMNS,
  from: 'article_feedback f',
  parent: 'f.article_id',
  order: [
    { sql: 'f.given_at', of: ({ givenAt }) => givenAt, type: 'timestamptz' },
    { sql: 'f.user_id', of: ({ userId }) => userId, type: 'text' },
  ],
  descending: true,
  visible: (ctx) => () => (seesBehind(ctx.actor) ? 'true' : 'false'),
})

export interface Tally {
  readonly helpful: number
  readonly unhelpful: number
}

/** For articles that the viewer reads. */
export const loadTally = defineLoader(async (ctx, ids: readonly string[]) => {
  const rows = await ctx.db.rows<Tally & { id: string }>(
    `SELECT a.id, a.helpful_count AS helpful, a.unhelpful_count AS unhelpful FROM articles a WHERE a.id = ANY($1::text[])`,
    [ids],
  )
  return new Map(rows.map((row) => [row.id, row]))
})
