import { createRemoteJWKSet, decodeJwt, jwtVerify, type JWTPayload } from 'jose'
import { LRUCache } from 'lru-cache'
import { type Actor, ActorKind, Role, TokenScope } from '../platform/actor.js'
import type { Database } from '../platform/database.js'
import { ErrorCode, UserError } from '../platform/errors.js'
import { newId } from '../platform/id.js'
import type { AccessChange } from './access-event.js'
import { hashOf } from './secret.js'

/**
 * From the text of an `Authorization` header to an actor. An answer is believed for a second; changes of access clear
 * it at once. OIDC tokens are taken from one pinned issuer, for one audience, in asymmetric algorithms only.
 */

const BELIEVED_FOR = 1_000 // milliseconds
const OIDC_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'EdDSA']

interface Account {
  id: string
  name: string
  role: Role
  teamIds: string[]
  serviceIds: string[]
}

const ACCOUNT = `
  u.id, u.name, u.role,
  ARRAY(SELECT team_id::text FROM team_members WHERE user_id = u.id ORDER BY 1) AS "teamIds",
  CASE WHEN u.role = 'PARTNER'
       THEN ARRAY(SELECT service_id::text FROM service_grants WHERE user_id = u.id ORDER BY 1)
       ELSE '{}'::text[] END AS "serviceIds"`

const refused = (why: string) => new UserError(ErrorCode.UNAUTHENTICATED, why)

export class SignIn {
  private readonly believed = new LRUCache<string, Actor>({ max: 10_000, ttl: BELIEVED_FOR })
  private keys: ReturnType<typeof createRemoteJWKSet> | null = null

  constructor(
    private readonly db: Database,
    private readonly oidc: { issuer: string; audience: string } | null,
    private readonly now: () => Date,
  ) {}

  /** Errors: UNAUTHENTICATED, with the reason that helps an honest client and tells an attacker nothing. */
  async authenticate(authorization: string | undefined): Promise<Actor> {
    const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1]
    if (!token) throw refused('Sign in with `Authorization: Bearer <token>`.')
    const key = hashOf(token).toString('base64')
    const known = this.believed.get(key)
    const actor = known ?? (token.startsWith('toc_') ? await this.byApiToken(token) : await this.byJwt(token))
    if (actor.expiresAt && actor.expiresAt <= this.now()) throw refused('This token has expired.')
    if (!known) this.believed.set(key, actor)
    return actor
  }

  forget({ userId }: AccessChange): void {
    for (const [key, actor] of this.believed.entries()) if (actor.id === userId) this.believed.delete(key)
  }

  private async byApiToken(token: string): Promise<Actor> {
    const row = await this.db.row<
      Account & { tokenId: string; scopes: TokenScope[]; expiresAt: Date | null; revoked: boolean; active: boolean }
    >(
      `SELECT ${ACCOUNT}, u.active, t.id AS "tokenId", t.scopes, t.expires_at AS "expiresAt", t.revoked_at IS NOT NULL AS revoked
         FROM api_tokens t JOIN users u ON u.id = t.user_id WHERE t.hash = $1`,
      [hashOf(token)],
    )
    if (!row || row.revoked || !row.active) throw refused('This token is not valid.')
    void this.db
      .rows(
        `UPDATE api_tokens SET last_used_at = $2 WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2 - interval '1 minute')`,
        [row.tokenId, this.now()],
      )
      .catch(() => undefined) // a nicety: nothing waits for it
    const { tokenId, scopes, expiresAt } = row
    return { ...accountOf(row), scopes, tokenId, expiresAt }
  }

  private async byJwt(token: string): Promise<Actor> {
    if (!this.oidc) throw refused('This token is not valid.')
    let claims: JWTPayload
    try {
      claims = await this.verify(token, this.oidc)
    } catch (error) {
      if (error instanceof UserError) throw error
      throw refused('This token is not valid.')
    }
    const row = await this.accountOfClaims(claims)
    return {
      ...accountOf(row),
      scopes: Object.values(TokenScope),
      tokenId: null,
      expiresAt: claims.exp === undefined ? null : new Date(claims.exp * 1000),
    }
  }

  private async verify(token: string, { issuer, audience }: { issuer: string; audience: string }): Promise<JWTPayload> {
    if (decodeJwt(token).iss !== issuer) throw refused('This token comes from another issuer.')
    this.keys ??= await discoverKeys(issuer)
    const { payload } = await jwtVerify(token, this.keys, {
      issuer,
      audience,
      algorithms: OIDC_ALGORITHMS,
      requiredClaims: ['sub', 'exp'],
      currentDate: this.now(),
    })
    return payload
  }

  /** Finds the person by the issuer's subject; the first time by a verified address; else they are a new requester. */
  private async accountOfClaims(claims: JWTPayload): Promise<Account> {
    const subject = `${claims.iss}|${claims.sub}`
    const bySubject = `SELECT ${ACCOUNT}, u.active FROM users u WHERE u.oidc_subject = $1`
    let row = await this.db.row<Account & { active: boolean }>(bySubject, [subject])
    if (!row && typeof claims['email'] === 'string' && claims['email_verified'] === true) {
      const name = typeof claims['name'] === 'string' && claims['name'].trim() ? claims['name'].trim() : claims['email']
      await this.db.rows(
        `INSERT INTO users (id, name, email, role, oidc_subject, created_at, updated_at)
         VALUES ($1, $2, $3, 'REQUESTER', $4, $5, $5)
         ON CONFLICT (lower(email)) DO UPDATE SET oidc_subject = $4 WHERE users.oidc_subject IS NULL`,
        [newId('user'), name.slice(0, 200), claims['email'], subject, this.now()],
      )
      row = await this.db.row<Account & { active: boolean }>(bySubject, [subject])
    }
    if (!row?.active) throw refused('There is no active account for this identity.')
    return row
  }
}

const accountOf = ({ id, name, role, teamIds, serviceIds }: Account) => ({
  kind: ActorKind.USER,
  id,
  name,
  role,
  teamIds,
  serviceIds,
})

async function discoverKeys(issuer: string): Promise<ReturnType<typeof createRemoteJWKSet>> {
  const answer = await fetch(`${issuer}/.well-known/openid-configuration`, { signal: AbortSignal.timeout(5_000) })
  const { jwks_uri: uri } = (await answer.json()) as { jwks_uri?: unknown }
  if (typeof uri !== 'string') throw new Error(`The OIDC issuer ${issuer} names no jwks_uri`)
  return createRemoteJWKSet(new URL(uri))
}
