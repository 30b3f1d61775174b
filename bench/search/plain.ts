import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import type { AddressInfo } from 'node:net'
import pg from 'pg'
import { answerQuestions } from '../support/answers.js'

/**
 * The limit: Node's http and one statement as one writes it by hand, over the same table and index. All words must be
 * there, while somebody types the last one by its beginning. No sign-in, no rules, no typos, no facets, no votes, nothing
 * written down.
 */

/** @param query a `tsquery` of $1 */
const statement = (query: string, shown: string) => `
  SELECT json_build_object('totalCount', coalesce(max(total), 0), 'hits', coalesce(json_agg(hit ORDER BY rank DESC), '[]'))::text AS body
    FROM (SELECT f.rank, f.total, json_build_object('id', a.id, 'kind', a.kind, 'score', f.rank, ${shown}) AS hit
            FROM (SELECT t.article_id, t.title, t.body, q, ts_rank(t.document, q) AS rank, count(*) OVER () AS total
                    FROM article_texts t, ${query} AS q WHERE t.document @@ q ORDER BY rank DESC LIMIT $2) f
            JOIN articles a ON a.id = f.article_id) hits`

const SEARCH = {
  name: 'search',
  text: statement(
    `websearch_to_tsquery('english', $1)`,
    `'title', ts_headline('english', f.title, q, 'HighlightAll=true'),
     'snippet', ts_headline('english', f.body, q, 'MaxFragments=2, MinWords=8, MaxWords=24')`,
  ),
}
const SUGGEST = {
  name: 'suggest',
  text: statement(`to_tsquery('english', $1)`, `'title', ts_headline('english', f.title, q, 'HighlightAll=true')`),
}

const typed = (text: string) => `${(text.match(/[\p{L}\p{N}]+/gu) ?? []).join(' & ')}:*`

const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 10 })

const server = createServer((request, response) => {
  const answer = async () => {
    const {
      text: question,
      first,
      typing,
    } = JSON.parse(await text(request)) as Record<'text', string> & {
      first: number
      typing: boolean
    }
    const { rows } = await pool.query<{ body: string }>(
      typing ? { ...SUGGEST, values: [typed(question), first] } : { ...SEARCH, values: [question, first] },
    )
    const { body } = rows[0]!
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body)
  }
  answer().catch((error: Error) => {
    process.stderr.write(`${error.stack}\n`)
    response.writeHead(500, { 'content-length': 0 }).end()
  })
})
server.listen(0, '127.0.0.1', () => answerQuestions((server.address() as AddressInfo).port))
