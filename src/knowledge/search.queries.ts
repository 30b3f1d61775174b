import { randomUUID } from 'node:crypto'
import type { Context } from '../platform/context.js'
import type { Database } from '../platform/database.js'
import { groupBy } from '../platform/loader.js'
import { type Condition, allOf } from '../platform/paging.js'
import { type ArticleFilter, ARTICLE_COLUMNS, filterConditions, readableArticles } from './article.queries.js'
import type { Article, ArticleKind } from './article.js'
import {
  CUT,
  MARK,
  type Match,
  MOST_LOOKED_AT,
  type Reading,
  type TextPart,
  UNMARK,
  type WeighedReading,
  candidatesOf,
  decodePlace,
  encodePlace,
  partsOf,
  questionText,
  scoreOf,
  weigh,
  wholeWeight,
} from './search.js'
import { logSearch } from './search-log.store.js'
import { distanceOf, hasOperators, quotedLexeme, typosIn, wordsOf } from './search-words.js'

/**
 * Finding articles. What the viewer may not read is left out by the statement that finds: it is neither found nor
 * counted, and a word that is mended stands in something that is theirs to read, or is not told.
 */

export interface Question {
  readonly text: string
  readonly filter?: ArticleFilter | null
  /** Of the weight of the question, how much an article must hold to be found. */
  readonly least: number
  /** Whether the last word may be half a word. */
  readonly typing: boolean
  /** Whether quotes and the like mean something: not in what somebody reports. */
  readonly operators: boolean
}

/** For what somebody looks for, and for a description in which only some of the words matter. */
const LEAST = { search: 0.3, suggestion: 0.2 }

export interface Found extends Match {
  readonly kind: ArticleKind
  readonly categoryId: string | null
  readonly serviceIds: readonly string[]
}

export interface SearchResult {
  /** Null where it was not written down. */
  readonly searchId: string | null
  readonly found: readonly (Found & { readonly score: number })[]
  readonly offset: number
  readonly hits: readonly Hit[]
  readonly readings: readonly WeighedReading[]
  readonly correction: string | null
}

export interface Hit {
  readonly article: Article
  readonly score: number
  readonly cursor: string
  readonly title: () => Promise<TextPart[]>
  readonly snippets: () => Promise<TextPart[][]>
}

export interface SearchArgs {
  readonly query: string
  readonly first: number
  readonly after?: string | null
  readonly filter?: ArticleFilter | null
}

/** Errors: BAD_USER_INPUT. */
export async function searchArticles(ctx: Context, { query, first, after, filter }: SearchArgs): Promise<SearchResult> {
  const text = questionText('query', query)
  const place = after ? decodePlace('after', after) : null
  const result = await find(ctx, { text, filter, least: LEAST.search, typing: false, operators: true })
  const searchId = place?.searchId ?? randomUUID()
  const [hits] = await Promise.all([
    hitsOf(ctx, result, place?.offset ?? 0, first, searchId),
    place ? null : logSearch(ctx, searchId, text, result.found.length),
  ])
  return { ...result, searchId, hits, offset: place?.offset ?? 0 }
}

export interface SuggestArgs {
  readonly text: string
  readonly first: number
  readonly filter?: ArticleFilter | null
}

/** A text of a report can be long; what tells most of it is looked for. */
const LONGEST_TEXT = 20_000

/** For half a word that is being typed, or for a whole report. Nothing of it is written down. Errors: BAD_USER_INPUT. */
export async function suggestArticles(ctx: Context, { text, first, filter }: SuggestArgs): Promise<SearchResult> {
  const clean = questionText('text', text, LONGEST_TEXT)
  const result = await find(ctx, {
    text: clean,
    filter,
    least: LEAST.suggestion,
    typing: !/\s$/.test(text),
    operators: false,
  })
  return { ...result, searchId: null, hits: await hitsOf(ctx, result, 0, first, null), offset: 0 }
}

