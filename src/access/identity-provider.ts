import { type JWTVerifyGetKey, createRemoteJWKSet, decodeJwt, errors, jwtVerify } from 'jose'
import { ErrorCode, UserError } from '../platform/errors.js'

/**
 * The OIDC issuer whose tokens are taken: one, pinned by configuration, for one audience, in asymmetric algorithms
 * only. Its keys are found through its discovery document at the first token; `jose` fetches them again when a token
 * names a key that is not among them.
 */

const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']
const DISCOVERY_TIMEOUT = 5_000 // milliseconds
/** How far the issuer's clock may run ahead of ours, in seconds. The end of a sign-in is by our clock alone. */
const CLOCK_TOLERANCE = 10

/** What a token that holds says of its bearer. */
export interface Identity {
  /** Issuer and subject: the same for a person for ever, whatever becomes of their address. */
  readonly subject: string
  readonly name: string | null
  /** Null when there is none that the issuer vouches for. */
  readonly verifiedEmail: string | null
  readonly expiresAt: Date
}

interface Issuer {
  /** Spelt as in its tokens: some end with a slash. */
  readonly name: string
  readonly keys: JWTVerifyGetKey
}

const refused = (why: string) => new UserError(ErrorCode.UNAUTHENTICATED, why)
const INVALID = 'This token is not valid.'

export class IdentityProvider {
  private discovered: Promise<Issuer> | null = null

  constructor(
    private readonly oidc: { readonly issuer: string; readonly audience: string },
    private readonly now: () => Date,
  ) {}

  /** Errors: UNAUTHENTICATED; UNAVAILABLE when the issuer cannot be asked, so that clients try again. */
  async identify(token: string): Promise<Identity> {
    let issuerOfToken: unknown
    try {
      issuerOfToken = decodeJwt(token).iss
    } catch {
      throw refused(INVALID)
    }
    const { issuer: configured, audience } = this.oidc
    if (issuerOfToken !== configured && issuerOfToken !== `${configured}/`)
      throw refused('This token comes from another issuer.')
    const issuer = await this.issuer()
    const { payload } = await jwtVerify(token, issuer.keys, {
      issuer: issuer.name,
      audience,
      algorithms: ALGORITHMS,
      requiredClaims: ['sub', 'exp'],
      currentDate: this.now(),
      clockTolerance: CLOCK_TOLERANCE,
    }).catch((error: unknown) => {
      throw unreachable(error) ? unavailable() : refused(whyOf(error))
    })
    const { sub, exp, email, name } = payload
    if (typeof sub !== 'string' || !/^\P{Cc}{1,255}$/u.test(sub)) throw refused(INVALID)
    return {
      subject: `${issuer.name}|${sub}`,
      name: typeof name === 'string' ? plain(name) || null : null,
      verifiedEmail: payload['email_verified'] === true && isAddress(email) ? email : null,
      expiresAt: new Date(exp! * 1000),
    }
  }

  private issuer(): Promise<Issuer> {
    return (this.discovered ??= discover(this.oidc.issuer).catch(() => {
      this.discovered = null // the next token asks again
      throw unavailable()
    }))
  }
}

async function discover(configured: string): Promise<Issuer> {
  const answer = await fetch(`${configured}/.well-known/openid-configuration`, {
    signal: AbortSignal.timeout(DISCOVERY_TIMEOUT),
  })
  if (!answer.ok) throw new Error(`The OIDC issuer answers ${answer.status}`)
  const { issuer, jwks_uri: uri } = (await answer.json()) as { issuer?: unknown; jwks_uri?: unknown }
  if (typeof issuer !== 'string' || issuer.replace(/\/$/, '') !== configured)
    throw new Error('The OIDC discovery document names another issuer')
  if (typeof uri !== 'string') throw new Error('The OIDC discovery document names no keys')
  return { name: issuer, keys: createRemoteJWKSet(new URL(uri)) }
}

const unavailable = () => new UserError(ErrorCode.UNAVAILABLE, 'The OIDC issuer cannot be reached. Try again.')

/** Not the token's fault: the keys could not be fetched. */
const unreachable = (error: unknown): boolean =>
  !(error instanceof errors.JOSEError) ||
  error instanceof errors.JWKSTimeout ||
  error instanceof errors.JWKSInvalid ||
  error.code === 'ERR_JOSE_GENERIC'

const whyOf = (error: unknown): string => (error instanceof errors.JWTExpired ? 'This token has expired.' : INVALID)

const isAddress = (email: unknown): email is string =>
  typeof email === 'string' && email.length <= 320 && /^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u.test(email)

const plain = (name: string): string =>
  name
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, 200)
