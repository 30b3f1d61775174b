import { createHash } from 'node:crypto'
import pg from 'pg'
import { hashOf } from '../../src/access/secret.js'
import { Chance } from '../../src/demo/chance.js'
import { plainTextOf } from '../../src/knowledge/markdown.js'
import { searchable } from '../../src/knowledge/search-words.js'
import type { Runbook } from '../support/runbooks.js'

/**
 * Many articles out of few: each has the title and some sections of several real ones, and a name of its own, such as
 * services and machines have, put together from halves of their words. So there are as many words as in a large
 * knowledge base, and common ones are in thousands of articles.
 */

export const VIEWER_TOKEN = `toc_${'0'.repeat(40)}`

export interface Section {
  readonly headings: readonly string[]
  readonly markdown: string
  /** What can be read of it, without the headings. */
  readonly text: string
}

export interface Corpus {
  readonly titles: readonly string[]
  readonly sections: readonly Section[]
  /** Halves of words, of which names are made. */
  readonly beginnings: readonly string[]
  readonly ends: readonly string[]
}

export function corpusOf(runbooks: readonly Runbook[]): Corpus {
  const sections = runbooks.flatMap(({ body }) =>
    body.split(/^(?=#{1,6} )/m).map((markdown) => {
      const { headings, body: text } = plainTextOf(markdown)
      return { headings, markdown: `${markdown.trim()}\n`, text }
    }),
  )
  const words = new Set(sections.flatMap(({ text }) => text.toLowerCase().match(/\b[a-z]{7,12}\b/g) ?? []))
  const sorted = [...words].toSorted()
  return {
    titles: runbooks.map(({ title }) => title),
    sections: sections.filter(({ text }) => text.length > 80),
    beginnings: [...new Set(sorted.map((word) => word.slice(0, 4)))],
    ends: [...new Set(sorted.map((word) => word.slice(-4)))],
  }
}

export interface MadeArticle {
  readonly title: string
  readonly headings: readonly string[]
  readonly markdown: string
  readonly text: string
  readonly tags: readonly string[]
}

/** Always the same for the same number. */
export function articleAt(corpus: Corpus, number: number): MadeArticle {
  const chance = new Chance(number)
  const sections = Array.from({ length: 3 + Math.floor(chance.next() * 4) }, () => chance.pick(corpus.sections))
  const name = nameOf(corpus, chance)
  return {
    title: `${chance.pick(corpus.titles)} on ${name}`,
    headings: sections.flatMap(({ headings }) => headings),
    markdown: sections.map(({ markdown }) => markdown).join('\n'),
    text: sections.map(({ text }) => text).join('\n'),
    tags: [name],
  }
}

/** The name that the article of this number has in its title. */
export const nameAt = (corpus: Corpus, number: number): string => articleAt(corpus, number).tags[0]!

const nameOf = ({ beginnings, ends }: Corpus, chance: Chance) =>
  `${chance.pick(beginnings)}${chance.pick(ends)}-${chance.pick(beginnings)}${chance.pick(ends)}`

const id = (prefix: string, number: string) => `'${prefix}_' || lpad((${number})::text, 26, '0')`

/** The viewer is a responder of one of ten teams: an article in a hundred is for teams of others. */
const PEOPLE = [
  `INSERT INTO teams (id, name, created_at) SELECT ${id('team', 'n')}, 'Team ' || n, now() FROM generate_series(0, 9) n`,
  `INSERT INTO users (id, name, email, role, created_at, updated_at)
   VALUES (${id('usr', '0')}, 'Ada', 'ada@example.com', 'RESPONDER', now(), now())`,
  `INSERT INTO team_members (team_id, user_id) VALUES (${id('team', '1')}, ${id('usr', '0')})`,
  `INSERT INTO api_tokens (id, user_id, name, prefix, hash, scopes, created_at)
   VALUES (${id('tok', '0')}, ${id('usr', '0')}, 'benchmark', 'toc_0000', '\\x${hashOf(VIEWER_TOKEN).toString('hex')}', '{READ,WRITE}', now())`,
  `INSERT INTO services (id, name, created_at) SELECT ${id('svc', 'n')}, 'Service ' || n, now() FROM generate_series(0, 49) n`,
  `INSERT INTO article_categories (id, name, created_at, updated_at, version)
   SELECT ${id('cat', 'n')}, 'Category ' || n, now(), now(), 1 FROM generate_series(0, 19) n`,
]

const ARTICLES = `
  INSERT INTO articles (id, number, kind, status, title, language, audience, team_id, category_id, tags, service_ids, alert_names, runbook_urls,
                        latest_version, published_version, published_at, created_at, updated_at, version, helpful_count, unhelpful_count)
  SELECT ${id('art', 'n')}, n, (ARRAY['HOW_TO', 'RUNBOOK', 'KNOWN_ERROR', 'FAQ', 'POLICY'])[1 + n * 7 % 5], 'PUBLISHED', title, 'en',
         (ARRAY['PUBLIC', 'PUBLIC', 'INTERNAL', 'PUBLIC', CASE WHEN n % 50 = 4 THEN 'TEAM' ELSE 'INTERNAL' END])[1 + n % 5],
         CASE WHEN n % 50 = 4 THEN ${id('team', 'n / 50 % 10')} END, ${id('cat', 'n * 3 % 20')}, ARRAY[tag], ARRAY[${id('svc', 'n % 50')}],
         '{}', '{}', 1, 1, moment, moment, moment, 3, n * 13 % 40, n * 17 % 9
    FROM (SELECT *, now() - n % 1500 * interval '1 day' AS moment
            FROM unnest($1::integer[], $2::text[], $3::text[]) AS a(n, title, tag)) a`

