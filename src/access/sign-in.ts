import { LRUCache } from 'lru-cache'
import { type Actor, ActorKind, type Role, TokenScope } from '../platform/actor.js'
import type { Database } from '../platform/database.js'
import { ErrorCode, UserError } from '../platform/errors.js'
import { newId } from '../platform/id.js'
import { type AccessChange, onAccessChange } from './access-event.js'
import { type Identity, IdentityProvider } from './identity-provider.js'
import { hashOf } from './secret.js'

/**
 * From the text of an `Authorization` header to an actor. An answer is believed for a second; changes of access clear
 * it at once.
 */

const BELIEVED_FOR = 1_000 // milliseconds

interface Account {
  id: string
  name: string
  role: Role
  active: boolean
  teamIds: string[]
  serviceIds: string[]
}

const ACCOUNT = `
  u.id, u.name, u.role, u.active,
  ARRAY(SELECT team_id::text FROM team_members WHERE user_id = u.id ORDER BY 1) AS "teamIds",
  CASE WHEN u.role = 'PARTNER'
       THEN ARRAY(SELECT service_id::text FROM service_grants WHERE user_id = u.id ORDER BY 1)
       ELSE '{}'::text[] END AS "serviceIds"`

const refused = (why: string) => new UserError(ErrorCode.UNAUTHENTICATED, why)

export class SignIn {
  private readonly believed = new LRUCache<string, Actor>({ max: 10_000, ttl: BELIEVED_FOR })
  /** Counts changes of access: what was read before one is not believed after it. */
  private changes = 0
  private readonly provider: IdentityProvider | null

  constructor(
    private readonly db: Database,
    oidc: { issuer: string; audience: string } | null,
    private readonly now: () => Date,
  ) {
    this.provider = oidc && new IdentityProvider(oidc, now)
    onAccessChange(db.source, (change) => this.forget(change))
  }

  /**
   * Errors: UNAUTHENTICATED, with the reason that helps an honest client and tells an attacker nothing; UNAVAILABLE
   * while the OIDC issuer cannot be asked for its keys.
   */
  async authenticate(authorization: string | undefined): Promise<Actor> {
    const token = typeof authorization === 'string' ? /^Bearer +(\S+)$/i.exec(authorization)?.[1] : undefined
    if (!token) throw refused('Sign in with `Authorization: Bearer <token>`.')
    const key = hashOf(token).toString('base64')
    const known = this.believed.get(key)
    const { changes } = this
    const actor = known ?? (token.startsWith('toc_') ? await this.byApiToken(token) : await this.byJwt(token))
    if (actor.expiresAt && actor.expiresAt <= this.now()) throw refused('This token has expired.')
    if (known) return actor
    // Access has changed while this was read: it may be from before, and who ends sessions may have looked already.
    if (changes !== this.changes) return this.authenticate(authorization)
    this.believed.set(key, actor)
    return actor
  }

  /** Called for every change of access: of this process by itself, of others by who follows the event log. */
  forget({ userId }: AccessChange): void {
    this.changes++
    for (const [key, actor] of this.believed.entries()) if (actor.id === userId) this.believed.delete(key)
  }

  private async byApiToken(token: string): Promise<Actor> {
    const row = await this.db.row<
      Account & { tokenId: string; scopes: TokenScope[]; expiresAt: Date | null; revoked: boolean }
    >(
      `SELECT ${ACCOUNT}, t.id AS "tokenId", t.scopes, t.expires_at AS "expiresAt", t.revoked_at IS NOT NULL AS revoked
         FROM api_tokens t JOIN users u ON u.id = t.user_id WHERE t.hash = $1`,
      [hashOf(token)],
    )
    if (!row || row.revoked || !row.active) throw refused('This token is not valid.')
    const { tokenId, scopes, expiresAt } = row
    if (!expiresAt || expiresAt > this.now()) this.noteUse(tokenId)
    return { ...accountOf(row), scopes, tokenId, expiresAt }
  }

  /** A nicety: nothing waits for it, and it is written once a minute at most. */
  private noteUse(tokenId: string): void {
    this.db
      .rows(
        `UPDATE api_tokens SET last_used_at = $2
          WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2::timestamptz - interval '1 minute')`,
        [tokenId, this.now()],
      )
      .catch(() => undefined)
  }

  private async byJwt(token: string): Promise<Actor> {
    if (!this.provider) throw refused('This token is not valid.')
    const identity = await this.provider.identify(token)
    return {
      ...accountOf(await this.accountOf(identity)),
      scopes: Object.values(TokenScope),
      tokenId: null,
      expiresAt: identity.expiresAt,
    }
  }

  /** Finds the person by the issuer's subject; the first time by a verified address; else they are a new requester. */
  private async accountOf({ subject, name, verifiedEmail }: Identity): Promise<Account> {
    const bySubject = `SELECT ${ACCOUNT} FROM users u WHERE u.oidc_subject = $1`
    let row = await this.db.row<Account>(bySubject, [subject])
    if (!row && verifiedEmail) {
      await this.db.rows(
        `INSERT INTO users (id, name, email, role, oidc_subject, created_at, updated_at)
         VALUES ($1, $2, $3, 'REQUESTER', $4, $5, $5)
         ON CONFLICT (lower(email)) DO UPDATE SET oidc_subject = $4 WHERE users.oidc_subject IS NULL AND users.active`,
        [newId('user'), name ?? verifiedEmail, verifiedEmail, subject, this.now()],
      )
      row = await this.db.row<Account>(bySubject, [subject])
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
