import { allows } from '../access/rules.js'
import { definePages } from '../platform/child-pages.js'
import type { Context } from '../platform/context.js'
import type { Database } from '../platform/database.js'
import { defineLoader } from '../platform/loader.js'
import type { ConnectionArgs } from '../platform/paging.js'
import type { User } from '../responders/user.entity.js'
import { USER_COLUMNS } from '../responders/user.queries.js'
import type { Incident } from './incident.js'
import type { Person } from './participant.js'
import { PERSON_COLUMNS } from './participant.queries.js'

const FOLLOWERS = 'incident_followers f JOIN users u ON u.id = f.user_id'

const pages = definePages<User>({
  columns: USER_COLUMNS,
  from: FOLLOWERS,
  parent: 'f.incident_id',
  order: [
    { sql: 'u.name', of: ({ name }) => name, type: 'text' },
    { sql: 'u.id', of: ({ id }) => id, type: 'text' },
  ],
  descending: false,
})

/** By name; null for those who do not read the directory. */
export const followerPage = (ctx: Context, incident: Incident, args: ConnectionArgs) =>
  allows(ctx.actor, 'directory.read') ? pages(ctx, incident, args) : null

/** Whether the viewer follows it. */
export const loadFollowing = defineLoader(async (ctx, incidentIds: readonly string[]) => {
  const rows = await ctx.db.rows<{ id: string }>(
    'SELECT incident_id AS id FROM incident_followers WHERE incident_id = ANY($1::text[]) AND user_id = $2',
    [incidentIds, ctx.actor.id],
  )
  return new Map(rows.map(({ id }) => [id, true]))
})

/** Whoever follows it, whether they may read it today or not. */
export const findFollowers = (db: Database, incidentId: string): Promise<Person[]> =>
  db.rows(`SELECT ${PERSON_COLUMNS} FROM ${FOLLOWERS} WHERE f.incident_id = $1`, [incidentId])
