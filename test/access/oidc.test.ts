import { type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type CryptoKey, SignJWT, UnsecuredJWT, exportJWK, exportSPKI, generateKeyPair } from 'jose'
import { Person } from '../support/person.js'
import { type TestServer, startTestServer } from '../support/server.js'

/** An OIDC issuer as the world has them: a discovery document, its keys, and tokens signed with one of them. */
class Issuer {
  private constructor(
    private readonly http: Server,
    readonly url: string,
    readonly key: CryptoKey,
    readonly publicKey: CryptoKey,
    private readonly state: { broken: boolean },
  ) {}

  static async start(): Promise<Issuer> {
    const { publicKey, privateKey } = await generateKeyPair('ES256')
    const jwk = { ...(await exportJWK(publicKey)), kid: 'first', alg: 'ES256', use: 'sig' }
    const state = { broken: false }
    const http = createServer((request, response) => {
      const documents: Record<string, object> = {
        '/.well-known/openid-configuration': { issuer: url, jwks_uri: `${url}/keys` },
        '/keys': { keys: [jwk] },
      }
      const document = state.broken ? undefined : documents[request.url!]
      response.writeHead(document ? 200 : 503, { 'content-type': 'application/json' })
      response.end(JSON.stringify(document ?? {}))
    })
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
    return new Issuer(http, url, privateKey, publicKey, state)
  }

  breakDown = (broken: boolean) => void (this.state.broken = broken)
  stop = () => new Promise((resolve) => this.http.close(resolve))
}

interface Making {
  readonly claims?: Record<string, unknown>
  readonly key?: CryptoKey | Uint8Array
  readonly algorithm?: string
  readonly keyId?: string
}

const AUDIENCE = 'tocsin'
const ME = '{ me { id name email role } }'

let issuer: Issuer
let server: TestServer
beforeAll(async () => {
  issuer = await Issuer.start()
  server = await startTestServer({ OIDC_ISSUER: issuer.url, OIDC_AUDIENCE: AUDIENCE })
})
afterAll(async () => {
  await server.stop()
  await issuer.stop()
})

const seconds = () => Math.floor(server.clock.now().getTime() / 1000)

const claimsOf = (claims: Record<string, unknown> = {}) => ({
  iss: issuer.url,
  aud: AUDIENCE,
  sub: 'somebody',
  iat: seconds(),
  exp: seconds() + 600,
  email: 'somebody@example.com',
  email_verified: true,
  name: 'Some Body',
  ...claims,
})

const tokenOf = ({ claims = {}, key = issuer.key, algorithm = 'ES256', keyId = 'first' }: Making = {}) =>
  new SignJWT(claimsOf(claims)).setProtectedHeader({ alg: algorithm, kid: keyId }).sign(key)

const bearing = (token: string, url = () => server.url) => new Person(url, '', '', token)
const signedIn = async (making: Making = {}) => bearing(await tokenOf(making))

const refused = { status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] }

describe('the first sign-in', () => {
  it('makes a requester of somebody unknown, who is the same person ever after', async () => {
    const ada = await signedIn({ claims: { sub: 'ada', email: 'ada@example.com', name: 'Ada Lovelace' } })
    const { me } = await ada.run(ME)
    expect(me).toMatchObject({ name: 'Ada Lovelace', email: 'ada@example.com', role: 'REQUESTER' })
    const later = await signedIn({ claims: { sub: 'ada', email: 'countess@example.com', name: 'A. King' } })
    expect((await later.run(ME)).me).toEqual(me)
    const unverified = await signedIn({ claims: { sub: 'ada', email_verified: false } })
    expect((await unverified.run(ME)).me).toEqual(me)
  })

  it('finds the person whom an administrator has added, by the verified address', async () => {
    const grace = await server.as('MANAGER', { name: 'Grace' })
    const email = `${grace.id.toUpperCase()}@EXAMPLE.com`
    expect((await (await signedIn({ claims: { sub: 'grace', email } })).run(ME)).me).toMatchObject({
      id: grace.id,
      name: 'Grace',
      role: 'MANAGER',
    })
  })

  it('does not hand an account to a second identity with the same address', async () => {
    const email = 'shared@example.com'
    const first = await signedIn({ claims: { sub: 'first', email } })
    const { me } = await first.run(ME)
    expect(await (await signedIn({ claims: { sub: 'second', email } })).send(ME)).toMatchObject(refused)
    expect((await first.run(ME)).me).toEqual(me)
  })

  it('happens once, however many requests bring it', async () => {
    const people = await Promise.all(
      [1, 2, 3, 4, 5].map((n) => signedIn({ claims: { sub: 'crowd', email: 'crowd@example.com', jti: String(n) } })),
    )
    const ids = await Promise.all(people.map(async (person) => (await person.run(ME)).me.id as string))
    expect(new Set(ids).size).toBe(1)
  })

  it.each([
    ['is not verified', { email_verified: false }],
    ['is said to be verified in a string', { email_verified: 'true' }],
    ['is missing', { email: undefined }],
    ['is none', { email: 'not an address' }],
  ])('is refused when the address %s', async (_, claims) => {
    const stranger = await signedIn({ claims: { sub: 'stranger', ...claims } })
    expect(await stranger.send(ME)).toMatchObject(refused)
    expect(await server.sql(`SELECT 1 FROM users WHERE oidc_subject LIKE '%|stranger'`)).toEqual([])
  })

  it('takes names as people of the issuer write them', async () => {
    const odd = await signedIn({ claims: { sub: 'odd', email: 'odd@example.com', name: '  Zo\u0000e\n 😀 ' } })
    expect((await odd.run(ME)).me.name).toBe('Zo e 😀')
    const nameless = await signedIn({ claims: { sub: 'nameless', email: 'nameless@example.com', name: undefined } })
    expect((await nameless.run(ME)).me.name).toBe('nameless@example.com')
  })
})

