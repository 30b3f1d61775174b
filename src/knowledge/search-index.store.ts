import type { Context } from '../platform/context.js'
import type { Database } from '../platform/database.js'
import type { Article } from './article.js'
import { findVersion } from './article.queries.js'
import { plainTextOf } from './markdown.js'
import { configurationOf, searchable } from './search-words.js'

/**
 * Keeps what the search reads: of every published article what it says, and of how many articles each word is. It is
 * written in the transaction that publishes, so what is read is found, and what is not is not.
 */

/** Of a body, as much as is shown of where something was found. */
const SHOWN = 50_000

/** What is to stand there of an article. */
export interface IndexEntry {
  readonly articleId: string
  readonly language: string
  readonly title: string
  readonly body: string
  /** Title, headings, tags, body: as they are searched. */
  readonly parts: readonly string[]
}

/**
 * Reads a published article as the search does. It takes the time of reading Markdown, so it is done before anything is
 * written: a transaction with an id holds back every subscriber.
 */
export async function readForIndex({ db }: Context, article: Article, number: number): Promise<IndexEntry> {
  const { title, body } = (await findVersion(db, article.id, number))!
  const { headings, body: text } = plainTextOf(body)
  const tags = [...article.tags, ...article.alertNames]
  return {
    ...{ articleId: article.id, language: configurationOf(article.language), title, body: text.slice(0, SHOWN) },
    parts: [title, headings.join('\n'), tags.join('\n'), text].map(searchable),
  }
}

/** Brings the index up to an article as it was read; without an entry, it is not to be found any more. */
export async function writeIndex({ db }: Context, articleId: string, entry: IndexEntry | null): Promise<void> {
  const before = await findIndexed(db, articleId)
  if (entry) await write(db, entry)
  else await db.rows('DELETE FROM article_texts WHERE article_id = $1', [articleId])
  await countWords(db, before, await findIndexed(db, articleId))
}

async function write(db: Database, { articleId, language, title, body, parts }: IndexEntry): Promise<void> {
  await db.rows(
    `INSERT INTO article_texts (article_id, language, title, body, document, title_document)
     SELECT $1, $2::text, $3, $4,
            setweight(to_tsvector($2::text::regconfig, $5), 'A') || setweight(to_tsvector($2::text::regconfig, $6), 'B')
              || setweight(to_tsvector($2::text::regconfig, $7), 'C') || setweight(to_tsvector($2::text::regconfig, $8), 'D'),
            to_tsvector($2::text::regconfig, $5)
     ON CONFLICT (article_id) DO UPDATE SET language = excluded.language, title = excluded.title, body = excluded.body,
       document = excluded.document, title_document = excluded.title_document`,
    [articleId, language, title, body, ...parts],
  )
  await db.rows(
    `INSERT INTO article_words (word, language, lexeme)
     SELECT word, $1::text, (tsvector_to_array(to_tsvector($1::text::regconfig, word)))[1]
       FROM unnest(tsvector_to_array(to_tsvector('simple', $2))) AS word
      WHERE length(word) BETWEEN 3 AND 60 AND to_tsvector($1::text::regconfig, word) <> ''
      ORDER BY word ON CONFLICT DO NOTHING`,
    [language, parts.join('\n')],
  )
}

interface Indexed {
  readonly language: string
  readonly lexemes: readonly string[]
}

const findIndexed = (db: Database, articleId: string): Promise<Indexed | null> =>
  db.row('SELECT language, tsvector_to_array(document) AS lexemes FROM article_texts WHERE article_id = $1', [
    articleId,
  ])

/** Of how many articles a stem is; in one order, so that nobody waits in a circle. */
async function countWords(db: Database, before: Indexed | null, after: Indexed | null): Promise<void> {
  const changes = new Map<string, { language: string; lexeme: string; articles: number }>()
  const note = (indexed: Indexed | null, articles: 1 | -1) => {
    if (!indexed) return
    const { language } = indexed
    // An empty stem stands for the articles of a language.
    for (const lexeme of ['', ...indexed.lexemes]) {
      const key = `${language} ${lexeme}`
      const known = changes.get(key)
      changes.set(key, { language, lexeme, articles: (known?.articles ?? 0) + articles })
    }
  }
  note(before, -1)
  note(after, 1)
  await db.rows(
    `INSERT INTO article_lexemes AS l (language, lexeme, articles)
     SELECT language, lexeme, articles FROM json_to_recordset($1) AS c(language text, lexeme text, articles integer)
      WHERE articles <> 0 ORDER BY language, lexeme
     ON CONFLICT (language, lexeme) DO UPDATE SET articles = l.articles + excluded.articles`,
    [JSON.stringify([...changes.values()])],
  )
}
