/**
 * What people type, and what articles hold, as words to search by. Identifiers such as KubePodCrashLooping or
 * order-db-replica are found whole and by their parts, whichever way they are written.
 */

/** PostgreSQL's configurations by the language of a BCP 47 tag. */
const CONFIGURATIONS: Readonly<Record<string, string>> = {
  ...{
    ar: 'arabic',
    ca: 'catalan',
    da: 'danish',
    de: 'german',
    el: 'greek',
    en: 'english',
    es: 'spanish',
    eu: 'basque',
  },
  ...{ fi: 'finnish', fr: 'french', ga: 'irish', hi: 'hindi', hu: 'hungarian', hy: 'armenian', id: 'indonesian' },
  ...{ it: 'italian', lt: 'lithuanian', nb: 'norwegian', ne: 'nepali', nl: 'dutch', nn: 'norwegian', no: 'norwegian' },
  ...{ pt: 'portuguese', ro: 'romanian', ru: 'russian', sr: 'serbian', sv: 'swedish', ta: 'tamil', tr: 'turkish' },
  ...{ yi: 'yiddish' },
}

/** How words of a language are stemmed; languages that PostgreSQL does not know are searched by the words as they are. */
export const configurationOf = (language: string): string => CONFIGURATIONS[language.split('-')[0]!] ?? 'simple'

const CAMEL = /(?<=[\p{Ll}\d])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/gu

/** Hyphens, dots and the like between letters: PostgreSQL would take `a-b` for one word, and `a.b` for a host. */
const JOINED = /(?<=[\p{L}\p{N}])[-_./:@’–—]+(?=[\p{L}\p{N}])/gu

/** The words of a text, with the parts of identifiers beside the whole. */
export function searchable(text: string): string {
  const apart = text.replace(JOINED, ' ')
  const parts = apart.match(/[\p{L}\p{N}]+/gu)?.filter((word) => CAMEL_HAS.test(word)) ?? []
  return parts.length === 0 ? apart : `${apart} ${parts.map((word) => word.replace(CAMEL, ' ')).join(' ')}`
}

const CAMEL_HAS = /[\p{Ll}\d]\p{Lu}|\p{Lu}\p{Lu}\p{Ll}/u

/** The words of a question, in order. */
export const wordsOf = (text: string): string[] =>
  [
    ...new Set(
      text
        .replace(JOINED, ' ')
        .toLowerCase()
        .match(/[\p{L}\p{N}]+/gu) ?? [],
    ),
  ].slice(0, MAXIMUM_WORDS)

/** A question has so many words that count; of an incident's text, the first ones. */
const MAXIMUM_WORDS = 64

/** Letters to change, leave out, put in or swap to make one word of another; more than `most` counts as infinite. */
export function distanceOf(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return Infinity
  let [before, last] = [[] as number[], Array.from({ length: b.length + 1 }, (_, n) => n)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1
      row[j] = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + change)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        row[j] = Math.min(row[j]!, before[j - 2]! + 1)
    }
    ;[before, last] = [last, row]
  }
  return last[b.length]! > most ? Infinity : last[b.length]!
}

/** So many letters may be wrong in a word: none in a short one. */
export const typosIn = (word: string): number => (word.length < 4 ? 0 : word.length < 8 ? 1 : 2)

/** Whether somebody uses the operators of a web search: "a phrase", -without, this OR that. In running text, an “or” is a word. */
export const hasOperators = (text: string): boolean => /"[^"]+"|(^|\s)-[\p{L}\p{N}"]|\sOR\s/u.test(text)

/** A lexeme as the text of a `tsquery`. */
export const quotedLexeme = (lexeme: string): string => `'${lexeme.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
