import type { Context } from '../platform/context.js'
import type { Database } from '../platform/database.js'

/** What people looked for: kept as long as events are, to learn what is missing. */

/** A search does not wait for the disk: a crash may lose the last ones. */
export const logSearch = ({ db, actor, now }: Context, id: string, text: string, count: number) =>
  db.rows(
    `INSERT INTO article_searches (id, user_id, text, result_count, searched_at)
     SELECT $1, u.id, $3, $4, $5 FROM users u, set_config('synchronous_commit', 'off', true) WHERE u.id = $2`,
    [id, actor.id, text, count, now()],
  )

export const isSearchOf = async (db: Database, id: string, userId: string): Promise<boolean> =>
  (await db.row('SELECT 1 FROM article_searches WHERE id = $1 AND user_id = $2', [id, userId])) !== null

/** Forgets searches of before; what came of one is counted as long as it is kept. */
export const tidySearches = (db: Database, before: Date) =>
  db.rows(
    `DELETE FROM article_searches s WHERE searched_at < $1
        AND NOT EXISTS (SELECT FROM search_outcomes o WHERE o.search_id = s.id)`,
    [before],
  )
