import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { bearerOf, finished, newDataDir, newDatabase, tocsin } from './command.js'

const signIns = (out: string) =>
  Object.fromEntries<string>(
    [...out.matchAll(/^ {2}([A-Z]+) +(toc_[0-9a-f]{40}) /gm)].map(([, role, token]) => [role!, token!]),
  )

const COMPANY = '{ incidents(first: 100) { totalCount edges { node { status } } } users(first: 1) { totalCount } }'

it('serves a company with two weeks behind it, goes on living, and is there again after a restart', async () => {
  const DATA_DIR = await newDataDir()
  const first = tocsin(['demo'], { DATA_DIR })
  const url = await first.ready()
  await first.says(/Ctrl-C/)
  const tokens = signIns(first.out)
  expect(Object.keys(tokens).sort()).toEqual(
    ['ADMIN', 'AUDITOR', 'MANAGER', 'PARTNER', 'REQUESTER', 'RESPONDER', 'STAKEHOLDER'].sort(),
  )
  for (const [role, token] of Object.entries(tokens))
    expect(await bearerOf(url, token!).run('{ me { role } }')).toEqual({ me: { role } })
  expect((await stat(join(DATA_DIR, 'demo.tokens.json'))).mode & 0o777).toBe(0o600)

  const administrator = bearerOf(url, tokens['ADMIN']!)
  const stream = await administrator.subscribe('subscription { incidentEvents { type incident { title } } }')
  const before = await administrator.run(COMPANY)
  expect(before.incidents.totalCount).toBeGreaterThanOrEqual(60)
  const states = new Set(before.incidents.edges.map((edge: { node: { status: string } }) => edge.node.status))
  expect([...states].sort()).toEqual(
    ['ACKNOWLEDGED', 'CANCELLED', 'CLOSED', 'IN_PROGRESS', 'ON_HOLD', 'RESOLVED', 'TRIGGERED'].sort(),
  )

  // Its schedules, in two zones, had somebody called for what has happened; and go on having somebody on call.
  const onCall = await administrator.run(
    `{ schedules(first: 10) { edges { node { name timeZone onCall { current { user { name } } } } } }
       incidents(first: 100, filter: { status: [CLOSED] }) { edges { node { escalation { state pages(first: 1) { totalCount } } } } } }`,
  )
  const schedules = onCall.schedules.edges.map(({ node }: { node: object }) => node)
  expect(schedules).toMatchObject([
    { name: 'Payments', timeZone: 'Europe/Berlin', onCall: { current: [{ user: { name: expect.any(String) } }] } },
    { name: 'Platform', timeZone: 'America/New_York', onCall: { current: [{ user: { name: expect.any(String) } }] } },
    { name: 'Platform, second line', timeZone: 'America/New_York' },
  ])
  for (const { node } of onCall.incidents.edges)
    expect(node.escalation).toMatchObject({ state: 'ENDED', pages: { totalCount: expect.any(Number) } })

  // It has written down what it knows, and who looks after that.
  const { articles } = await administrator.run(
    '{ articles(first: 100, filter: { status: [PUBLISHED] }) { edges { node { owner { name } category { name } } } } }',
  )
  expect(articles.edges.length).toBeGreaterThanOrEqual(41)
  for (const { node } of articles.edges)
    expect(node).toEqual({ owner: { name: expect.any(String) }, category: { name: expect.any(String) } })

  // What was promised was kept, and was not.
  const { kept, broken } = await administrator.run(
    `{ kept: slaRecords(first: 1, filter: { state: [MET] }) { totalCount }
       broken: slaRecords(first: 1, filter: { state: [BREACHED] }) { totalCount } }`,
  )
  expect([kept.totalCount, broken.totalCount].every((count) => count > 0)).toBe(true)

  // Each role sees its part: the partner the service granted to them, requesters what they reported.
  const counted = async (role: string) =>
    (await bearerOf(url, tokens[role]!).run(COMPANY)).incidents.totalCount as number
  const partners = (await bearerOf(url, tokens['PARTNER']!).run(
    '{ incidents(first: 100) { edges { node { service { name } } } } }',
  )) as {
    incidents: { edges: { node: { service: { name: string } } }[] }
  }
  expect(new Set(partners.incidents.edges.map(({ node }) => node.service.name))).toEqual(new Set(['Payments API']))
  expect(await counted('REQUESTER')).toBeGreaterThan(0)
  expect(await counted('REQUESTER')).toBeLessThan(20)

  const { myRequests } = await bearerOf(url, tokens['REQUESTER']!).run(
    '{ myRequests(first: 10) { edges { node { status rating { score } comments(first: 1) { totalCount } } } } }',
  )
  expect(myRequests.edges.map(({ node }: { node: { status: string } }) => node.status)).toEqual([
    ...['RECEIVED', 'WAITING_FOR_YOU', 'SOLVED', 'CLOSED', 'CLOSED'],
  ])
  expect(myRequests.edges[3].node).toMatchObject({ rating: { score: 3 }, comments: { totalCount: 2 } })

  // Monitoring reports over HTTP, and whoever watches hears of it.
  expect((await stream.next()).data.incidentEvents.type).toBe('TRIGGERED')
  await first.says(/reports: /)
  await first.says(/E-mail to \w+@lanternworks\.example: #\d+ P\d .*\[Acknowledge: http/)
  expect(await first.stop()).toEqual({ code: 0, signal: null })

  const second = tocsin(['demo'], { DATA_DIR })
  const again = bearerOf(await second.ready(), tokens['ADMIN']!)
  await second.says(/Ctrl-C/)
  expect(signIns(second.out)).toEqual(tokens)
  const after = await again.run(COMPANY)
  expect(after.users).toEqual(before.users)
  expect(after.incidents.totalCount).toBeLessThan(before.incidents.totalCount + 10) // it has not been seeded again
  await second.stop()
}, 90_000)

it('is not poured into an installation that somebody uses', async () => {
  const DATABASE_URL = await newDatabase()
  const server = tocsin(['serve'], { DATABASE_URL })
  const url = await server.ready()
  const [token] = /toc_[0-9a-f]{40}/.exec(server.out)!
  await bearerOf(url, token).run('mutation { incidentDeclare(input: { title: "Real" }) { incident { id } } }')
  await server.stop()
  const { code, errors } = await finished(['demo'], { DATABASE_URL })
  expect(code).toBe(1)
  expect(errors).toMatch(/^tocsin: DATABASE_URL names a database, which holds incidents that are not the demo's\./)
  const database = new pg.Client(DATABASE_URL)
  await database.connect()
  expect((await database.query('SELECT count(*)::int AS count FROM users')).rows).toEqual([{ count: 1 }])
  await database.end()
})
