import { allows } from '../access/rules.js'
import type { Database } from '../platform/database.js'
import { notFound } from '../platform/errors.js'
import { defineLoader, groupBy } from '../platform/loader.js'
import type { User } from '../responders/user.entity.js'
import { USER_COLUMNS } from '../responders/user.queries.js'
import type { Person } from './participant.js'

/** What the access rules ask of people, in a statement that names them `u`. */
export const PERSON_COLUMNS = `u.id, u.name, u.role, u.active,
  ARRAY(SELECT team_id::text FROM team_members WHERE user_id = u.id) AS "teamIds",
  ARRAY(SELECT service_id::text FROM service_grants WHERE user_id = u.id) AS "serviceIds"`

/** Active or not: for commands. Errors: NOT_FOUND, which names the input field. */
export async function findPerson(db: Database, field: string, id: string): Promise<Person> {
  const person = await db.row<Person>(`SELECT ${PERSON_COLUMNS} FROM users u WHERE u.id = $1`, [id])
  if (!person) throw notFound('person', field)
  return person
}

export const findPeople = (db: Database, ids: readonly string[]): Promise<Person[]> =>
  db.rows(`SELECT ${PERSON_COLUMNS} FROM users u WHERE u.id = ANY($1::text[])`, [ids])

/** Nobody for those who do not read the directory. */
export const loadParticipants = defineLoader(async (ctx, incidentIds: readonly string[]) =>
  groupBy(
    allows(ctx.actor, 'directory.read')
      ? await ctx.db.rows<User & { incidentId: string }>(
          `SELECT ${USER_COLUMNS}, p.incident_id AS "incidentId" FROM incident_participants p
             JOIN users u ON u.id = p.user_id
            WHERE p.incident_id = ANY($1::text[]) ORDER BY u.name, u.id`,
          [incidentIds],
        )
      : [],
    ({ incidentId }) => incidentId,
  ),
)