type Ranked = Pick<SearchResult, 'found' | 'readings' | 'correction'>

async function find(ctx: Context, question: Question): Promise<Ranked> {
  const { db, actor } = ctx
  const words = wordsOf(question.text)
  const all = await languagesOf(db)
  const languages = [...all.keys()]
  const { readings: read, correction } = await readingsOf(db, words, languages, question.typing)
  const readings = weigh(read, all)
  const conditions = [readableArticles(actor), ...filterConditions(ctx, question.filter ?? {})]
  const found =
    question.operators && hasOperators(question.text)
      ? await findByOperators(db, question.text, languages, conditions)
      : await findByWeight(db, readings, languages, question.least, conditions)
  const now = ctx.now()
  const ranked = found
    .map((match) => ({ ...match, score: scoreOf(match, now) }))
    .sort((a, b) => b.score - a.score || (a.articleId < b.articleId ? -1 : 1))
  return { found: ranked, readings, correction: ranked.length > 0 ? correction : null }
}

/** How many articles there are of each language. */
async function languagesOf(db: Database): Promise<Map<string, number>> {
  const rows = await db.rows<{ language: string; articles: number }>(
    `SELECT language, articles FROM article_lexemes WHERE lexeme = '' AND articles > 0`,
  )
  return new Map(rows.map(({ language, articles }) => [language, articles]))
}

/** How close words are to what was typed. */
const [TYPO, BEGINNING] = [0.6, 0.7]
/** Words that begin like what is being typed, at most. */
const BEGINNINGS = 12

/** What the words may mean; and the question with its typos mended, where there were any. */
async function readingsOf(db: Database, words: readonly string[], languages: readonly string[], typing: boolean) {
  const exact = await db.rows<Omit<Reading, 'closeness'>>(
    `SELECT w.n::int - 1 AS term, l.language, l.lexeme, l.articles
       FROM unnest($2::text[]) AS s(language)
      CROSS JOIN unnest($1::text[]) WITH ORDINALITY AS w(word, n)
      CROSS JOIN LATERAL unnest(tsvector_to_array(to_tsvector(s.language::regconfig, w.word))) AS x(lexeme)
       JOIN article_lexemes l ON l.language = s.language AND l.lexeme = x.lexeme AND l.articles > 0 AND l.lexeme <> ''`,
    [words, languages],
  )
  const readings: Reading[] = exact.map((reading) => ({ ...reading, closeness: 1 }))
  const last = words.length - 1
  if (typing && last >= 0 && words[last]!.length >= 2) readings.push(...(await beginningsOf(db, words[last]!, last)))
  const known = new Set(readings.map(({ term }) => term))
  const unknown = words
    .map((word, term) => ({ word, term }))
    .filter(({ word, term }) => !known.has(term) && typosIn(word) > 0)
  const mended = unknown.length > 0 ? await mend(db, unknown) : []
  readings.push(...mended.map(({ word: _, ...reading }) => reading))
  const correction =
    mended.length > 0
      ? words.map((word, term) => mended.find((other) => other.term === term)?.word ?? word).join(' ')
      : null
  return { readings, correction }
}

const beginningsOf = async (db: Database, word: string, term: number): Promise<Reading[]> =>
  (
    await db.rows<Omit<Reading, 'term' | 'closeness'>>(
      `SELECT l.language, l.lexeme, l.articles FROM (
         SELECT DISTINCT language, lexeme FROM article_words WHERE word LIKE $1) w
         JOIN article_lexemes l USING (language, lexeme) WHERE l.articles > 0
        ORDER BY l.articles DESC, l.lexeme LIMIT $2`,
      [`${word}%`, BEGINNINGS],
    )
  ).map((reading) => ({ ...reading, term, closeness: BEGINNING }))

