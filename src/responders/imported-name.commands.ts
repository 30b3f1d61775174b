import { Audience } from '../events/audience.js'
import { recordEvents } from '../events/event-log.js'
import { authorise } from '../access/rules.js'
import { Role } from '../platform/actor.js'
import { type Context, inTransaction } from '../platform/context.js'
import { newId } from '../platform/id.js'
import { forgetKept } from '../platform/loader.js'
import { ResponderEventType } from './responder-event.js'

/**
 * Who the people and teams of another system are here. A person whom nobody has named before is made without a way to
 * sign in: a name alone proves nothing. A team is the one of the same name, or a new one without members.
 */

export interface ImportedPerson {
  readonly name: string
  /** Works on incidents, and does not only report them. */
  readonly isResponder: boolean
}

/** Nobody receives mail there (RFC 2606). */
const NO_MAIL = 'imported.invalid'

/** The ids of people by their names in `system`. */
export const importPeople = (ctx: Context, system: string, people: readonly ImportedPerson[]) =>
  inTransaction(ctx, async (ctx) => {
    authorise(ctx.actor, 'configure')
    const now = ctx.now()
    const known = await findNames(ctx, system, 'USER', people)
    const made = people
      .filter(({ name }) => !known.has(name))
      .map(({ name, isResponder }) => {
        const id = newId('user', now.getTime())
        const role = isResponder ? Role.RESPONDER : Role.REQUESTER
        return { id, name, email: `${id}@${NO_MAIL}`, role, active: false }
      })
    await ctx.db.rows(
      `INSERT INTO users (id, name, email, role, active, created_at, updated_at)
       SELECT id, name, email, role, active, $2, $2
         FROM json_to_recordset($1) AS n(id text, name text, email text, role text, active boolean)`,
      [JSON.stringify(made), now],
    )
    // Who was known for reporting turns out to work on incidents.
    await ctx.db.rows(
      `UPDATE users SET role = '${Role.RESPONDER}', updated_at = $2
        WHERE id = ANY($1::text[]) AND role = '${Role.REQUESTER}' AND NOT active`,
      [people.flatMap(({ name, isResponder }) => (isResponder ? (known.get(name) ?? []) : [])), now],
    )
    return keep(ctx, system, 'USER', known, made)
  })

/** The ids of teams by their names in `system`. */
export const importTeams = (ctx: Context, system: string, names: readonly string[]) =>
  inTransaction(ctx, async (ctx) => {
    authorise(ctx.actor, 'configure')
    const known = await findNames(
      ctx,
      system,
      'TEAM',
      names.map((name) => ({ name })),
    )
    const unknown = names.filter((name) => !known.has(name))
    const here = await ctx.db.rows<{ id: string; name: string }>(
      `SELECT t.id, n.name FROM unnest($1::text[]) n(name) JOIN teams t ON lower(t.name) = lower(n.name)`,
      [unknown],
    )
    const taken = new Set(here.map(({ name }) => name.toLowerCase()))
    const fresh = new Map<string, { id: string; name: string }>()
    for (const name of unknown)
      if (!taken.has(name.toLowerCase()) && !fresh.has(name.toLowerCase()))
        fresh.set(name.toLowerCase(), { id: newId('team', ctx.now().getTime()), name })
    const made = [...fresh.values()]
    await ctx.db.rows(
      'INSERT INTO teams (id, name, created_at) SELECT i, n, $3 FROM unnest($1::text[], $2::text[]) t(i, n)',
      [made.map(({ id }) => id), made.map(({ name }) => name), ctx.now()],
    )
    for (const { id, name } of here) known.set(name, id)
    const same = unknown.flatMap((name) => {
      const team = fresh.get(name.toLowerCase())
      return team && team.name !== name ? [{ id: team.id, name }] : []
    })
    for (const { id, name } of same) known.set(name, id)
    return keep(ctx, system, 'TEAM', known, made)
  })

async function findNames(ctx: Context, system: string, kind: 'USER' | 'TEAM', named: readonly { name: string }[]) {
  const rows = await ctx.db.rows<{ name: string; id: string }>(
    `SELECT name, subject_id AS id FROM imported_names WHERE system = $1 AND kind = $2 AND name = ANY($3::text[])`,
    [system, kind, named.map(({ name }) => name)],
  )
  return new Map(rows.map(({ name, id }) => [name, id]))
}

async function keep(
  ctx: Context,
  system: string,
  kind: 'USER' | 'TEAM',
  known: Map<string, string>,
  made: readonly { readonly id: string; readonly name: string }[],
): Promise<ReadonlyMap<string, string>> {
  const ids = new Map([...known, ...made.map(({ name, id }) => [name, id] as const)])
  await ctx.db.rows(
    `INSERT INTO imported_names (system, kind, name, subject_id)
     SELECT $1, $2, n, i FROM unnest($3::text[], $4::text[]) t(n, i) ON CONFLICT DO NOTHING`,
    [system, kind, [...ids.keys()], [...ids.values()]],
  )
  if (made.length > 0) {
    const type = kind === 'USER' ? ResponderEventType.USER_CREATED : ResponderEventType.TEAM_CREATED
    ctx.db.afterCommit(() => forgetKept(ctx))
    await recordEvents(
      ctx,
      made.map((payload) => ({ type, subject: payload.id, incidentId: null, audience: Audience.INTERNAL, payload })),
    )
  }
  return ids
}
