import { getIntrospectionQuery } from 'graphql'
import { type TestServer, startTestServer } from '../support/server.js'

let server: TestServer
beforeAll(async () => void (server = await startTestServer()))
afterAll(() => server.stop())

/** What Chromium and Firefox send for an address that somebody types. */
const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8'
const FILES = ['graphiql.js', 'graphiql.css', 'editor.worker.js', 'json.worker.js', 'graphql.worker.js', 'page.js']

const get = (path: string, headers: Record<string, string> = {}) => fetch(server.url + path, { headers })

it('shows the page to a browser that has not signed in, and to nobody else', async () => {
  const page = await get('/graphql', { accept: BROWSER })
  expect(page.status).toBe(200)
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(await page.text()).toContain('<form id="sign-in"')
  expect((await get('/graphql?query={me{id}}', { accept: BROWSER })).status).toBe(200)
  for (const accept of ['*/*', 'application/json', 'application/graphql-response+json', 'text/event-stream'])
    expect((await get('/graphql', { accept })).status).toBe(401)
  expect((await fetch(`${server.url}/graphql`, { method: 'POST', headers: { accept: BROWSER } })).status).toBe(401)
})

it('serves everything from this machine, and lets the page run or reach nothing else', async () => {
  const page = await get('/graphql', { accept: BROWSER })
  const text = await page.text()
  expect(text).not.toMatch(/(src|href)="(https?:)?\/\//)
  expect([...text.matchAll(/(?:src|href)="\.\/graphiql\/([^"]+)"/g)].map(([, file]) => file)).toEqual([
    'graphiql.css',
    'graphiql.js',
    'page.js',
  ])
  expect(text).not.toMatch(/<script(?![^>]* src=)/) // no script in the page itself: the policy forbids it
  const policy = page.headers.get('content-security-policy')!
  for (const rule of ["default-src 'none'", "script-src 'self'", "connect-src 'self'", "frame-ancestors 'none'"])
    expect(policy.split('; ')).toContain(rule)
  expect(Object.fromEntries(page.headers)).toMatchObject({
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
  })
  for (const file of FILES) {
    const asset = await get(`/graphiql/${file}`)
    expect([file, asset.status, asset.headers.get('content-encoding')]).toEqual([file, 200, 'gzip'])
    expect(asset.headers.get('content-type')).toMatch(file.endsWith('.css') ? /^text\/css/ : /^text\/javascript/)
    expect((await asset.text()).length).toBeGreaterThan(1_000)
  }
  expect((await get('/graphiql/../package.json')).status).toBe(404)
  expect((await get('/graphiql/nothing.js')).status).toBe(404)
})

it('lets browsers keep its files, and answers those who cannot read compressed ones', async () => {
  const first = await get('/graphiql/page.js')
  const again = await get('/graphiql/page.js', { 'if-none-match': first.headers.get('etag')! })
  expect([again.status, await again.text()]).toEqual([304, ''])
  const plain = await get('/graphiql/page.js', { 'accept-encoding': 'identity' })
  expect(plain.headers.get('content-encoding')).toBeNull()
  expect(await plain.text()).toBe(await first.text())
})

it('finds the page at an address with a trailing slash, too', async () => {
  const page = await get('/graphql/', { accept: BROWSER })
  expect(await page.text()).toContain('src="../graphiql/page.js"')
})

it('answers the introspection that GraphiQL and code generators send, within the limits', async () => {
  const ada = await server.as('REQUESTER')
  const options = {
    specifiedByUrl: true,
    directiveIsRepeatable: true,
    inputValueDeprecation: true,
    schemaDescription: true,
  }
  const { __schema: schema } = await ada.run(getIntrospectionQuery(options))
  expect(schema.types.length).toBeGreaterThan(100)
})
