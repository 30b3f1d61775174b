import { serverAudits } from 'graphql-http'
import type { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'

/** The audits of GraphQL over HTTP that `graphql-http` publishes, each a test of its own: MUST, SHOULD and MAY. */

let server: TestServer
let ada: Person
beforeAll(async () => {
  server = await startTestServer()
  ada = await server.as('RESPONDER')
})
afterAll(() => server.stop())

const audits = serverAudits({
  url: () => `${server.url}/graphql`,
  fetchFn: (url: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers)
    headers.set('authorization', `Bearer ${ada.token}`)
    // Browsers cannot send it without asking first: that is what lets a GET through.
    if ((init.method ?? 'GET') === 'GET') headers.set('apollo-require-preflight', 'true')
    return fetch(url, { ...init, headers })
  },
})

it('knows the audits', () => expect(audits.length).toBeGreaterThan(50))

it.each(audits.map(({ name, fn }) => [name, fn] as const))('%s', async (_name, audit) => {
  const result = await audit()
  expect(result.status === 'ok' ? 'ok' : `${result.status}: ${result.reason}`).toBe('ok')
})
