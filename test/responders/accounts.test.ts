import type { DataSource } from 'typeorm'
import { MIGRATIONS } from '../../migrations/index.js'
import { ENTITIES } from '../../src/entities.js'
import { openEventLog } from '../../src/events/event-log.js'
import { Role, SYSTEM } from '../../src/platform/actor.js'
import type { Context } from '../../src/platform/context.js'
import { Database, createDataSource } from '../../src/platform/database.js'
import { createFirstAdministrator, createTokenFor, findOrCreateUser } from '../../src/responders/account.commands.js'
import { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'

/** What the operator's command line does beside a running server: another process, the same database. */
let server: TestServer
let source: DataSource
let ctx: Context
beforeAll(async () => {
  server = await startTestServer()
  source = createDataSource({ url: server.databaseUrl, entities: ENTITIES, migrations: MIGRATIONS })
  await source.initialize()
  await openEventLog(source)
  ctx = { actor: SYSTEM, db: Database.of(source), now: () => new Date() }
})
afterAll(async () => {
  await source.destroy()
  await server.stop()
})

const signIn = async (token: string) =>
  (await new Person(() => server.url, '', '', token).run('{ me { id name email role } }')).me

it('begins with one administrator, however many nodes start together', async () => {
  const made = await Promise.all([1, 2, 3].map(() => createFirstAdministrator(ctx)))
  const [first, ...others] = made.filter((account) => account !== null)
  expect(others).toEqual([])
  expect(await signIn(first!.token)).toMatchObject({ name: 'Administrator', role: 'ADMIN' })
  const scopes = await server.sql('SELECT scopes FROM api_tokens')
  expect(scopes).toEqual([{ scopes: ['READ', 'WRITE', 'CONFIGURE'] }])
  expect(await createFirstAdministrator(ctx)).toBeNull()
})

it('makes a token for a new person of every role', async () => {
  for (const role of Object.values(Role)) {
    const { user, token } = await createTokenFor(ctx, { role })
    expect(await signIn(token)).toMatchObject({ id: user.id, role })
    expect((await createTokenFor(ctx, { role })).user.id).not.toBe(user.id)
  }
})

it('finds the person who is named by address or name, or makes them', async () => {
  const ada = await findOrCreateUser(ctx, { role: Role.RESPONDER, user: 'Ada@Example.com' })
  expect(ada).toMatchObject({ name: 'Ada@Example.com', email: 'Ada@Example.com' })
  expect((await findOrCreateUser(ctx, { role: Role.RESPONDER, user: 'ada@example.com' })).id).toBe(ada.id)
  const grace = await findOrCreateUser(ctx, { role: Role.MANAGER, user: 'Grace Hopper' })
  expect(grace.email).toMatch(/@tocsin\.invalid$/)
  expect((await findOrCreateUser(ctx, { role: Role.MANAGER, user: ' grace hopper ' })).id).toBe(grace.id)
  const linus = { role: Role.MANAGER, user: 'Linus' }
  const two = await Promise.all([findOrCreateUser(ctx, linus), findOrCreateUser(ctx, linus)])
  expect(two[0].id).toBe(two[1].id)
})

it('refuses a person of another role, one who has been deactivated, and a name that several have', async () => {
  await findOrCreateUser(ctx, { role: Role.RESPONDER, user: 'Rita' })
  await expect(findOrCreateUser(ctx, { role: Role.ADMIN, user: 'Rita' })).rejects.toMatchObject({
    code: 'CONFLICT',
    field: 'role',
  })
  await server.sql(`UPDATE users SET active = false WHERE name = 'Rita'`)
  await expect(createTokenFor(ctx, { role: Role.RESPONDER, user: 'Rita' })).rejects.toMatchObject({
    code: 'BAD_USER_INPUT',
    field: 'user',
  })
  await server.as('REQUESTER', { name: 'Kim' })
  await server.as('REQUESTER', { name: 'Kim' })
  await expect(findOrCreateUser(ctx, { role: Role.REQUESTER, user: 'Kim' })).rejects.toMatchObject({
    code: 'BAD_USER_INPUT',
    field: 'user',
  })
})
