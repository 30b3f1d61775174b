import { gunzipSync } from 'node:zlib'
import { Worker } from 'node:worker_threads'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/**
 * GraphiQL for whoever opens the GraphQL address in a browser, with nothing fetched from elsewhere. The page holds no
 * data and needs no sign-in; it asks for a token (graphiql-page.js) and then uses the API like any client.
 */

const ASSETS_PATH = '/graphiql'

interface Asset {
  readonly type: string
  readonly etag: string
  readonly gzip: Uint8Array
}

/** Monaco, the editor, writes style elements; scripts are files of ours only. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

const HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-cache', // kept, but asked for anew: `etag` answers
}

/** A browser that opens the address; a client of the API names a type of its own, or none. */
export const wantsGraphiql = ({ method, headers: { accept = '' } }: FastifyRequest): boolean =>
  (method === 'GET' || method === 'HEAD') && accept.includes('text/html') && !/json|event-stream/.test(accept)

export const sendGraphiql = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
  const above = request.url.split('?', 1)[0]!.endsWith('/') ? '..' : '.'
  return reply
    .headers({ ...HEADERS, vary: 'accept' })
    .type('text/html; charset=utf-8')
    .send(page(`${above}${ASSETS_PATH}`))
}

export function serveGraphiqlAssets(app: FastifyInstance): void {
  let assets: Promise<Map<string, Asset>> | null = null
  app.get<{ Params: { file: string } }>(`${ASSETS_PATH}/:file`, async (request, reply) => {
    assets ??= prepareAssets().catch((error: unknown) => {
      assets = null // the next request tries again
      throw error
    })
    const asset = (await assets).get(request.params.file)
    if (!asset) return reply.callNotFound()
    void reply.headers({ ...HEADERS, etag: asset.etag, vary: 'accept-encoding' })
    if (request.headers['if-none-match']?.includes(asset.etag)) return reply.code(304).send()
    void reply.type(asset.type)
    if (!/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) return reply.send(gunzipSync(asset.gzip))
    return reply.header('content-encoding', 'gzip').send(Buffer.from(asset.gzip))
  })
}

const prepareAssets = () =>
  new Promise<Map<string, Asset>>((resolve, reject) => {
    const worker = new Worker(new URL('./graphiql-assets.js', import.meta.url))
    worker.unref()
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', () => reject(new Error('GraphiQL could not be prepared')))
  })

const BELL = encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><text y="13" font-size="13">🔔</text></svg>',
)

const page = (assets: string) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Tocsin · GraphiQL</title>
    <link rel="icon" href="data:image/svg+xml,${BELL}" />
    <link rel="stylesheet" href="${assets}/graphiql.css" />
    <style>
      html, body { height: 100%; margin: 0; font: 16px/1.5 system-ui, sans-serif; }
      [hidden] { display: none !important; }
      #sign-in { max-width: 30rem; margin: 0 auto; padding: 15vh 1.5rem 0; color: #222; }
      #sign-in h1 { margin: 0 0 0.5rem; }
      #sign-in label { display: block; font-weight: 600; }
      #token { box-sizing: border-box; width: 100%; margin: 0.25rem 0 1rem; padding: 0.6rem; font: 1rem monospace; }
      button { padding: 0.5rem 1.2rem; font: inherit; cursor: pointer; }
      #failure { min-height: 1.5em; color: #b00020; }
      #signed-in { display: flex; flex-direction: column; height: 100%; }
      #signed-in > header { display: flex; justify-content: flex-end; align-items: center; gap: 1rem;
        padding: 0.3rem 1rem; font-size: 0.85rem; background: #f6f7fb; color: #222; }
      #signed-in > header button { padding: 0.1rem 0.8rem; }
      #graphiql { flex: 1; min-height: 0; }
      #graphiql > .graphiql-container { height: 100%; }
      /* Pressed tabs move away from under the pointer in this version of GraphiQL, so that no click reaches them. */
      .graphiql-tab { transform: none !important; }
      @media (prefers-color-scheme: dark) {
        body { background: #212a3b; }
        #sign-in, #signed-in > header { color: #eee; background: #212a3b; }
        #failure { color: #ff8a80; }
      }
    </style>
    <script src="${assets}/graphiql.js" defer></script>
    <script src="${assets}/page.js" type="module"></script>
  </head>
  <body>
    <form id="sign-in" hidden>
      <h1>Tocsin</h1>
      <p>Sign in with an API token. <code>npx tocsin token --role RESPONDER</code> prints one; the demo prints one per role.</p>
      <label for="token">API token</label>
      <input id="token" type="password" placeholder="toc_…" autocomplete="off" spellcheck="false" required />
      <button>Sign in</button>
      <p id="failure" role="alert"></p>
    </form>
    <div id="signed-in" hidden>
      <header><span>Signed in as <strong id="who"></strong></span><button id="sign-out" type="button">Sign out</button></header>
      <main id="graphiql"></main>
    </div>
    <noscript>GraphiQL needs JavaScript.</noscript>
  </body>
</html>
`