/** For each unknown word, the known ones that are fewest letters away. */
async function mend(db: Database, unknown: readonly { word: string; term: number }[]) {
  const alike = await db.rows<Omit<Reading, 'closeness'> & { word: string }>(
    `SELECT u.term, a.word, l.language, l.lexeme, l.articles
       FROM unnest($1::text[], $2::integer[]) AS u(word, term)
      CROSS JOIN LATERAL (SELECT word, language, lexeme FROM article_words w
                           WHERE w.word % u.word AND length(w.word) BETWEEN length(u.word) - 2 AND length(u.word) + 2
                           ORDER BY similarity(w.word, u.word) DESC LIMIT 40) a
       JOIN article_lexemes l ON l.language = a.language AND l.lexeme = a.lexeme AND l.articles > 0`,
    [unknown.map(({ word }) => word), unknown.map(({ term }) => term)],
  )
  return unknown.flatMap(({ word, term }) => {
    const near = alike
      .filter((other) => other.term === term)
      .map((other) => ({ ...other, distance: distanceOf(word, other.word, typosIn(word)) }))
    const least = Math.min(...near.map(({ distance }) => distance))
    if (least === Infinity) return []
    return near
      .filter(({ distance }) => distance === least)
      .sort((a, b) => b.articles - a.articles)
      .slice(0, 5)
      .map(({ distance: _, ...reading }) => ({ ...reading, closeness: TYPO }))
  })
}

const FOUND = `a.id AS "articleId", a.kind, a.category_id AS "categoryId", a.service_ids AS "serviceIds",
  a.helpful_count AS helpful, a.unhelpful_count AS unhelpful, a.published_at AS "publishedAt"`

/** Where a word stands: body, tags, headings, title. */
const WEIGHTS = `'{0.25, 0.5, 0.6, 1.0}'`

async function findByWeight(
  db: Database,
  readings: readonly WeighedReading[],
  languages: readonly string[],
  least: number,
  conditions: readonly Condition[],
): Promise<Found[]> {
  const looks = languages.flatMap((language) => {
    const its = readings.filter((reading) => reading.language === language)
    const query = candidatesOf(its)
    return query === null ? [] : [{ language, query, whole: wholeWeight(its) }]
  })
  if (looks.length === 0) return []
  const values: unknown[] = [
    ...[looks.map(({ language }) => language), looks.map(({ query }) => query), looks.map(({ whole }) => whole)],
    ...[readings.map(({ language }) => language), readings.map(({ term }) => term)],
    ...[readings.map(({ lexeme }) => quotedLexeme(lexeme)), readings.map(({ weight }) => weight)],
    ...[least, MOST_LOOKED_AT],
  ]
  const where = allOf(conditions)((value) => `$${values.push(value)}`)
  const lookIn = (column: string, place: number) =>
    `(SELECT t.article_id, ${place} AS place FROM looks l JOIN article_texts t ON t.language = l.language AND t.${column} @@ l.query
        JOIN articles a ON a.id = t.article_id WHERE ${where} LIMIT $9)`
  return db.rows<Found>(
    `WITH looks AS (
       SELECT language, query::tsquery AS query, whole FROM unnest($1::text[], $2::text[], $3::float8[]) AS l(language, query, whole)
     ), readings AS (
       SELECT language, term, lexeme::tsquery AS query, weight
         FROM unnest($4::text[], $5::integer[], $6::text[], $7::float8[]) AS r(language, term, lexeme, weight)
     ), candidates AS (
       -- of more than are looked at, first those that say it in their title
       SELECT article_id FROM (${lookIn('title_document', 1)} UNION ALL ${lookIn('document', 2)}) c
        GROUP BY article_id ORDER BY min(place) LIMIT $9
     ), terms AS (
       SELECT c.article_id, r.term, max(r.weight) AS weight,
              max(r.weight * ts_rank(${WEIGHTS}, t.document, r.query, 1)) AS rank
         FROM candidates c JOIN article_texts t USING (article_id)
         JOIN readings r ON r.language = t.language AND t.document @@ r.query
        GROUP BY c.article_id, r.term
     )
     SELECT ${FOUND}, m.rank, m.weight / l.whole AS coverage
       FROM (SELECT article_id, sum(weight) AS weight, sum(rank) AS rank FROM terms GROUP BY article_id) m
       JOIN article_texts t USING (article_id) JOIN looks l USING (language) JOIN articles a ON a.id = m.article_id
      WHERE m.weight >= $8 * l.whole`,
    values,
  )
}

