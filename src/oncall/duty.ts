import { Role } from '../platform/actor.js'
import type { Database } from '../platform/database.js'
import { badInput, notFound } from '../platform/errors.js'
import { findAbsence } from './arrangement.queries.js'

/** Who can be put on call: active people who work on incidents. */

export const ON_DUTY: readonly Role[] = [Role.RESPONDER, Role.MANAGER, Role.ADMIN]

interface Person {
  readonly id: string
  readonly name: string
  readonly role: Role
  readonly active: boolean
}

/**
 * Checks people that an input names. Errors: NOT_FOUND and BAD_USER_INPUT, which name the field.
 *
 * @param named the person by the field that names them
 */
export async function mayBeOnCall(db: Database, named: Readonly<Record<string, string>>): Promise<void> {
  const people = await db.rows<Person>('SELECT id, name, role, active FROM users WHERE id = ANY($1::text[])', [
    Object.values(named),
  ])
  for (const [field, id] of Object.entries(named)) {
    const person = people.find((person) => person.id === id)
    if (!person) throw notFound('person', field)
    if (!person.active) throw badInput(field, `${person.name} is not active any more.`)
    if (!ON_DUTY.includes(person.role))
      throw badInput(field, `${person.name} does not work on incidents: their role is ${person.role}.`)
  }
}

/** The people of a layer by their fields: `participantIds.0` and so on, below `path`. */
export const participantFields = (path: string, participantIds: readonly string[]): Record<string, string> =>
  Object.fromEntries(participantIds.map((id, index) => [`${path && `${path}.`}participantIds.${index}`, id]))

/** Who is off is not put on call: time off would win. Errors: BAD_USER_INPUT that names the field. */
export async function mustBePresent(
  db: Database,
  field: string,
  userId: string | null,
  range: { readonly startsAt: Date; readonly endsAt: Date },
): Promise<void> {
  const absence = userId && (await findAbsence(db, userId, range))
  if (!absence) return
  const until = absence.endsAt ? `until ${absence.endsAt.toISOString()}` : 'until further notice'
  throw badInput(field, `They are off from ${absence.startsAt.toISOString()} ${until}.`)
}
