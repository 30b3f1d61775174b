import { tmpdir } from 'node:os'
import { MIGRATIONS } from '../../migrations/index.js'
import type { Bench } from '../support/bench.js'
import { type Goal, figure, medianRatio, percentile } from '../support/figures.js'
import { encodeRequest, load } from '../support/http-load.js'
import { startPostgres } from '../support/postgres.js'
import { type MeasuredProcess, startProcess } from '../support/process.js'
import { profiled } from '../support/profile.js'
import { readRunbooks } from '../support/runbooks.js'
import { VIEWER_TOKEN, corpusOf, recipeOf, seedArticles } from './articles.js'
import { compareIndex } from './compare-index.js'
import { KINDS, type Question, questionsOf, typingOf } from './questions.js'

/**
 * Searching 50,000 articles, and suggestions at every letter that is typed: how long an answer takes to a responder, with
 * all rules on, facets, snippets, and the search written down. Questions come one at a time; sides alternate.
 */

const ARTICLES = 50_000
const EACH = 60
const FIRST = { search: 10, typing: 5 } as const
type Work = keyof typeof FIRST

const PART = '{ text matches }'
const DOCUMENTS: Record<Work, string> = {
  search: `query Search($text: String!, $first: Int!) {
    articleSearch(query: $text, first: $first) {
      searchId totalCount correction
      facets { kinds { kind count } categories { count category { id name } } services { count service { id name } } }
      hits { score title ${PART} snippets ${PART} article { id kind title } }
    }
  }`,
  typing: `query Suggest($text: String!, $first: Int!) {
    articleSuggest(text: $text, first: $first) { hits { score title ${PART} article { id kind } } }
  }`,
}

const GOALS: Record<'p99' | 'ratio', Goal> = { p99: ['<=', 50], ratio: ['<=', 2] }

const SIDES = {
  tocsin: { module: 'servers/tocsin.js', path: '/graphql' },
  'plain SQL': { module: 'search/plain.js', path: '/' },
  MiniSearch: { module: 'search/memory.js', path: '/' },
} as const
type Side = keyof typeof SIDES

function requestTo(side: Side, work: Work, text: string): Buffer {
  const variables = { text, first: FIRST[work] }
  const tocsin = side === 'tocsin'
  return encodeRequest({
    path: SIDES[side].path,
    headers: { 'content-type': 'application/json', ...(tocsin && { authorization: `Bearer ${VIEWER_TOKEN}` }) },
    body: JSON.stringify(tocsin ? { query: DOCUMENTS[work], variables } : { ...variables, typing: work === 'typing' }),
  })
}

export const bench: Bench = async function* (options) {
  const runbooks = await readRunbooks()
  if (!runbooks) return options.note('search: skipped, for shared/knowledge is not beside this checkout')
  const corpus = corpusOf(runbooks)
  const size = options.size ?? ARTICLES
  const names = (Object.keys(SIDES) as Side[]).filter((name) => options.only?.includes(name) ?? true)
  const postgres = await startPostgres(options.keep)
  const servers: Partial<Record<Side, MeasuredProcess>> = {}
  try {
    options.note(`search: ${size.toLocaleString('en')} articles are made, unless they are there`)
    const url = await postgres.database(`search_${recipeOf(corpus, size, MIGRATIONS)}`)
    await seedArticles(url, corpus, size)
    await compareIndex(url)
    options.note('search: the sides start')
    for (const name of names)
      servers[name] = await startProcess(SIDES[name].module, {
        ...{ DATABASE_URL: url, DATA_DIR: tmpdir(), ARTICLES: String(size) },
      })
    const questions = questionsOf(corpus, size, EACH)
    const asked: Record<Work, readonly string[]> = {
      search: questions.map(({ text }) => text),
      typing: typingOf(questions),
    }
    const ask = async (side: Side, work: Work) => {
      const requests = asked[work].map((text) => requestTo(side, work, text))
      const { latencies } = await load({
        ...{ port: servers[side]!.port, connections: 1, seconds: Infinity, wanted: requests.length, check },
        request: (index) => requests[index]!,
      })
      return latencies
    }
    for (const work of ['search', 'typing'] as const) {
      const rounds = new Map<Side, (readonly number[])[]>(names.map((name) => [name, []]))
      for (const name of names) await ask(name, work) // warms up
      for (let round = 0; round < (options.rounds ?? 3); round++)
        for (const name of names) rounds.get(name)!.push(await ask(name, work))
      for (const name of names) {
        const all = rounds.get(name)!.flat()
        yield figure(`${name}, ${work}, p50`, percentile(all, 0.5), 'ms')
        yield figure(`${name}, ${work}, p99`, percentile(all, 0.99), 'ms', name === 'tocsin' ? GOALS.p99 : undefined)
        if (work === 'search')
          for (const kind of KINDS)
            yield figure(`${name}, ${kind}, p50`, percentile(ofKind(kind, questions, rounds.get(name)!), 0.5), 'ms')
      }
      if (names.includes('tocsin'))
        for (const name of names.filter((name) => name !== 'tocsin'))
          for (const part of [0.5, 0.99]) {
            const [own, other] = (['tocsin', name] as const).map((side) =>
              rounds.get(side)!.map((latencies) => percentile(latencies, part)),
            ) as [number[], number[]]
            const goal = name === 'plain SQL' ? GOALS.ratio : undefined
            yield figure(`tocsin, ${work}, p${100 * part}`, medianRatio(own, other), 'ratio', goal, name)
          }
    }
    for (const name of names)
      yield figure(`${name}, memory of the process`, (await servers[name]!.usage()).resident / 2 ** 20, 'MiB')
    if (options.profile && servers.tocsin)
      for (const work of ['search', 'typing'] as const)
        options.note(await profiled(servers.tocsin, `search-${work}`, () => ask('tocsin', work)))
  } finally {
    for (const server of Object.values(servers)) await server.stop()
    await postgres.close()
  }
}

const ofKind = (kind: Question['kind'], questions: readonly Question[], rounds: readonly (readonly number[])[]) =>
  rounds.flatMap((latencies) => latencies.filter((_, index) => questions[index]!.kind === kind))

function check(status: number, body: string): void {
  if (status !== 200 || body.includes('"errors":[')) throw new Error(`${status}: ${body.slice(0, 500)}`)
}
