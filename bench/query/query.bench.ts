import { tmpdir } from 'node:os'
import type { Bench, Options } from '../support/bench.js'
import { type Figure, type Goal, figure, median, medianRatio } from '../support/figures.js'
import { encodeRequest, load, send } from '../support/http-load.js'
import { startPostgres } from '../support/postgres.js'
import { profiled } from '../support/profile.js'
import { type MeasuredProcess, startProcess } from '../support/process.js'
import { VIEWER_TOKEN, recipe, seed } from './database.js'
import { DOCUMENT, FIRST, canonical } from './document.js'

/**
 * The dashboard's query: the first 20 open of 100,000 incidents with service, commander and the last five of their
 * timeline entries with authors. Tocsin answers a responder's token, with all rules on; the others know no access.
 */

const CONNECTIONS = 16
const WARM_UP = 3 // seconds

interface Side {
  readonly module: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
}

const SIDES: Record<string, Side> = {
  limit: { module: 'query/limit.js', path: '/' },
  tocsin: {
    module: 'servers/tocsin.js',
    path: '/graphql',
    headers: { authorization: `Bearer ${VIEWER_TOKEN}`, accept: 'application/json' },
  },
  mercurius: { module: 'query/mercurius.js', path: '/graphql' },
  plain: { module: 'query/plain.js', path: '/' },
}

const GOALS: Record<string, Goal> = { limit: ['>=', 0.6], mercurius: ['>=', 1], plain: ['>=', 4] }

const requestTo = ({ path, headers }: Side) => ({
  path,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify({ query: DOCUMENT, variables: { first: FIRST } }),
})

export const bench: Bench = async function* (options) {
  const names = Object.keys(SIDES).filter((name) => options.only?.includes(name) ?? true)
  const postgres = await startPostgres(options.keep)
  const servers: Record<string, MeasuredProcess> = {}
  try {
    options.note('query: 100,000 incidents and 500,000 timeline entries are seeded, unless they are there')
    const url = await postgres.database(`query_${recipe}`)
    await seed(url)
    for (const name of names)
      servers[name] = await startProcess(SIDES[name]!.module, { DATABASE_URL: url, DATA_DIR: tmpdir() })
    await compareAnswers(names, servers)
    yield* measure(names, servers, options)
  } finally {
    for (const server of Object.values(servers)) await server.stop()
    await postgres.close()
  }
}

async function compareAnswers(names: readonly string[], servers: Record<string, MeasuredProcess>): Promise<void> {
  const answers = new Map<string, string>()
  for (const name of names) answers.set(name, canonical(await send(servers[name]!.port, requestTo(SIDES[name]!))))
  const [first, ...others] = answers
  for (const [name, answer] of others)
    if (answer !== first![1])
      throw new Error(`${name} does not answer what ${first![0]} does:\n${answer}\n${first![1]}`)
}

async function* measure(
  names: readonly string[],
  servers: Record<string, MeasuredProcess>,
  options: Options,
): AsyncIterable<Figure> {
  const rates: Record<string, number[]> = Object.fromEntries(names.map((name) => [name, []]))
  const costs: Record<string, number[]> = Object.fromEntries(names.map((name) => [name, []]))
  const once = async (name: string, seconds: number) => {
    const request = encodeRequest(requestTo(SIDES[name]!))
    const { port } = servers[name]!
    return load({ port, connections: CONNECTIONS, seconds, request: () => request, check })
  }
  for (const name of names) await once(name, WARM_UP)
  for (let round = 0; round < (options.rounds ?? 5); round++)
    for (const name of names) {
      const before = await servers[name]!.usage()
      const { answered, elapsed } = await once(name, options.seconds ?? 4)
      const after = await servers[name]!.usage()
      rates[name]!.push(answered / elapsed)
      costs[name]!.push((1000 * (after.cpu - before.cpu)) / answered)
    }
  for (const name of names) {
    yield figure(name, median(rates[name]!), 'requests/s')
    yield figure(`${name}, processor time of the server`, median(costs[name]!), 'ms/request')
  }
  if (rates['tocsin'])
    for (const [name, goal] of Object.entries(GOALS))
      if (rates[name]) yield figure('tocsin', medianRatio(rates['tocsin'], rates[name]), 'ratio', goal, name)
  for (const name of options.profile ? (options.only ?? ['tocsin']) : [])
    options.note(await profiled(servers[name]!, `query-${name}`, () => once(name, options.seconds ?? 4)))
}

function check(status: number, body: string): void {
  if (status !== 200 || body.includes('"errors"')) throw new Error(`${status}: ${body.slice(0, 500)}`)
}
