import { bearerOf, finished, newDataDir, newDatabase, tocsin } from './command.js'

const ME = '{ me { id name role } }'

it('prints a token alone on standard output, beside a running server', async () => {
  const settings = { DATABASE_URL: await newDatabase() }
  const server = tocsin(['serve'], settings)
  const url = await server.ready()
  const token = (...options: string[]) => finished(['token', ...options], settings)

  const made = await token('--role', 'RESPONDER', '--user', 'Ada Lovelace')
  expect(made).toMatchObject({ code: 0, out: expect.stringMatching(/^toc_[0-9a-f]{40}\n$/) })
  const { me: ada } = await bearerOf(url, made.out.trim()).run(ME)
  expect(ada).toMatchObject({ name: 'Ada Lovelace', role: 'RESPONDER' })

  const another = await token('--role', 'responder', '--user', 'ada lovelace')
  expect((await bearerOf(url, another.out.trim()).run(ME)).me).toEqual(ada) // the same person

  expect(await token('--role', 'ADMIN', '--user', 'Ada Lovelace')).toEqual({
    code: 1,
    out: '',
    errors: 'tocsin: Ada Lovelace has the role RESPONDER, not ADMIN.\n',
  })
  await server.stop()
})

it('narrows a token by scopes, and ends it after days', async () => {
  const settings = { DATABASE_URL: await newDatabase() }
  const server = tocsin(['serve'], settings)
  const url = await server.ready()
  const { out } = await finished(['token', '--role', 'MANAGER', '--scopes', 'read', '--expires', '2'], settings)
  const reader = bearerOf(url, out.trim())
  const TOKENS = '{ tokens(first: 1) { edges { node { scopes createdAt expiresAt } } } }'
  const [{ node }] = (await reader.run(TOKENS)).tokens.edges
  expect(node.scopes).toEqual(['READ'])
  expect(Date.parse(node.expiresAt) - Date.parse(node.createdAt)).toBe(2 * 86_400_000)
  const declared = await reader.run('mutation { incidentDeclare(input: { title: "No" }) { userErrors { code } } }')
  expect(declared.incidentDeclare.userErrors).toEqual([{ code: 'FORBIDDEN' }])
  await server.stop()
})

it('works on a database that nobody has started yet', async () => {
  const settings = { DATA_DIR: await newDataDir() }
  const { code, out } = await finished(['token', '--role', 'ADMIN'], settings)
  expect(code).toBe(0)
  const server = tocsin(['serve'], settings)
  const url = await server.ready()
  expect(server.out).not.toContain('toc_') // there is an administrator already
  expect((await bearerOf(url, out.trim()).run(ME)).me.role).toBe('ADMIN')
  await server.stop()
}, 60_000)

it.each([
  [['--role', 'KING'], 'It must be one of REQUESTER, STAKEHOLDER'],
  [[], "required option '--role <role>' not specified"],
  [['--role', 'ADMIN', '--expires', 'soon'], 'It must be a whole number of days from 1 to 3650.'],
  [['--role', 'ADMIN', '--scopes', 'READ,ALL'], 'It must be one of READ, WRITE, CONFIGURE.'],
])('refuses %j', async (options, message) => {
  const { code, out, errors } = await finished(['token', ...options], { DATABASE_URL: 'postgres://127.0.0.1:1/x' })
  expect({ code, out }).toEqual({ code: 1, out: '' })
  expect(errors).toContain(message)
})
