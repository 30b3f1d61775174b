import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { seedPeople, tokenOf } from './people.js'
import type { Bench } from '../support/bench.js'
import { type Goal, figure } from '../support/figures.js'
import { send } from '../support/http-load.js'
import { startPostgres } from '../support/postgres.js'
import { type MeasuredProcess, startProcess } from '../support/process.js'
import { type Runbook, readRunbooks } from '../support/runbooks.js'

/**
 * Whether the right article is found. Real runbooks are written and published through the API; 60 questions, a third of
 * them mistyped, are asked as people type them: to `articleSearch`, and to `articleSuggest`, which a report's text goes to.
 */

interface Question {
  readonly question: string
  /** Path of the article that answers it. */
  readonly article: string
  /** Others that answer it as well. */
  readonly also?: readonly string[]
  readonly kind: 'paraphrase' | 'typo'
}

const FIRST = 10
const GOAL: Goal = ['>=', 0.9]

const FIELDS = {
  articleSearch:
    'query ($text: String!, $first: Int!) { found: articleSearch(query: $text, first: $first) { hits { article { id } } } }',
  articleSuggest:
    'query ($text: String!, $first: Int!) { found: articleSuggest(text: $text, first: $first) { hits { article { id } } } }',
}

export const bench: Bench = async function* (options) {
  const runbooks = await readRunbooks()
  if (!runbooks) return options.note('relevance: skipped, for shared/knowledge is not beside this checkout')
  const questions = JSON.parse(
    await readFile(new URL('../../../bench/relevance/questions.json', import.meta.url), 'utf8'),
  ) as Question[]
  mustBeThere(questions, runbooks)
  const postgres = await startPostgres(null)
  let server: MeasuredProcess | null = null
  try {
    const url = await postgres.database('relevance', { fresh: true })
    await seedPeople(url)
    server = await startProcess('servers/tocsin.js', { DATABASE_URL: url, DATA_DIR: tmpdir() })
    const pathOf = await publish(server.port, runbooks)
    for (const [field, query] of Object.entries(FIELDS)) {
      const ranks = new Map<Question, number>()
      for (const question of questions) {
        const { found } = await ask<{ found: { hits: { article: { id: string } }[] } }>(server.port, 'reader', query, {
          text: question.question,
          first: FIRST,
        })
        const paths = found.hits.map(({ article }) => pathOf.get(article.id)!)
        const rank = paths.findIndex((path) => path === question.article || question.also?.includes(path)) + 1
        ranks.set(question, rank || Infinity)
        if (rank === 0 || rank > 5)
          options.note(`${field}: ${question.question}: ${rank || 'not found'}; first ${paths[0] ?? 'nothing'}`)
      }
      for (const kind of ['paraphrase', 'typo'] as const) {
        const its = questions.filter((question) => question.kind === kind)
        yield figure(`${field}, ${kind}, recall@5`, recall(its, ranks, 5), `of ${its.length}`)
      }
      yield figure(`${field}, recall@1`, recall(questions, ranks, 1), `of ${questions.length}`)
      yield figure(`${field}, recall@5`, recall(questions, ranks, 5), `of ${questions.length}`, GOAL)
      yield figure(`${field}, mean reciprocal rank`, mean(questions.map((question) => 1 / ranks.get(question)!)), '')
    }
  } finally {
    await server?.stop()
    await postgres.close()
  }
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

const recall = (questions: readonly Question[], ranks: ReadonlyMap<Question, number>, within: number) =>
  mean(questions.map((question) => (ranks.get(question)! <= within ? 1 : 0)))

/** A question about an article that is not there could not be answered by anybody. */
function mustBeThere(questions: readonly Question[], runbooks: readonly Runbook[]): void {
  const paths = new Set(runbooks.map(({ path }) => path))
  for (const { article, also = [] } of questions)
    for (const path of [article, ...also]) if (!paths.has(path)) throw new Error(`There is no article ${path}`)
}

/** Has all of them written, looked over and published; answers their paths by their ids. */
async function publish(port: number, runbooks: readonly Runbook[]): Promise<Map<string, string>> {
  const pathOf = new Map<string, string>()
  for (const { path, title, body } of runbooks) {
    const create = await change(port, 'writer', 'articleCreate', { title, body, audience: 'PUBLIC' })
    await change(port, 'writer', 'articleSubmit', { id: create })
    await change(port, 'manager', 'articleReview', { id: create, decision: 'APPROVED' })
    await change(port, 'manager', 'articlePublish', { id: create })
    pathOf.set(create, path)
  }
  return pathOf
}

interface Change {
  readonly article: { readonly id: string } | null
  readonly userErrors: readonly object[]
}

async function change(port: number, who: Parameters<typeof tokenOf>[0], name: string, input: object): Promise<string> {
  const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input!`
  const query = `mutation ($input: ${type}) { done: ${name}(input: $input) { article { id } userErrors { field message } } }`
  const { done } = await ask<{ done: Change }>(port, who, query, { input })
  if (!done.article) throw new Error(`${name}: ${JSON.stringify(done.userErrors)}`)
  return done.article.id
}

async function ask<T>(port: number, who: Parameters<typeof tokenOf>[0], query: string, variables: object): Promise<T> {
  const answer = await send(port, {
    path: '/graphql',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${tokenOf(who)}` },
    body: JSON.stringify({ query, variables }),
  })
  const { data, errors } = JSON.parse(answer) as { data: T | null; errors?: object[] }
  if (errors || !data) throw new Error(JSON.stringify(errors))
  return data
}
