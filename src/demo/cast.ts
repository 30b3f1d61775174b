import { type Actor, ActorKind, Role, TokenScope } from '../platform/actor.js'
import type { Database } from '../platform/database.js'
import { PEOPLE, emailOf } from './company.js'

/** The people of the demo as the database has them, signed in with all that they may do. */
export class Cast {
  private constructor(private readonly actors: readonly Actor[]) {}

  static async read(db: Database): Promise<Cast> {
    const people = await db.rows<Pick<Actor, 'id' | 'name' | 'role' | 'teamIds' | 'serviceIds'>>(
      `SELECT u.id, u.name, u.role,
              ARRAY(SELECT team_id::text FROM team_members WHERE user_id = u.id) AS "teamIds",
              ARRAY(SELECT service_id::text FROM service_grants WHERE user_id = u.id) AS "serviceIds"
         FROM users u WHERE u.email = ANY($1::text[]) AND u.active ORDER BY array_position($1::text[], u.email)`,
      [PEOPLE.map(emailOf)],
    )
    const kind = ActorKind.USER
    const scopes = Object.values(TokenScope)
    return new Cast(people.map((person) => ({ ...person, kind, scopes, tokenId: null, expiresAt: null })))
  }

  get isEmpty(): boolean {
    return this.actors.length === 0
  }

  all(role: Role): Actor[] {
    return this.actors.filter((actor) => actor.role === role)
  }

  /** The first of that role; whoever runs the demo may have given the others another one. */
  one(role: Role): Actor | null {
    return this.all(role)[0] ?? null
  }

  responders(teamId: string | null): Actor[] {
    return this.all(Role.RESPONDER).filter(({ teamIds }) => teamId !== null && teamIds.includes(teamId))
  }
}
