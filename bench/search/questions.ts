import { Chance } from '../../src/demo/chance.js'
import { type Corpus, nameAt } from './articles.js'

/** What people look for, in the ways in which they do; and how it is typed, letter by letter. */

export const KINDS = ['words', 'one common word', 'typo', 'name', 'phrase', 'sentence'] as const
export type Kind = (typeof KINDS)[number]

export interface Question {
  readonly kind: Kind
  readonly text: string
}

/** Always the same ones, of each kind as many. */
export function questionsOf(corpus: Corpus, size: number, each: number): Question[] {
  const chance = new Chance(60)
  const wordsOf = (text: string) => text.toLowerCase().match(/[a-z]{4,}/g) ?? []
  const titles = corpus.titles.map((title) => wordsOf(title.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')))
  const some = () => chance.pick(titles.filter(({ length }) => length >= 2)).slice(0, 3)
  const common = commonest(
    corpus.sections.flatMap(({ headings, text }) => [...new Set(wordsOf(`${headings.join(' ')} ${text}`))]),
  )
  const texts = corpus.sections.map(({ text }) => text.split(/\s+/)).filter(({ length }) => length > 20)
  const make: Record<Kind, () => string> = {
    words: () => some().join(' '),
    'one common word': () => chance.pick(common),
    typo: () =>
      some()
        .map((word, index) => (index === 0 ? mistyped(word, chance) : word))
        .join(' '),
    name: () => nameAt(corpus, 1 + Math.floor(chance.next() * size)),
    phrase: () => {
      const text = chance.pick(texts)
      const from = Math.floor(chance.next() * (text.length - 2))
      return `"${text
        .slice(from, from + 2)
        .join(' ')
        .replaceAll('"', '')}" -${chance.pick(common)}`
    },
    sentence: () => {
      const text = chance.pick(texts)
      const from = Math.floor(chance.next() * (text.length - 10))
      return text
        .slice(from, from + 10)
        .join(' ')
        .replaceAll('"', '')
    },
  }
  return Array.from({ length: each }, () => KINDS.map((kind) => ({ kind, text: make[kind]() }))).flat()
}

/** Each question of some words, as it grows from its second letter on. */
export const typingOf = (questions: readonly Question[]): string[] =>
  questions
    .filter(({ kind }) => kind === 'words')
    .flatMap(({ text }) => Array.from({ length: text.length - 1 }, (_, index) => text.slice(0, index + 2)))

/** Two letters change places. */
function mistyped(word: string, chance: Chance): string {
  const at = 1 + Math.floor(chance.next() * (word.length - 2))
  return word.slice(0, at) + word[at + 1]! + word[at]! + word.slice(at + 2)
}

function commonest(words: readonly string[]): string[] {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, 60)
    .map(([word]) => word)
    .filter((word) => !STOP_WORDS.has(word))
}

const STOP_WORDS = new Set(
  'that with from this have your will should there when they what them then been which were'.split(' '),
)
