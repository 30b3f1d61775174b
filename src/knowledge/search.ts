import { ErrorCode, UserError, badInput } from '../platform/errors.js'
import { quotedLexeme } from './search-words.js'

/**
 * How a question is understood, and what is found ranked. A question is a list of terms; a term is a word, or what it may
 * have been meant to be: another ending, a typo mended, a word that begins so. A term weighs the more, the fewer articles
 * it is in; an article is found when it holds enough of the weight.
 */

export const LONGEST_QUESTION = 1_000

/** Errors: BAD_USER_INPUT for one that is too long. */
export function questionText(field: string, text: string, longest = LONGEST_QUESTION): string {
  const clean = text.replaceAll('\0', '').trim()
  if (clean.length > longest)
    throw badInput(
      field,
      `Must have at most ${longest.toLocaleString('en')} characters; this has ${clean.length.toLocaleString('en')}.`,
    )
  return clean
}

/** One reading of a term in one language. */
export interface Reading {
  /** Place of the term in the question. */
  readonly term: number
  readonly language: string
  readonly lexeme: string
  /** Of how many articles of the language. */
  readonly articles: number
  /** 1 for the word itself; less, the further it is from what was typed. */
  readonly closeness: number
}

export interface WeighedReading extends Reading {
  readonly weight: number
}

/** How much a word tells that stands in so many of all articles (the inverse document frequency of BM25). */
const tellingOf = (articles: number, all: number): number => Math.log(1 + (all - articles + 0.5) / (articles + 0.5))

export const weigh = (readings: readonly Reading[], all: ReadonlyMap<string, number>): WeighedReading[] =>
  readings.map((reading) => ({
    ...reading,
    weight: reading.closeness * tellingOf(reading.articles, all.get(reading.language) ?? reading.articles),
  }))

/** Articles that are looked at, at most: those with the rarest words. */
export const MOST_LOOKED_AT = 500

/** Of one language: what to look for, so that few enough articles are looked at; null for nothing. */
export function candidatesOf(readings: readonly WeighedReading[]): string | null {
  const rarestFirst = [...readings].sort((a, b) => a.articles - b.articles)
  const chosen: WeighedReading[] = []
  let articles = 0
  for (const reading of rarestFirst) {
    if (chosen.length > 0 && articles + reading.articles > MOST_LOOKED_AT) break
    chosen.push(reading)
    articles += reading.articles
  }
  return chosen.length === 0 ? null : chosen.map(({ lexeme }) => quotedLexeme(lexeme)).join(' | ')
}

/** The most that an article can hold: of each term, its heaviest reading. */
export function wholeWeight(readings: readonly WeighedReading[]): number {
  const heaviest = new Map<number, number>()
  for (const { term, weight } of readings) heaviest.set(term, Math.max(weight, heaviest.get(term) ?? 0))
  return [...heaviest.values()].reduce((sum, weight) => sum + weight, 0)
}

export interface Match {
  readonly articleId: string
  /** How well the words fit, and where they stand. */
  readonly rank: number
  /** Of the weight of the question, how much it holds: 0 to 1. */
  readonly coverage: number
  readonly helpful: number
  readonly unhelpful: number
  readonly publishedAt: Date
}

const YEAR = 365 * 86_400_000 // milliseconds

/** What is said well, found helpful and not long ago comes first; the words count most. */
export function scoreOf({ rank, coverage, helpful, unhelpful, publishedAt }: Match, now: Date): number {
  const liked = (helpful + 2) / (helpful + unhelpful + 4) // from 0 to 1; a half where nobody has said so
  const freshness = Math.exp(-Math.max(0, +now - +publishedAt) / (4 * YEAR))
  return rank * (0.25 + 0.75 * coverage) * (0.75 + 0.5 * liked) * (0.9 + 0.1 * freshness)
}

/** Where a page of what was found goes on, and of which search it is. */
export interface SearchPlace {
  readonly searchId: string
  readonly offset: number
}

export const encodePlace = ({ searchId, offset }: SearchPlace): string =>
  Buffer.from(`${searchId} ${offset}`).toString('base64url')

/** Errors: BAD_USER_INPUT. */
export function decodePlace(field: string, cursor: string): SearchPlace {
  const match = /^([0-9a-f-]{36}) (\d{1,4})$/.exec(Buffer.from(cursor, 'base64url').toString())
  if (!match) throw new UserError(ErrorCode.BAD_USER_INPUT, 'This is no cursor of a search.', field)
  return { searchId: match[1]!, offset: Number(match[2]) }
}

export interface TextPart {
  readonly text: string
  readonly matches: boolean
}

/** Signs that no text holds: they are for private use. */
export const [MARK, UNMARK, CUT] = ['\uE000', '\uE001', '\uE002']

/** What is marked, and what is between. */
export const partsOf = (marked: string): TextPart[] =>
  marked
    .split(new RegExp(`(${MARK}[^${UNMARK}]*${UNMARK})`))
    .map((text) => ({
      text: text.replaceAll(new RegExp(`[${MARK}${UNMARK}]`, 'g'), ''),
      matches: text.startsWith(MARK),
    }))
    .filter(({ text }) => text !== '')