/** A phrase, a word that must not be there, one of several: as web searches have it. */
async function findByOperators(
  db: Database,
  text: string,
  languages: readonly string[],
  conditions: readonly Condition[],
): Promise<Found[]> {
  const values: unknown[] = [languages, text, MOST_LOOKED_AT]
  const where = allOf(conditions)((value) => `$${values.push(value)}`)
  return db.rows<Found>(
    `SELECT ${FOUND}, ts_rank(${WEIGHTS}, t.document, l.query, 1) AS rank, 1 AS coverage
       FROM (SELECT language, websearch_to_tsquery(language::regconfig, $2) AS query FROM unnest($1::text[]) AS s(language)) l
       JOIN article_texts t ON t.language = l.language AND t.document @@ l.query
       JOIN articles a ON a.id = t.article_id
      WHERE numnode(l.query) > 0 AND ${where} LIMIT $3`,
    values,
  )
}

async function hitsOf(
  ctx: Context,
  { found, readings }: Ranked,
  offset: number,
  first: number,
  searchId: string | null,
) {
  const page = found.slice(offset, offset + first)
  const ids = page.map(({ articleId }) => articleId)
  const articles = await ctx.db.rows<Article>(
    `SELECT ${ARTICLE_COLUMNS} FROM articles a WHERE a.id = ANY($1::text[])`,
    [ids],
  )
  const byId = new Map(articles.map((article) => [article.id, article]))
  let shown: Promise<Map<string, Shown>> | null = null
  const show = async (id: string) => (await (shown ??= showWhere(ctx.db, ids, readings))).get(id)
  return page.flatMap(({ articleId, score }, index): Hit[] => {
    const article = byId.get(articleId)
    if (!article) return []
    return [
      {
        ...{ article, score, cursor: encodePlace({ searchId: searchId ?? NO_SEARCH, offset: offset + index + 1 }) },
        title: async () => partsOf((await show(articleId))?.title ?? article.title),
        snippets: async () =>
          ((await show(articleId))?.body ?? '')
            .split(CUT)
            .map(partsOf)
            .filter((parts) => parts.some(({ matches }) => matches)),
      },
    ]
  })
}

const NO_SEARCH = '00000000-0000-0000-0000-000000000000'

interface Shown {
  readonly id: string
  readonly title: string
  readonly body: string
}

/** Where the words stand, marked. */
async function showWhere(db: Database, ids: readonly string[], readings: readonly WeighedReading[]) {
  const queries = groupBy(readings, ({ language }) => language)
  const queryOf = (its: readonly WeighedReading[]) => its.map(({ lexeme }) => quotedLexeme(lexeme)).join(' | ')
  const options = `StartSel=${MARK}, StopSel=${UNMARK}`
  const rows = await db.rows<Shown>(
    `SELECT t.article_id AS id, ts_headline(t.language::regconfig, t.title, q.query::tsquery, $4) AS title,
            ts_headline(t.language::regconfig, t.body, q.query::tsquery, $5) AS body
       FROM article_texts t JOIN unnest($2::text[], $3::text[]) AS q(language, query) ON q.language = t.language
      WHERE t.article_id = ANY($1::text[])`,
    [
      ...[ids, [...queries.keys()], [...queries.values()].map(queryOf)],
      `${options}, HighlightAll=true`,
      `${options}, FragmentDelimiter=${CUT}, MaxFragments=2, MinWords=8, MaxWords=24`,
    ],
  )
  return new Map(rows.map((row) => [row.id, row]))
}