const VERSIONS = `
  INSERT INTO article_versions (id, article_id, number, title, body, author_kind, author_id, created_at)
  SELECT ${id('arv', 'n')}, ${id('art', 'n')}, 1, title, body, 'USER', ${id('usr', '0')}, now()
    FROM unnest($1::integer[], $2::text[], $3::text[]) AS a(n, title, body)`

/** What publishing them one by one makes of them, for all at once: `compareIndex` shows that it is the same. */
const TEXTS = `
  INSERT INTO article_texts (article_id, language, title, body, document, title_document)
  SELECT ${id('art', 'n')}, 'english', title, body,
         setweight(to_tsvector('english', words), 'A') || setweight(to_tsvector('english', headings), 'B')
           || setweight(to_tsvector('english', tags), 'C') || setweight(to_tsvector('english', text), 'D'),
         to_tsvector('english', words)
    FROM unnest($1::integer[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
      AS a(n, title, body, words, headings, tags, text)`

const LEXEMES = `
  INSERT INTO article_lexemes (language, lexeme, articles)
  SELECT 'english', word, ndoc FROM ts_stat('SELECT document FROM article_texts')
  UNION ALL SELECT 'english', '', count(*) FROM article_texts`

/** All the words of the sections, titles and names: there are no others. */
const WORDS = `
  INSERT INTO article_words (word, language, lexeme)
  SELECT DISTINCT word, 'english', (tsvector_to_array(to_tsvector('english', word)))[1]
    FROM unnest($1::text[]) AS t(text), unnest(tsvector_to_array(to_tsvector('simple', text))) AS word
   WHERE length(word) BETWEEN 3 AND 60 AND to_tsvector('english', word) <> ''`

/** Other data need another database. */
export const recipeOf = (corpus: Corpus, size: number, migrations: readonly object[]): string =>
  createHash('sha256')
    .update(JSON.stringify([corpus, size, PEOPLE, ARTICLES, VERSIONS, TEXTS, LEXEMES, WORDS]))
    .update(String(articleAt) + String(nameOf) + String(searchable))
    .update(migrations.map(String).join('\n'))
    .digest('hex')
    .slice(0, 12)

const BATCH = 1_000

/** Fills the database, unless it has been filled. */
export async function seedArticles(url: string, corpus: Corpus, size: number): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    const { rows } = await client.query<{ seeded: string | null }>(`SELECT to_regclass('seeded')::text AS seeded`)
    if (!rows[0]!.seeded) await fill(client, corpus, size)
  } finally {
    await client.end()
  }
}

async function fill(client: pg.Client, corpus: Corpus, size: number): Promise<void> {
  for (const statement of PEOPLE) await client.query(statement)
  const indexes = await dropIndexes(client)
  for (let from = 1; from <= size; from += BATCH) await insert(client, corpus, from, Math.min(from + BATCH, size + 1))
  const names = Array.from({ length: size }, (_, index) => nameAt(corpus, index + 1))
  const words = corpus.sections.flatMap(({ headings, text }) => [...headings, text])
  await client.query(LEXEMES)
  await client.query(WORDS, [[...words, ...corpus.titles, 'on', ...names].map(searchable)])
  for (const index of indexes) await client.query(index)
  await client.query(`SELECT setval(pg_get_serial_sequence('articles', 'number'), $1)`, [size])
  await client.query('VACUUM ANALYZE')
  await client.query('CREATE TABLE seeded (done boolean)')
}

/** An index is made faster of all rows than row by row. */
async function dropIndexes(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `SELECT indexname AS name, indexdef AS definition FROM pg_indexes
      WHERE tablename IN ('article_texts', 'article_words') AND indexdef LIKE '%USING gin%'`,
  )
  for (const { name } of rows) await client.query(`DROP INDEX ${name}`)
  return rows.map(({ definition }) => definition)
}

async function insert(client: pg.Client, corpus: Corpus, from: number, until: number): Promise<void> {
  const numbers = Array.from({ length: until - from }, (_, index) => from + index)
  const articles = numbers.map((number) => articleAt(corpus, number))
  const column = (of: (article: MadeArticle) => string) => articles.map(of)
  const titles = column(({ title }) => title)
  await client.query(ARTICLES, [numbers, titles, column(({ tags }) => tags[0]!)])
  await client.query(VERSIONS, [numbers, titles, column(({ markdown }) => markdown)])
  await client.query(TEXTS, [
    ...[numbers, titles, column(({ text }) => text), titles.map(searchable)],
    column(({ headings }) => searchable(headings.join('\n'))),
    ...[column(({ tags }) => searchable(tags.join('\n'))), column(({ text }) => searchable(text))],
  ])
}
