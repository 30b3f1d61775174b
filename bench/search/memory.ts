import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import type { AddressInfo } from 'node:net'
import MiniSearch from 'minisearch'
import { answerQuestions } from '../support/answers.js'
import { readRunbooks } from '../support/runbooks.js'
import { articleAt, corpusOf } from './articles.js'

/**
 * A peer: MiniSearch, the same articles in the memory of one process, with beginnings and typos. No sign-in, no rules, no
 * stems, no phrases, no snippets.
 */

const index = new MiniSearch<{ id: number; title: string; headings: string; tags: string; text: string }>({
  fields: ['title', 'headings', 'tags', 'text'],
  storeFields: ['title'],
  searchOptions: { boost: { title: 4, headings: 2.4, tags: 2 }, combineWith: 'AND', fuzzy: 0.2 },
})
const corpus = corpusOf((await readRunbooks())!)
const size = Number(process.env['ARTICLES'])
for (let number = 1; number <= size; number++) {
  const { title, headings, tags, text } = articleAt(corpus, number)
  index.add({ id: number, title, headings: headings.join('\n'), tags: tags.join('\n'), text })
}

const server = createServer((request, response) => {
  const answer = async () => {
    const question = JSON.parse(await text(request)) as { text: string; first: number; typing: boolean }
    const found = index.search(question.text, { prefix: question.typing })
    const hits = found.slice(0, question.first).map(({ id, score, title }) => ({ id, score, title }) as object)
    const body = JSON.stringify({ totalCount: found.length, hits })
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body)
  }
  answer().catch((error: Error) => {
    process.stderr.write(`${error.stack}\n`)
    response.writeHead(500, { 'content-length': 0 }).end()
  })
})
server.listen(0, '127.0.0.1', () => answerQuestions((server.address() as AddressInfo).port))