describe('a token is refused', () => {
  beforeAll(async () => void (await (await signedIn()).run(ME)))

  it('when it is for another audience, or for none', async () => {
    expect(await (await signedIn({ claims: { aud: 'another' } })).send(ME)).toMatchObject(refused)
    expect(await (await signedIn({ claims: { aud: undefined } })).send(ME)).toMatchObject(refused)
    expect((await (await signedIn({ claims: { aud: ['another', AUDIENCE] } })).send(ME)).status).toBe(200)
  })

  it('when it names another issuer, or comes from one', async () => {
    expect(await (await signedIn({ claims: { iss: 'https://evil.example' } })).send(ME)).toMatchObject(refused)
    const other = await generateKeyPair('ES256')
    expect(await (await signedIn({ key: other.privateKey })).send(ME)).toMatchObject(refused)
  })

  it('when it names a key that the issuer has not', async () => {
    expect(await (await signedIn({ keyId: 'second' })).send(ME)).toMatchObject(refused)
  })

  it('when it is not signed, or with what everybody knows', async () => {
    expect(await bearing(new UnsecuredJWT(claimsOf()).encode()).send(ME)).toMatchObject(refused)
    const known = new TextEncoder().encode(await exportSPKI(issuer.publicKey))
    expect(await (await signedIn({ key: known, algorithm: 'HS256' })).send(ME)).toMatchObject(refused)
  })

  it('when somebody has written in it', async () => {
    const [header, , signature] = (await tokenOf()).split('.')
    const forged = Buffer.from(JSON.stringify(claimsOf({ sub: 'root' }))).toString('base64url')
    expect(await bearing(`${header}.${forged}.${signature}`).send(ME)).toMatchObject(refused)
  })

  it('when it has ended, never ends, or has not begun', async () => {
    expect(await (await signedIn({ claims: { exp: seconds() - 1 } })).send(ME)).toMatchObject(refused)
    expect(await (await signedIn({ claims: { exp: undefined } })).send(ME)).toMatchObject(refused)
    expect(await (await signedIn({ claims: { nbf: seconds() + 600 } })).send(ME)).toMatchObject(refused)
  })

  it('when its subject is none', async () => {
    for (const sub of [undefined, '', { name: 'x' }, 'a\u0000b', 'x'.repeat(300)])
      expect(await (await signedIn({ claims: { sub } })).send(ME)).toMatchObject(refused)
  })
})

it('a sign-in ends with its token, though it was believed a moment ago', async () => {
  const person = await signedIn({ claims: { sub: 'brief', email: 'brief@example.com', exp: seconds() + 60 } })
  await person.run(ME)
  server.clock.advance(61_000)
  expect(await person.send(ME)).toMatchObject(refused)
})

it('a deactivated person does not come in, by a known identity or a new one', async () => {
  const root = await server.as('ADMIN')
  const deactivate = `mutation ($input: UserUpdateInput!) { userUpdate(input: $input) { userErrors { code } } }`
  const person = await signedIn({ claims: { sub: 'gone', email: 'gone@example.com' } })
  const { me } = await person.run(ME)
  await root.do(deactivate, { id: me.id, active: false })
  expect(await person.send(ME)).toMatchObject(refused)

  const other = await server.as('ADMIN')
  await root.do(deactivate, { id: other.id, active: false })
  const email = `${other.id}@example.com`
  expect(await (await signedIn({ claims: { sub: 'other', email } })).send(ME)).toMatchObject(refused)
  expect(await server.sql('SELECT oidc_subject FROM users WHERE id = $1', [other.id])).toEqual([{ oidc_subject: null }])
})

it('a person who signs in may make tokens that outlast the sign-in', async () => {
  const person = await signedIn({ claims: { sub: 'maker', email: 'maker@example.com' } })
  const { apiToken } = await person.do(
    `mutation ($input: TokenCreateInput!) {
      tokenCreate(input: $input) { apiToken { expiresAt scopes } userErrors { code } }
    }`,
    { name: 'script', scopes: ['READ', 'WRITE', 'CONFIGURE'] },
  )
  expect(apiToken).toEqual({ expiresAt: null, scopes: ['READ', 'WRITE', 'CONFIGURE'] })
})

it('is not the fault of a token when the issuer cannot be asked: clients try again', async () => {
  issuer.breakDown(true)
  const fresh = await startTestServer({ OIDC_ISSUER: issuer.url, OIDC_AUDIENCE: AUDIENCE })
  try {
    const person = bearing(await tokenOf({ claims: { sub: 'patient', email: 'p@example.com' } }), () => fresh.url)
    expect(await person.send(ME)).toMatchObject({ status: 503, errors: [{ extensions: { code: 'UNAVAILABLE' } }] })
    issuer.breakDown(false)
    expect((await person.run(ME)).me.role).toBe('REQUESTER')
  } finally {
    issuer.breakDown(false)
    await fresh.stop()
  }
})

it('takes no JWT at all where no issuer is configured', async () => {
  const without = await startTestServer()
  try {
    expect(await bearing(await tokenOf(), () => without.url).send(ME)).toMatchObject(refused)
  } finally {
    await without.stop()
  }
})
