import { Database } from '../../src/platform/database.js'
import { SYSTEM } from '../../src/platform/actor.js'
import { inTransaction } from '../../src/platform/context.js'
import { findArticle } from '../../src/knowledge/article.queries.js'
import { readForIndex, writeIndex } from '../../src/knowledge/search-index.store.js'
import { openSource } from '../support/postgres.js'

/** Indexes some articles as publishing them does, and throws when that is not what is there. */
export async function compareIndex(url: string): Promise<void> {
  const source = await openSource(url)
  const ctx = { actor: SYSTEM, db: Database.of(source), now: () => new Date() }
  const read = () =>
    ctx.db.rows<{ articleId: string }>(
      `SELECT article_id AS "articleId", t::text AS row, (SELECT count(*) FROM article_words) AS words,
              (SELECT json_agg(l ORDER BY lexeme)::text FROM article_lexemes l WHERE l.lexeme = ANY(tsvector_to_array(t.document))) AS lexemes
         FROM article_texts t WHERE article_id LIKE '%999' ORDER BY 1 LIMIT 10`,
    )
  const made = await read()
  await inTransaction(ctx, async (ctx) => {
    for (const { articleId } of made) {
      const article = (await findArticle(ctx.db, articleId))!
      await writeIndex(ctx, articleId, await readForIndex(ctx, article, article.publishedVersion!))
    }
  })
  const indexed = await read()
  await source.destroy()
  for (const [number, row] of made.entries())
    for (const [column, value] of Object.entries(row)) {
      const other = indexed[number]![column as keyof typeof row]
      if (other !== value)
        throw new Error(`Publishing indexes otherwise: ${row.articleId}, ${column}\n${value}\n${other}`)
    }
}
