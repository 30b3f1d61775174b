import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { finished } from './command.js'

/** What is wrong, in one line on standard error; nothing was started. */
async function refusal(settings: Record<string, string>) {
  const { code, out, errors } = await finished(['serve'], settings)
  expect({ code, out }).toEqual({ code: 1, out: '' })
  return errors
}

it.each([
  ['PORT', 'eighty', 'a whole number from 0 to 65535'],
  ['PORT', '65536', 'a whole number from 0 to 65535'],
  ['DATABASE_URL', 'mysql://somewhere/else', 'a URL that begins with postgres:// or postgresql://'],
  ['LOG_LEVEL', 'loud', 'one of fatal, error, warn, info, debug, trace, silent'],
  ['INTROSPECTION', 'perhaps', 'one of on, off'],
  ['ALLOWED_ORIGINS', 'console.example.com', 'a comma-separated list of origins such as https://console.example.com'],
  ['EVENT_RETENTION_DAYS', '0', 'a whole number from 1 to 3650'],
  ['REQUEST_REOPEN_DAYS', '0', 'a whole number from 1 to 365'],
])('refuses %s=%s and says what it may be', async (name, value, may) => {
  expect(await refusal({ [name]: value })).toBe(`tocsin: ${name} is "${value}", but it must be ${may}\n`)
})

it('refuses an issuer without an audience: tokens made for others would be taken', async () => {
  expect(await refusal({ OIDC_ISSUER: 'https://id.example.com' })).toBe(
    'tocsin: OIDC_AUDIENCE is not set, but it must be set when OIDC_ISSUER is: the audience that tokens are made for\n',
  )
})

it('shows no password of a URL', async () => {
  expect(await refusal({ DATABASE_URL: 'postgress://ada:secret@db/tocsin' })).toMatch(
    /^tocsin: DATABASE_URL is "postgress:\/\/ada:\(hidden\)@db\/tocsin", but it must be .*\n$/,
  )
})

it('says in one line that there is no database where DATABASE_URL leads', async () => {
  expect(await refusal({ DATABASE_URL: 'postgres://ada:secret@127.0.0.1:1/tocsin' })).toMatch(
    /^tocsin: DATABASE_URL is "postgres:\/\/ada:\(hidden\)@127.0.0.1:1\/tocsin", but it must lead to a PostgreSQL \(.*ECONNREFUSED.*\)\n$/,
  )
  const missing = new URL(process.env['TEST_POSTGRES_URL']!)
  missing.pathname = '/nowhere'
  expect(await refusal({ DATABASE_URL: missing.href, LOG_LEVEL: 'silent' })).toMatch(
    /^tocsin: DATABASE_URL is .*, but it must lead to a PostgreSQL \(database "nowhere" does not exist\)\n$/,
  )
})

it('says that the port is taken', async () => {
  const squatter = createServer().listen(0, '127.0.0.1')
  await once(squatter, 'listening')
  const { port } = squatter.address() as AddressInfo
  const { code, errors } = await finished(['serve'], {
    PORT: String(port),
    DATABASE_URL: process.env['TEST_POSTGRES_URL']!.replace(/[^/]*$/, 'tocsin'),
  })
  squatter.close()
  expect(code).toBe(1)
  expect(errors).toBe(`tocsin: PORT is ${port}, but something listens there already. Choose another; 0 takes any.\n`)
})
