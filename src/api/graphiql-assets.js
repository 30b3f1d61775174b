import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { parentPort } from 'node:worker_threads'
import { gzipSync } from 'node:zlib'
import * as bundle from '@graphql-yoga/render-graphiql/graphiql'

/**
 * Runs in a thread of its own and ends: the package holds GraphiQL as one module of 9 MB of text, which is neither to be
 * read while requests wait nor to stay in memory. What remains is compressed, a quarter of it.
 */

const JAVASCRIPT = 'text/javascript; charset=utf-8'

const files = {
  'graphiql.js': [JAVASCRIPT, bundle.js],
  'graphiql.css': ['text/css; charset=utf-8', bundle.css],
  'editor.worker.js': [JAVASCRIPT, bundle.editorWorkerService],
  'json.worker.js': [JAVASCRIPT, bundle.jsonWorker],
  'graphql.worker.js': [JAVASCRIPT, bundle.graphqlWorker],
  'page.js': [JAVASCRIPT, await readFile(new URL('./graphiql-page.js', import.meta.url), 'utf8')],
}

parentPort.postMessage(
  new Map(
    Object.entries(files).map(([name, [type, text]]) => {
      const etag = `"${createHash('sha256').update(text).digest('base64url')}"`
      return [name, { type, etag, gzip: gzipSync(text) }]
    }),
  ),
)
