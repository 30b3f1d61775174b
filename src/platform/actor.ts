/** Who acts. Every command, query and stream is carried out for an actor; what they may do is decided in `access/`. */

export enum Role {
  REQUESTER = 'REQUESTER',
  STAKEHOLDER = 'STAKEHOLDER',
  RESPONDER = 'RESPONDER',
  MANAGER = 'MANAGER',
  ADMIN = 'ADMIN',
  AUDITOR = 'AUDITOR',
  PARTNER = 'PARTNER',
}

/** What an API token may be used for; a person who signs in through OIDC has all of them. */
export enum TokenScope {
  READ = 'READ',
  WRITE = 'WRITE',
  CONFIGURE = 'CONFIGURE',
}

export enum ActorKind {
  USER = 'USER',
  INTEGRATION = 'INTEGRATION',
  SYSTEM = 'SYSTEM',
}

export interface Actor {
  readonly kind: ActorKind
  readonly id: string
  readonly name: string
  readonly role: Role
  readonly teamIds: readonly string[]
  /** The services granted to a partner; empty for everybody else. */
  readonly serviceIds: readonly string[]
  readonly scopes: readonly TokenScope[]
  /** The API token that was presented; null for OIDC, integrations and the system. */
  readonly tokenId: string | null
  /** The moment the sign-in ends, if it does. */
  readonly expiresAt: Date | null
}

/** Tocsin itself: timers, retention, the demo's story. */
export const SYSTEM: Actor = {
  kind: ActorKind.SYSTEM,
  id: 'system',
  name: 'Tocsin',
  role: Role.ADMIN,
  teamIds: [],
  serviceIds: [],
  scopes: Object.values(TokenScope),
  tokenId: null,
  expiresAt: null,
}

/** A monitoring tool that reports through its integration key. It is trusted with what intake does, and nothing else calls as it. */
export const integrationActor = ({ id, name }: { id: string; name: string }): Actor => ({
  ...SYSTEM,
  kind: ActorKind.INTEGRATION,
  id,
  name,
})
